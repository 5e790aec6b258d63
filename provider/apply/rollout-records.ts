/** Tells programs how a rollout goes, while it goes: each batch before its calls, each device once something is new. */
import type { LosantId, Version } from "../losant/types.js";
import { problemText } from "../messages/rollout-messages.js";
import { recordLine } from "../messages/run-record.js";
import type { Fleet } from "../resource/fleet.js";
import type { DeviceStatus } from "../decision/device-status.js";
import type { DeviceProblem } from "../decision/rollout-policy.js";
import type { ResourcePorts } from "../ports.js";

export interface RolloutRecords {
  batch(batch: { readonly batch: number; readonly batches: number; readonly deviceIds: readonly LosantId[] }): void;
  /** After a look. */
  look(statuses: readonly DeviceStatus[], problems: readonly DeviceProblem[], fleet: Fleet): void;
}

type Shown = "running" | "failed" | undefined;

/**
 * @param wanted - the version that each device is to have; all of a batch the same
 * @param first - what the first look shows: devices that run the version already are no news
 */
export function createRolloutRecords(
  { log, resourceId: id, resourceName }: Pick<ResourcePorts, "log" | "resourceId" | "resourceName">,
  wanted: ReadonlyMap<LosantId, Version>,
  first: readonly DeviceStatus[],
): RolloutRecords {
  const about = { id, ...(resourceName === undefined ? {} : { name: resourceName }) };
  const shown = new Map<LosantId, Shown>(first.map(({ deviceId, state }) => [deviceId, runningIn(state)]));
  return {
    batch: (batch) => {
      const version = wanted.get(batch.deviceIds[0] ?? "") ?? null;
      log.debug(recordLine({ kind: "batch", ...about, version, ...batch }));
    },
    look: (statuses, problems, fleet) => {
      const failed = new Map(problems.map((problem) => [problem.deviceId, problem]));
      const news = statuses.filter(({ deviceId, state }) => {
        const now: Shown = failed.has(deviceId) ? "failed" : runningIn(state);
        const isNews = now !== undefined && now !== shown.get(deviceId);
        shown.set(deviceId, now ?? shown.get(deviceId));
        return isNews;
      });
      if (news.length === 0) return;
      const devices = news.map(({ deviceId }) => {
        const problem = failed.get(deviceId);
        const to = wanted.get(deviceId) ?? null;
        return { deviceId, version: to, ...(problem && { error: problemText(problem, to, fleet) }) };
      });
      log.debug(recordLine({ kind: "reached", ...about, devices }));
    },
  };
}

function runningIn(state: DeviceStatus["state"]): Shown {
  return state === "done" ? "running" : undefined;
}
