/** What is to happen later: by itself when its time has come, or now because a test asks for it. */
export interface Scheduler {
  /** Without a delay it happens at once. */
  after(ms: number, what: () => void): void;
  /** Again and again, until `what` answers false. {@link Scheduler.settle} leaves it alone: it would never end. */
  every(ms: number, what: () => boolean): void;
  /** Everything that waits happens now, in the order of its time, with all that follows from it. */
  settle(): void;
  /** Nothing happens any more. */
  stop(): void;
}

interface Waiting {
  readonly due: number;
  readonly timer: NodeJS.Timeout;
  readonly what: () => void;
}

/** The timers do not keep the process alive: the HTTP server does. */
export function createScheduler(): Scheduler {
  const waiting = new Set<Waiting>();
  const repeating = new Set<NodeJS.Timeout>();
  let elapsed = 0;
  let stopped = false;

  return {
    after: (ms, what) => {
      if (stopped) return;
      if (ms <= 0) return what();
      const timer = setTimeout(() => {
        waiting.delete(entry);
        what();
      }, ms).unref();
      const entry: Waiting = { due: (elapsed || performance.now()) + ms, timer, what };
      waiting.add(entry);
    },
    every: (ms, what) => {
      if (stopped) return;
      const timer = setInterval(() => {
        if (what()) return;
        clearInterval(timer);
        repeating.delete(timer);
      }, ms).unref();
      repeating.add(timer);
    },
    settle: () => {
      while (waiting.size > 0) {
        for (const entry of [...waiting].toSorted((a, b) => a.due - b.due)) {
          // Something that ran before it may have been the last.
          if (!waiting.delete(entry)) continue;
          clearTimeout(entry.timer);
          elapsed = entry.due;
          entry.what();
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
