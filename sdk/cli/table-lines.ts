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
