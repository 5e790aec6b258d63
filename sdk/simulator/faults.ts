/**
 * What can go wrong between a client and Losant, on demand.
 *
 * @example
 * ```ts
 * // A proxy's page, and Losant's own refusal.
 * losant.fault({ status: 404, body: "<html>Not Found</html>" });
 * losant.fault({ status: 404, body: { type: "NotFound", message: "Application was not found" } });
 * // Writes alone are refused.
 * losant.fault({ method: "POST", status: 404, times: Infinity });
 * // Too many calls: try again in 7 seconds.
 * losant.fault({ status: 429, headers: { "retry-after": "7" } });
 * // The next two listings are empty, and the third one has rows without a version.
 * losant.fault({ method: "GET", path: "/edge/deployments?", status: 200, body: { items: [], totalCount: 0 }, times: 2 });
 * losant.fault({ method: "GET", path: "/edge/deployments?", without: ["desiredVersion"] });
 * ```
 */
export interface Fault {
  /** @default any */
  readonly method?: "GET" | "POST";
  /** A part of the path with its query, or a pattern. @default every path */
  readonly path?: string | RegExp;
  /** How many calls it hits. @default 1 */
  readonly times?: number;
  /** How many matching calls pass before. @default 0 */
  readonly skip?: number;
  /** Answers this status instead, and nothing happens. */
  readonly status?: number;
  /** With `status`: JSON, or a text, which goes out as a page of HTML. @default an error of the type "Simulated" */
  readonly body?: object | string;
  /** With `status`, e.g. `{"retry-after": "1"}`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Answers so much later. */
  readonly delayMs?: number;
  /** The connection breaks, before or after the call has taken effect. */
  readonly cut?: "before" | "after";
  /** A body that is no JSON, with the status of the real answer: what a proxy in between might send. */
  readonly badJson?: boolean;
  /** Fields that the real answer lacks: every item of a listing, or the one record. */
  readonly without?: readonly string[];
}

/** The faults that are still to come. */
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
        if (entry.times <= 0 || !isMeant(entry.fault, method, path)) continue;
        if (entry.skip > 0) {
          entry.skip -= 1;
          continue;
        }
        entry.times -= 1;
        return entry.fault;
      }
      return undefined;
    },
  };
}

function isMeant(fault: Fault, method: string, path: string): boolean {
  if (fault.method !== undefined && fault.method !== method) return false;
  if (fault.path === undefined) return true;
  // Not `test`: a pattern with the flag g would remember where it was.
  return typeof fault.path === "string" ? path.includes(fault.path) : path.search(fault.path) >= 0;
}
