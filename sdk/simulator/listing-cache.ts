/** The sorted rows of an application's listings. Without it, 100 pages of one listing are sorted 100 times. */
export interface ListingCache {
  rows<T>(key: string, sort: () => readonly T[]): readonly T[];
  /** To be called after each change that can alter which rows a listing has, or their order. */
  clear(): void;
}

const MAX_CACHED_LISTINGS = 50;

export function createListingCache(): ListingCache {
  const cached = new Map<string, readonly unknown[]>();
  return {
    rows: <T>(key: string, sort: () => readonly T[]) => {
      const found = cached.get(key) as readonly T[] | undefined;
      if (found) return found;
      const sorted = sort();
      const [oldest] = cached.keys();
      if (cached.size >= MAX_CACHED_LISTINGS && oldest !== undefined) cached.delete(oldest);
      cached.set(key, sorted);
      return sorted;
    },
    clear: () => cached.clear(),
  };
}
