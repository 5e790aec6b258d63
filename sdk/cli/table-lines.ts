/** Tables of a terminal, whose rows have a colour and lines of their own below them. Pure. */
import { visibleText } from "../../provider/text/visible-text.js";
import { capLines, countOf } from "../../provider/words.js";
import { aligned, shortened } from "./columns.js";
import type { Paint, Tone } from "./paint.js";

/** Lines that belong together. */
export type Block = readonly string[];

export interface TableRow {
  readonly cells: readonly string[];
  readonly tone?: Tone;
  /** Lines of their own below it. */
  readonly below?: readonly string[];
}

/** More would hide what stands above. */
const ROWS = 20;

export function listOf(head: readonly string[], rows: readonly TableRow[], paint: Paint, noun = "device"): Block[] {
  if (rows.length === 0) return [];
  const more = rows.length > ROWS ? [`and ${rows.length - ROWS} more: ${countOf(rows.length, noun)} in all`] : [];
  return [[...tableLines(head, rows.slice(0, ROWS), paint), ...more]];
}

/**
 * The same for devices: above a list that is cut off, the devices with equal cells in these columns and the same line below
 * them, counted; the largest group first.
 */
export function groupedListOf(
  head: readonly string[],
  rows: readonly TableRow[],
  columns: readonly number[],
  paint: Paint,
): Block[] {
  const list = listOf(head, rows, paint);
  if (rows.length <= ROWS) return list;
  const keyOf = ({ cells, below }: TableRow): string => JSON.stringify([columns.map((column) => cells[column]), below]);
  const groups = [...Map.groupBy(rows, keyOf).values()];
  // Where nearly each device stands alone, the groups say no more than the list.
  if (groups.length > rows.length / 2) return list;
  const counted = groups
    .toSorted((a, b) => b.length - a.length)
    .flatMap(([first, ...rest]): TableRow[] =>
      first === undefined
        ? []
        : [{ ...first, cells: [String(rest.length + 1), ...columns.map((column) => first.cells[column] ?? "")] }],
    );
  return [...listOf(["devices", ...columns.map((column) => head[column] ?? "")], counted, paint, "group"), ...list];
}

export function tableLines(head: readonly string[], rows: readonly TableRow[], paint: Paint): string[] {
  const texts = rows.map(({ cells }) => cells.map((cell) => shortened(visibleText(cell))));
  const [first = "", ...lines] = aligned([head, ...texts]);
  return [
    paint("muted", first),
    ...lines.flatMap((line, index) => {
      const { tone, below = [] } = rows[index] ?? {};
      const details = capLines(below).map((text) => paint("muted", `  ${visibleText(text)}`));
      return [tone === undefined ? line : paint(tone, line), ...details];
    }),
  ];
}
