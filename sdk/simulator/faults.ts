/** What can go wrong between a client and Losant, on demand. */
export interface Fault {
  readonly method?: "GET" | "POST" | undefined;
  /** A part of the path with its query, or a pattern. @default every path */
  readonly path?: string | RegExp | undefined;
  /** How many calls it hits. @default 1 */
  readonly times?: number | undefined;
  /** How many matching calls pass before. @default 0 */
  readonly skip?: number | undefined;
  /** Answers this status instead. */
  readonly status?: number | undefined;
  readonly body?: object | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Answers so much later. */
  readonly delayMs?: number | undefined;
  /** The connection breaks, before or after the call has taken effect. */
  readonly cut?: "before" | "after" | undefined;
  /** A 200 with a body that is no JSON. */
  readonly badJson?: boolean | undefined;
}

export interface Faults {
  add(fault: Fault): void;
  clear(): void;
  /** The fault that hits this call, if any. */
  take(method: string, pathAndQuery: string): Fault | undefined;
}

export function createFaults(): Faults {
  let pending: { fault: Fault; skip: number; times: number }[] = [];
  return {
    add: (fault) => pending.push({ fault, skip: fault.skip ?? 0, times: fault.times ?? 1 }),
    clear: () => {
      pending = [];
    },
    take: (method, path) => {
      for (const entry of pending) {
        const { fault } = entry;
        if (fault.method !== undefined && fault.method !== method) continue;
        if (typeof fault.path === "string" && !path.includes(fault.path)) continue;
        if (fault.path instanceof RegExp && !fault.path.test(path)) continue;
        if (entry.skip > 0) {
          entry.skip -= 1;
          continue;
        }
        if (entry.times <= 0) continue;
        entry.times -= 1;
        return fault;
      }
      return undefined;
    },
  };
}
