/** What the lifecycle needs from outside: Losant, time, the log. All of it is handed in, so tests hand in their own. */
import type { FlowSession } from "./flow-session.js";
import type { Log } from "./log.js";
import type { FlowReader } from "./observe.js";

export interface Ports {
  /** The only way to write: what several resources want at one moment goes out together. */
  readonly session: FlowSession;
  readonly flows: FlowReader;
  readonly log: Log;
  readonly clock: Clock;
  readonly rules: Rules;
  /** Is the Pulumi engine still connected? Without it, always. */
  readonly isEngineAlive?: (() => Promise<boolean>) | undefined;
}

export interface Clock {
  now(): number;
  sleep(ms: number): Promise<void>;
}

export interface Rules {
  /** May calls be used that reach every device of the application? Off with `losant:replace: never`. */
  readonly allowFleetWideCalls: boolean;
  /** How long to wait until Losant shows what it accepted, in seconds. */
  readonly verifySeconds: number;
  /** How long one write is tried again after faults of the moment, in seconds. @default 120 */
  readonly retrySeconds?: number | undefined;
  /** First pause before a write is tried again, in milliseconds; it doubles. @default 500 */
  readonly retryDelayMs?: number | undefined;
  /** How often a rollout looks: the first time, and at least. @default 500 and 10000 milliseconds */
  readonly poll?: { readonly firstMs: number; readonly lastMs: number } | undefined;
  /** How often a rollout reports its progress, at most, in milliseconds. @default 1000 */
  readonly progressEveryMs?: number | undefined;
}

/**
 * A killed CLI leaves its plugin processes running, and the next `pulumi up` may be at work already. Nothing may be
 * written then.
 *
 * @throws Error if the engine is not connected any more
 */
export async function assertEngineAlive({ isEngineAlive }: Pick<Ports, "isEngineAlive">): Promise<void> {
  if (isEngineAlive !== undefined && !(await isEngineAlive())) {
    throw new Error("the connection to the Pulumi engine is lost: nothing more is written");
  }
}
