/** How many columns of a terminal a text takes: a character may be two wide, or none. Pure. */
import stringWidth from "string-width";

/** Most texts are ASCII, and a table can have a hundred thousand of them. */
export function widthOf(text: string): number {
  return /^[ -~]*$/.test(text) ? text.length : stringWidth(text);
}

/** Cut between characters, not within one; the last column is then an ellipsis. */
export function cutToWidth(text: string, most: number): string {
  if (widthOf(text) <= most) return text;
  const segments = Array.from(new Intl.Segmenter("en").segment(text), ({ segment }) => segment);
  let kept = "";
  for (const segment of segments) {
    if (widthOf(kept + segment) > most - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}
