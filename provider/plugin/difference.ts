/**
 * The difference of a resource, as a preview shows it: by property, `deviceIds` as a set. Pure.
 *
 * It shows a difference and does not find it: whether something has to be done, the lifecycle says.
 */
import { isDeepStrictEqual } from "node:util";
import { isUnknown, hasUnknown } from "../resource/inputs.js";
import type { Plain } from "./wire.js";

export type Kind = "add" | "delete" | "update";

export interface Difference {
  /** Property paths such as `deviceIds[2]` or `rollout.batches`. */
  readonly paths: ReadonlyMap<string, Kind>;
  /** The properties themselves: `deviceIds`, `rollout`. */
  readonly names: readonly string[];
}

export function differenceOf(olds: Plain, news: Plain): Difference {
  const paths = new Map<string, Kind>();
  const names = [...new Set([...Object.keys(olds), ...Object.keys(news)])]
    .filter((name) => !name.startsWith("__") && !isDeepStrictEqual(olds[name], news[name]))
    .toSorted();
  for (const name of names) {
    const [before, after] = [olds[name], news[name]];
    if (name === "deviceIds" && Array.isArray(before) && Array.isArray(after) && !hasUnknown(after)) {
      for (const [path, kind] of membersOf(before, after)) paths.set(path, kind);
    } else if (name === "rollout" && isPlain(before) && isPlain(after) && !isUnknown(after)) {
      for (const part of new Set([...Object.keys(before), ...Object.keys(after)])) {
        if (!isDeepStrictEqual(before[part], after[part]))
          paths.set(`rollout.${part}`, kindOf(before[part], after[part]));
      }
    } else {
      paths.set(name, kindOf(before, after));
    }
  }
  return { paths, names };
}

function kindOf(before: unknown, after: unknown): Kind {
  if (before === undefined) return "add";
  return after === undefined ? "delete" : "update";
}

/** Who leaves has its place in the old list, who joins in the new one. A place of both is an update. */
function membersOf(before: readonly unknown[], after: readonly unknown[]): Map<string, Kind> {
  const [old, now] = [new Set(before), new Set(after)];
  const paths = new Map<string, Kind>();
  before.forEach((id, place) => {
    if (!now.has(id)) paths.set(`deviceIds[${place}]`, "delete");
  });
  after.forEach((id, place) => {
    const path = `deviceIds[${place}]`;
    if (!old.has(id)) paths.set(path, paths.has(path) ? "update" : "add");
  });
  return paths;
}

function isPlain(value: unknown): value is Plain {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
