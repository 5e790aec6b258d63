/** Pages of records. */

export interface Paging {
  readonly page?: number;
  readonly perPage?: number;
  readonly sortField?: string;
  readonly sortDirection?: "asc" | "desc";
}

/**
 * Losant's defaults: page 0 (the first), 100 a page, ascending. Equal keys keep their order (inferred).
 *
 * @param keyOf - what an item is sorted by; default: its field of that name
 */
export function cutPage<T extends object>(
  all: readonly T[],
  paging: Paging,
  { defaultSort, maxPerPage }: { readonly defaultSort: string; readonly maxPerPage: number },
  keyOf: (item: T, field: string) => unknown = (item, field) => (item as Record<string, unknown>)[field],
) {
  const { page = 0, perPage: asked = 100, sortField = defaultSort, sortDirection = "asc" } = paging;
  const perPage = Math.min(asked, maxPerPage);
  const sign = sortDirection === "asc" ? 1 : -1;
  const keyed = all.map((item) => ({ item, key: textOf(keyOf(item, sortField)) }));
  const sorted = keyed.toSorted((a, b) => sign * (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  const items = sorted.slice(page * perPage, (page + 1) * perPage).map(({ item }) => item);
  return { items, count: items.length, totalCount: all.length, perPage, page, sortField, sortDirection };
}

/** Losant's `filter`: a glob with `*` on a name; whatever the case (inferred). */
export function globMatches(glob: string | undefined, text: string): boolean {
  // "Blank or not provided means no filtering" (Losant's API reference).
  if (glob === undefined || glob === "") return true;
  const parts = glob.split("*").map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join(".*")}$`, "is").test(text);
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
