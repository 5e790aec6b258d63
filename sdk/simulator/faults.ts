/** Which faults there are, and which calls they hit. How each looks on the wire: `hostile-answers.ts`. */
import type { SimulatedOperation } from "./operations.js";

/** Which calls a fault hits: those that match every field. The defaults match each call. */
export interface FaultTarget {
  /** @default any */
  readonly method?: "GET" | "POST";
  /** @default any */
  readonly operation?: SimulatedOperation;
  /** A part of the path with its query, or a pattern. @default any */
  readonly path?: string | RegExp;
  /** Of a listing: only this page, counted from 0. @default any page, and calls that are no listing */
  readonly page?: number;
  /** How many matching calls pass before the first that is hit: with 2, the third is. @default 0 */
  readonly skip?: number;
  /** How many matching calls are hit; `Infinity` for all. @default 1 */
  readonly times?: number;
  /** The fault waits this long before it acts. @default 0 */
  readonly delayMs?: number;
}

/** Another answer than the real one. */
export interface StatusFault {
  readonly status: number;
  /** JSON, or a text, which is sent as a page of HTML. @default an error of the type "Simulated" */
  readonly body?: object | string;
  readonly headers?: Readonly<Record<string, string>>;
  /** `Retry-After`: seconds, a date, or any text. @default no such header */
  readonly retryAfter?: number | Date | string;
  /** Whether the call has its effect all the same, as behind a proxy that gave up waiting. @default false */
  readonly takesEffect?: boolean;
}

/** The real answer, only later. */
export interface DelayFault {
  readonly delayMs: number;
}

/** The connection is reset, before or after the call has its effect. */
export interface ResetFault {
  readonly cut: "before" | "after";
}

/**
 * No end, and no error either: the connection stays open until the client gives up.
 * `before`: no answer and no effect. `after`: no answer, but the effect. `body`: the effect, the headers and half of
 * the body.
 */
export interface StallFault {
  readonly stall: "before" | "after" | "body";
}

/** The real answer, one byte at a time, with this long between two bytes. */
export interface DripFault {
  readonly dripMs: number;
}

/**
 * The call has its effect and the answer its real status, but the body is not Losant's.
 * `truncated`: the connection ends before `Content-Length` is reached. `cutJson`: half of the JSON, as a whole answer.
 * `empty`: no body. `html`: a page, as a proxy sends. `null`: the JSON `null`. `wrongShape`: JSON of another shape.
 */
export interface GarbledFault {
  readonly garbled: "truncated" | "cutJson" | "empty" | "html" | "null" | "wrongShape";
}

/** The same as `garbled: "html"`. */
export interface BadJsonFault {
  readonly badJson: true;
}

/** The real answer behind so many blanks, which JSON allows: only its size tells it from a good one. */
export interface HugeFault {
  readonly padBytes: number;
  /** Sends it compressed, at about a thousandth of the size: a gzip bomb. @default false */
  readonly gzip?: boolean;
}

/** Sends the client to another address; the call has no effect here. */
export interface RedirectFault {
  readonly redirect: string;
  /** @default 307, which repeats method and body there */
  readonly redirectStatus?: 301 | 302 | 303 | 307 | 308;
}

/** The real answer without these fields: in each item of a listing, or in the one record. */
export interface MissingFieldsFault {
  readonly without: readonly string[];
}

/** A page that does not fit the listing that it is of. */
export interface ListingFault {
  readonly listing: {
    /** Added to the real `totalCount`; a negative number makes it too small. @default 0 */
    readonly totalCountBy?: number;
    /** One more item: a copy of the page's first, with these fields instead. A second row of a device, a row of another flow. */
    readonly extraRow?: Readonly<Record<string, unknown>>;
    /**
     * As if the listing had changed since the page before: with 1, a row has come in before this page, so that the page
     * repeats one; with -1, a row has gone, so that no page shows the next one. `totalCount` follows. @default 0
     */
    readonly shift?: number;
  };
}

/** What goes wrong. */
export type FaultEffect =
  | StatusFault
  | DelayFault
  | ResetFault
  | StallFault
  | DripFault
  | GarbledFault
  | BadJsonFault
  | HugeFault
  | RedirectFault
  | MissingFieldsFault
  | ListingFault;

/**
 * What goes wrong between a client and Losant, and in which calls.
 *
 * @example
 * ```ts
 * // A proxy's page, and Losant's own error.
 * losant.fault({ status: 404, body: "<html>Not Found</html>" });
 * losant.fault({ status: 404, body: { type: "NotFound", message: "Application was not found" } });
 * // No write gets through.
 * losant.fault({ method: "POST", status: 404, times: Infinity });
 * // Too many calls: try again in 7 seconds.
 * losant.fault({ status: 429, retryAfter: 7 });
 * // The third release of a thousand devices is done, but its answer is lost.
 * losant.fault({ operation: "release", skip: 2, cut: "after" });
 * // The second page of a listing never ends.
 * losant.fault({ operation: "listDeployments", page: 1, stall: "body" });
 * ```
 */
export type Fault = FaultTarget & FaultEffect;

/** The call that a fault may hit. */
export interface FaultedCall {
  readonly method: string;
  /** Undefined where no operation has this path. */
  readonly operation: SimulatedOperation | undefined;
  readonly pathAndQuery: string;
  /** Of a listing. */
  readonly page: number | undefined;
}

/** The faults that have not hit all their calls yet. */
export interface Faults {
  add(fault: Fault): void;
  clear(): void;
  /** The first fault that hits this call, if any does. It counts as one of the fault's calls. */
  take(call: FaultedCall): Fault | undefined;
}

export function createFaults(): Faults {
  let pending: { fault: Fault; skip: number; times: number }[] = [];
  return {
    add: (fault) => pending.push({ fault, skip: fault.skip ?? 0, times: fault.times ?? 1 }),
    clear: () => {
      pending = [];
    },
    take: (call) => {
      for (const entry of pending) {
        if (entry.times <= 0 || !isHit(entry.fault, call)) continue;
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

function isHit(fault: FaultTarget, { method, operation, pathAndQuery, page }: FaultedCall): boolean {
  if ((fault.method ?? method) !== method || (fault.operation ?? operation) !== operation) return false;
  if ((fault.page ?? page) !== page) return false;
  if (fault.path === undefined) return true;
  // Not `test`: a pattern with the flag g would remember where it was.
  return typeof fault.path === "string" ? pathAndQuery.includes(fault.path) : pathAndQuery.search(fault.path) >= 0;
}
