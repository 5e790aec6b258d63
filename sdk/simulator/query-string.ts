/**
 * Query strings as Losant's own clients write them (the npm package `qs`): `tagFilter[0][key]=site`,
 * `deviceClass[]=edgeCompute`, or a name repeated.
 */
export type QueryValue = string | QueryValue[] | { [key: string]: QueryValue };

interface Branch {
  [key: string]: Branch | string | string[];
}

/** `a[0][key]=x` -> `{a: [{key: "x"}]}`. What is contradictory keeps its last value. */
export function parseQueryString(search: string): { [key: string]: QueryValue } {
  const root = branch();
  for (const [name, value] of new URLSearchParams(search)) put(root, pathOf(name), value);
  return Object.fromEntries(Object.entries(root).map(([key, value]) => [key, finished(value)]));
}

function put(root: Branch, path: readonly string[], value: string): void {
  const last = path.at(-1) ?? "";
  let here = root;
  for (const key of path.slice(0, -1)) {
    const next = here[key];
    here = typeof next === "object" && !Array.isArray(next) ? next : (here[key] = branch());
  }
  const key = last === "" ? String(Object.keys(here).length) : last;
  const known = here[key];
  here[key] = typeof known === "string" ? [known, value] : Array.isArray(known) ? [...known, value] : value;
}

/** `a[0][key]` -> `a`, `0`, `key`; anything else is a name as it stands. */
function pathOf(name: string): string[] {
  const found = /^([^[\]]+)((?:\[[^[\]]*\])+)$/.exec(name);
  if (!found) return [name];
  const [, first = "", rest = ""] = found;
  return [first, ...rest.slice(1, -1).split("][")];
}

function finished(value: Branch | string | string[]): QueryValue {
  if (typeof value === "string" || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, finished(inner)] as const);
  const isList = entries.every(([key]) => /^\d+$/.test(key));
  return isList ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
}

/** Without a prototype, so that no name of a parameter means anything to JavaScript. */
function branch(): Branch {
  return Object.create(null) as Branch;
}
