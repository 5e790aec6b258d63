/** When a program is idle: its synchronous part is over, and none of our own look-ups is pending. */

export interface Activity {
  /** Runs one of our look-ups; the program is not idle until it has ended. */
  readonly lookUp: <T>(work: () => Promise<T>) => Promise<T>;
  readonly whenIdle: () => Promise<void>;
}

export function createActivity(): Activity {
  let pending = 0;
  let ended: (() => void)[] = [];
  let waiting: Promise<void> | undefined;

  const untilIdle = async (): Promise<void> => {
    for (;;) {
      // Runs after the synchronous code of now, and after what continues when a look-up ends.
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
