/** What the resource and the data functions take and answer: types only, so that any file may import them. */
import type * as pulumi from "@pulumi/pulumi";
import type { DeploymentSortField, Device, EdgeDeploymentRow } from "../provider/losant/types.js";
import type { Failure } from "../provider/resource/fleet.js";
import type { RolloutInputs } from "../provider/resource/inputs.js";

/** Selects devices that carry it. Key and value both have to match; one of them left out stands for any. */
export interface DeviceTagArgs {
  /** 1 to 255 letters, digits, `_` and `-`. */
  readonly key?: string;
  readonly value?: string;
}

/** What {@link getDevices} looks for. Each property narrows the answer further. */
export interface GetDevicesArgs {
  /** @default config `losant:applicationId`, then the environment variable `LOSANT_APPLICATION_ID` */
  readonly applicationId?: string;
  /** ANY of them selects a device; within one, key AND value have to match. */
  readonly tags?: readonly DeviceTagArgs[];
  /** A device's name, with `*` for anything: `line-*`. Upper and lower case differ. */
  readonly name?: string;
  readonly ids?: readonly string[];
  /**
   * Only devices of this class; `any` for all. Edge workflows run on edge compute devices alone.
   * @default "edgeCompute"
   */
  readonly deviceClass?: string;
}

/** As {@link GetDevicesArgs}, with outputs of other resources allowed. */
export interface GetDevicesOutputArgs {
  readonly applicationId?: pulumi.Input<string | undefined>;
  readonly tags?: pulumi.Input<readonly pulumi.Input<DeviceTagArgs>[] | undefined>;
  readonly name?: pulumi.Input<string | undefined>;
  readonly ids?: pulumi.Input<readonly pulumi.Input<string>[] | undefined>;
  readonly deviceClass?: pulumi.Input<string | undefined>;
}

/** The devices found, sorted by id. */
export interface GetDevicesResult {
  readonly applicationId: string;
  /** What `deviceIds` of an EdgeDeployment takes. */
  readonly ids: string[];
  readonly devices: Device[];
}

/** Which workflow: exactly one of `name` and `id`. */
export interface GetEdgeWorkflowArgs {
  /** @default config `losant:applicationId`, then the environment variable `LOSANT_APPLICATION_ID` */
  readonly applicationId?: string;
  /** The whole name, upper and lower case as in Losant. */
  readonly name?: string;
  readonly id?: string;
  /** A version that has to exist; the call fails otherwise. */
  readonly version?: string;
}

/** As {@link GetEdgeWorkflowArgs}, with outputs of other resources allowed. */
export interface GetEdgeWorkflowOutputArgs {
  readonly applicationId?: pulumi.Input<string | undefined>;
  readonly name?: pulumi.Input<string | undefined>;
  readonly id?: pulumi.Input<string | undefined>;
  readonly version?: pulumi.Input<string | undefined>;
}

export interface EdgeWorkflowVersion {
  readonly id: string;
  readonly version: string;
  /** ISO 8601. */
  readonly creationDate?: string;
  /** The oldest Gateway Edge Agent that can run it, e.g. `1.39.0`. */
  readonly minimumAgentVersion?: string;
}

export interface GetEdgeWorkflowResult {
  readonly applicationId: string;
  /** What `flowId` of an EdgeDeployment takes. */
  readonly id: string;
  readonly name: string;
  /** The version that was asked for. */
  readonly version?: string;
  /** Newest first. `develop`, the working copy, is not among them. */
  readonly versions: EdgeWorkflowVersion[];
}

/** All query parameters of the API. Each filter narrows the answer further. */
export interface GetEdgeDeploymentsArgs {
  /** @default config `losant:applicationId`, then the environment variable `LOSANT_APPLICATION_ID` */
  readonly applicationId?: string;
  readonly deviceId?: string;
  readonly flowId?: string;
  /** Matches the current OR the desired version of a deployment. */
  readonly version?: string;
  /** Leaves out deployments that were removed: neither a current nor a desired version. @default false */
  readonly filterEmpty?: boolean;
  /** @default "id" */
  readonly sortField?: DeploymentSortField;
  /** @default "asc" */
  readonly sortDirection?: "asc" | "desc";
  /** Only this page, from 0. @default every page, unless perPage is given */
  readonly page?: number;
  /** How many of them on a page; Losant may give fewer. @default every page, unless page is given */
  readonly perPage?: number;
}

