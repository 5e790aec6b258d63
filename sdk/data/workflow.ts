/** An edge workflow by its name: ids differ in every application, names do not. */
import * as pulumi from "@pulumi/pulumi";
import type { GetEdgeWorkflowArgs, GetEdgeWorkflowResult } from "../../provider/lookup/types.js";
import type { GetEdgeWorkflowOutputArgs } from "../args.js";
import { mockedCall } from "../program/mocks.js";
import { currentProgram } from "../program/program.js";

const GET_WORKFLOW = {
  name: "getEdgeWorkflow",
  answer: { property: "id", example: '{ id: "575ed18f7ae143cd83dc4aa6", name: "Telemetry", versions: [] }' },
};

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
    const mocked = mockedCall<GetEdgeWorkflowResult>({ ...GET_WORKFLOW, args });
    if (mocked !== undefined) return mocked;
    const { findEdgeWorkflow } = await import("../../provider/lookup/workflow.js");
    return findEdgeWorkflow(program, args);
  });
}

/** As {@link getEdgeWorkflow}, for arguments that are outputs; unknown in a preview while they are. */
export function getEdgeWorkflowOutput(args: GetEdgeWorkflowOutputArgs): pulumi.Output<GetEdgeWorkflowResult> {
  return pulumi.output(args).apply((known) => getEdgeWorkflow(known));
}
