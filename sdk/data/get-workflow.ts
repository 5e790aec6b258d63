/** An edge workflow by its name: ids differ in every application, names do not. */
import * as pulumi from "@pulumi/pulumi";
import { currentProgram } from "../program/program.js";

/** Which workflow: exactly one of `name` and `id`. */
export interface GetEdgeWorkflowArgs {
  /** @default config `losant:applicationId`, then the environment variable `LOSANT_APPLICATION_ID` */
  readonly applicationId?: string | undefined;
  /** The whole name, upper and lower case as in Losant. */
  readonly name?: string | undefined;
  readonly id?: string | undefined;
  /** A version that has to exist; the call fails otherwise. */
  readonly version?: string | undefined;
}

/** As {@link GetEdgeWorkflowArgs}, with outputs of other resources allowed. */
export interface GetEdgeWorkflowOutputArgs {
  readonly applicationId?: pulumi.Input<string | undefined> | undefined;
  readonly name?: pulumi.Input<string | undefined> | undefined;
  readonly id?: pulumi.Input<string | undefined> | undefined;
  readonly version?: pulumi.Input<string | undefined> | undefined;
}

export interface EdgeWorkflowVersion {
  readonly id: string;
  readonly version: string;
  /** ISO 8601. */
  readonly creationDate?: string | undefined;
  /** The oldest Gateway Edge Agent that can run it, e.g. `1.39.0`. */
  readonly minimumAgentVersion?: string | undefined;
}

export interface GetEdgeWorkflowResult {
  readonly applicationId: string;
  /** What `flowId` of an EdgeDeployment takes. */
  readonly id: string;
  readonly name: string;
  /** The version that was asked for. */
  readonly version?: string | undefined;
  /** Newest first. `develop`, the working copy, is not among them. */
  readonly versions: EdgeWorkflowVersion[];
}

/**
 * An edge workflow, by name or id, with its versions.
 *
 * Needs the token scopes `flows.get` (by name) or `flow.get` (by id), and `flowVersions.get`. Equal questions are asked
 * once in a program.
 *
 * @throws RunError if there is no such workflow or version, with what comes close; if several workflows have the name,
 *   with the id of each
 *
 * @example The same program for staging and production, where the ids differ.
 * ```ts
 * import * as losant from "pulumi-losant";
 *
 * const telemetry = await losant.getEdgeWorkflow({ name: "Telemetry", version: "v1.2.4" });
 * const { ids } = await losant.getDevices({ tags: [{ key: "ring", value: "canary" }] });
 * new losant.EdgeDeployment("telemetry", { flowId: telemetry.id, version: "v1.2.4", deviceIds: ids });
 * ```
 */
export async function getEdgeWorkflow(args: GetEdgeWorkflowArgs): Promise<GetEdgeWorkflowResult> {
  const program = currentProgram();
  return program.lookUp(async () => {
    const { findEdgeWorkflow } = await import("./find-workflow.js");
    return findEdgeWorkflow(program, args);
  });
}

/** As {@link getEdgeWorkflow}, for arguments that are outputs; unknown in a preview while they are. */
export function getEdgeWorkflowOutput(args: GetEdgeWorkflowOutputArgs): pulumi.Output<GetEdgeWorkflowResult> {
  return pulumi.output(args).apply((known) => getEdgeWorkflow(known));
}
