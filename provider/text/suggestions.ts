/** What was probably meant: the names close to one that does not exist. Pure. */
import { distance } from "fastest-levenshtein";

/** A longer list of names does not help. */
const MAX_NAMES = 10;

/** The closest of the candidates, best first; none where nothing is close. */
export function closestNames(asked: string, candidates: readonly string[], most = 3): string[] {
  const wanted = asked.toLowerCase();
  // Two letters the wrong way round are two changes.
  const tolerated = wanted.length < 4 ? 1 : Math.max(2, Math.floor(wanted.length * 0.4));
  return [...new Set(candidates)]
    .map((name) => ({ name, far: distance(wanted, name.toLowerCase()) }))
    .filter(({ name, far }) => far <= tolerated || contains(name.toLowerCase(), wanted))
    .toSorted((a, b) => a.far - b.far || (a.name < b.name ? -1 : 1))
    .slice(0, most)
    .map(({ name }) => name);
}

/** `did you mean "line-3" or "line-4"?`, else what there is. */
export function didYouMean(asked: string, candidates: readonly string[]): string {
  const close = closestNames(asked, candidates);
  if (close.length > 0) return `did you mean ${quotedList(close, "or")}?`;
  const all = [...new Set(candidates)].toSorted();
  if (all.length === 0) return "there is none at all";
  const more = all.length > MAX_NAMES ? ` and ${all.length - MAX_NAMES} more` : "";
  return `there ${all.length === 1 ? "is" : "are"} ${quotedList(all.slice(0, MAX_NAMES), more === "" ? "and" : ",")}${more}`;
}

/** `"a", "b" and "c"` */
export function quotedList(names: readonly string[], last: "and" | "or" | ","): string {
  const quoted = names.map((name) => `"${name}"`);
  const end = quoted.at(-1) ?? "";
  if (quoted.length < 2) return end;
  return `${quoted.slice(0, -1).join(", ")}${last === "," ? ", " : ` ${last} `}${end}`;
}

function contains(a: string, b: string): boolean {
  return Math.min(a.length, b.length) >= 3 && (a.includes(b) || b.includes(a));
}