/** As {@link GetEdgeDeploymentsArgs}, with outputs of other resources allowed. */
export type GetEdgeDeploymentsOutputArgs = {
  readonly [Name in keyof GetEdgeDeploymentsArgs]?: pulumi.Input<GetEdgeDeploymentsArgs[Name]>;
};
/**
 * `deployed`: the device runs what Losant wants there. `pending`: not yet, or older content of that version; also where
 * a removal has not reached the device. `failed`: the device could not run it. `removed`: nothing is wanted, nothing runs.
 */
export type DeploymentStatus = "deployed" | "pending" | "failed" | "removed";
/** Losant's record of one workflow on one device, and what follows from it. */
export interface EdgeDeploymentInfo extends EdgeDeploymentRow {
  readonly applicationId: string;
  readonly status: DeploymentStatus;
  /** Why the device could not run the version; set where `status` is `failed`. */
  readonly failure?: Failure;
  /** Who set the desired version, e.g. `user 5b0044f0a3a3b90006c0a5e1`, and when. */
  readonly changedBy?: string;
  readonly changedAt?: string;
}

export interface GetEdgeDeploymentsResult {
  readonly applicationId: string;
  readonly deployments: EdgeDeploymentInfo[];
  /** How many match in all; more than `deployments` holds where a page was asked for. */
  readonly totalCount: number;
}

export interface GetEdgeDeploymentArgs {
  /** @default config `losant:applicationId`, then the environment variable `LOSANT_APPLICATION_ID` */
  readonly applicationId?: string;
  /** The deployment's own id, as `getEdgeDeployments` shows it. */
  readonly id: string;
}

/** As {@link GetEdgeDeploymentArgs}, with outputs of other resources allowed. */
export interface GetEdgeDeploymentOutputArgs {
  readonly applicationId?: pulumi.Input<string | undefined>;
  readonly id: pulumi.Input<string>;
}

/** What an {@link EdgeDeployment} declares. Two of one program may not declare the same device for one workflow. */
export interface EdgeDeploymentArgs {
  /**
   * The Losant application. Changing it replaces the resource.
   * @default config `losant:applicationId`, then the environment variable `LOSANT_APPLICATION_ID`
   */
  readonly applicationId?: pulumi.Input<string>;
  /** The edge workflow ("flow"). Changing it replaces the resource. */
  readonly flowId: pulumi.Input<string>;
  /** The version of the workflow that runs on the devices; `null`: this workflow must not run on them. */
  readonly version: pulumi.Input<string | null>;
  /** The edge compute devices, as a set: order and repeats never matter. */
  readonly deviceIds?: pulumi.Input<readonly pulumi.Input<string>[]>;
  /**
   * Edge compute devices by tag, together with those of `deviceIds`. ANY of the tags selects a device; within one, key
   * AND value have to match. The program looks them up at every run (token scope `devices.get`), so a preview shows who
   * joins and who leaves as a difference of `deviceIds`. A tag that no device has is an error.
   */
  readonly deviceTags?: pulumi.Input<readonly pulumi.Input<DeviceTagArgs>[]>;
  /**
   * True: this resource owns the whole workflow. Any other device that carries it shows as drift, and `pulumi up`
   * removes the workflow from it.
   * @default false
   */
  readonly exclusive?: pulumi.Input<boolean>;
  /**
   * A device that joins and already has ANOTHER version of the workflow is refused, with who put it there; true takes
   * such devices over.
   * @default false
   */
  readonly adopt?: pulumi.Input<boolean>;
  /** The preview fails if more devices than this are targeted. @default no limit */
  readonly maxDevices?: pulumi.Input<number>;
  /** How a version goes out. @default everything is released at once, and nothing is waited for */
  readonly rollout?: pulumi.Input<RolloutInputs>;
}
