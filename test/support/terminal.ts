/** A terminal for tests: what a person sees of a text with cursor movements, and what has scrolled away. */
export function screenOf(text: string, rows = 24): string[] {
  const lines: string[] = [""];
  let row = 0;
  let column = 0;
  // The first line that the cursor can still reach: what is above it has scrolled away.
  const top = (): number => Math.max(lines.length - rows, 0);
  const put = (line: string): void => {
    lines[row] = line;
  };
  // oxlint-disable-next-line no-control-regex
  for (const [found] of text.matchAll(/\u001B\[[?\d;]*[A-Za-z]|\n|\r|[^\u001B\n\r]+/g)) {
    const [, count = "", kind = ""] = /^\u001B\[([?\d;]*)([A-Za-z])$/.exec(found) ?? [];
    const line = lines[row] ?? "";
    if (found === "\n") {
      row += 1;
      column = 0;
      if (row === lines.length) lines.push("");
    } else if (found === "\r" || kind === "G") column = 0;
    else if (kind === "A") row = Math.max(row - Number(count || 1), top());
    else if (kind === "B") row = Math.min(row + Number(count || 1), lines.length - 1);
    else if (kind === "K") put(count === "2" ? "" : line.slice(0, column));
    else if (kind === "J") lines.splice(row, Infinity, line.slice(0, column));
    else if (kind === "") {
      put(line.slice(0, column).padEnd(column) + found + line.slice(column + found.length));
      column += found.length;
    }
  }
  while (lines.at(-1) === "") lines.pop();
  return lines;
}
