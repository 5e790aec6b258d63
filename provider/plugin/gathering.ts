/** Resources that ask for the same kind of thing within a moment ask together. */
import type { Clock } from "../ports.js";

/** How long a resource waits for others, so that their devices are read together, in milliseconds. */
const GATHER_MS = 20;

/** @returns a function that ends for all who call it within a moment at one time */
export function createGathering(clock: Clock): () => Promise<void> {
  let gathering: Promise<void> | undefined;
  return () => {
    gathering ??= clock.sleep(GATHER_MS).then(() => {
      gathering = undefined;
    });
    return gathering;
  };
}
