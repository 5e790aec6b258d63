import type { Moved } from "./resource-results.js";

/** How many devices move. A device in two moves counts twice. */
export function countMoved(moved: readonly Moved[]): number {
  return moved.reduce((sum, { deviceIds }) => sum + deviceIds.length, 0);
}
