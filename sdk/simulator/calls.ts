/** The record of calls, and the hooks that run before a call. */

/** One request and its answer's status. The token is never part of it. */
export interface RecordedCall {
  readonly method: string;
  /** Without the query, decoded. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** The parsed JSON of a body; undefined without one, or where it is no JSON. */
  readonly body: unknown;
  /** Undefined where the client got no answer: a reset connection, a stall before the headers. */
  readonly status: number | undefined;
  /** When it was answered, ISO 8601. */
  readonly at: string;
}

/** A request that has not taken effect yet. */
export type IncomingCall = Omit<RecordedCall, "status" | "at">;

/** Called before a request takes effect. `index`: how many requests this hook has seen before. */
export type BeforeCall = (call: IncomingCall, index: number) => void | Promise<void>;

/** The requests of one simulator. */
export interface CallLog {
  /** All answered calls, the oldest first. The same array for the simulator's whole life. */
  readonly answered: readonly RecordedCall[];
  /** Resolves once all hooks for this call are done. */
  arrive(call: IncomingCall): Promise<void>;
  answer(call: RecordedCall): void;
  /** @returns a function that removes the hook */
  before(hook: BeforeCall): () => void;
  clear(): void;
  clearHooks(): void;
}

/** @param onCall - called with every request once it is answered */
export function createCallLog(onCall?: (call: RecordedCall) => void): CallLog {
  const answered: RecordedCall[] = [];
  const hooks = new Set<{ readonly hook: BeforeCall; seen: number }>();
  return {
    answered,
    arrive: async (call) => {
      // Numbered on arrival, so that a slow hook does not change the order.
      const due = [...hooks].map((entry) => ({ hook: entry.hook, index: entry.seen++ }));
      for (const { hook, index } of due) await hook(call, index);
    },
    answer: (call) => {
      answered.push(call);
      onCall?.(call);
    },
    before: (hook) => {
      const entry = { hook, seen: 0 };
      hooks.add(entry);
      return () => {
        hooks.delete(entry);
      };
    },
    clear: () => {
      answered.length = 0;
    },
    clearHooks: () => hooks.clear(),
  };
}
