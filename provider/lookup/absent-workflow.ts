/**
 * A workflow that is not there: deleted in Losant, or of another application. Losant's own answer to a call is often about
 * the version ("Flow version not found."), so it is asked once more, for the workflow itself.
 */
import { isLosantNotFound, LosantNotFoundError } from "../losant/errors.js";
import type { LosantClient } from "../losant/types.js";
import type { FlowRef } from "../resource/fleet.js";

type WorkflowReader = Pick<LosantClient, "getFlow">;

/**
 * Call it where the application itself was just read: a 404 is about the workflow then.
 *
 * @returns false also where it cannot be read (scope `flow.get`)
 */
export async function isWorkflowAbsent(client: WorkflowReader, { applicationId, flowId }: FlowRef): Promise<boolean> {
  return client.getFlow(applicationId, flowId).then(
    () => false,
    (error: unknown) => isLosantNotFound(error),
  );
}

/** The same error; where the workflow is not there, its message says that. */
export async function explainNotFound(client: WorkflowReader, flow: FlowRef, error: unknown): Promise<unknown> {
  if (!isLosantNotFound(error) || !(await isWorkflowAbsent(client, flow))) return error;
  return new LosantNotFoundError(`${absentWorkflowText(flow)} ${error.message}`, error);
}

export function absentWorkflowText({ applicationId, flowId }: FlowRef): string {
  return `workflow ${flowId} is not in application ${applicationId}: it was deleted in Losant, or it belongs to another application.`;
}
