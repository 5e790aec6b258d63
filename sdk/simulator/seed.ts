/** The start of a simulator as plain data; most fields have a default. */
import type { Actor, Behaviour } from "./entities.js";

/** What a simulator starts with, and returns to on `reset`. Ids are 24 lower-case hexadecimal digits. */
export interface Seed {
  readonly applications: readonly SeedApplication[];
  readonly tokens: readonly SeedToken[];
  /** The people of the one organization that everything belongs to. @default nobody */
  readonly members?: readonly SeedMember[];
}

/** A user, as organizations list their members. */
export interface SeedMember {
  readonly userId: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly email?: string;
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
  /** A device with an older agent reports an error instead of running it. @default every agent can run it */
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
 * A token. Without `applicationId` it is good for every application, as a user's token is. Without `scopes` it may do
 * everything (`all.Application`). Scopes are Losant's, for example `edgeDeployments.release` or `devices.*`.
 */
export interface SeedToken extends Actor {
  readonly token: string;
  /** What it is called in the listing of the application's tokens. @default nothing */
  readonly name?: string;
  /** The user who made it, as that listing says. @default nobody */
  readonly createdBy?: { readonly userId: string; readonly name: string };
  readonly applicationId?: string;
  readonly scopes?: readonly string[];
}
