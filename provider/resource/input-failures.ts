/** What is wrong with the inputs, as Pulumi shows it: a property and a sentence. Pure. */
import { didYouMean } from "../text/suggestions.js";
import { quoteValue } from "../words.js";

export interface CheckFailure {
  readonly property: string;
  readonly reason: string;
}

/** More bad entries of one list than these are one failure, with a count. */
const MAX_ENTRIES = 5;

/** An issue of the schema. */
export interface InputIssue {
  readonly code?: string;
  /** Names that the schema does not know. */
  readonly keys?: readonly string[];
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** @param namesIn - the names that may stand at a path */
export function failuresOf(
  issues: readonly InputIssue[],
  namesIn: (path: readonly PropertyKey[]) => readonly string[],
): CheckFailure[] {
  const named = issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? (issue.keys ?? []).map((key) => unknownInput(issue.path, key, namesIn(issue.path)))
      : [issue],
  );
  const byList = Map.groupBy(named, ({ path }) => (typeof path[1] === "number" ? String(path[0]) : pathOf(path)));
  return [...byList].flatMap(([property, ofOne]) => {
    const failures = ofOne.map((issue) => ({ property: pathOf(issue.path), reason: issue.message }));
    if (failures.length <= MAX_ENTRIES) return failures;
    const [first] = failures;
    return [
      {
        property,
        reason: `${failures.length} entries are wrong. The first one is ${first?.property}: ${first?.reason}`,
      },
    ];
  });
}

function unknownInput(
  path: readonly PropertyKey[],
  name: string,
  names: readonly string[],
): { path: readonly PropertyKey[]; message: string } {
  return { path: [...path, name], message: `${quoteValue(name)} is no input: ${didYouMean(name, names)}` };
}

/** `deviceIds[3]`, `rollout.offline`: the way Pulumi writes a property path. */
export function pathOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, key) => (typeof key === "number" ? `${text}[${key}]` : text === "" ? String(key) : `${text}.${String(key)}`),
    "",
  );
}
