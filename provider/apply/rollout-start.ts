/** Before the first batch of a rollout: where its devices were, and whether their health can be read. */
import type { Decision } from "../decision/decide.js";
import type { Strategy } from "../decision/rollout-strategy.js";
import type { LosantId, Version } from "../losant/types.js";
import type { ResourcePorts } from "../ports.js";
import type { Fleet, FlowRef } from "../resource/fleet.js";
import type { RolloutInputs } from "../resource/inputs.js";
import type { Saved } from "../resource/state.js";
import { endOf, unlessInterrupted } from "../run-end.js";
import type { RolloutApproval } from "./approval-check.js";
import { createHealthWatch, judgedSince } from "./health-watch.js";
import type { HealthWatch, JudgedRun } from "./health-watch.js";

export interface RolloutRequest {
  readonly version: Version;
  readonly deviceIds: readonly LosantId[];
  readonly rollout: RolloutInputs;
  /** What the state says of before. */
  readonly before: Saved | undefined;
  /** The one decision, on what is live. */
  readonly decideOn: (fleet: Fleet) => Decision;
  /** Throws to refuse takeovers. */
  readonly refuse: (decision: Pick<Decision, "takeovers">) => void;
  /** @default by the ports, for this one workflow */
  readonly approval?: RolloutApproval;
  /** Where a device was before this update. @default where it is, or where Losant's log says that an interrupted run took it from */
  readonly earlierOf?: (deviceId: LosantId) => Version;
  /** Has a run that was cut short left a device between where it was and the version? Only in a set, workflow by workflow. */
  readonly isHalfWay?: (live: Version, was: Version) => boolean;
  /** The rollout of a set has just moved the devices and judged them: those that are there need no more. */
  readonly isProven?: boolean;
  /** Told once devices are to be moved. */
  readonly onMove?: () => void;
}

/**
 * Asks once before anything is released: what cannot be read later stops here.
 *
 * @returns undefined where health is not judged
 */
export async function watchOf(
  ports: ResourcePorts,
  flow: FlowRef,
  { version, before }: RolloutRequest,
  run: Pick<JudgedRun, "there" | "began" | "releasedAt"> & {
    readonly strategy: Strategy;
    readonly earlierOf: (deviceId: LosantId) => Version;
  },
): Promise<HealthWatch | undefined> {
  const rules = run.strategy.health;
  if (rules === undefined || version === null) return undefined;
  const reads = [
    ...(rules.maxErrors === undefined ? [] : [ports.flows.versionErrors(flow, version, run.began)]),
    ...(rules.maxFailedPercent === undefined ? [] : [ports.flows.versionRuns(flow, version, { since: run.began })]),
  ];
  const found = await unlessInterrupted(ports, Promise.all<{ readonly end?: number }>(reads));
  if (found === undefined) throw endOf(ports);
  const end = found.find((one) => one.end !== undefined)?.end;
  const aheadMs = end === undefined ? 0 : end - ports.clock.now();
  const since = judgedSince({ version, before, aheadMs, ...run });
  return createHealthWatch(ports, { flow, version, rules, aheadMs, since, before: run.earlierOf });
}

/** Did the last update with this very version and these devices get to its end? */
export function isSettled({ version, deviceIds, before }: RolloutRequest): boolean {
  if (before === undefined || before.unfinished === true || before.unverified === true) return false;
  if (before.inputs.version !== version) return false;
  const known = new Set(before.inputs.deviceIds);
  return deviceIds.every((id) => known.has(id));
}

/** Where each device was that a run of this same update has moved already: to the version, or half of the way. */
export function earlierVersions(
  request: Pick<RolloutRequest, "version" | "before" | "earlierOf" | "isHalfWay">,
  deviceIds: readonly LosantId[],
  fleet: Fleet,
): Map<LosantId, Version> {
  const { version, earlierOf, isHalfWay } = request;
  const beforeRun = earlierRun(request);
  return new Map(
    deviceIds.flatMap((id): [LosantId, Version][] => {
      const live = fleet.get(id)?.desired ?? null;
      if (earlierOf === undefined) return live === version ? movedByEarlierRun(id, fleet, version, beforeRun) : [];
      const was = earlierOf(id);
      const isMoved = live === version ? was !== version : isHalfWay?.(live, was) === true;
      return isMoved ? [[id, was]] : [];
    }),
  );
}

/** The devices that a run of this same update may have moved before it was interrupted, and where they were. */
function earlierRun({ version, before }: Pick<RolloutRequest, "version" | "before">): {
  readonly from: Version;
  readonly ids: Set<LosantId>;
} {
  if (before === undefined || before.inputs.version === version) return { from: null, ids: new Set() };
  return { from: before.inputs.version, ids: new Set(before.inputs.deviceIds) };
}

/**
 * A device that stands at the version already, while the state says that this resource had it at another one: a run of
 * this same update moved it and was interrupted before it could say so. Losant's log knows where it came from.
 */
function movedByEarlierRun(
  id: LosantId,
  fleet: Fleet,
  version: Version,
  { from, ids }: ReturnType<typeof earlierRun>,
): [LosantId, Version][] {
  if (!ids.has(id)) return [];
  const changedFrom = fleet.get(id)?.changedFrom;
  return [[id, changedFrom === undefined || changedFrom === version ? from : changedFrom]];
}
