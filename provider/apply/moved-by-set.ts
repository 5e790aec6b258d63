/** What the rollout of a set has moved in this run, for its members. Their own turn comes after it. */
import type { MovedBySet, Ports } from "../ports.js";
import { flowKeyOf } from "../resource/fleet.js";
import type { Fleet, FlowRef } from "../resource/fleet.js";
import type { Inputs } from "../resource/inputs.js";

/** @returns undefined where it has not moved all of these devices to this version */
export function movedBySet({ moved }: Pick<Ports, "moved">, inputs: Inputs): MovedBySet | undefined {
  const found = moved?.get(flowKeyOf(inputs));
  if (found === undefined || found.version !== inputs.version) return undefined;
  return inputs.deviceIds.every((deviceId) => found.deviceIds.has(deviceId)) ? found : undefined;
}

/**
 * The fleet as a refresh of a member is to see it: what the rollout of its set has just moved is no drift. A device that
 * somebody has moved since then is.
 */
export function withoutMovesOfSet({ moved }: Pick<Ports, "moved">, flow: FlowRef, fleet: Fleet): Fleet {
  const found = moved?.get(flowKeyOf(flow));
  if (found?.before === undefined) return fleet;
  const { before, version, deviceIds } = found;
  const seen = new Map(fleet);
  for (const deviceId of deviceIds) {
    if ((fleet.get(deviceId)?.desired ?? null) !== version) continue;
    const was = before.get(deviceId);
    if (was === undefined) seen.delete(deviceId);
    else seen.set(deviceId, was);
  }
  return seen;
}
