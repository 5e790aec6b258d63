/** Work that ends early where nobody waits for it any more: a verb whose time is over lets go of what it shares with others. */

/** @returns what the work brings; rejects with the reason of the signal where that is aborted first */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  const listening = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    const leave = (): void => reject(signal.reason as Error);
    if (signal.aborted) leave();
    else signal.addEventListener("abort", leave, { once: true, signal: listening.signal });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    listening.abort();
    // Its error is the error of somebody who has left.
    work.catch(() => {});
  }
}

/**
 * @param signals - one for each that waits; undefined for one that waits without a limit
 * @returns aborted as soon as all of them are; undefined where somebody waits without a limit
 */
export function allAborted(signals: readonly (AbortSignal | undefined)[]): AbortSignal | undefined {
  const limits = signals.filter((signal) => signal !== undefined);
  const [first] = limits;
  if (first === undefined || limits.length < signals.length) return undefined;
  const waiting = new Set(limits.filter((signal) => !signal.aborted));
  const all = new AbortController();
  if (waiting.size === 0) all.abort(first.reason);
  for (const signal of waiting) {
    const leave = (): void => {
      waiting.delete(signal);
      if (waiting.size === 0) all.abort(signal.reason);
    };
    signal.addEventListener("abort", leave, { once: true });
  }
  return all.signal;
}

/** Work that several wait for, each as long as it may. It is given up where all of them have left. */
export class SharedWork<T> {
  readonly #work: Promise<T>;
  readonly #givenUp = new AbortController();
  #waiting = 0;

  /** @param begin - gets the signal that ends the work */
  constructor(begin: (signal: AbortSignal) => Promise<T>) {
    this.#work = begin(this.#givenUp.signal);
    // Whoever waits gets the error.
    this.#work.catch(() => {});
  }

  get isGivenUp(): boolean {
    return this.#givenUp.signal.aborted;
  }

  async join(signal?: AbortSignal): Promise<T> {
    this.#waiting += 1;
    try {
      return await untilAborted(this.#work, signal);
    } finally {
      this.#waiting -= 1;
      if (this.#waiting === 0 && signal?.aborted === true) this.#givenUp.abort(signal.reason);
    }
  }
}
