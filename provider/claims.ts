/**
 * Which devices the resources of this program claim, as far as this run has seen them.
 *
 * A device can move from one resource to another of the same program: a rename without an alias, a resource split in
 * two, a forced replacement. Pulumi then asks the new one to create and the old one to delete or shrink, in an order of
 * its own; the old one must not stop what the new one has just declared. So whoever gives a device up looks here first.
 *
 * The memory lives as long as the plugin process, which is one Pulumi command.
 */
import type { Inputs } from "./inputs.js";
import type { LosantId } from "./losant/types.js";
import type { FlowRef } from "./observe.js";
import { keyOf } from "./observe.js";
import { ownedBy } from "./state.js";
import type { Saved } from "./state.js";

export interface Claims {
  claim(inputs: Inputs): void;
  /** Is this device declared for this flow by a resource of the running program? */
  isClaimed(flow: FlowRef, deviceId: LosantId): boolean;
  /** The state has shown a resource that owned these devices until now. */
  owned(saved: Saved | undefined): void;
  /** So a device that another resource takes from it is not somebody else's. */
  wasOurs(flow: FlowRef, deviceId: LosantId): boolean;
}

const key = (flow: FlowRef, deviceId: LosantId): string => `${keyOf(flow)}/${deviceId}`;

export function createClaims(): Claims {
  const claimed = new Set<string>();
  const ours = new Set<string>();
  return {
    claim: (inputs) => {
      for (const deviceId of inputs.deviceIds) claimed.add(key(inputs, deviceId));
    },
    isClaimed: (flow, deviceId) => claimed.has(key(flow, deviceId)),
    owned: (saved) => {
      if (saved === undefined) return;
      for (const deviceId of ownedBy(saved)) ours.add(key(saved.inputs, deviceId));
    },
    wasOurs: (flow, deviceId) => ours.has(key(flow, deviceId)),
  };
}
