/** The records of the simulated Losant, and what a test sees of them. Field names are those of Losant's JSON schemas. */

/** How a device's agent takes a new version; inferred from Losant's documentation of pending and failed deployments. */
export type Behaviour =
  | { readonly kind: "immediate" }
  /** Reports the version this much later. */
  | { readonly kind: "late"; readonly afterMs: number }
  | { readonly kind: "offline" }
  /** Cannot run these versions (default: any), and says why. It tries again at its next connect. */
  | {
      readonly kind: "failing";
      readonly error: string;
      readonly versions?: readonly string[];
      /** Succeeds from this try on. @default never */
      readonly succeedsOnTry?: number;
    }
  /** Connects and disconnects in turn. */
  | { readonly kind: "flapping"; readonly everyMs: number };

/** Who did something, as the logs of a deployment name them (edgeDeployment.json). */
export interface By {
  readonly sourceType: "flow" | "user" | "device" | "apiToken" | "notebook";
  readonly sourceId: string;
}

/** `desired`: somebody scheduled a version. `current`: the device reported one, or why it could not run it. */
export interface LogEntry extends By {
  readonly date: string;
  readonly changeType: "desired" | "current";
  readonly newValue: string | null;
  readonly previousValue: string | null;
  readonly newEtag?: string;
  readonly previousEtag?: string;
  /** What the device could not run; stands beside `error`. */
  readonly attemptedValue?: string | null;
  readonly attemptedEtag?: string;
  readonly error?: string;
}

/** Losant's record for one (flow, device). It stays, with both versions null, after a removal. */
export interface Row {
  readonly id: string;
  readonly applicationId: string;
  readonly flowId: string;
  readonly deviceId: string;
  readonly creationDate: string;
  lastUpdated: string;
  desiredVersion: string | null;
  currentVersion: string | null;
  /** Stands for the content of a version: overwriting one under the same name changes it. */
  desiredEtag: string | null;
  currentEtag: string | null;
  /** How often the device has tried the desired version. */
  tries: number;
  /** Oldest first; at most 50, which is our guess: Losant documents no limit. */
  logs: LogEntry[];
}

/** A device of an application; only those of the class `edgeCompute` can run an edge workflow. */
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

export interface SimulatedApplication {
  readonly id: string;
  readonly name: string;
  readonly creationDate: string;
  readonly flows: ReadonlyMap<string, SimulatedFlow>;
  readonly devices: ReadonlyMap<string, SimulatedDevice>;
  /** By `flowId/deviceId`. */
  readonly rows: Map<string, Row>;
}
