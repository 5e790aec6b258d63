/** Who has come and waits for the next calls of an application. Those who come together share listings and calls. */
import type { Clock } from "../ports.js";

/**
 * How long the first ones wait for the next one, in milliseconds: a moment where it is the first one, longer where others
 * have come before, since the engine hands over the next ones as these end. As many as were here together before do not
 * wait for more: the engine works on a fixed number at a time. It only saves calls: nothing depends on it.
 */
const FIRST_MS = 15;
const NEXT_MS = 25;
const AT_MOST_MS = 200;

export class Arrivals<T> {
  readonly #clock: Clock;
  #waiting: T[] = [];
  #wake: (() => void) | undefined;
  /** The most that were here together so far. */
  #most = 1;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get waiting(): readonly T[] {
    return this.#waiting;
  }

  add(arrival: T): void {
    this.#waiting.push(arrival);
    this.#wake?.();
  }

  take(): readonly T[] {
    return this.#waiting.splice(0);
  }

  /** So many are here together. */
  note(together: number): void {
    this.#most = Math.max(this.#most, together);
  }

  /** Resolves when nobody has come for a moment, or when as many are here as ever. */
  async gather(): Promise<void> {
    const until = this.#clock.now() + AT_MOST_MS;
    for (let seen = 0; seen !== this.#waiting.length && this.#clock.now() < until;) {
      seen = this.#waiting.length;
      if (this.#most > 1 && seen >= this.#most) return;
      await this.within(Math.max(seen, this.#most) > 1 ? NEXT_MS : FIRST_MS);
    }
  }

  /** Resolves after this time, or as soon as somebody comes. */
  async within(ms: number): Promise<void> {
    const arrived = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    await Promise.race([this.#clock.sleep(ms), arrived]);
    this.#wake = undefined;
  }
}
