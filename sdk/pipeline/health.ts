/** How each EdgeDeployment of a stack stands, from the refresh of a preview. Pure. */
import type { FoundRecord, Names } from "../../provider/record.js";
import type { Drift, Outputs } from "../../provider/state.js";
import { changesIn, isEdgeDeployment } from "./engine-events.js";
import type { Facts, ResourceState, Step } from "./engine-events.js";
import type { Change, DriftedDevice, FailedDevice, ResourceHealth } from "./schemas.js";

export function healthIn(facts: Facts): ResourceHealth[] {
  return [...facts.refreshed.values()]
    .filter(isEdgeDeployment)
    .flatMap((step) => (step.old ? [healthOf(step, step.old, foundIn(facts, step.old.id))] : []))
    .toSorted(byName);
}

export function isClean(resources: readonly ResourceHealth[]): boolean {
  return resources.every(({ drift, unfinishedRollout }) => drift.length === 0 && unfinishedRollout === undefined);
}

export function changesOf(facts: Facts): Change[] {
  return changesIn(facts)
    .map(({ urn, type, name, op }) => ({ urn, type, name, op }))
    .toSorted(byName);
}

export function byName(a: { readonly name: string; readonly urn: string }, b: typeof a): number {
  return a.name.localeCompare(b.name) || (a.urn < b.urn ? -1 : 1);
}

function healthOf(step: Step, saved: ResourceState, found: FoundRecord | undefined): ResourceHealth {
  const live = step.new?.outputs;
  const unfinishedRollout = step.new?.inputs["unfinishedRollout"];
  const { outputs } = saved;
  const drift = live?.drift ?? found?.drift ?? everyDeviceGone(outputs);
  return {
    urn: step.urn,
    name: step.name,
    id: saved.id,
    applicationId: outputs.applicationId ?? "",
    flowId: outputs.flowId ?? "",
    version: declaredVersion(outputs),
    deviceCount: (live ?? outputs).deviceCount ?? outputs.deviceIds?.length ?? 0,
    gone: live === undefined,
    ...(typeof unfinishedRollout === "string" ? { unfinishedRollout } : {}),
    drift: drift.map((entry) => driftedDevice(entry, saved, found?.names ?? {})),
    failed: (live?.failures ?? []).map((failure) => failedDevice(failure, found?.names ?? {})),
    pendingDeviceIds: [...(live?.pendingDeviceIds ?? [])],
  };
}

/** What was last applied; `version` itself shows another one where somebody moved all devices to that. */
export function declaredVersion({ version = null, __losant }: Partial<Outputs>): string | null {
  return __losant?.version === undefined ? version : __losant.version;
}

function everyDeviceGone(outputs: Partial<Outputs>): Drift[] {
  const expectedVersion = declaredVersion(outputs);
  return (outputs.deviceIds ?? []).map((deviceId) => ({ deviceId, expectedVersion, desiredVersion: null }));
}

function driftedDevice(entry: Drift, saved: ResourceState, names: Names): DriftedDevice {
  const { deviceId, expectedVersion, desiredVersion, changedBy, changedAt } = entry;
  const name = names[deviceId];
  return {
    deviceId,
    ...(name === undefined ? {} : { name }),
    expected: expectedVersion,
    actual: desiredVersion,
    ...(changedBy === undefined ? {} : { changedBy }),
    ...(changedAt === undefined ? {} : { changedAt }),
    unfinished: isUnfinished(entry, saved),
  };
}

/** A run that failed half-way leaves the same entry behind. Nobody moved that device: it was not its turn yet. */
function isUnfinished(entry: Drift, { outputs, initErrors }: ResourceState): boolean {
  const cutShort = initErrors.length > 0 || outputs.__losant?.rollout === "unfinished";
  return (
    cutShort &&
    (outputs.drift ?? []).some(
      (left) =>
        left.deviceId === entry.deviceId &&
        left.expectedVersion === entry.expectedVersion &&
        left.desiredVersion === entry.desiredVersion,
    )
  );
}

type Failure = Outputs["failures"][number];

export function failedDevice({ deviceId, attemptedVersion, error, at }: Failure, names: Names): FailedDevice {
  const name = names[deviceId];
  return {
    deviceId,
    ...(name === undefined ? {} : { name }),
    attemptedVersion,
    error,
    ...(at === undefined ? {} : { at }),
  };
}

function foundIn({ records }: Facts, id: string): FoundRecord | undefined {
  return records.findLast((record): record is FoundRecord => record.kind === "found" && record.id === id);
}
