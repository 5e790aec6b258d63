/** Reading a whole listing that the API gives out in pages, while it may change. */
import pMap from "p-map";
import { LosantRequestError, LosantUnstableListError } from "./errors.js";
import type { Page } from "./types.js";

export interface PageReader<T> {
  /** Page numbers start at 0. */
  readonly read: (page: number, perPage: number) => Promise<Page<T>>;
  readonly idOf: (item: T) => string;
  /** Rows to ask for; the API may give fewer. */
  readonly perPage: number;
  /** What is listed, for the error. */
  readonly what: string;
}

/** The API's documented default, which it cannot refuse. */
const SAFE_PER_PAGE = 100;
const PARALLEL_PAGES = 4;
const MAX_READINGS = 4;
/** An upper bound, for an answer that announces rows without end. */
const MAX_PAGES = 10_000;

/**
 * All rows of a listing that is sorted by id.
 *
 * @throws LosantUnstableListError if no reading gave a complete listing
 */
export async function readAllPages<T>(reader: PageReader<T>): Promise<readonly T[]> {
  return (await readPagesUpTo(reader, Infinity)) ?? [];
}

/**
 * The same; undefined as soon as a first page announces more than `maxRows`, and no other page is read then.
 *
 * The number of rows on the first page is the real page size, whatever was asked for, and `totalCount` says how many pages
 * there are. If the total differs between the pages, or rows are missing in the end, the listing has changed meanwhile,
 * and it is read again. Not seen: a row that is deleted and one that is added between two pages of one reading. Losant
 * deletes rows only with their device or workflow.
 *
 * @throws LosantUnstableListError if no reading gave a complete listing
 */
export async function readPagesUpTo<T>(reader: PageReader<T>, maxRows: number): Promise<readonly T[] | undefined> {
  let seen = "";
  for (let reading = 1; reading <= MAX_READINGS; reading += 1) {
    const first = await readFirst(reader);
    if (first.totalCount > maxRows) return undefined;
    const { rows, totals } = await readOthers(reader, first);
    if (totals.size === 1 && totals.has(rows.length)) return rows;
    seen = `${rows.length} rows where ${[...totals].join(" or ")} were announced`;
  }
  throw new LosantUnstableListError(
    `${reader.what}: the listing was not complete in any of ${MAX_READINGS} readings (the last one gave ${seen}). ` +
      "It seems to change all the time; try again.",
    { method: "GET", attempts: MAX_READINGS, retryable: true },
  );
}

async function readOthers<T>(reader: PageReader<T>, first: Page<T>): Promise<{ rows: T[]; totals: Set<number> }> {
  const size = first.items.length;
  const count = size === 0 ? 1 : Math.min(Math.ceil(first.totalCount / size), MAX_PAGES);
  const others = Array.from({ length: count - 1 }, (_, index) => index + 1);
  const read = await pMap(others, (page) => reader.read(page, size), { concurrency: PARALLEL_PAGES });
  const pages = [first, ...read];
  const byId = new Map(pages.flatMap(({ items }) => items).map((item) => [reader.idOf(item), item]));
  return { rows: [...byId.values()], totals: new Set(pages.map(({ totalCount }) => totalCount)) };
}

async function readFirst<T>({ read, perPage }: PageReader<T>): Promise<Page<T>> {
  try {
    return await read(0, perPage);
  } catch (error) {
    // The highest perPage is not documented, so a refusal may be about nothing else.
    if (!(error instanceof LosantRequestError) || perPage <= SAFE_PER_PAGE) throw error;
    return read(0, SAFE_PER_PAGE);
  }
}
