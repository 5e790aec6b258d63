/** What is deployed where, read from Losant without managing it. */
import * as pulumi from "@pulumi/pulumi";
import type {
  EdgeDeploymentInfo,
  GetEdgeDeploymentArgs,
  GetEdgeDeploymentsArgs,
  GetEdgeDeploymentsResult,
} from "../../provider/lookup/types.js";
import type { GetEdgeDeploymentOutputArgs, GetEdgeDeploymentsOutputArgs } from "../args.js";
import { mockedCall } from "../program/mocks.js";
import { currentProgram } from "../program/program.js";

const GET_ALL = { name: "getEdgeDeployments", answer: { property: "deployments", example: "{ deployments: [] }" } };
const GET_ONE = {
  name: "getEdgeDeployment",
  answer: { property: "status", example: '{ id: "575ed78e7ae143cd83dc4aab", status: "deployed" }' },
};

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
    const mocked = mockedCall<GetEdgeDeploymentsResult>({ ...GET_ALL, args });
    if (mocked !== undefined) return mocked;
    const { findEdgeDeployments } = await import("../../provider/lookup/deployments.js");
    return findEdgeDeployments(program, args);
  });
}

/** As {@link getEdgeDeployments}, for arguments that are outputs; unknown in a preview while they are. */
export function getEdgeDeploymentsOutput(
  args: GetEdgeDeploymentsOutputArgs = {},
): pulumi.Output<GetEdgeDeploymentsResult> {
  return pulumi.output(args).apply((known) => getEdgeDeployments(known as GetEdgeDeploymentsArgs));
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
    const asked = typeof args === "string" ? { id: args } : args;
    const mocked = mockedCall<EdgeDeploymentInfo>({ ...GET_ONE, args: asked });
    if (mocked !== undefined) return mocked;
    const { findEdgeDeployment } = await import("../../provider/lookup/deployments.js");
    return findEdgeDeployment(program, asked);
  });
}

/** As {@link getEdgeDeployment}, for arguments that are outputs; unknown in a preview while they are. */
export function getEdgeDeploymentOutput(
  args: pulumi.Input<string> | GetEdgeDeploymentOutputArgs,
): pulumi.Output<EdgeDeploymentInfo> {
  return pulumi.output(args).apply((known) => getEdgeDeployment(known));
}
