/** Pieces of Markdown that escape the text in them. Pure. */
import { visibleLines } from "../../../provider/text/visible-text.js";

const FOLD_FROM = 20;

export function foldedIfLong(title: string, count: number, content: string): string[] {
  return isFolded(count) ? [folded(`${title}: ${count}`, [content])] : [`**${title}**`, content];
}

/** A list of so many entries is folded away. */
export function isFolded(count: number): boolean {
  return count >= FOLD_FROM;
}

export function folded(summary: string, lines: readonly string[]): string {
  // GitHub does not parse Markdown in a summary line.
  return `<details><summary>${html(summary)}</summary>\n\n${lines.join("\n")}\n\n</details>`;
}

/** @param most - how many rows; the last one counts the rest */
export function table(head: readonly string[], rows: readonly (readonly string[])[], most = Infinity): string {
  const rest = head.slice(1).map(() => "");
  return [row(head), row(head.map(() => "---")), ...capped(rows.map(row), most, (more) => row([more, ...rest]))].join(
    "\n",
  );
}

/** At most so many, and one more that counts the rest: `and 12 more`. */
export function capped(entries: readonly string[], most: number, last = (more: string): string => more): string[] {
  if (entries.length <= most) return [...entries];
  return [...entries.slice(0, most), last(`and ${entries.length - most} more`)];
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

/** Text from outside (device names, Losant's errors) must not become markup, or end a table's row. */
export function text(value: string): string {
  return (
    html(value)
      .replaceAll(/[\\`*_[\]|#~]/g, String.raw`\$&`)
      // GitLab takes a line that begins with a slash for a command, and `!1`, `$1`, `%v1` for references.
      .replaceAll(/(?<=^\s*)\/|[!$%](?=[\w"])/g, String.raw`\$&`)
      // The comment ends a mention, so that nobody is notified, and an address, so that it is no link.
      .replaceAll("@", "@<!-- -->")
      .replaceAll("://", ":<!-- -->//")
      .replaceAll(/\bwww\./gi, (found) => `${found.slice(0, 3)}<!-- -->.`)
  );
}

function html(value: string): string {
  return visibleLines(value.replaceAll(/\s+/g, " ")).replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

export function code(value: string): string {
  return value === ""
    ? ""
    : `\`${visibleLines(value.replaceAll(/\s+/g, " "))
        .replaceAll("`", "'")
        .replaceAll("|", String.raw`\|`)}\``;
}

export function quoted(message: string): string {
  return message
    .split("\n")
    .map((line) => `> ${text(line)}`)
    .join("\n>\n");
}
