/** The small words of all messages: counts, lists, versions, times. Pure: time is an argument. */
import prettyMilliseconds from "pretty-ms";
import { visibleText } from "./text/visible-text.js";

/** `1 device`, `12 devices` */
export function countOf(count: number, noun: string): string {
  if (count === 1) return `1 ${noun}`;
  return `${count} ${noun}${noun.endsWith("ch") ? "es" : "s"}`;
}

/** `line-1, line-2 and 10 more`: at most `most` entries, the count of the rest among them. */
export function joinNames(names: readonly string[], most = 3): string {
  if (names.length <= most) return names.join(", ");
  return `${names.slice(0, most - 1).join(", ")} and ${names.length - most + 1} more`;
}

const MAX_LINES = 20;

/** At most 20 lines; the last one counts those that are left out. */
export function capLines(lines: readonly string[]): string[] {
  return lines.length <= MAX_LINES
    ? [...lines]
    : [...lines.slice(0, MAX_LINES - 1), `and ${lines.length - MAX_LINES + 1} more`];
}

/** Equal texts once, with how often: `release v2 to 1000 devices by name, 99 times`. In the order of the first of each. */
export function countRepeats(texts: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].map(([text, count]) => (count === 1 ? text : `${text}, ${count} times`));
}

/** ` and 3 more`, after the first of `count` things; nothing where there is one alone. */
export function andMore(count: number, what = ""): string {
  return count > 1 ? ` and ${count - 1} more${what}` : "";
}

/** A version as messages show it: `null` is "nothing". */
export function versionOrNothing(version: string | null | undefined): string {
  return version === null || version === undefined ? "nothing" : visibleText(version);
}

/** `line-3 (575ecf887ae143cd83dc4aa2)`, or the id alone. */
export function deviceTitle(deviceId: string, name: string | undefined): string {
  return name === undefined ? deviceId : `${name} (${deviceId})`;
}

/** `user "Ann Example"`; `user 575e...` where the name is not known. */
export function actorTitle(actor: string, name: string | undefined): string {
  return name === undefined ? actor : `${actor.split(" ", 1)[0] ?? ""} ${quoteValue(name)}`;
}

/** Text without line breaks and other control characters. */
export const PRINTABLE = /^\P{Cc}*$/u;

/** A value that a person gave, as messages quote it: JSON, at most 60 characters. */
export function quoteValue(value: unknown): string {
  const text = value === undefined ? "nothing" : (JSON.stringify(value) ?? typeof value);
  return visibleText(text.length > 60 ? `${text.slice(0, 57)}...` : text);
}

/** `45s`, `9m`, `2h 5m`: the two largest units. Rounded up to whole seconds; `0s` where no time is left. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(Math.ceil(ms / 1000), 0);
  return seconds === 0 ? "0s" : prettyMilliseconds(seconds * 1000, { unitCount: 2 });
}

/** `2h ago`: the largest unit; `just now` below a minute. Empty where the time is not known. */
export function formatAgo(then: Date, now: Date): string {
  const ms = now.getTime() - then.getTime();
  if (Number.isNaN(ms)) return "";
  return ms < 60_000 ? "just now" : `${prettyMilliseconds(ms, { compact: true })} ago`;
}
