/** Which devices join a resource and which leave it. Pure; the preview's plan and `pulumi up` both ask here. */
import type { Inputs } from "./inputs.js";
import type { LosantId } from "./losant/types.js";
import type { DeviceView, Fleet } from "./observe.js";
import { ownedBy } from "./state.js";
import type { Saved } from "./state.js";

/**
 * Devices owned until now that are to lose the flow.
 *
 * @param isClaimed - does another resource of the program declare this device? Then it is not stopped.
 */
export function leavingOf(
  inputs: Inputs,
  before: Saved | undefined,
  isClaimed: (deviceId: LosantId) => boolean,
): LosantId[] {
  const named = new Set(inputs.deviceIds);
  return [...new Set(ownedBy(before))].filter((deviceId) => !named.has(deviceId) && !isClaimed(deviceId));
}

/** Devices that were not owned until now. */
export function joiningOf(inputs: Inputs, before: Saved | undefined): LosantId[] {
  const owned = new Set(ownedBy(before));
  return inputs.deviceIds.filter((deviceId) => !owned.has(deviceId));
}

/**
 * Devices that join and that somebody else has put at another version: taken over with `adopt`, else refused.
 *
 * @param wasOurs - did another resource of the stack own this device until now? Then it is handed over, not taken.
 */
export function takenOver(
  inputs: Inputs,
  before: Saved | undefined,
  fleet: Fleet,
  wasOurs: (deviceId: LosantId) => boolean,
): DeviceView[] {
  return joiningOf(inputs, before)
    .filter((deviceId) => !wasOurs(deviceId))
    .flatMap((deviceId) => fleet.get(deviceId) ?? [])
    .filter((view) => view.desired !== null && view.desired !== inputs.version);
}
