/** Which rows of a long list are in sight. Pure. */

/** Where each row begins, and at the end the height of all. */
export function offsetsOf(heights: readonly number[]): number[] {
  let sum = 0;
  return [0, ...heights.map((height) => (sum += height))];
}

export interface Range {
  readonly from: number;
  /** After the last one. */
  readonly to: number;
}

/** The rows that touch the stretch from `top` to `bottom`. */
export function rangeOf(offsets: readonly number[], top: number, bottom: number): Range {
  const count = offsets.length - 1;
  const from = Math.min(Math.max(firstFrom(offsets, top) - 1, 0), count);
  return { from, to: Math.max(Math.min(firstFrom(offsets, bottom), count), from) };
}

/** The first index whose offset is greater than `position`. */
function firstFrom(offsets: readonly number[], position: number): number {
  let [low, high] = [0, offsets.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((offsets[middle] ?? 0) <= position) low = middle + 1;
    else high = middle;
  }
  return low;
}

export interface Position {
  readonly row: number;
  readonly column: number;
}

/** Where a key leads in a grid; undefined for a key that does not move. */
export function moved(
  { row, column }: Position,
  key: string,
  isWithControl: boolean,
  { rows, columns, page }: { readonly rows: number; readonly columns: number; readonly page: number },
): Position | undefined {
  const within = (to: Position): Position => ({
    row: Math.min(Math.max(to.row, 0), rows - 1),
    column: Math.min(Math.max(to.column, 0), columns - 1),
  });
  switch (key) {
    case "ArrowDown":
      return within({ row: row + 1, column });
    case "ArrowUp":
      return within({ row: row - 1, column });
    case "ArrowRight":
      return within({ row, column: column + 1 });
    case "ArrowLeft":
      return within({ row, column: column - 1 });
    case "PageDown":
      return within({ row: row + page, column });
    case "PageUp":
      return within({ row: row - page, column });
    case "Home":
      return within({ row: isWithControl ? 0 : row, column: 0 });
    case "End":
      return within({ row: isWithControl ? rows - 1 : row, column: columns - 1 });
    default:
      return undefined;
  }
}
