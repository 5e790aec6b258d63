import { actorTitle } from "../../../provider/words.js";
import type { DriftedDevice, Moved } from "./resource-results.js";

/** How many devices move. A device in two moves counts twice. */
export function countMoved(moved: readonly Moved[]): number {
  return moved.reduce((sum, { deviceIds }) => sum + deviceIds.length, 0);
}

/** `user "Ann Example"`, else `user 5b00...`, else `unknown` */
export function whoMoved({ changedBy, changedByName }: Pick<DriftedDevice, "changedBy" | "changedByName">): string {
  return changedBy === undefined ? "unknown" : actorTitle(changedBy, changedByName);
}
