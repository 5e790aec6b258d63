/** How long calls that Losant took are waited for, until Losant shows them. Pure: time is an argument. */

const FIRST_POLL_MS = 100;
const LAST_POLL_MS = 2_000;
/** Listings without a change after some devices have followed: the call does not reach the others. */
const STUCK_LOOKS = 4;
/** Listings after which a device that does not follow may have been deleted. Until then Losant may just be late. */
const LATE_LOOKS = 2;

export class Settling {
  readonly #until: number;
  #left: number;
  #pause = FIRST_POLL_MS;
  #looks = 0;
  #still = 0;
  #moved = false;

  /**
   * @param until - when the time is up, in milliseconds
   * @param left - how many devices have to follow
   */
  constructor(until: number, left: number) {
    this.#until = until;
    this.#left = left;
  }

  /** Has there been time enough to ask whether the devices exist? */
  get isLate(): boolean {
    return this.#looks >= LATE_LOOKS;
  }

  /** @returns when to look again; undefined where no more is to be expected of these calls */
  lookAgainAt(left: number, now: number): number | undefined {
    this.#looks += 1;
    this.#moved ||= left < this.#left;
    this.#still = left === this.#left ? this.#still + 1 : 0;
    this.#left = left;
    const isStuck = this.#moved && this.#still >= STUCK_LOOKS;
    if (isStuck || now >= this.#until) return undefined;
    const dueAt = now + Math.min(this.#pause, Math.max(this.#until - now, 1));
    this.#pause = Math.min(this.#pause * 2, LAST_POLL_MS);
    return dueAt;
  }
}
