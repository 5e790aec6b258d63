/** What a person writes down of a Losant, and the records it turns into. */

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
      readonly versions?: readonly string[] | undefined;
      /** Succeeds from this try on. @default never */
      readonly succeedsOnTry?: number | undefined;
    }
  /** Connects and disconnects in turn. */
  | { readonly kind: "flapping"; readonly everyMs: number };

export interface SeedFlow {
  readonly id: string;
  readonly name: string;
  /** @default "edge" */
  readonly flowClass?: string | undefined;
  readonly versions: readonly SeedVersion[];
}

export interface SeedVersion {
  readonly version: string;
  readonly minimumAgentVersion?: string | undefined;
}

export interface SeedDevice {
  readonly id: string;
  readonly name: string;
  /** @default "edgeCompute" */
  readonly deviceClass?: string | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** @default "1.40.0" */
  readonly edgeAgentVersion?: string | undefined;
  /** @default {kind: "immediate"} */
  readonly behaviour?: Behaviour | undefined;
}

export interface SeedDeployment {
  readonly flowId: string;
  readonly deviceId: string;
  readonly desiredVersion: string | null;
  readonly currentVersion: string | null;
}

export interface SeedApplication {
  readonly id: string;
  readonly name: string;
  readonly flows: readonly SeedFlow[];
  readonly devices: readonly SeedDevice[];
  readonly deployments?: readonly SeedDeployment[] | undefined;
}

/** Who calls. Without `applicationId` all applications (a user's token), without `scopes` everything (`all.Application`). */
export interface SeedToken extends By {
  readonly token: string;
  readonly applicationId?: string | undefined;
  readonly scopes?: readonly string[] | undefined;
}

export interface Seed {
  readonly applications: readonly SeedApplication[];
  readonly tokens: readonly SeedToken[];
}

export interface By {
  readonly sourceType: "flow" | "user" | "device" | "apiToken" | "notebook";
  readonly sourceId: string;
}

export interface Log extends By {
  readonly date: string;
  readonly changeType: "desired" | "current";
  readonly newValue: string | null;
  readonly previousValue: string | null;
  readonly attemptedValue?: string | null;
  readonly error?: string;
}

/** Losant's record for one (flow, device). */
export interface Row {
  readonly id: string;
  readonly applicationId: string;
  readonly flowId: string;
  readonly deviceId: string;
  readonly creationDate: string;
  lastUpdated: string;
  desiredVersion: string | null;
  currentVersion: string | null;
  desiredEtag: string | null;
  currentEtag: string | null;
  tries: number;
  /** Oldest first. */
  logs: Log[];
}

export interface Device {
  readonly id: string;
  readonly name: string;
  readonly deviceClass: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly edgeAgentVersion: string;
  behaviour: Behaviour;
  connected: boolean;
  connectionTime: string;
}

export interface Flow {
  readonly id: string;
  readonly name: string;
  readonly flowClass: string;
  readonly versions: Map<
    string,
    { readonly id: string; readonly minimumAgentVersion: string | undefined; etag: string }
  >;
}

export interface Application {
  readonly id: string;
  readonly name: string;
  readonly flows: ReadonlyMap<string, Flow>;
  readonly devices: ReadonlyMap<string, Device>;
  /** By `flowId/deviceId`. */
  readonly rows: Map<string, Row>;
}
