/** What runs where, as plain values: `pulumi-losant status --json` prints it, the page and the table show it. Types only. */

/** The name of a version; null: not deployed. */
type Version = string | null;

/**
 * `failed`: the device could not run the version. `drifted`: Losant wants another version than the stack declares.
 * `pending`: the device does not run what Losant wants yet, or a stopped rollout has not reached it.
 * `deployed`: it runs what it should.
 */
export type CellState = "failed" | "drifted" | "pending" | "deployed";

/** One workflow on one device. */
export interface StatusCell {
  readonly flowId: string;
  readonly state: CellState;
  /** What Losant wants on the device. */
  readonly wanted: Version;
  /** What the device has reported. */
  readonly running: Version;
  /** When the wanted version was set, ISO 8601. Missing where Losant's log does not say. */
  readonly since?: string;
  /** Who set it, for example `user 5b0044f0a3a3b90006c0a5e1`. Missing where Losant's log does not say. */
  readonly by?: string;
  /** The name of that user or token. Asked for where a device has drifted; missing where the token may not read it. */
  readonly byName?: string;
  /** When the device reported the version that it runs, ISO 8601. */
  readonly runningSince?: string;
  /** The device runs older content under the same version name. */
  readonly olderContent?: true;
  readonly failure?: { readonly error: string; readonly at?: string };
  /** What the stack declares, where Losant wants something else. */
  readonly declared?: Version;
  /** `declared` differs because a rollout stopped before this device: nobody has moved it. */
  readonly unfinished?: true;
  /**
   * `stack: resource` of each EdgeDeployment that manages it; empty where none of the stacks does. Missing where that is
   * not known: no stack was given, or a resource of it is secret.
   */
  readonly owners?: readonly string[];
}

export interface StatusDevice {
  readonly id: string;
  readonly name?: string;
  /** Missing where Losant does not say. */
  readonly online?: boolean;
  /** Version of the Gateway Edge Agent. */
  readonly agent?: string;
  /** `key=value` each. */
  readonly tags?: readonly string[];
  /** A stack declares it, and Losant lists no such edge device. */
  readonly missing?: true;
  /** Workflows that are deployed here, or should be; in the order of the application's workflows. */
  readonly cells: readonly StatusCell[];
}

export interface StatusWorkflow {
  readonly id: string;
  readonly name?: string;
}

/** How many devices have a workflow in this state; one device may count as failed and as drifted. */
export interface StatusCounts {
  readonly devices: number;
  readonly failed: number;
  readonly drifted: number;
  readonly pending: number;
  /** All of their workflows run as they should; at least one does. */
  readonly deployed: number;
  /** No workflow is deployed there. */
  readonly empty: number;
  readonly offline: number;
}

export interface ApplicationStatus {
  readonly id: string;
  readonly name?: string;
  readonly counts: StatusCounts;
  /** By name. */
  readonly workflows: readonly StatusWorkflow[];
  /** The worst state first, then by name. */
  readonly devices: readonly StatusDevice[];
}

export interface FleetStatus {
  readonly schema: "pulumi-losant/status";
  readonly version: 1;
  /** When Losant was read, ISO 8601. */
  readonly readAt: string;
  /** Stacks whose resources are shown as owners. Without one, drift cannot be known. */
  readonly stacks: readonly string[];
  /** What could not be found out, a sentence each. */
  readonly notes: readonly string[];
  readonly applications: readonly ApplicationStatus[];
}
