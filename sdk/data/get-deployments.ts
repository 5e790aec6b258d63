/** What is deployed where, read from Losant without managing it. */
import * as pulumi from "@pulumi/pulumi";
import type { DeploymentSortField, EdgeDeploymentRow } from "../../provider/losant/types.js";
import type { Failure } from "../../provider/resource/fleet.js";
import { currentProgram } from "../program/program.js";

/** All query parameters of the API. Each filter narrows the answer further. */
export interface GetEdgeDeploymentsArgs {
  /** @default config `losant:applicationId`, then the environment variable `LOSANT_APPLICATION_ID` */
  readonly applicationId?: string | undefined;
  readonly deviceId?: string | undefined;
  readonly flowId?: string | undefined;
  /** Matches the current OR the desired version of a deployment. */
  readonly version?: string | undefined;
  /** Leaves out deployments that were removed: neither a current nor a desired version. @default false */
  readonly filterEmpty?: boolean | undefined;
  /** @default "id" */
  readonly sortField?: DeploymentSortField | undefined;
  /** @default "asc" */
  readonly sortDirection?: "asc" | "desc" | undefined;
  /** Only this page, from 0. @default every page, unless perPage is given */
  readonly page?: number | undefined;
  /** How many of them on a page; Losant may give fewer. @default every page, unless page is given */
  readonly perPage?: number | undefined;
}

/** As {@link GetEdgeDeploymentsArgs}, with outputs of other resources allowed. */
export type GetEdgeDeploymentsOutputArgs = {
  readonly [Name in keyof GetEdgeDeploymentsArgs]?: pulumi.Input<GetEdgeDeploymentsArgs[Name]> | undefined;
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
  readonly failure?: Failure | undefined;
  /** Who set the desired version, e.g. `user 5b0044f0a3a3b90006c0a5e1`, and when. */
  readonly changedBy?: string | undefined;
  readonly changedAt?: string | undefined;
}

export interface GetEdgeDeploymentsResult {
  readonly applicationId: string;
  readonly deployments: EdgeDeploymentInfo[];
  /** How many match in all; more than `deployments` holds where a page was asked for. */
  readonly totalCount: number;
}

/**
 * The edge deployments of an application. Reads every page, unless `page` or `perPage` asks for one.
 *
 * Needs the token scope `edgeDeployments.get`. Equal questions are asked once in a program.
 *
 * @example Which devices have not taken a version yet?
 * ```ts
 * import * as losant from "pulumi-losant";
 *
 * const { deployments } = await losant.getEdgeDeployments({ flowId, version: "v1.2.4" });
 * export const late = deployments.filter((d) => d.status === "pending").map((d) => d.deviceName);
 * ```
 */
export async function getEdgeDeployments(args: GetEdgeDeploymentsArgs = {}): Promise<GetEdgeDeploymentsResult> {
  const program = currentProgram();
  return program.lookUp(async () => {
    const { findEdgeDeployments } = await import("./find-deployments.js");
    return findEdgeDeployments(program, args);
  });
}

/** As {@link getEdgeDeployments}, for arguments that are outputs; unknown in a preview while they are. */
export function getEdgeDeploymentsOutput(
  args: GetEdgeDeploymentsOutputArgs = {},
): pulumi.Output<GetEdgeDeploymentsResult> {
  return pulumi.output(args).apply((known) => getEdgeDeployments(known as GetEdgeDeploymentsArgs));
}

export interface GetEdgeDeploymentArgs {
  /** @default config `losant:applicationId`, then the environment variable `LOSANT_APPLICATION_ID` */
  readonly applicationId?: string | undefined;
  /** The deployment's own id, as `getEdgeDeployments` shows it. */
  readonly id: string;
}

/** As {@link GetEdgeDeploymentArgs}, with outputs of other resources allowed. */
export interface GetEdgeDeploymentOutputArgs {
  readonly applicationId?: pulumi.Input<string | undefined> | undefined;
  readonly id: pulumi.Input<string>;
}

/**
 * One edge deployment, by its own id.
 *
 * Needs the token scope `edgeDeployment.get`, which Losant does not offer for application tokens with scopes chosen one
 * by one: for those, `getEdgeDeployments({ deviceId, flowId })` gives the same.
 *
 * @param args - the id, or the id and the application
 *
 * @example
 * ```ts
 * const { status } = await losant.getEdgeDeployment("575ed78e7ae143cd83dc4aab");
 * ```
 */
export async function getEdgeDeployment(args: string | GetEdgeDeploymentArgs): Promise<EdgeDeploymentInfo> {
  const program = currentProgram();
  return program.lookUp(async () => {
    const { findEdgeDeployment } = await import("./find-deployments.js");
    return findEdgeDeployment(program, typeof args === "string" ? { id: args } : args);
  });
}

/** As {@link getEdgeDeployment}, for arguments that are outputs; unknown in a preview while they are. */
export function getEdgeDeploymentOutput(
  args: pulumi.Input<string> | GetEdgeDeploymentOutputArgs,
): pulumi.Output<EdgeDeploymentInfo> {
  return pulumi.output(args).apply((known) => getEdgeDeployment(known));
}
