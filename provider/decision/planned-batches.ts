/** The batches that a rollout would make now, if no device fails: for the preview. Pure. */
import type { LosantId, Version } from "../losant/types.js";
import type { Fleet } from "../resource/fleet.js";
import { statusOf } from "./device-status.js";
import { nextStep } from "./rollout-policy.js";
import type { DeviceStatus } from "./device-status.js";
import type { Strategy } from "./rollout-strategy.js";

export interface PlannedBatch {
  /** How many devices have the version after it, those that had it before included. */
  readonly size: number;
  /** The devices that get the version in it. */
  readonly deviceIds: readonly LosantId[];
}

/** Asks the policy itself, as if each device that is online reported at once. */
export function plannedBatches(
  strategy: Strategy,
  { deviceIds, version, fleet }: { deviceIds: readonly LosantId[]; version: Version; fleet: Fleet },
): PlannedBatch[] {
  const there = deviceIds.filter((id) => (fleet.get(id)?.desired ?? null) === version);
  const seen = { releasedAt: new Map(there.map((id) => [id, 0])), online: new Set<LosantId>() };
  let statuses = deviceIds.map((id) => succeeding(statusOf(id, fleet.get(id), version, seen), false));
  const batches: PlannedBatch[] = [];
  for (;;) {
    const step = nextStep({ ...strategy, pauseMs: 0, offline: "ignore", windows: undefined }, { statuses }, 0);
    if (step.kind !== "release") return batches;
    const released = new Set(step.deviceIds);
    statuses = statuses.map((status) => succeeding(status, released.has(status.deviceId)));
    const size = statuses.filter(({ state }) => state !== "waiting").length;
    batches.push({ size, deviceIds: step.deviceIds });
  }
}

function succeeding(status: DeviceStatus, isReleased: boolean): DeviceStatus {
  if (status.state === "waiting" && !isReleased) return status;
  return { ...status, state: status.connected || status.state === "done" ? "done" : "offline", releasedAt: 0 };
}
