/** The records of the simulated Losant. Field names are those of Losant's JSON schemas. */
import type { ListingCache } from "./listing-cache.js";

/** What a device's agent does with a new version; inferred from Losant's documentation of pending and failed deployments. */
export type Behaviour =
  | { readonly kind: "immediate" }
  /** Reports the version after this delay. */
  | { readonly kind: "late"; readonly afterMs: number }
  | { readonly kind: "offline" }
  /** Reports this error for these versions (default: all). It tries again at its next connect. */
  | {
      readonly kind: "failing";
      readonly error: string;
      readonly versions?: readonly string[];
      /** Succeeds from this try on. @default never */
      readonly succeedsOnTry?: number;
    }
  /** Runs these versions (default: all), and throws as soon as it has begun: so often, in this node. */
  | {
      readonly kind: "throwing";
      readonly message: string;
      readonly versions?: readonly string[];
      /** @default 1 */
      readonly times?: number;
      /** @default "Function" */
      readonly nodeLabel?: string;
      /** Of its runs, so many fail: one of each 1 / `failedRuns`. @default 0 */
      readonly failedRuns?: number;
    }
  /** Disconnects and connects in turn. */
  | { readonly kind: "flapping"; readonly everyMs: number };

/** Who made a change, as the logs of a deployment name them (edgeDeployment.json). */
export interface Actor {
  readonly sourceType: "flow" | "user" | "device" | "apiToken" | "notebook";
  readonly sourceId: string;
}

/** `desired`: a version was scheduled. `current`: the device reported a version, or an error. */
export interface LogEntry extends Actor {
  readonly date: string;
  readonly changeType: "desired" | "current";
  readonly newValue: string | null;
  readonly previousValue: string | null;
  readonly newEtag?: string;
  readonly previousEtag?: string;
  /** The version that the device could not run; only together with `error`. */
  readonly attemptedValue?: string | null;
  readonly attemptedEtag?: string;
  readonly error?: string;
}

/** Losant's record for one (flow, device). After a removal it stays, with both versions null. */
export interface Row {
  readonly id: string;
  readonly applicationId: string;
  readonly flowId: string;
  readonly deviceId: string;
  readonly creationDate: string;
  lastUpdated: string;
  desiredVersion: string | null;
  currentVersion: string | null;
  /** Identifies the content of the version: it changes when a version is overwritten under the same name. */
  desiredEtag: string | null;
  currentEtag: string | null;
  /** How often the device has tried the desired version. */
  tries: number;
  /** Oldest first, at most 50. Losant documents no limit; 50 is a guess. */
  logs: LogEntry[];
}

/** A device; only those of the class `edgeCompute` can run an edge workflow. */
export interface SimulatedDevice {
  readonly id: string;
  readonly name: string;
  readonly deviceClass: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly edgeAgentVersion: string;
  readonly creationDate: string;
  behaviour: Behaviour;
  connected: boolean;
  /** When it last connected or disconnected. */
  connectionTime: string;
}

export interface SimulatedVersion {
  readonly id: string;
  readonly version: string;
  readonly minimumAgentVersion: string | undefined;
  readonly creationDate: string;
  etag: string;
}

export interface SimulatedFlow {
  readonly id: string;
  readonly name: string;
  readonly flowClass: string;
  readonly creationDate: string;
  /** By name. */
  readonly versions: ReadonlyMap<string, SimulatedVersion>;
}

/** An error in a run of a workflow, as the device has reported it (flowErrors.json). */
export interface SimulatedError {
  readonly time: string;
  readonly flowId: string;
  readonly deviceId: string;
  readonly version: string;
  readonly nodeId: string;
  readonly nodeLabel: string;
  readonly name: string;
  readonly message: string;
}

/** A time in which a device runs a version, a hundred times a second. */
export interface SimulatedRuns {
  readonly flowId: string;
  readonly deviceId: string;
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly from: number;
  /** Undefined while it runs. */
  to?: number;
  /** The share of its runs that fail, 0 to 1. */
  readonly failed: number;
}

export interface SimulatedApplication {
  readonly id: string;
  readonly name: string;
  readonly creationDate: string;
  readonly flows: Map<string, SimulatedFlow>;
  readonly devices: Map<string, SimulatedDevice>;
  /** By `flowId/deviceId`. */
  readonly rows: Map<string, Row>;
  /** Oldest first. */
  readonly errors: SimulatedError[];
  /** By `<flowId>/<deviceId>`; of each the oldest first. */
  readonly runs: Map<string, SimulatedRuns[]>;
  /** To be cleared after each change of rows or devices. */
  readonly listings: ListingCache;
}
