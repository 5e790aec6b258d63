/** Listings: sorted once, then cut into pages. */
import type { ListingFault } from "./faults.js";
import type { ListingCache } from "./listing-cache.js";

export interface Paging {
  readonly page?: number;
  readonly perPage?: number;
  readonly sortField?: string;
  readonly sortDirection?: "asc" | "desc";
}

/** One listing of an application. */
export interface PagedListing<T extends object> {
  /** Tells this listing from others of the application: what is listed, and by which filter. */
  readonly name: string;
  /** All rows that the filter lets through. Read only where the sorted rows are not cached. */
  readonly rows: () => readonly T[];
  /** What a row is sorted by. @default its field of that name */
  readonly keyOf?: (row: T, field: string) => unknown;
  readonly view: (row: T) => object;
  readonly defaultSort: string;
  /** Items a page holds at most, whatever is asked. */
  readonly maxPerPage: number;
  /** What is wrong with this page. @default nothing */
  readonly fault?: ListingFault["listing"];
}

/** Losant's defaults: page 0 (the first), 100 a page, ascending. Rows with equal keys keep their order (inferred). */
export function readPage<T extends object>(
  cache: ListingCache,
  { page = 0, perPage: asked = 100, sortField, sortDirection = "asc" }: Paging,
  { name, rows, keyOf, view, defaultSort, maxPerPage, fault = {} }: PagedListing<T>,
) {
  const perPage = Math.min(asked, maxPerPage);
  const field = sortField ?? defaultSort;
  const all = cache.rows(JSON.stringify([name, field, sortDirection]), () =>
    sorted(rows(), (row) => textOf(keyOf ? keyOf(row, field) : (row as Record<string, unknown>)[field]), sortDirection),
  );
  const { shift = 0, totalCountBy = 0, extraRow } = fault;
  const items = all.slice(Math.max(0, page * perPage - shift), Math.max(0, (page + 1) * perPage - shift)).map(view);
  if (extraRow !== undefined && items[0] !== undefined) items.push({ ...items[0], ...extraRow });
  const totalCount = Math.max(0, all.length + shift + totalCountBy);
  return { items, count: items.length, totalCount, perPage, page, sortField: field, sortDirection };
}

function sorted<T>(rows: readonly T[], keyOf: (row: T) => string, direction: "asc" | "desc"): readonly T[] {
  const sign = direction === "asc" ? 1 : -1;
  return rows
    .map((row) => ({ row, key: keyOf(row) }))
    .toSorted((a, b) => sign * (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ row }) => row);
}

/** Losant's `filter`: a glob with `*` on a name, in any case (inferred). */
export function globMatches(glob: string | undefined, text: string): boolean {
  // "Blank or not provided means no filtering" (Losant's API reference).
  if (glob === undefined || glob === "") return true;
  const [first = "", ...rest] = glob.toLowerCase().split("*");
  const last = rest.pop();
  const name = text.toLowerCase();
  if (last === undefined) return name === first;
  if (!name.startsWith(first)) return false;
  // Each part as early as it can be: no backtracking, so many stars cost no more than one.
  let from = first.length;
  for (const part of rest) {
    const found = name.indexOf(part, from);
    if (found < 0) return false;
    from = found + part.length;
  }
  return name.length - last.length >= from && name.endsWith(last);
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
