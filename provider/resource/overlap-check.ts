/**
 * Refuses two resources of one program that declare one device for one workflow.
 *
 * Each would undo what the other did, at every `pulumi up`, although each preview alone looks right. Only the program
 * sees both, so the program refuses them.
 */
import type { LosantId } from "../losant/types.js";
import { andMore } from "../words.js";

export interface Claim {
  /** The resource's name in the program. */
  readonly resource: string;
  readonly applicationId: LosantId;
  readonly flowId: LosantId;
  readonly deviceIds: readonly LosantId[];
  /** The resource owns the whole workflow. */
  readonly exclusive?: boolean;
}

export interface OverlapCheck {
  /** @returns the message about an overlap; undefined if there is none */
  claim(claim: Claim): string | undefined;
}

interface Flow {
  readonly byDevice: Map<LosantId, string>;
  exclusive?: string;
}

export function createOverlapCheck(): OverlapCheck {
  const flows = new Map<string, Flow>();
  return {
    claim: ({ resource, applicationId, flowId, deviceIds, exclusive }) => {
      const key = `${applicationId}/${flowId}`.toLowerCase();
      const flow = flows.get(key) ?? { byDevice: new Map<LosantId, string>() };
      flows.set(key, flow);
      const devices = [...new Set(deviceIds.map((id) => id.toLowerCase()))];
      const shared = devices.filter((id) => flow.byDevice.has(id));
      const [first] = shared;
      const other = first === undefined ? undefined : flow.byDevice.get(first);
      if (first !== undefined && other !== undefined)
        return claimedTwice(resource, other, flowId, first, shared.length);

      const owner = flow.exclusive ?? (exclusive === true ? [...flow.byDevice.values()][0] : undefined);
      if (owner !== undefined) {
        const [whole, part] = flow.exclusive === undefined ? [resource, owner] : [flow.exclusive, resource];
        const device = flow.exclusive === undefined ? [...flow.byDevice.keys()][0] : devices[0];
        return exclusiveAndAnother(whole, part, flowId, device);
      }
      for (const id of devices) flow.byDevice.set(id, resource);
      if (exclusive === true) flow.exclusive = resource;
      return undefined;
    },
  };
}

function claimedTwice(one: string, other: string, flowId: LosantId, deviceId: LosantId, count: number): string {
  const more = andMore(count, " of its devices");
  return (
    `EdgeDeployment "${one}" and EdgeDeployment "${other}" both declare device ${deviceId}${more} ` +
    `for workflow ${flowId}. A device runs one version of a workflow: leave it out of one of the two.`
  );
}

function exclusiveAndAnother(whole: string, part: string, flowId: LosantId, deviceId: LosantId | undefined): string {
  const devices = deviceId === undefined ? "devices" : `device ${deviceId}`;
  return (
    `EdgeDeployment "${whole}" is exclusive, so it owns every device of workflow ${flowId}, ` +
    `and EdgeDeployment "${part}" declares ${devices} for it too. Drop exclusive, or declare all devices in one.`
  );
}
