/** What the window says: which rows are in sight, and how wide it is. */
import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import type { RefObject } from "preact";
import { rangeOf } from "./visible-rows.js";
import type { Range } from "./visible-rows.js";

/** Rows this far beyond the window are there before one scrolls to them. */
const BEYOND = 300;

export function useVisibleRange(body: RefObject<HTMLElement | null>, offsets: readonly number[]): Range {
  const [range, setRange] = useState<Range>({ from: 0, to: 0 });
  useLayoutEffect(() => {
    const look = (): void => {
      const top = -(body.current?.getBoundingClientRect().top ?? 0);
      const next = rangeOf(offsets, top - BEYOND, top + window.innerHeight + BEYOND);
      setRange((old) => (old.from === next.from && old.to === next.to ? old : next));
    };
    look();
    // Also of what scrolls inside the page: such events do not bubble.
    const listening = { capture: true, passive: true };
    document.addEventListener("scroll", look, listening);
    window.addEventListener("resize", look);
    return () => {
      document.removeEventListener("scroll", look, listening);
      window.removeEventListener("resize", look);
    };
  }, [offsets]);
  return { from: Math.min(range.from, offsets.length - 1), to: Math.min(range.to, offsets.length - 1) };
}

export function useMedia(query: string): boolean {
  const [matches, setMatches] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const media = matchMedia(query);
    const look = (): void => setMatches(media.matches);
    media.addEventListener("change", look);
    return () => media.removeEventListener("change", look);
  }, [query]);
  return matches;
}
