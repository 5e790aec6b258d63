/** When a verb ends: its `customTimeouts` are over. */
import { TimeOver } from "../run-end.js";
import { formatDuration } from "../words.js";

export type TimedVerb = "create" | "read" | "update" | "delete";

/** Makes a signal that is aborted after a time in milliseconds. */
export type Timer = (ms: number) => AbortSignal;

/** Rests where the machine sleeps, as the clock of the plugin does. */
export const systemTimer: Timer = (ms) => AbortSignal.timeout(ms);

/** Longer times are none: Node's timers take 2^31 - 1 milliseconds, 24 days. */
const MOST_MS = 2 ** 31 - 1;

/**
 * @param timeoutSeconds - of `customTimeouts`; 0 for no limit
 * @returns a signal that is aborted when the time is over, with the sentence that says so; undefined without a limit
 */
export function deadlineOf(what: TimedVerb, timeoutSeconds: number, timer: Timer): AbortSignal | undefined {
  const ms = timeoutSeconds * 1_000;
  if (ms <= 0 || ms > MOST_MS) return undefined;
  const deadline = new AbortController();
  const [done, command] = what === "read" ? ["read", "refresh"] : ["written", what === "delete" ? "destroy" : "up"];
  const over = new TimeOver(
    `the ${formatDuration(ms)} of customTimeouts.${what} are over: nothing more is ${done}. ` +
      `Give it more time, or run \`pulumi ${command}\` again to go on.`,
  );
  const timed = timer(ms);
  if (timed.aborted) deadline.abort(over);
  else timed.addEventListener("abort", () => deadline.abort(over), { once: true });
  return deadline.signal;
}
