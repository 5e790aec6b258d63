/** What a person tells one rollout: when it asks, and what it makes of a pause. A stop interrupts the run. */
import { unlessInterrupted } from "../run-end.js";
import type { Ports } from "../ports.js";
import type { DeviceStatus } from "../decision/device-status.js";
import type { RolloutStep } from "../decision/rollout-policy.js";

/** What was told is asked at most this often while it waits. */
const ASK_MS = 2_000;
/** The tag of the run is taken away by then, or stays for the next run to take away. */
const FAREWELL_MS = 5_000;

export interface Listening {
  /** Who has paused the rollout, as far as it is known. */
  readonly heldBy: () => string | undefined;
  /** Asks what was told where the step rests on it, and may ask while the rollout waits. @returns whether it was asked */
  readonly askedFor: (step: RolloutStep, statuses: readonly DeviceStatus[]) => Promise<boolean>;
  readonly end: () => Promise<void>;
}

/**
 * What a person tells this rollout. One that has no batch to come after the step at hand is told nothing, and asks nothing.
 * Before each batch but the first it asks and waits for the answer; before that one, nobody can have told it anything.
 */
export function listening(ports: Ports): Listening {
  const { instructions, clock } = ports;
  let isListening = false;
  let askedAt = -Infinity;
  return {
    heldBy: () => {
      const current = instructions?.current;
      return isListening && current?.kind === "pause" ? current.by : undefined;
    },
    askedFor: async (step, statuses) => {
      if (instructions === undefined) return false;
      const isFirst = !isListening;
      const waiting = statuses.filter(({ state }) => state === "waiting").length;
      if (isFirst && hasMore(step, waiting)) {
        isListening = true;
        instructions.begin();
      }
      if (!isListening || (isFirst && step.kind === "release")) return false;
      if (step.kind === "release") {
        await unlessInterrupted(ports, instructions.ask());
        return true;
      }
      if (step.kind === "wait" && clock.now() - askedAt >= (ports.rules.askEveryMs ?? ASK_MS)) {
        askedAt = clock.now();
        void instructions.ask();
      }
      return false;
    },
    end: async () => {
      if (isListening && instructions !== undefined) await Promise.race([instructions.end(), clock.sleep(FAREWELL_MS)]);
    },
  };
}

function hasMore(step: RolloutStep, waiting: number): boolean {
  if (step.kind === "release") return waiting > step.deviceIds.length;
  return step.kind === "wait" && waiting > 0;
}
