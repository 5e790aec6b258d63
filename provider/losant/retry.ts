/** Whether and when to repeat a failed attempt of a read. A write is never repeated here. [pure] */
import { isTransient } from "./failure.js";
import type { CallFailure } from "./failure.js";

/** Attempts if the name of the host does not exist: a mistyped host is reported within seconds. */
export const MAX_ATTEMPTS_NO_SUCH_HOST = 4;
/** Attempts after an answer that Losant does not document: a proxy's page may be gone in a moment, a wrong address is not. */
export const MAX_ATTEMPTS_UNREADABLE = 3;
/** A delay stops doubling at this many times the first one: 8 s with the default. */
const DELAY_CAP = 16;

export interface RetrySituation {
  readonly failure: CallFailure;
  readonly method: "GET" | "POST";
  /** The attempt that failed, from 1. */
  readonly attempt: number;
  readonly maxAttempts: number;
  /** What `Retry-After` asks for, in milliseconds; a date is already turned into a span. */
  readonly retryAfterMs: number | undefined;
  /** What is left of the time for the whole call, in milliseconds. */
  readonly remainingMs: number;
  /** First delay, in milliseconds. */
  readonly baseDelayMs: number;
  /** From 0 to 1; the jitter. */
  readonly random: number;
}

/**
 * Milliseconds to wait before the next attempt; `undefined`: do not repeat.
 *
 * A write is based on a listing, and after a failure that listing is old: another writer may have moved devices meanwhile.
 * So a POST is sent once, and its error tells the caller what to do next: list and plan again where it is retryable, after
 * `retryAfterMs`.
 *
 * | failure | GET | POST | error of the POST |
 * | --- | --- | --- | --- |
 * | 3xx, 4xx but 408 and 429, 501, 505, bad certificate | no | no | not retryable |
 * | 2xx with an unreadable answer | twice | no | outcome unknown |
 * | 429 | yes | no | retryable: Losant did not take it |
 * | no connection (refused, DNS, unreachable, time-out while connecting) | yes | no | retryable: nothing was sent |
 * | 408, 5xx, connection lost, time-out after sending | yes | no | retryable, outcome unknown |
 */
export function retryDelay(situation: RetrySituation): number | undefined {
  const { failure, method, attempt, retryAfterMs, remainingMs, baseDelayMs, random } = situation;
  if (method === "POST" || attempt >= Math.min(situation.maxAttempts, attemptsAfter(failure))) return undefined;

  const doubled = baseDelayMs * Math.min(2 ** (attempt - 1), DELAY_CAP);
  const own = (doubled * (1 + random)) / 2;
  // Retry-After may ask for more. One of 0, again and again, would be a call without a pause. The jitter on top keeps many
  // waiting calls from coming back as one.
  const delay = retryAfterMs === undefined || retryAfterMs < own ? own : retryAfterMs + baseDelayMs * random;
  // Waiting until the time is up would replace a clear error by a time-out.
  return delay < remainingMs ? delay : undefined;
}

/** An outage is bounded by time alone. */
function attemptsAfter(failure: CallFailure): number {
  if (failure.kind === "answer") return failure.isFinal === true ? 1 : MAX_ATTEMPTS_UNREADABLE;
  if (!isTransient(failure) || (failure.kind === "timeout" && failure.whole)) return 1;
  return failure.kind === "network" && failure.code === "ENOTFOUND" ? MAX_ATTEMPTS_NO_SUCH_HOST : Infinity;
}
