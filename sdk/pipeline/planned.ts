/**
 * What a run would move, from a preview. Pure.
 *
 * Where the program looked at Losant itself (the plan in the preview), its record is exact. Else it follows from the
 * refreshed state and the declaration, where a device that joins is taken to move: too many rather than too few.
 */
import type { PlannedRecord } from "../../provider/record.js";
import type { Outputs } from "../../provider/state.js";
import { changesIn, isEdgeDeployment } from "./engine-events.js";
import type { Facts, ResourceState, Step } from "./engine-events.js";
import { byName } from "./health.js";
import type { Moved, Plan, PlannedResource } from "./schemas.js";

type Version = string | null;

export function planIn(facts: Facts): Plan {
  const changes = changesIn(facts);
  const resources = changes
    .filter(isEdgeDeployment)
    .map((step) => plannedResource(step, facts))
    .toSorted(byName);
  return {
    resources,
    devicesMoved: resources.reduce((sum, { moved }) => sum + countMoved(moved), 0),
    otherChanges: changes
      .filter((step) => !isEdgeDeployment(step))
      .map(({ urn, type, name, op }) => ({ urn, type, name, op }))
      .toSorted(byName),
  };
}

export function countMoved(moved: readonly Moved[]): number {
  return moved.reduce((sum, { deviceIds }) => sum + deviceIds.length, 0);
}

function plannedResource(step: Step, facts: Facts): PlannedResource {
  const { applicationId = "", flowId = "" } = (step.new?.inputs ?? step.old?.outputs ?? {}) as Partial<Outputs>;
  const id = step.old?.id || undefined;
  // The plan of a replacement speaks of the new resource only, and the old one's devices lose their flow too.
  const exact = step.op === "replace" ? undefined : plannedIn(facts, step.urn);
  return {
    urn: step.urn,
    name: step.name,
    ...(id === undefined ? {} : { id }),
    applicationId,
    flowId,
    op: step.op,
    ...(exact === undefined
      ? { moved: movedBy(step) }
      : {
          moved: exact.moved.map((group) => ({ ...group, deviceIds: [...group.deviceIds] })),
          calls: [...exact.calls],
        }),
  };
}

function plannedIn({ records }: Facts, urn: string): PlannedRecord | undefined {
  return records.findLast((record): record is PlannedRecord => record.kind === "planned" && record.urn === urn);
}

function movedBy(step: Step): Moved[] {
  const groups = new Map<string, Moved>();
  const add = (deviceId: string, from: Version | undefined, to: Version): void => {
    if (from === to) return;
    const key = JSON.stringify([from ?? [], to]);
    const group = groups.get(key) ?? { ...(from === undefined ? {} : { from }), to, deviceIds: [] };
    groups.set(key, group);
    group.deviceIds.push(deviceId);
  };
  const before = liveVersions(step.old);
  const after = wanted(step);
  const replaced = step.op === "replace";
  for (const [deviceId, to] of after) add(deviceId, replaced ? undefined : before.get(deviceId), to);
  // An old state's devices that the declaration does not name lose the flow; a replacement's are those of another flow.
  for (const [deviceId, from] of before) if (replaced || !after.has(deviceId)) add(deviceId, from, null);
  return [...groups.values()].map((group) => ({ ...group, deviceIds: group.deviceIds.toSorted() }));
}

/** The desired version of each device the refreshed state speaks of. */
export function liveVersions(state: ResourceState | undefined): Map<string, Version> {
  const { deviceIds = [], version = null, drift = [] } = state?.outputs ?? {};
  return new Map([
    ...deviceIds.map((deviceId) => [deviceId, version] as const),
    ...drift.map(({ deviceId, desiredVersion }) => [deviceId, desiredVersion] as const),
  ]);
}

function wanted({ op, new: next }: Step): Map<string, Version> {
  if (op === "delete" || next === undefined) return new Map();
  const { deviceIds, version } = next.inputs as { readonly deviceIds?: unknown; readonly version?: unknown };
  const known = Array.isArray(deviceIds) ? deviceIds.filter((id): id is string => typeof id === "string") : [];
  return new Map(known.map((deviceId) => [deviceId, typeof version === "string" ? version : null]));
}
