/** When a program is idle: its synchronous part is over, and none of our own look-ups is pending. */

export interface Activity {
  /** Runs a look-up of ours; until it has ended, the program is not idle. */
  readonly lookUp: <T>(work: () => Promise<T>) => Promise<T>;
  readonly whenIdle: () => Promise<void>;
}

export function createActivity(): Activity {
  let pending = 0;
  let ended: (() => void)[] = [];
  let waiting: Promise<void> | undefined;

  const untilIdle = async (): Promise<void> => {
    for (;;) {
      // What runs now, and what goes on after a look-up has ended, gets to its own end before this.
      await new Promise<void>((resolve) => setImmediate(resolve));
      if (pending === 0) {
        waiting = undefined;
        return;
      }
      await new Promise<void>((resolve) => ended.push(resolve));
    }
  };

  return {
    lookUp: async (work) => {
      pending += 1;
      try {
        return await work();
      } finally {
        pending -= 1;
        if (pending === 0) {
          for (const resolve of ended) resolve();
          ended = [];
        }
      }
    },
    whenIdle: () => {
      waiting ??= untilIdle();
      return waiting;
    },
  };
}
