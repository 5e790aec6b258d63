/** What was asked, for tests to look at and to step in. */

/** One request, as it was asked and answered; never with the token. */
export interface RecordedCall {
  readonly method: string;
  /** Without the query, decoded. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** The parsed JSON of a body; undefined without one, or where it is no JSON. */
  readonly body: unknown;
  /** Undefined where the connection was cut. */
  readonly status: number | undefined;
  /** When it was answered. */
  readonly at: string;
}

/** A request that has not taken effect yet. */
export type IncomingCall = Omit<RecordedCall, "status" | "at">;

/** Called before a request takes effect. `index`: how many it was called for before. */
export type BeforeCall = (call: IncomingCall, index: number) => void | Promise<void>;

/** The requests of one simulator. */
export interface CallLog {
  /** All that were answered, the oldest first; one list for good. */
  readonly answered: readonly RecordedCall[];
  /** Done when everybody who wanted to do something before this call has done it. */
  arrive(call: IncomingCall): Promise<void>;
  answer(call: RecordedCall): void;
  /** @returns ends it */
  before(hook: BeforeCall): () => void;
  clear(): void;
  clearHooks(): void;
}

/** @param onCall - told of every request once it is answered */
export function createCallLog(onCall?: (call: RecordedCall) => void): CallLog {
  const answered: RecordedCall[] = [];
  const hooks = new Set<{ readonly hook: BeforeCall; asked: number }>();
  return {
    answered,
    arrive: async (call) => {
      // Numbered as the requests come in, however long a hook takes.
      const meant = [...hooks].map((entry) => ({ hook: entry.hook, index: entry.asked++ }));
      for (const { hook, index } of meant) await hook(call, index);
    },
    answer: (call) => {
      answered.push(call);
      onCall?.(call);
    },
    before: (hook) => {
      const entry = { hook, asked: 0 };
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
