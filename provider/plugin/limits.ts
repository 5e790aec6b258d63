/** When a verb may write nothing more: its `customTimeouts` are over. */
import type { Clock } from "../ports.js";
import { formatDuration } from "../words.js";

export interface Limit {
  /** @throws Error that says why nothing more is written */
  readonly assertGoesOn: () => void;
  /** The work, or an error when the time is over. Only for work that writes nothing. */
  readonly bound: <T>(work: Promise<T>) => Promise<T>;
}

/** @param timeoutSeconds - of `customTimeouts`; 0 for no limit */
export function limitOf(what: "create" | "read" | "update" | "delete", timeoutSeconds: number, clock: Clock): Limit {
  const until = timeoutSeconds > 0 ? clock.now() + timeoutSeconds * 1_000 : Infinity;
  const timeOver = (): Error =>
    new Error(
      `the ${formatDuration(timeoutSeconds * 1_000)} of customTimeouts.${what} are over: nothing more is ${what === "read" ? "read" : "written"}. ` +
        `Give it more time, or run \`pulumi ${what === "read" ? "refresh" : "up"}\` again to go on`,
    );
  return {
    assertGoesOn: () => {
      if (clock.now() >= until) throw timeOver();
    },
    bound: async (work) => {
      if (until === Infinity) return work;
      const end = clock.sleep(timeoutSeconds * 1_000).then((): never => {
        throw timeOver();
      });
      return Promise.race([work, end]);
    },
  };
}
