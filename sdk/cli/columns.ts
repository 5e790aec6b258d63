/** Columns of a terminal, where a character may be two columns wide, or none. Pure. */
import { cutToWidth, widthOf } from "../../provider/text/width.js";

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

export function shortened(text: string): string {
  return cutToWidth(text, MAX_WIDTH);
}
