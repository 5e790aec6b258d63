/** The parts of the pipeline's results that are about one resource and its devices. */
import type { WarningCode } from "../../../provider/messages/preview-warnings.js";

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
  /** Who changed it, from Losant's log: `user 5b0044f0a3a3b90006c0a5e1`. */
  readonly changedBy?: string;
  /** The name of that user or token, where the stack's token may read it. */
  readonly changedByName?: string;
  /** When, ISO 8601. */
  readonly changedAt?: string;
  /** True: nobody moved it; the last run stopped before it reached this device. */
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
  /** Losant's error text. */
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
  /** The workflow's name, where it is known. */
  readonly flowName?: string;
  /** The address of Losant's web page, for links; missing where it is not known: for a private installation. */
  readonly ui?: string;
  /** Inputs that the program declares as secret; the report does not show their values. Missing if there is none. */
  readonly secret?: string[];
}

/** One EdgeDeployment as a refresh found it. */
export interface ResourceHealth extends ResourceResult {
  /** The version that was last applied. */
  readonly version: ReportedVersion;
  /** How many devices it has. */
  readonly deviceCount: number;
  /** No device has the workflow any more. */
  readonly gone: boolean;
  /** How far the last rollout came if it did not finish; the next `pulumi up` continues there. */
  readonly unfinishedRollout?: string;
  /** Calls were made, and Losant could not be read since, neither by that run nor by a refresh. */
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
  /** The version before; missing if the preview cannot know it. */
  readonly from?: ReportedVersion;
  /** The version after; null: the workflow is removed. */
  readonly to: ReportedVersion;
  /** The devices. Each secret device is one `[secret]`: the length is the number of devices. */
  readonly deviceIds: string[];
}

/** Devices that their resource does not declare any more and that keep the workflow. */
export interface KeptDevices {
  /** The resource is deleted with `retainOnDelete`: these devices keep the workflow. */
  readonly retainedDeviceIds?: string[];
  /** Another resource of the program declares these. */
  readonly handedOverDeviceIds?: string[];
}

/** What a run would do to one EdgeDeployment. */
export interface PlannedResource extends ResourceResult, KeptDevices {
  /** Pulumi's operation: `create`, `update`, `delete`, `same`, ... */
  readonly op: string;
  /** Devices that would move, as far as it is known: see `unknown`. */
  readonly moved: Moved[];
  /** The write calls, each a sentence. Missing if the preview made no plan (`losant:preflight` is off). */
  readonly calls?: string[];
  /**
   * Properties that keep the preview from knowing which devices move: outputs of resources that do not exist yet, secret
   * `deviceIds` or a new `exclusive` without a plan. Missing if there is none.
   */
  readonly unknown?: string[];
  /** Names of the devices that move, by id, where Losant showed them. */
  readonly names?: Record<string, string>;
  /** How the devices are moved: `10 %, 100 %`; missing where all are moved at once. */
  readonly batches?: string[];
}

/** A warning of a preview. */
export interface PlanWarning {
  /** What kind it is: gates name it. */
  readonly code: WarningCode;
  /** The EdgeDeployment that it is about. */
  readonly resource?: string;
  /** The first line says what and how many; the others name devices. */
  readonly message: string;
}

/** One write call of a run. */
export interface DeployedCall {
  /** `release`, `replace` or `remove`. */
  readonly verb: string;
  /** What it does and why it was chosen: `replace v1 -> v2: moves 40 devices, all owned`. */
  readonly why: string;
  /** How many resources this call served; missing if only this one. */
  readonly shared?: number;
  /** The number of the call within the run: an equal one in another resource is the same call. */
  readonly call?: number;
}

/** What the devices of a rollout with `health` were judged on, in numbers. */
export interface ReportedHealth {
  /** How long each device had to run the version, in seconds. */
  readonly settleSeconds: number;
  /** Devices that ran the version while they were watched. */
  readonly devices: number;
  /** Runtime errors, and on how many devices. `max`: what one device might have. Missing where errors were not judged. */
  readonly errors?: { readonly count: number; readonly devices: number; readonly max: number };
  /**
   * `failed`: at most so many of the `runs`. `max`: the percentage that might fail on one device. Missing where runs were
   * not judged.
   */
  readonly failedRuns?: { readonly runs: number; readonly failed: number; readonly max: number };
  /** What the version before did was allowed besides. */
  readonly baseline?: true;
}

/** What a run did to one EdgeDeployment. */
export interface DeployedResource extends ResourceResult, KeptDevices {
  /** The version that is declared now; missing where the resource was deleted. */
  readonly version?: ReportedVersion;
  /** Pulumi's operation: `create`, `update`, `delete`, `same`, ... */
  readonly op: string;
  /** The write calls that were made for it. */
  readonly calls: DeployedCall[];
  /** Devices whose desired version changed in Losant. */
  readonly moved: Moved[];
  /** Devices that could not run the version. */
  readonly failed: FailedDevice[];
  /** The failures are within the `maxFailures` of the resource's rollout. */
  readonly failuresAccepted: boolean;
  /** Devices that have not reported the version yet. */
  readonly pendingDeviceIds: string[];
  /** What its rollout was judged on. Missing where no `health` was asked, or nothing ran yet. */
  readonly judged?: ReportedHealth;
  /** Devices that were moved and then rolled back because of other failures. */
  readonly rolledBackDeviceIds: string[];
  /** Why the resource failed; empty if it did not. */
  readonly reasons: string[];
}
