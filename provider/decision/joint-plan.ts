/** One plan for what several resources want of one flow at one moment. Pure. */
import type { LosantId, Version } from "../losant/types.js";
import type { Fleet } from "../resource/fleet.js";
import { isFleetWide, planCalls } from "./plan.js";
import type { CallPlan } from "./plan.js";
import type { Intent } from "../resource/ownership.js";

export interface JointPlanInput {
  /** What is to be done now. */
  readonly wanted: readonly Intent[];
  /** Whose calls are under way: not to be moved here, and not to be reached by a wide call. */
  readonly underWay: readonly Intent[];
  readonly fleet: Fleet;
  readonly allowFleetWideCalls: boolean;
  /** Was the look asked for after everybody had come in? A wide call may rest on no other. */
  readonly isFreshLook: boolean;
}

/** @returns "look again" where wide calls save more than the look that they need */
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
      // Where one gives up what another one wants, it does not stop.
      if (version !== null || !owned.has(deviceId)) desired.set(deviceId, version);
    }
    for (const deviceId of intent.owned) owned.add(deviceId);
  }
  return { desired, owned };
}
