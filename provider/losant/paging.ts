/** Reading a whole listing that the API gives out in pages, while it may change. */
import pMap from "p-map";
import { LosantRequestError, LosantTimeoutError, LosantUnstableListError } from "./errors.js";
import type { Page } from "./types.js";
import { countOf, formatDuration } from "../words.js";

export interface PageReader<T> {
  /** Page numbers start at 0. */
  readonly read: (page: number, perPage: number, withinMs: number) => Promise<Page<T>>;
  readonly idOf: (item: T) => string;
  /** What no two rows may share beside their id: a second row of one device says nothing that can be relied on. */
  readonly subjectOf?: (item: T) => string;
  /** Rows to ask for; the API may give fewer. */
  readonly perPage: number;
  /**
   * Time for the listing, in milliseconds: for its first page and one second more a page, or for a listing that somebody
   * waits for and a tenth of a second more a page.
   */
  readonly time: { readonly firstPageMs: number } | { readonly leastMs: number };
  /** What is listed, for the error. */
  readonly what: string;
}

/** The API's documented default, which it cannot refuse. */
const SAFE_PER_PAGE = 100;
const PARALLEL_PAGES = 4;
const MAX_READINGS = 4;
const MS_PER_PAGE = 1000;
const LEAST_MS_PER_PAGE = 100;
/** Upper bounds, for an answer that announces rows without end: of full pages, and of pages that are short without need. */
const MAX_PAGES = 10_000;
const MAX_SHORT_PAGES = 1_000;

/**
 * All rows of a listing that is sorted by id.
 *
 * @throws LosantUnstableListError if no reading gave a complete listing
 * @throws LosantTimeoutError if its time is over
 */
export async function readAllPages<T>(reader: PageReader<T>): Promise<readonly T[]> {
  return (await readPagesUpTo(reader, Infinity)) ?? [];
}

/**
 * The same; undefined as soon as a first page announces more than `maxRows`, and no other page is read then.
 *
 * The number of rows on the first page is the real page size, whatever was asked for, and `totalCount` says how many pages
 * there are. If the total differs between the pages, or rows are missing in the end, the listing has changed meanwhile,
 * and it is read again. So it is if the first page announces pages without end, if a page has more rows than it can have,
 * or if two rows are about one device. Where the last page is full, the next one is read too: the total may be too small.
 * Not seen: a row that is deleted and one that is added between two pages of one reading. Losant deletes rows only with
 * their device or workflow.
 *
 * @throws LosantUnstableListError if no reading gave a complete listing
 * @throws LosantTimeoutError if its time is over
 */
export async function readPagesUpTo<T>(reader: PageReader<T>, maxRows: number): Promise<readonly T[] | undefined> {
  const time = new ListingTime(reader);
  let problem = "";
  for (let reading = 1; reading <= MAX_READINGS; reading += 1) {
    const first = await readFirst(reader, time);
    if (first.totalCount > maxRows) return undefined;
    if (pageCountOf(first) > (first.items.length < SAFE_PER_PAGE ? MAX_SHORT_PAGES : MAX_PAGES)) {
      problem = `the first page has ${countOf(first.items.length, "row")} of ${first.totalCount}`;
      continue;
    }
    const { rows, totals, overfull } = await readOthers(reader, first, time);
    const isComplete = totals.size === 1 && totals.has(rows.length);
    if (isComplete && overfull === undefined && haveOneSubjectEach(rows, reader)) return rows;
    if (overfull !== undefined) problem = `a page has ${overfull.items.length} rows, and can have ${overfull.perPage}`;
    else if (isComplete) problem = "two rows are about the same device";
    else problem = `the last one gave ${rows.length} rows where ${[...totals].join(" or ")} were announced`;
  }
  throw new LosantUnstableListError(
    `${reader.what}: the listing was not complete in any of ${MAX_READINGS} readings (${problem}). ` +
      "It seems to change all the time; try again.",
    { method: "GET", attempts: MAX_READINGS, retryable: true },
  );
}

