/**
 * Text from outside, made safe to show: in a terminal, in the log of a CI system, in a message of Pulumi's. What would act
 * there is shown as an escape. Ordinary text stays as it is. Pure.
 *
 * | what                                              | where it acts                                   |
 * | ------------------------------------------------- | ----------------------------------------------- |
 * | control characters, line breaks                   | terminals (colours, links, titles), logs        |
 * | format and bidi characters, halves of a character | anywhere: they hide or turn text                |
 * | `<{%`                                             | Pulumi reads it as a colour                     |
 * | `::` at the beginning                             | GitHub reads a line that begins so as a command |
 * | `##[`, `##vso[`                                   | GitHub and Azure read it as a command           |
 */

/** Longer texts are cut: names have at most 255 characters, and an error is read by people. */
const MAX_LENGTH = 500;

const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
const COMMAND = /^\s*::|##(?=\[|vso\[)|<(?=\{%)/gi;

/** Most names and ids: nothing to look for. A fleet has millions of them. */
const PLAIN = /^[\w .,-]*$/;

/** One line, at most 500 characters and the count of the rest. */
export function visibleText(text: string): string {
  if (text.length <= MAX_LENGTH && PLAIN.test(text)) return text;
  const rest = text.length - MAX_LENGTH;
  const shown = rest > 0 ? text.slice(0, MAX_LENGTH) : text;
  return `${escaped(shown.replaceAll(/[\r\n\t]+/g, " "))}${rest > 0 ? ` ... (${rest} more characters)` : ""}`;
}

/** A whole message, whose lines stay lines. */
export function visibleLines(message: string): string {
  return message
    .split("\n")
    .map((line) => escaped(line))
    .join("\n");
}

/** Would any text within be shown otherwise than it is? */
export function holdsUnsafeText(value: unknown): boolean {
  if (typeof value === "string") return escaped(value) !== value;
  if (value === null || typeof value !== "object") return false;
  return Object.entries(value).some(([name, inner]) => holdsUnsafeText(name) || holdsUnsafeText(inner));
}

function escaped(line: string): string {
  return line
    .replaceAll(UNSAFE, asEscape)
    .replaceAll(COMMAND, (found) => asEscape(found.trimStart()[0] ?? "") + found.trimStart().slice(1));
}

function asEscape(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
