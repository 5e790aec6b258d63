/** How long one resource tries again, and how often it has tried. */
import { LosantError, isRetryable, withTries } from "../losant/index.js";
import type { Clock, Rules } from "../ports.js";

const RETRY_SECONDS = 120;
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 8_000;
/** The least time of a listing: one attempt of the client. After the calls, what is live has to be known. */
const LEAST_LOOK_MS = 30_000;

export class RetryWindow {
  readonly #clock: Clock;
  readonly #rules: Rules;
  #giveUpAt: number;
  #attempts = 0;
  #firstAttemptAt = 0;

  constructor(clock: Clock, rules: Rules) {
    this.#clock = clock;
    this.#rules = rules;
    this.#giveUpAt = this.#fromNow();
  }

  #fromNow(): number {
    return this.#clock.now() + (this.#rules.retrySeconds ?? RETRY_SECONDS) * 1000;
  }

  /** The time that a resource waits for another one is not its own. */
  restart(): void {
    this.#giveUpAt = this.#fromNow();
  }

  /** How long a listing may take, in milliseconds. */
  get lookWithinMs(): number {
    return Math.max(this.#giveUpAt - this.#clock.now(), LEAST_LOOK_MS);
  }

  /** After a failed attempt. @returns when to try again; undefined: give up */
  nextAttemptAt(fault: unknown): number | undefined {
    const now = this.#clock.now();
    if (this.#attempts === 0) this.#firstAttemptAt = now;
    this.#attempts += 1;
    // Without it, a Retry-After of 0 would be a call without a pause.
    const { retryAfterMs = 0 } = fault as { readonly retryAfterMs?: number };
    const doubled = (this.#rules.retryDelayMs ?? FIRST_RETRY_MS) * 2 ** (this.#attempts - 1);
    const dueAt = now + Math.max(retryAfterMs, Math.min(doubled, LAST_RETRY_MS));
    return isRetryable(fault) && dueAt < this.#giveUpAt ? dueAt : undefined;
  }

  /** The fault of the last attempt, with how often it was tried. */
  lastFault(fault: unknown): unknown {
    if (this.#attempts < 2 || !(fault instanceof LosantError)) return fault;
    return withTries(fault, this.#attempts, this.#clock.now() - this.#firstAttemptAt);
  }
}
