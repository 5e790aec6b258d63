/** What a test or a person holds in hands: the options, and the running simulator. */
import type { ForeignToken } from "./access.js";
import type { BeforeCall, RecordedCall } from "./calls.js";
import type { Behaviour, By, SimulatedDevice, Row } from "./entities.js";
import type { Fault } from "./faults.js";
import type { Seed } from "./seed.js";

/** Which version of a deployment `oldVersion` of a replace is compared with; Losant does not document it. */
export type ReplaceMatches = "desired" | "current" | "either";

export interface SimulatorOptions {
  /** @default any free port */
  readonly port?: number;
  /** @default demoFleet() */
  readonly seed?: Seed;
  /** The time, in milliseconds; what waits waits by the machine's own. @default Date.now */
  readonly clock?: () => number;
  /** How long an "immediate" device takes to report, in milliseconds; with 0 it has when a write is answered. @default 50 */
  readonly reportDelayMs?: number;
  /** What writes answer: 201 up to API 1.30.0; 202 since, with the release body of that API. @default 202 */
  readonly writeStatus?: 201 | 202;
  /** With 202, how much later the desired versions show, in milliseconds. @default 0 */
  readonly desiredDelayMs?: number;
  /** Items a page holds at most, whatever is asked; Losant documents no limit. @default 1000 */
  readonly maxPerPage?: number;
  /** What `oldVersion` of a replace is matched on, which is not documented. @default "desired" */
  readonly replaceMatches?: ReplaceMatches;
  /** As an old private install: no etags, names, classes or connection info of deployments. @default false */
  readonly legacy?: boolean;
  /** Which log entry of a deployment comes first, which is not documented. @default "oldestFirst" */
  readonly logsOrder?: "oldestFirst" | "newestFirst";
  /**
   * What a token of another application is answered, which is not documented: 403, or 404 "Application was not found",
   * as if there were none. @default 403
   */
  readonly foreignToken?: ForeignToken;
  /** Told of every request once it is answered. @default nobody */
  readonly onCall?: (call: RecordedCall) => void;
}

/** A change made by hand. */
export interface HandMade {
  readonly applicationId: string;
  readonly flowId: string;
  readonly deviceId: string;
  readonly version: string | null;
  readonly by: By;
}

/** A running local Losant, and everything that can happen to it. */
export interface Simulator {
  /** For example `http://127.0.0.1:43210`. */
  readonly url: string;
  /** Every request since the start or the last {@link Simulator.clearCalls}. */
  readonly calls: readonly RecordedCall[];
  clearCalls(): void;
  /**
   * Asked before every request takes effect, with the number of requests that it was asked about before: 0, 1, ... The
   * request waits for it, so what it does lies between this call and the one before: a change by hand, a device that goes
   * offline, a {@link Simulator.fault} for this very call. It may hold the call back as long as it likes. What it throws
   * is answered with status 500.
   *
   * @example
   * ```ts
   * // Somebody moves a device between the look and the write that rests on it.
   * losant.beforeCall((call, index) => {
   *   if (index === 1) losant.change({ ...place, version: "v9", by });
   * });
   * ```
   *
   * @returns ends it
   */
  beforeCall(hook: BeforeCall): () => void;
  /** The deployments as they are now: copies, which do not change any more. */
  rows(applicationId: string, flowId?: string): readonly Readonly<Row>[];
  /** The devices as they are now: copies. */
  devices(applicationId: string): readonly Readonly<SimulatedDevice>[];
  device(deviceId: string): Readonly<SimulatedDevice>;
  /** Somebody else schedules a version, or with null a removal; it stands in the log with their name. */
  change(change: HandMade): void;
  /** Whatever is pending on the device is tried (again). A device that was offline behaves as `immediate` from now on. */
  connect(deviceId: string): void;
  /** Until {@link Simulator.connect}. */
  disconnect(deviceId: string): void;
  setBehaviour(deviceId: string, behaviour: Behaviour): void;
  /** Same name, new content: devices run the older content until they connect again (inferred). */
  overwriteVersion(flowId: string, version: string): void;
  /** Whatever is to happen later (reports, late writes) happens now; flapping devices stay as they are. */
  settle(): void;
  /** The next matching calls go wrong. */
  fault(fault: Fault): void;
  clearFaults(): void;
  /** Wipes everything, calls, faults and hooks too, and replays the seed; the URL stays. */
  reset(): void;
  close(): Promise<void>;
}