/** The time of one listing, all its readings together. */
class ListingTime {
  readonly #what: string;
  readonly #firstPageMs: number;
  readonly #perPageMs: number;
  readonly #beganAt = performance.now();
  #allMs: number;

  constructor({ what, time }: Pick<PageReader<unknown>, "what" | "time">) {
    this.#what = what;
    this.#firstPageMs = "leastMs" in time ? time.leastMs : time.firstPageMs;
    this.#perPageMs = "leastMs" in time ? LEAST_MS_PER_PAGE : MS_PER_PAGE;
    this.#allMs = this.#firstPageMs;
  }

  /** A long listing has more time. It gets it once, however often it is read. */
  hasPages(count: number): void {
    this.#allMs = Math.max(this.#allMs, this.#firstPageMs + (count - 1) * this.#perPageMs);
  }

  /** @throws LosantTimeoutError if nothing is left */
  left(): number {
    const left = this.#allMs - (performance.now() - this.#beganAt);
    if (left > 0) return left;
    throw new LosantTimeoutError(
      `${this.#what}: the listing was not complete within ${formatDuration(this.#allMs)}. Try again.`,
      { method: "GET", retryable: true },
    );
  }
}

async function readOthers<T>(
  reader: PageReader<T>,
  first: Page<T>,
  time: ListingTime,
): Promise<{ rows: T[]; totals: Set<number>; overfull?: Page<T> }> {
  const size = first.items.length;
  const count = pageCountOf(first) + (endsWithFullPage(first, reader.perPage) ? 1 : 0);
  time.hasPages(count);
  const others = Array.from({ length: count - 1 }, (_, index) => index + 1);
  const seen = new Set(first.items.map(reader.idOf));
  const pages = [first];
  const readOther = async (page: number): Promise<void> => {
    const answer = await reader.read(page, size, time.left());
    pages[page] = answer;
    const known = seen.size;
    for (const item of answer.items) seen.add(reader.idOf(item));
    // The total announces more than there is: without this, thousands of pages would be asked for.
    if (seen.size === known && page + 1 < count) throw new NothingNew();
  };
  try {
    await pMap(others, readOther, { concurrency: PARALLEL_PAGES });
  } catch (error) {
    if (!(error instanceof NothingNew)) throw error;
  }
  const read = pages.filter((page) => page !== undefined);
  const items = read.flatMap((page) => page.items);
  return {
    rows: items.length === seen.size ? items : [...new Map(items.map((item) => [reader.idOf(item), item])).values()],
    totals: new Set(read.map(({ totalCount }) => totalCount)),
    overfull: read.find(({ items, perPage = Infinity }) => items.length > perPage),
  };
}

/** Nothing says then that there are no more rows, but the total. */
function endsWithFullPage({ items, totalCount, perPage }: Page<unknown>, asked: number): boolean {
  return items.length > 0 && items.length >= (perPage ?? asked) && totalCount % items.length === 0;
}

/** A page without a row that is not on an earlier page. */
class NothingNew extends Error {}

function pageCountOf({ items, totalCount }: Page<unknown>): number {
  return items.length === 0 ? 1 : Math.ceil(totalCount / items.length);
}

function haveOneSubjectEach<T>(rows: readonly T[], { subjectOf }: PageReader<T>): boolean {
  return subjectOf === undefined || new Set(rows.map(subjectOf)).size === rows.length;
}

async function readFirst<T>({ read, perPage }: PageReader<T>, time: ListingTime): Promise<Page<T>> {
  try {
    return await read(0, perPage, time.left());
  } catch (error) {
    // The highest perPage is not documented, so a refusal may be about nothing else.
    if (!(error instanceof LosantRequestError) || perPage <= SAFE_PER_PAGE) throw error;
    return read(0, SAFE_PER_PAGE, time.left());
  }
}
