/** The lines of a terminal that are rewritten in place: one a stack and resource. What ended makes room first. */
import { createLogUpdate } from "log-update";
import { cutToWidth } from "../../../provider/text/width.js";
import { countOf } from "../../../provider/words.js";

export interface Terminal {
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

export interface LiveLine {
  readonly text: string;
  /** It will not change any more. */
  readonly done: boolean;
}

export interface LiveRegion {
  /** Shows a line for the first time, or in place of the one that was there. */
  set(key: string, line: LiveLine): void;
  remove(key: string): void;
  /** Those whose key begins so. */
  removeAll(prefix: string): void;
  /** A line that stays, above those that change. */
  say(text: string): void;
}

/** A terminal without a known size says 0, or nothing. */
const COLUMNS = 80;
const ROWS = 24;

export function liveRegion(terminal: Terminal): LiveRegion {
  const lines = new Map<string, LiveLine>();
  const columns = (): number => Math.max(terminal.columns || COLUMNS, 20);
  const rows = (): number => Math.max(terminal.rows || ROWS, 4);
  const stream = {
    isTTY: true,
    get columns() {
      return columns();
    },
    get rows() {
      return rows();
    },
    write: (text: string) => terminal.write(text),
  };
  // The cursor is not hidden: a process that is killed would leave the terminal without one.
  const update = createLogUpdate(stream as unknown as NodeJS.WritableStream, { showCursor: true });
  const draw = (): void => {
    const shown = shownLines([...lines.values()], rows() - 1);
    if (shown.length === 0) update.clear();
    else update(shown.map((line) => cutToWidth(line, columns() - 1)).join("\n"));
  };
  return {
    set: (key, line) => {
      lines.set(key, line);
      draw();
    },
    remove: (key) => {
      if (lines.delete(key)) draw();
    },
    removeAll: (prefix) => {
      for (const key of lines.keys()) if (key.startsWith(prefix)) lines.delete(key);
      draw();
    },
    say: (text) => {
      update.persist(text);
      draw();
    },
  };
}

/** As many as fit, in their order: those that still change, then the newest of the others; and how many are left out. */
export function shownLines(lines: readonly LiveLine[], most: number): string[] {
  if (lines.length <= most) return lines.map(({ text }) => text);
  const room = most - 1;
  const running = lines.filter(({ done }) => !done).slice(0, room);
  const ended = lines.filter(({ done }) => done);
  const kept = new Set([...running, ...ended.slice(ended.length - (room - running.length))]);
  const left = lines.filter((line) => !kept.has(line));
  const leftEnded = left.filter(({ done }) => done).length;
  const rest = `and ${countOf(left.length, "line")} more, ${leftEnded} of them done`;
  return [...lines.filter((line) => kept.has(line)).map(({ text }) => text), rest];
}
