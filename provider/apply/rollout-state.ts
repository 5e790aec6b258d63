/** A rollout under way: what is wanted, and what the last look showed. */
import { statusOf } from "../decision/device-status.js";
import type { DeviceStatus } from "../decision/device-status.js";
import type { Strategy } from "../decision/rollout-strategy.js";
import type { LosantId, Version } from "../losant/types.js";
import type { ReleasedBatch } from "../messages/rollout-table.js";
import type { Fleet } from "../resource/fleet.js";
import type { HealthWatch } from "./health-watch.js";

/** The version each device is to have, and what is known of its way there. */
export interface RolloutState {
  readonly strategy: Strategy;
  readonly wanted: ReadonlyMap<LosantId, Version>;
  readonly seen: { readonly releasedAt: Map<LosantId, number>; readonly online: Set<LosantId> };
  fleet: Fleet;
  /** Undefined where health is not judged. */
  readonly watch?: HealthWatch;
  /** Has a batch gone out, so that the next one has to wait for the rest after it? */
  begun: boolean;
  /** Returns devices to their earlier versions: each was released elsewhere, so each that arrives is news. */
  readonly isWayBack?: boolean;
  /** What this run has released. */
  readonly batches: ReleasedBatch[];
}

/** Notes which devices are seen online, and how those fare that run the version. */
export async function noteSeen(rollout: RolloutState): Promise<void> {
  for (const id of rollout.seen.releasedAt.keys()) {
    if (rollout.fleet.get(id)?.connected === true) rollout.seen.online.add(id);
  }
  await rollout.watch?.look(statusesOf(rollout), rollout.fleet);
}

export function statusesOf({ wanted, fleet, seen, watch }: RolloutState): DeviceStatus[] {
  return [...wanted].map(([id, version]) => {
    const status = statusOf(id, fleet.get(id), version, seen);
    const watched = status.state === "waiting" ? undefined : watch?.watched(id, fleet);
    return watched === undefined ? status : { ...status, watched };
  });
}
