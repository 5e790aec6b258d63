import type { Moved } from "./resource-results.js";

/** How many devices move, each once for each move that names it. */
export function countMoved(moved: readonly Moved[]): number {
  return moved.reduce((sum, { deviceIds }) => sum + deviceIds.length, 0);
}
