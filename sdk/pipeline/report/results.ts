/**
 * The results of the pipeline, as data. They are what `toJSON` writes; {@link report} checks them when they are read.
 * Fields may be added within a version; what is here keeps its meaning.
 */

import type { Change, DeployedResource, PlannedResource, PlanWarning, ResourceHealth } from "./resource-results.js";

/** Raised when a field changes its meaning or goes away. */
export const REPORT_VERSION = 1;

/** Why a run could not start, or did not finish. */
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
  /** The problem and the way out, for people. */
  readonly message: string;
}

/** What every result begins with. */
export interface ResultEnvelope {
  /** Marks a result of this module. */
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
  /** No EdgeDeployment drifted and none is unfinished. Missing if the stack could not be read: see `problem`. */
  readonly clean?: boolean;
  /** Every EdgeDeployment of the stack. */
  readonly resources: ResourceHealth[];
  /** What `pulumi up` would change, drift or not, including other kinds of resources. */
  readonly changes: Change[];
  /** Why the stack could not be read. */
  readonly problem?: Problem;
  /** Warnings that are about no device: each a sentence with the way out. Missing if there is none. */
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
  /** How many of them lose the workflow. Missing in reports of 0.1.0. */
  readonly devicesRemoved?: number;
  /** What the preview warned of. Missing if there is none. */
  readonly warnings?: PlanWarning[];
  /** Changes of resources that are no EdgeDeployment. */
  readonly otherChanges: Change[];
}

/** The gate that refused a run. */
export type Gate = "allowDrift" | "approved" | "failOn" | "maxDevices" | "maxRemoved" | "requirePlan" | "windows";

/** What differs between an approved plan and the plan of now. */
export interface PlanDifference {
  /** `device`, or the property that differs: `version`, `settings`, `operation`, `other resource`, ... */
  readonly what: string;
  /** The resource that it is about. */
  readonly resource?: string;
  readonly deviceId?: string;
  /** The name of the device. */
  readonly name?: string;
  /** What was approved. */
  readonly was: string;
  /** What would be done now. */
  readonly is: string;
  /** Who changed the device, from Losant's log; missing where it is not known. */
  readonly who?: string;
}

/** Why a gate refused a run. */
export interface GateRefusal {
  readonly gate: Gate;
  /** What was asked, what is allowed, and the way out. */
  readonly reason: string;
  /** What changed since the approval. */
  readonly changes?: PlanDifference[];
}

/** What `plan` found: what `deploy` would do with a stack. */
export interface PlanReport extends ResultEnvelope {
  readonly kind: "plan";
  /** The name of the stack. */
  readonly stack: string;
  /** What `deploy` would do; missing if the preview failed: see `problem`. */
  readonly plan?: Plan;
  /** Why `deploy` would be refused with the same gates. The window is left out: it matters when `deploy` runs. */
  readonly refusal?: GateRefusal;
  /** Every EdgeDeployment of the stack, as it is now. */
  readonly drift: ResourceHealth[];
  /** The hash of the plan file: `deploy` with that file does exactly this, or nothing. */
  readonly hash?: string;
  /** Why the preview failed. */
  readonly problem?: Problem;
  /** Warnings that are about no device: each a sentence with the way out. Missing if there is none. */
  readonly warnings?: string[];
}

/** What `deploy` did with one stack. */
export interface DeployResult extends ResultEnvelope {
  readonly kind: "deploy";
  /** The name of the stack. */
  readonly stack: string;
  /**
   * `refused`: by a gate, before anything moved. `paused`: nothing is wrong, and a rollout waits for its window: a later
   * run goes on. `failed`: see `problem` and the resources; something may have moved. `cancelled`: by a signal, or by
   * `pulumi-losant stop`: see `problem`.
   */
  readonly outcome: "deployed" | "unchanged" | "refused" | "paused" | "failed" | "cancelled";
  /**
   * Set where `outcome` is `refused`. With `failed`: the approved plan refused a part of the run, and another part was done.
   */
  readonly refusal?: GateRefusal;
  /** Why the run paused, failed or was cancelled. */
  readonly problem?: Problem;
  /** Every EdgeDeployment of the stack, before the run. */
  readonly drift: ResourceHealth[];
  /** What the run would do; missing if the preview failed. */
  readonly plan?: Plan;
  /** What the run did to each EdgeDeployment that it changed. */
  readonly resources: DeployedResource[];
  /** What the run did to resources that are no EdgeDeployment. */
  readonly otherChanges: Change[];
  /** Write calls of the run. A call that serves several resources counts once. Missing if `pulumi up` did not run. */
  readonly writeCalls?: number;
  /** Warnings that are about no device: each a sentence with the way out. Missing if there is none. */
  readonly warnings?: string[];
}

/** The pause and the check after a stage of a promotion. */
export interface Hold {
  /** The stack of the stage. */
  readonly after: string;
  readonly outcome: "passed" | "stopped" | "cancelled";
  /** Why the promotion stopped there. */
  readonly reason?: string;
  /** How long the hold took, in seconds. */
  readonly seconds: number;
}

/** What `promote` did. */
export interface PromoteResult extends ResultEnvelope {
  readonly kind: "promote";
  /** `stopped`: a stage or a hold did not pass, and the stages after it did not run. */
  readonly outcome: "done" | "stopped";
  /** The stages that ran, in order. */
  readonly stages: DeployResult[];
  /** The holds between them, in order. */
  readonly holds: Hold[];
  /** Stacks that did not run. */
  readonly notReached: string[];
}

/** What `detectDriftAll` found. */
export interface DriftSummary extends ResultEnvelope {
  readonly kind: "driftSummary";
  /** Every stack is clean. */
  readonly clean: boolean;
  /** One report per stack, in the given order. */
  readonly stacks: DriftReport[];
}

/** What `deployAll` did. */
export interface DeploySummary extends ResultEnvelope {
  readonly kind: "deploySummary";
  /** One result per stack, in the given order. */
  readonly stacks: DeployResult[];
}

/** Any result of this module. */
export type Report = PlanReport | DriftReport | DeployResult | PromoteResult | DriftSummary | DeploySummary;
