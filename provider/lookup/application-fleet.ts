/** All that one application has on its edge devices: the devices, the edge workflows, and which is deployed where. */
import { isForbidden } from "../losant/errors.js";
import type { Device, EdgeDeploymentRow, Flow, LosantId } from "../losant/types.js";
import { rowsOf } from "./deployments.js";
import { deviceQueries } from "./device-query.js";
import type { LookupContext } from "./context.js";

export interface ApplicationFleet {
  readonly applicationId: LosantId;
  /** Edge compute devices; undefined where the token may not list devices. */
  readonly devices: readonly Device[] | undefined;
  /** Edge workflows; undefined where the token may not list workflows. */
  readonly workflows: readonly Flow[] | undefined;
  readonly deployments: readonly EdgeDeploymentRow[];
}

/**
 * Reads an application's fleet: three listings, side by side.
 *
 * The deployments are what is asked for, so they have to be readable. Without `devices.get` or `flows.get` the answer has
 * less in it, and says so.
 *
 * @param flowId - only this workflow
 * @throws LosantError for anything else that goes wrong: a fleet that cannot be read is not shown as an empty one
 */
export async function readApplicationFleet(
  lookup: LookupContext,
  applicationId: LosantId,
  flowId?: LosantId,
): Promise<ApplicationFleet> {
  const client = await lookup.client(applicationId);
  const [deployments, devices, flows] = await Promise.all([
    rowsOf(lookup, client, applicationId, { flowId, filterEmpty: true }),
    orForbidden(async () => {
      const answers = await Promise.all(
        deviceQueries({ deviceClass: "edgeCompute" }).map((query) => client.listDevices(applicationId, query)),
      );
      return answers.flat();
    }),
    orForbidden(() => client.listEdgeFlows(applicationId)),
  ]);
  return {
    applicationId,
    devices,
    workflows: flowId === undefined ? flows : flows?.filter(({ id }) => id.toLowerCase() === flowId.toLowerCase()),
    // Losant deploys custom nodes along with the workflows that use them.
    deployments: deployments.filter((row) => row.flowClass !== "customNode"),
  };
}

async function orForbidden<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (isForbidden(error)) return undefined;
    throw error;
  }
}
