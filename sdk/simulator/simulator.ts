/** The API of a simulator: its options, and the running simulator. */
import type { ForeignToken } from "./access.js";
import type { BeforeCall, RecordedCall } from "./calls.js";
import type { Actor, Behaviour, Row, SimulatedDevice } from "./entities.js";
import type { Fault } from "./faults.js";
import type { Seed } from "./seed.js";

/** Which version of a row a replace compares `oldVersion` with; Losant does not document it. */
export type ReplaceMatches = "desired" | "current" | "either";

/** What is served beside the API. */
export type Site = (request: Request) => Response | undefined | Promise<Response | undefined>;

export interface SimulatorOptions {
  /** @default any free port */
  readonly port?: number;
  /** @default demoFleet() */
  readonly seed?: Seed;
  /** The time for dates in answers, in milliseconds. Delays use the machine's time. @default Date.now */
  readonly clock?: () => number;
  /** How long an "immediate" device takes to report, in milliseconds. With 0, it reports before the write is answered. @default 50 */
  readonly reportDelayMs?: number;
  /** The status of writes: 201 up to API 1.30.0; 202 since API 1.30.1, with its longer release body. @default 202 */
  readonly writeStatus?: 201 | 202;
  /** With 202: how long after the answer the desired versions show, in milliseconds. @default 0 */
  readonly desiredDelayMs?: number;
  /** The most items of a page, whatever `perPage` asks for; Losant documents no limit. @default 1000 */
  readonly maxPerPage?: number;
  /** Which version a replace compares `oldVersion` with, which is not documented. @default "desired" */
  readonly replaceMatches?: ReplaceMatches;
  /** Answers as an old private install does: deployments without etags, names, classes and connection info. @default false */
  readonly legacy?: boolean;
  /** Which log entry of a deployment comes first, which is not documented. @default "oldestFirst" */
  readonly logsOrder?: "oldestFirst" | "newestFirst";
  /**
   * The status for a token of another application, which is not documented: 403, or 404 "Application was not found".
   * @default 403
   */
  readonly foreignToken?: ForeignToken;
  /**
   * Answers what is no call of Losant's API, for example a page at `/`. Such requests are not recorded, and no fault or
   * hook hits them. For undefined the request is a call.
   */
  readonly site?: Site;
  /** Called with every request once it is answered. */
  readonly onCall?: (call: RecordedCall) => void;
}

/** A change that a person makes by hand. */
export interface ManualChange {
  readonly applicationId: string;
  readonly flowId: string;
  readonly deviceId: string;
  readonly version: string | null;
  readonly by: Actor;
}

/** An error in a run of a workflow on a device. */
export interface ThrownError {
  readonly applicationId: string;
  readonly flowId: string;
  readonly deviceId: string;
  readonly version: string;
  readonly message: string;
  /** @default "Function" */
  readonly nodeLabel?: string;
  /** @default now */
  readonly time?: Date;
}

/** A running local Losant. */
export interface Simulator {
  /** For example `http://127.0.0.1:43210`. */
  readonly url: string;
  /** Every request since the start or the last {@link Simulator.clearCalls}. */
  readonly calls: readonly RecordedCall[];
  clearCalls(): void;
  /**
   * Runs the hook before each request takes effect. The second argument counts the requests that the hook has seen: 0, 1,
   * ... The request waits until the hook is done, so the hook can change something between two calls: a change by hand, a
   * device that goes offline, a {@link Simulator.fault} for this call. If the hook throws, the answer has status 500.
   *
   * @example
   * ```ts
   * // A person moves a device between the listing and the write that is based on it.
   * losant.beforeCall((call, index) => {
   *   if (index === 1) losant.change({ ...place, version: "v9", by });
   * });
   * ```
   *
   * @returns a function that removes the hook
   */
  beforeCall(hook: BeforeCall): () => void;
  /** Copies of the deployments as they are now. */
  rows(applicationId: string, flowId?: string): readonly Readonly<Row>[];
  /** Copies of the devices as they are now. */
  devices(applicationId: string): readonly Readonly<SimulatedDevice>[];
  device(deviceId: string): Readonly<SimulatedDevice>;
  /** Schedules a version, or with null a removal, in the name of `by`. */
  change(change: ManualChange): void;
  /** The device reports an error of a version, whether it runs it or not. */
  throwError(error: ThrownError): void;
  /** The device tries its pending versions (again). One that was offline behaves as `immediate` from now on. */
  connect(deviceId: string): void;
  /** Until {@link Simulator.connect}. */
  disconnect(deviceId: string): void;
  setBehaviour(deviceId: string, behaviour: Behaviour): void;
  /** Deletes a device, and its deployments with it (inferred). */
  deleteDevice(deviceId: string): void;
  /** Deletes a workflow, and its deployments with it (inferred). */
  deleteFlow(flowId: string): void;
  /** New content under the same name: devices run the older content until they connect again (inferred). */
  overwriteVersion(flowId: string, version: string): void;
  /** All delayed reports and writes happen now; flapping devices stay as they are. */
  settle(): void;
  /** Makes the next matching calls go wrong. */
  fault(fault: Fault): void;
  clearFaults(): void;
  /** Returns to the seed, without calls, faults and hooks. The URL stays. */
  reset(): void;
  close(): Promise<void>;
}
