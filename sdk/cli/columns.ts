/** Columns of a terminal, where a character may be two columns wide, or none. Pure. */
import stringWidth from "string-width";

/** Wider texts are cut: a name can have 255 characters. */
const MAX_WIDTH = 40;

/** Rows with their cells below each other, a line each. */
export function aligned(rows: readonly (readonly string[])[]): string[] {
  // A table of a large fleet has more rows than a call can have arguments.
  const widths = (rows[0] ?? []).map((_, column) =>
    rows.reduce((most, row) => Math.max(most, widthOf(row[column] ?? "")), 0),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell + " ".repeat(Math.max((widths[column] ?? 0) - widthOf(cell), 0)))
      .join("  ")
      .trimEnd(),
  );
}

/** Cut between characters, not within one. */
export function shortened(text: string): string {
  if (widthOf(text) <= MAX_WIDTH) return text;
  const segments = Array.from(new Intl.Segmenter("en").segment(text), ({ segment }) => segment);
  let kept = "";
  for (const segment of segments) {
    if (widthOf(kept + segment) > MAX_WIDTH - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}

/** Most texts are ASCII, and a table can have a hundred thousand of them. */
function widthOf(text: string): number {
  return /^[ -~]*$/.test(text) ? text.length : stringWidth(text);
}
