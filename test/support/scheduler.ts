/**
 * The order of things, and time. Whatever may overlap (a registration, the start and the end of a verb, a call to Losant,
 * its answer, a sleep) waits here for its turn. One at a time gets it, and the next one is chosen when all is quiet.
 * So one integer says the order of a whole command, and the same integer says it again.
 *
 * Time is a number that this file counts. It moves a little with each turn, and jumps to the end of a sleep.
 */

/** A process of the command: the engine, or a plugin. What belongs to a dead one never gets its turn. */
export interface Process {
  readonly name: string;
  isDead: boolean;
  /** The engine of this plugin was killed, and the plugin runs on. */
  isOrphan: boolean;
}

/** In the order in which a fast engine and a slow Losant come to them. */
const KINDS = ["register", "start", "end", "call", "answer"] as const;
export type Kind = (typeof KINDS)[number];

interface Waiting {
  readonly kind: Kind;
  readonly process: Process;
  readonly number: number;
  readonly since: number;
  readonly go: () => void;
}

interface Sleeping {
  readonly until: number;
  readonly process: Process;
  readonly number: number;
  readonly go: () => void;
}

export interface Scheduler {
  now(): number;
  /** Resolves when it is its turn. */
  turn(kind: Kind, process: Process): Promise<void>;
  sleep(ms: number, process: Process): Promise<void>;
  /** Something that takes real time: nobody gets a turn meanwhile. */
  outside<T>(work: () => Promise<T>): Promise<T>;
  /**
   * Gives turns until `work` has ended.
   *
   * @param order - 0: the oldest first, by kind; any other number is an order of its own
   * @param kill - how many turns are given before it is called, and what it does
   * @throws Killed
   */
  run<T>(work: () => Promise<T>, order: number, kill?: Kill): Promise<T>;
  /** What these processes have in the air arrives now. */
  land(processes: readonly Process[]): Promise<void>;
  /** Gives turns, in the natural order, until nobody waits any more: what was left running comes to its end. */
  drain(): Promise<void>;
  /** Nobody waits any more. */
  clear(): void;
}

export interface Kill {
  readonly afterTurns: number;
  readonly kill: () => Promise<void>;
}

/** The command was killed. */
export class Killed extends Error {}

/** More turns than any command here takes: something goes round and round. */
const MAX_TURNS = 50_000;
/** Nobody waits longer for a turn than this while others sleep: a slow Losant, and not one that hangs. */
const LONGEST_WAIT_MS = 2_000;
/** How often the event loop has to come round before all is quiet. */
const ROUNDS = 3;

/** @param onLater - told each time that a sleep ends, before the sleeper wakes up */
export function createScheduler(onLater: () => void): Scheduler {
  let now = Date.UTC(2026, 0, 1);
  let count = 0;
  let waiting: Waiting[] = [];
  let sleeping: Sleeping[] = [];
  let busy = 0;

  async function quiet(): Promise<void> {
    for (let round = 0; round < ROUNDS; round++) {
      await new Promise((resolve) => setImmediate(resolve));
      if (busy > 0) round = -1;
    }
  }

  /** @returns false where nobody waits */
  function giveTurn(choose: (count: number) => number): boolean {
    waiting = waiting.filter(({ process }) => !process.isDead);
    sleeping = sleeping.filter(({ process }) => !process.isDead);
    const inOrder = waiting.toSorted((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) || a.number - b.number);
    const [first] = sleeping.toSorted((a, b) => a.until - b.until || a.number - b.number);
    const mayWait = waiting.reduce((until, { since }) => Math.min(until, since + LONGEST_WAIT_MS), Infinity);
    const options = inOrder.length + (first === undefined || first.until > mayWait ? 0 : 1);
    if (options === 0) return false;
    now += 1;
    const chosen = inOrder[options === 1 ? 0 : choose(options)];
    if (chosen !== undefined) {
      waiting = waiting.filter((one) => one !== chosen);
      chosen.go();
    } else if (first !== undefined) {
      sleeping = sleeping.filter((one) => one !== first);
      now = Math.max(now, first.until);
      onLater();
      first.go();
    }
    return true;
  }

  return {
    now: () => now,
    turn: (kind, process) =>
      new Promise((go) => {
        waiting.push({ kind, process, go, number: count++, since: now });
      }),
    sleep: (ms, process) =>
      new Promise((go) => {
        sleeping.push({ until: now + ms, process, go, number: count++ });
      }),
    outside: async (work) => {
      busy += 1;
      try {
        return await work();
      } finally {
        busy -= 1;
      }
    },
    run: async (work, order, kill) => {
      const choose = order === 0 ? () => 0 : choices(order);
      const running = work().then(
        (value) => ({ value }),
        (error: unknown) => ({ error }),
      );
      let ended: Awaited<typeof running> | undefined;
      void running.then((outcome) => (ended = outcome));
      for (let turns = 0; turns < MAX_TURNS; turns++) {
        await quiet();
        if (ended !== undefined) {
          if ("error" in ended) throw ended.error;
          return ended.value;
        }
        if (kill !== undefined && turns >= kill.afterTurns) {
          await kill.kill();
          throw new Killed("killed");
        }
        if (!giveTurn(choose)) throw new Error("the command has not ended, and nothing is left that could go on");
      }
      throw new Error(`the command has not ended after ${MAX_TURNS} turns`);
    },
    land: async (processes) => {
      const landing = waiting.filter(({ kind, process }) => kind === "call" && processes.includes(process));
      waiting = waiting.filter((one) => !landing.includes(one));
      for (const { go } of landing) go();
      await quiet();
    },
    clear: () => {
      waiting = [];
      sleeping = [];
    },
    drain: async () => {
      for (let turns = 0; turns < MAX_TURNS; turns++) {
        await quiet();
        if (!giveTurn(() => 0)) return;
      }
      throw new Error(`something that was left running has not ended after ${MAX_TURNS} turns`);
    },
  };
}

/** Small numbers more often than large ones: an order that differs from the natural one, and not everywhere. */
function choices(seed: number): (count: number) => number {
  let state = seed >>> 0;
  // mulberry32, a generator of 32 bits.
  const random = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return (count) => Math.floor(random() * count);
}
