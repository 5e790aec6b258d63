/** Delayed work: it runs by itself after its delay, or at once when a test calls `settle`. */
export interface Scheduler {
  /** Runs at once where there is no delay. */
  after(ms: number, task: () => void): void;
  /** Repeats until `task` returns false. {@link Scheduler.settle} does not run it: that would never end. */
  every(ms: number, task: () => boolean): void;
  /** Runs all delayed tasks now, in the order of their time, and the tasks that they add. */
  settle(): void;
  /** Drops all tasks, and those that are added afterwards. */
  stop(): void;
}

interface DelayedTask {
  readonly due: number;
  readonly timer: NodeJS.Timeout;
  readonly task: () => void;
}

/** The timers do not keep the process alive: the HTTP server does. */
export function createScheduler(): Scheduler {
  const waiting = new Set<DelayedTask>();
  const repeating = new Set<NodeJS.Timeout>();
  let elapsed = 0;
  let stopped = false;

  return {
    after: (ms, task) => {
      if (stopped) return;
      if (ms <= 0) return task();
      const timer = setTimeout(() => {
        waiting.delete(entry);
        task();
      }, ms).unref();
      const entry: DelayedTask = { due: (elapsed || performance.now()) + ms, timer, task };
      waiting.add(entry);
    },
    every: (ms, task) => {
      if (stopped) return;
      const timer = setInterval(() => {
        if (task()) return;
        clearInterval(timer);
        repeating.delete(timer);
      }, ms).unref();
      repeating.add(timer);
    },
    settle: () => {
      while (waiting.size > 0) {
        for (const entry of [...waiting].toSorted((a, b) => a.due - b.due)) {
          // A task that ran before it may have called `stop`.
          if (!waiting.delete(entry)) continue;
          clearTimeout(entry.timer);
          elapsed = entry.due;
          entry.task();
        }
      }
      elapsed = 0;
    },
    stop: () => {
      stopped = true;
      for (const { timer } of waiting) clearTimeout(timer);
      for (const timer of repeating) clearInterval(timer);
      waiting.clear();
      repeating.clear();
    },
  };
}
