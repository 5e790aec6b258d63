/** What is looked up, and what is answered: plain values, for every front of the package. */
import type { DeploymentSortField, Device, EdgeDeploymentRow } from "../losant/types.js";
import type { Failure } from "../resource/fleet.js";

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
