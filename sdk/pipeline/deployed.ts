/** What a run did, from its events. Pure. */
import type { ApplyRecord, ProblemsRecord } from "../../provider/record.js";
import type { Outputs } from "../../provider/state.js";
import { changesIn, isEdgeDeployment } from "./engine-events.js";
import type { Facts, Step } from "./engine-events.js";
import { byName, declaredVersion, failedDevice } from "./health.js";
import type { Change, DeployedResource, FailedDevice, Moved } from "./schemas.js";

type Version = string | null;

/** Every EdgeDeployment the run came to, also those that stayed as they were: their devices can have failed too. */
export function deployedIn(facts: Facts): DeployedResource[] {
  return [...facts.steps.values()]
    .filter(isEdgeDeployment)
    .map((step) => deployedResource(step, facts))
    .toSorted(byName);
}

export function otherChangesIn(facts: Facts): Change[] {
  return changesIn(facts)
    .filter((step) => !isEdgeDeployment(step))
    .map(({ urn, type, name, op }) => ({ urn, type, name, op }))
    .toSorted(byName);
}

function deployedResource(step: Step, facts: Facts): DeployedResource {
  // A failed create has its inputs and nothing else.
  const outputs: Partial<Outputs> = step.new?.outputs ?? {};
  const known = { ...step.old?.outputs, ...step.new?.inputs } as Partial<Outputs>;
  const ids = new Set([step.old?.id, step.new?.id].filter(Boolean));
  const records = facts.records.filter(
    (record): record is ApplyRecord => record.kind === "applied" && ids.has(record.id),
  );
  const { moved, rolledBackDeviceIds } = journeys(records);
  const names = Object.assign({}, ...records.map((record) => record.names)) as Record<string, string>;
  const id = step.new?.id || step.old?.id || undefined;
  const shown = (outputs.failures ?? []).map((failure) => failedDevice(failure, names));
  const failed = [...shown, ...problemsIn(facts, ids, new Set(shown.map(({ deviceId }) => deviceId)))];
  return {
    urn: step.urn,
    name: step.name,
    ...(id === undefined ? {} : { id }),
    applicationId: known.applicationId ?? "",
    flowId: known.flowId ?? "",
    ...(outputs.version === undefined ? {} : { version: declaredVersion(outputs) }),
    op: step.op,
    calls: records.flatMap((record) => record.calls.map(({ verb, why }) => ({ verb, why }))),
    moved,
    failed,
    failuresAccepted: failed.length > 0 && !step.failed && known.rollout !== undefined,
    pendingDeviceIds: [...(outputs.pendingDeviceIds ?? [])],
    rolledBackDeviceIds,
    reasons: reasonsFor(step, facts),
  };
}

/** What a rollout counted as failed and the outputs do not show: put back, late, offline. */
function problemsIn({ records }: Facts, ids: ReadonlySet<unknown>, shown: ReadonlySet<string>): FailedDevice[] {
  return records
    .filter((record): record is ProblemsRecord => record.kind === "problems" && ids.has(record.id))
    .flatMap(({ version, devices, names }) =>
      devices
        .filter(({ deviceId }) => !shown.has(deviceId))
        .map((device) => failedDevice({ ...device, attemptedVersion: version }, names)),
    );
}

/** Where each device was before the first call and where it is after the last one. */
export function journeys(records: readonly ApplyRecord[]): Pick<DeployedResource, "moved" | "rolledBackDeviceIds"> {
  const way = new Map<string, { readonly from: Version; to: Version }>();
  for (const { moved } of records) {
    for (const { from, to, deviceIds } of moved) {
      for (const deviceId of deviceIds) {
        const known = way.get(deviceId);
        if (known) known.to = to;
        else way.set(deviceId, { from, to });
      }
    }
  }
  const groups = new Map<string, Moved>();
  const rolledBackDeviceIds: string[] = [];
  for (const [deviceId, { from, to }] of [...way].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    if (from === to) {
      rolledBackDeviceIds.push(deviceId);
      continue;
    }
    const key = JSON.stringify([from, to]);
    const group = groups.get(key) ?? { from, to, deviceIds: [] };
    groups.set(key, group);
    group.deviceIds.push(deviceId);
  }
  return { moved: [...groups.values()], rolledBackDeviceIds };
}

function reasonsFor(step: Step, { errors }: Facts): string[] {
  if (!step.failed) return [];
  const own = step.new?.initErrors ?? [];
  if (own.length > 0) return [...own];
  return errors.filter((error) => error.urn === step.urn).map((error) => error.text);
}
