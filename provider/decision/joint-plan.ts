/** One plan for what several resources want of one flow at one moment. Pure. */
import type { LosantId, Version } from "../losant/types.js";
import type { Fleet } from "../resource/fleet.js";
import { isFleetWide, planCalls } from "./plan.js";
import type { CallPlan } from "./plan.js";
import type { Intent } from "../resource/ownership.js";

export interface JointPlanInput {
  /** What is to be done now. */
  readonly wanted: readonly Intent[];
  /** Resources whose calls are under way: their devices are not moved here, and no fleet-wide call may reach them. */
  readonly underWay: readonly Intent[];
  readonly fleet: Fleet;
  readonly allowFleetWideCalls: boolean;
  /** Was the listing requested after all of them had joined? A fleet-wide call needs such a listing. */
  readonly isFreshLook: boolean;
}

/** @returns "look again" where fleet-wide calls save more than the listing that they need */
export function jointPlan(input: JointPlanInput): CallPlan | "look again" {
  const { fleet, allowFleetWideCalls, isFreshLook } = input;
  const joined = { ...join(input), observed: fleet };
  const fleetWide = planCalls({ ...joined, allowFleetWideCalls: allowFleetWideCalls });
  if (isFreshLook || !fleetWide.calls.some(isFleetWide)) return fleetWide;
  const narrow = planCalls({ ...joined, allowFleetWideCalls: false });
  return fleetWide.calls.length + 1 < narrow.calls.length ? "look again" : narrow;
}

function join({ wanted, underWay }: Pick<JointPlanInput, "wanted" | "underWay">): Intent {
  const desired = new Map<LosantId, Version>();
  const owned = new Set<LosantId>();
  for (const intent of underWay) for (const [deviceId, version] of intent.desired) desired.set(deviceId, version);
  for (const intent of wanted) {
    for (const [deviceId, version] of intent.desired) {
      // A device that one resource gives up and another one wants is not stopped.
      if (version !== null || !owned.has(deviceId)) desired.set(deviceId, version);
    }
    for (const deviceId of intent.owned) owned.add(deviceId);
  }
  return { desired, owned };
}
