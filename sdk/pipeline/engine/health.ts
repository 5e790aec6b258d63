/** The health of each EdgeDeployment of a stack, from the refresh of a preview. Pure. */
import type { FoundRecord, Names } from "../../../provider/messages/run-record.js";
import { SECRET } from "../../../provider/messages/redact.js";
import type { Drift } from "../../../provider/resource/state.js";
import { changesIn, isEdgeDeployment } from "./engine-events.js";
import type { EngineFacts, EngineStep } from "./engine-events.js";
import type { FailureEntry, StateProps, ResourceState } from "./engine-state.js";
import type { Change } from "../report/resource-results.js";
import type { ResourceHealth } from "../report/resource-results.js";
import type { FailedDevice } from "../report/resource-results.js";
import type { DriftedDevice } from "../report/resource-results.js";
import { shownAs } from "./shown-as.js";
import { redactionOfSecretInputs } from "./secret-inputs.js";
import type { SecretInputsRedaction } from "./secret-inputs.js";

export function healthIn(facts: EngineFacts): ResourceHealth[] {
  return [...facts.refreshed.values(), ...leftUnverified(facts)]
    .filter(isEdgeDeployment)
    .flatMap((step) => (step.old ? [healthOf(step, step.old, facts)] : []))
    .toSorted(byName);
}

/** Resources that neither a refresh nor a run could compare with Losant: their state is not known. */
function leftUnverified({ refreshed, steps }: EngineFacts): EngineStep[] {
  return [...steps.values()]
    .filter(({ urn, old }) => !refreshed.has(urn) && old !== undefined && isUnverified(old.outputs))
    .map((step) => ({ ...step, new: step.old }));
}

export function isClean(resources: readonly ResourceHealth[]): boolean {
  return resources.every(
    ({ drift, unfinishedRollout, unverified }) =>
      drift.length === 0 && unfinishedRollout === undefined && unverified === undefined,
  );
}

export function changesOf(facts: EngineFacts): Change[] {
  return changesIn(facts)
    .map(({ urn, type, name, op }) => ({ urn, type, name, op }))
    .toSorted(byName);
}

export function byName(a: { readonly name: string; readonly urn: string }, b: typeof a): number {
  return a.name.localeCompare(b.name) || (a.urn < b.urn ? -1 : 1);
}

function healthOf(step: EngineStep, saved: ResourceState, facts: EngineFacts): ResourceHealth {
  const redaction = redactionOfSecretInputs(step, facts);
  const found = foundIn(facts, saved.id);
  const live = step.new?.outputs;
  const unfinishedRollout = step.new?.inputs.unfinishedRollout;
  const { outputs } = saved;
  const drift = driftIn(live, found, outputs);
  const names = found?.names ?? {};
  return {
    urn: step.urn,
    name: step.name,
    id: saved.id,
    applicationId: outputs.applicationId ?? "",
    flowId: outputs.flowId ?? "",
    ...shownAs(facts, step.urn, redaction),
    version: redaction.version(declaredVersion(outputs)),
    deviceCount: (live ?? outputs).deviceCount ?? outputs.deviceIds?.length ?? 0,
    gone: live === undefined,
    ...(isUnverified(live ?? {}) ? { unverified: true as const } : {}),
    ...(unfinishedRollout === undefined ? {} : { unfinishedRollout: redaction.text(unfinishedRollout) }),
    drift: drift.map((entry) => driftedDevice(entry, isUnfinished(entry, saved), found, redaction)),
    failed: (live?.failures ?? []).map((failure) => toFailedDevice(failure, names, redaction)),
    pendingDeviceIds: (live?.pendingDeviceIds ?? []).map(redaction.device),
    ...(redaction.secret.length === 0 ? {} : { secret: [...redaction.secret] }),
  };
}

/** The version that was last applied. The output `version` shows another one if somebody moved all devices to it. */
export function declaredVersion({ version, hidden, __losant }: StateProps): string | null {
  if (__losant?.version !== undefined) return __losant.version;
  return hidden.has("version") ? SECRET : (version ?? null);
}

