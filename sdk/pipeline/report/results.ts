/**
 * The results of the pipeline, as data. They are what `toJSON` writes; {@link report} checks them when they are read.
 * Fields may be added within a version; what is here keeps its meaning.
 */

/** Raised when a field changes its meaning or goes away. */
export const REPORT_VERSION = 1;

/**
 * A version name; null: not deployed. `[secret]` stands for a version that the program declares as secret, `[unknown]`
 * for one that the preview cannot know.
 */
export type ReportedVersion = string | null;

/** A device that is not where the last `pulumi up` wanted it. */
export interface DriftedDevice {
  /** The device; `[secret]` where the program declares its ids as secret. */
  readonly deviceId: string;
  /** Its name in Losant, where a listing showed it. */
  readonly name?: string;
  /** The version that the last `pulumi up` wanted. */
  readonly expected: ReportedVersion;
  /** The version that Losant wants on it now. */
  readonly actual: ReportedVersion;
  /** Who changed it, as Losant's logs have it: `user 5b0044f0a3a3b90006c0a5e1`. */
  readonly changedBy?: string;
  /** When, ISO 8601. */
  readonly changedAt?: string;
  /** True: nobody moved it; the last run stopped before this device had its turn. */
  readonly unfinished: boolean;
}

/** A device that could not run a version. */
export interface FailedDevice {
  /** The device; `[secret]` where the program declares its ids as secret. */
  readonly deviceId: string;
  /** Its name in Losant, where a listing showed it. */
  readonly name?: string;
  /** The version that it could not run. */
  readonly attemptedVersion: ReportedVersion;
  /** Losant's own words. */
  readonly error: string;
  /** When the device first reported it, ISO 8601. */
  readonly at?: string;
}

/** Which EdgeDeployment a result is about. */
export interface ResourceResult {
  /** Pulumi's name of it in the stack. */
  readonly urn: string;
  /** Its name in the program. */
  readonly name: string;
  /** Its physical id; missing where it does not exist yet. */
  readonly id?: string;
  /** The Losant application. */
  readonly applicationId: string;
  /** The edge workflow. */
  readonly flowId: string;
  /** Inputs that the program declares as secret: the report shows none of their values. Missing where there is none. */
  readonly secret?: string[];
}

/** One EdgeDeployment as a refresh found it. */
export interface ResourceHealth extends ResourceResult {
  /** The version that was last applied. */
  readonly version: ReportedVersion;
  /** How many devices it has. */
  readonly deviceCount: number;
  /** No device carries the workflow any more. */
  readonly gone: boolean;
  /** How far the last rollout came, where it stopped before its end; the next `pulumi up` goes on from there. */
  readonly unfinishedRollout?: string;
  /** Calls were made, and neither the run that made them nor a refresh could look at Losant since. */
  readonly unverified?: true;
  /** Devices that are not where the last `pulumi up` wanted them. */
  readonly drift: DriftedDevice[];
  /** Devices that could not run the version. */
  readonly failed: FailedDevice[];
  /** Devices that have not reported the version yet: lag, not drift. */
  readonly pendingDeviceIds: string[];
}

/** What `pulumi up` would do, or did, to a resource of any kind. */
export interface Change {
  /** Pulumi's name of it in the stack. */
  readonly urn: string;
  /** Pulumi's type token of it. */
  readonly type: string;
  /** Its name in the program. */
  readonly name: string;
  /** Pulumi's operation: `create`, `update`, `delete`, `replace`, ... */
  readonly op: string;
}

/** Devices that go from one version to another. */
export interface Moved {
  /** Where they were; missing where the preview cannot know it. */
  readonly from?: ReportedVersion;
  /** Where they go; null: the workflow is removed from them. */
  readonly to: ReportedVersion;
  /** The devices. A secret one is `[secret]`, each for itself: the length is the number of devices. */
  readonly deviceIds: string[];
}

/** Devices that a run leaves as they are although their resource gives them up. */
export interface KeptDevices {
  /** The resource is deleted with `retainOnDelete`: these devices keep the workflow. */
  readonly retainedDeviceIds?: string[];
  /** Another resource of the program declares these. */
  readonly handedOverDeviceIds?: string[];
}

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

/** What a run would do to one EdgeDeployment. */
export interface PlannedResource extends ResourceResult, KeptDevices {
  /** Pulumi's operation: `create`, `update`, `delete`, `same`, ... */
  readonly op: string;
  /** Devices that would move, as far as that is known: see `unknown`. */
  readonly moved: Moved[];
  /** The write calls, each a sentence. Missing where the program was not asked (`losant:preflight` is off). */
  readonly calls?: string[];
  /**
   * Properties for want of which the preview cannot say which devices move: outputs of resources that do not exist yet,
   * secret `deviceIds` or a new `exclusive` without a plan. Missing where there is none.
   */
  readonly unknown?: string[];
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

/** One write call of a run. */
export interface DeployedCall {
  /** `release`, `replace` or `remove`. */
  readonly verb: string;
  /** What it does and why it was chosen: `replace v1 -> v2: moves 40 devices, all owned`. */
  readonly why: string;
  /** How many resources this one call served; missing where it was this resource alone. */
  readonly shared?: number;
  /** The number of the call within the run: an equal one in another resource is the same call. */
  readonly call?: number;
}

/** What a run did to one EdgeDeployment. */
export interface DeployedResource extends ResourceResult, KeptDevices {
  /** The version that is declared now; missing where the resource was deleted. */
  readonly version?: ReportedVersion;
  /** Pulumi's operation: `create`, `update`, `delete`, `same`, ... */
  readonly op: string;
  /** The write calls that were made for it. */
  readonly calls: DeployedCall[];
  /** Devices whose wanted version changed, as Losant shows it. */
  readonly moved: Moved[];
  /** Devices that could not run the version. */
  readonly failed: FailedDevice[];
  /** The failures are within the `maxFailures` of the resource's rollout. */
  readonly failuresAccepted: boolean;
  /** Devices that have not reported the version yet. */
  readonly pendingDeviceIds: string[];
  /** Devices that were moved, and put back to where they were because of failures elsewhere. */
  readonly rolledBackDeviceIds: string[];
  /** Why Pulumi counts the resource as failed; empty when it does not. */
  readonly reasons: string[];
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
