/** What a person writes down of a Losant: plain data, with a default for whatever does not matter. */
import type { Behaviour, By } from "./entities.js";

/** Everything a simulator starts from, and returns to when it is reset. Ids are 24 lower-case hexadecimal digits. */
export interface Seed {
  readonly applications: readonly SeedApplication[];
  readonly tokens: readonly SeedToken[];
}

export interface SeedApplication {
  readonly id: string;
  readonly name: string;
  readonly flows: readonly SeedFlow[];
  readonly devices: readonly SeedDevice[];
  readonly deployments?: readonly SeedDeployment[];
}

export interface SeedFlow {
  readonly id: string;
  readonly name: string;
  /** `edge`, `cloud`, `experience` or `customNode`. @default "edge" */
  readonly flowClass?: string;
  readonly versions: readonly SeedVersion[];
}

export interface SeedVersion {
  readonly version: string;
  /** Devices whose agent is older report an error instead of running it. @default any agent will do */
  readonly minimumAgentVersion?: string;
}

export interface SeedDevice {
  readonly id: string;
  readonly name: string;
  /** @default "edgeCompute" */
  readonly deviceClass?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** @default "1.40.0" */
  readonly edgeAgentVersion?: string;
  /** @default {kind: "immediate"} */
  readonly behaviour?: Behaviour;
}

export interface SeedDeployment {
  readonly flowId: string;
  readonly deviceId: string;
  readonly desiredVersion: string | null;
  readonly currentVersion: string | null;
}

/**
 * Who calls. Without `applicationId` every application (a user's token), without `scopes` everything
 * (`all.Application`). Otherwise scopes as Losant names them, e.g. `edgeDeployments.release` or `devices.*`.
 */
export interface SeedToken extends By {
  readonly token: string;
  readonly applicationId?: string;
  readonly scopes?: readonly string[];
}