function driftIn(live: StateProps | undefined, found: FoundRecord | undefined, saved: StateProps): readonly Drift[] {
  if (live === undefined) return found?.drift ?? everyDeviceGone(saved);
  if (live.drift !== undefined || !live.hidden.has("drift")) return live.drift ?? [];
  // Hidden drift is drift, too.
  const hidden = { deviceId: SECRET, expectedVersion: SECRET, desiredVersion: SECRET };
  return found?.drift ?? (live.status === "drifted" ? [hidden] : []);
}

function everyDeviceGone(outputs: StateProps): Drift[] {
  const expectedVersion = declaredVersion(outputs);
  const { deviceIds = Array.from({ length: outputs.deviceCount ?? 0 }, () => SECRET) } = outputs;
  return deviceIds.map((deviceId) => ({ deviceId, expectedVersion, desiredVersion: null }));
}

function driftedDevice(
  entry: Drift,
  unfinished: boolean,
  found: FoundRecord | undefined,
  redaction: SecretInputsRedaction,
): DriftedDevice {
  const { deviceId, expectedVersion, desiredVersion, changedBy, changedAt } = entry;
  const changedByName = changedBy === undefined ? undefined : found?.actors?.[changedBy];
  return {
    ...deviceRef(deviceId, found?.names ?? {}, redaction),
    expected: redaction.version(expectedVersion),
    actual: redaction.version(desiredVersion),
    ...(changedBy === undefined ? {} : { changedBy }),
    ...(changedByName === undefined ? {} : { changedByName: redaction.text(changedByName) }),
    ...(changedAt === undefined ? {} : { changedAt }),
    unfinished,
  };
}

/** The name of a secret device is secret, too. */
function deviceRef(
  deviceId: string,
  names: Names,
  redaction: SecretInputsRedaction,
): Pick<DriftedDevice, "deviceId" | "name"> {
  const shown = redaction.device(deviceId);
  const name = shown === SECRET ? undefined : names[deviceId];
  return { deviceId: shown, ...(name === undefined ? {} : { name }) };
}

/** Calls were made, and Losant could not be read since. */
function isUnverified({ status, __losant }: Pick<StateProps, "status" | "__losant">): boolean {
  return status === "unknown" || __losant?.unverified === true;
}

/**
 * A run that failed half-way leaves the same entry. Nobody moved that device: the run did not reach it. After a run that
 * could not read Losant, what it left is not known: every difference is drift. A change that Losant's log puts after the
 * run is drift, whatever its version.
 */
function isUnfinished(entry: Drift, { outputs, initErrors }: ResourceState): boolean {
  const { drift, __losant: applied } = outputs;
  const cutShort = initErrors.length > 0 || applied?.rollout === "unfinished";
  if (!cutShort || isUnverified(outputs)) return false;
  // A refresh adds what people moved to what the rollout left, and marks the latter; 0.1.0 did not.
  const isMarked = applied?.rollout === "unfinished" && (applied.schema ?? 1) >= 2;
  // A secret device can only be recognised by its log.
  const isLogged = entry.changedAt !== undefined || entry.deviceId === SECRET;
  return (drift ?? []).some(
    (left) =>
      (!isMarked || left.unfinished === true) &&
      left.deviceId === entry.deviceId &&
      left.expectedVersion === entry.expectedVersion &&
      left.desiredVersion === entry.desiredVersion &&
      (!isLogged || (left.changedAt === entry.changedAt && left.changedBy === entry.changedBy)),
  );
}

export function toFailedDevice(failure: FailureEntry, names: Names, redaction: SecretInputsRedaction): FailedDevice {
  const { deviceId, attemptedVersion, error, at } = failure;
  return {
    ...deviceRef(deviceId, names, redaction),
    attemptedVersion: redaction.version(attemptedVersion),
    error: redaction.text(error),
    ...(at === undefined ? {} : { at }),
  };
}

function foundIn({ records }: EngineFacts, id: string): FoundRecord | undefined {
  return records.findLast((record): record is FoundRecord => record.kind === "found" && record.id === id);
}
