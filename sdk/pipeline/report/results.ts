/**
 * The results of the pipeline, as data. They are what `toJSON` writes; {@link report} checks them when they are read.
 * Fields may be added within a version; what is here keeps its meaning.
 */

import type { Change, DeployedResource, PlannedResource, ResourceHealth } from "./resource-results.js";

/** Raised when a field changes its meaning or goes away. */
export const REPORT_VERSION = 1;

/** Why a run could not be made, or did not get to its end. */
export interface Problem {
  /** What kind of problem it is, for programs. */
  readonly code:
    | "cancelled"
    | "locked"
    | "passphrase"
    | "cliMissing"
    | "cliTooOld"
    | "stackNotFound"
    | "projectNotFound"
    | "notLoggedIn"
    | "failed";
  /** What it is and the way out, for people. */
  readonly message: string;
}

/** What every result begins with. */
export interface ResultEnvelope {
  /** Tells that this is a result of this module. */
  readonly schema: "pulumi-losant/pipeline";
  /** {@link REPORT_VERSION} of the release that wrote it. */
  readonly version: typeof REPORT_VERSION;
  /** When the run began, ISO 8601. */
  readonly startedAt: string;
  /** How long the run took, in seconds. */
  readonly durationSeconds: number;
}

/** What `detectDrift` found in one stack. */
export interface DriftReport extends ResultEnvelope {
  readonly kind: "drift";
  /** The name of the stack. */
  readonly stack: string;
  /** No EdgeDeployment drifted and none is unfinished. Missing where it could not be found out: see `problem`. */
  readonly clean?: boolean;
  /** Every EdgeDeployment of the stack. */
  readonly resources: ResourceHealth[];
  /** What `pulumi up` would change, drift or not, also of other kinds of resources. */
  readonly changes: Change[];
  /** Why the drift could not be found out. */
  readonly problem?: Problem;
  /** What people should look at that is no device: each a sentence with its way out. Missing where there is nothing. */
  readonly warnings?: string[];
}

/** What a run would do to a stack. */
export interface Plan {
  /** Every EdgeDeployment that would change. */
  readonly resources: PlannedResource[];
  /** How many devices move. Each counts once, also where it goes from one resource to another. */
  readonly devicesMoved: number;
  /** True: it may be more than `devicesMoved`, since a resource has `unknown` properties. */
  readonly devicesUnknown?: true;
  /** Changes of resources that are no EdgeDeployment. */
  readonly otherChanges: Change[];
}

/** The gate that refused a run. */
export type Gate = "allowDrift" | "maxDevices" | "requirePlan";

/** Why a gate refused a run. */
export interface GateRefusal {
  readonly gate: Gate;
  /** What was asked, what is allowed, and the way out. */
  readonly reason: string;
}

/** What `deploy` did with one stack. */
export interface DeployResult extends ResultEnvelope {
  readonly kind: "deploy";
  /** The name of the stack. */
  readonly stack: string;
  /**
   * `refused`: by a gate, before anything moved. `failed`: see `problem` and the resources; something may have moved.
   */
  readonly outcome: "deployed" | "unchanged" | "refused" | "failed" | "cancelled";
  /** Set where `outcome` is `refused`. */
  readonly refusal?: GateRefusal;
  /** Why the run failed or was cancelled. */
  readonly problem?: Problem;
  /** Every EdgeDeployment of the stack, before the run. */
  readonly drift: ResourceHealth[];
  /** What the run was to do; missing where it could not be found out. */
  readonly plan?: Plan;
  /** What the run did to each EdgeDeployment that it changed. */
  readonly resources: DeployedResource[];
  /** What the run did to resources that are no EdgeDeployment. */
  readonly otherChanges: Change[];
  /** Write calls of the run. One that serves several resources counts once. Missing where nothing was run. */
  readonly writeCalls?: number;
  /** What people should look at that is no device: each a sentence with its way out. Missing where there is nothing. */
  readonly warnings?: string[];
}

/** What was waited for, and judged, after a stage of a promotion. */
export interface Hold {
  /** The stack of the stage. */
  readonly after: string;
  readonly outcome: "passed" | "stopped" | "cancelled";
  /** Why the promotion stopped there. */
  readonly reason?: string;
  /** How long it was waited, in seconds. */
  readonly seconds: number;
}

/** What `promote` did. */
export interface PromoteResult extends ResultEnvelope {
  readonly kind: "promote";
  /** `stopped`: a stage or a hold did not pass, and the stages after it had no turn. */
  readonly outcome: "done" | "stopped";
  /** The stages that had their turn, in order. */
  readonly stages: DeployResult[];
  /** The holds between them, in order. */
  readonly holds: Hold[];
  /** Stacks whose turn did not come. */
  readonly notReached: string[];
}

/** What `detectDriftAll` found. */
export interface DriftSummary extends ResultEnvelope {
  readonly kind: "driftSummary";
  /** Every stack is clean. */
  readonly clean: boolean;
  /** One report a stack, in the order in which they were given. */
  readonly stacks: DriftReport[];
}

/** What `deployAll` did. */
export interface DeploySummary extends ResultEnvelope {
  readonly kind: "deploySummary";
  /** One result a stack, in the order in which they were given. */
  readonly stacks: DeployResult[];
}

/** Any result of this module. */
export type Report = DriftReport | DeployResult | PromoteResult | DriftSummary | DeploySummary;
