/** What a run did, from its events. Pure. */
import type { ApplyRecord, JudgedRecord, Names, ProblemsRecord } from "../../../provider/messages/run-record.js";
import { SECRET } from "../../../provider/messages/redact.js";
import { changesIn, idsOfUncreatedSet, isEdgeDeployment, isSetRollout } from "./engine-events.js";
import type { EngineFacts, EngineStep } from "./engine-events.js";
import type { FailureEntry } from "./engine-state.js";
import { byName, declaredVersion, toFailedDevice } from "./health.js";
import { netMoves } from "./net-moves.js";
import { remarksOn } from "./planned.js";
import type { DeployedResource } from "../report/resource-results.js";
import type { Change } from "../report/resource-results.js";
import { redactionOfSecretInputs } from "./secret-inputs.js";

/**
 * Every EdgeDeployment that the run handled. Unchanged ones too: their devices can have failed. And each rollout of a set
 * that did not get to its end: the engine calls no member then.
 */
export function deployedIn(facts: EngineFacts): DeployedResource[] {
  return [...facts.steps.values()]
    .filter(isReported)
    .map((step) => deployedResource(step, facts))
    .toSorted(byName);
}

/** Is all that did not get to its end a rollout that waits for its window? */
export function isPaused({ ended, steps, records }: EngineFacts): boolean {
  const failed = [...steps.values()].filter((step) => step.failed);
  // A resource that was not created has no id in the engine's events, so they are counted.
  const waiting = new Set(records.flatMap((record) => (record.kind === "paused" ? [record.id] : [])));
  return ended && failed.length > 0 && failed.length === waiting.size && failed.every(isReported);
}

function isReported(step: EngineStep): boolean {
  return isEdgeDeployment(step) || (isSetRollout(step) && step.failed);
}

/** Who has told the run to stop, with `pulumi-losant stop`. */
export function stoppedBy({ records }: EngineFacts): string | undefined {
  return records.find((record) => record.kind === "stopped")?.by;
}

export function otherChangesIn(facts: EngineFacts): Change[] {
  return changesIn(facts)
    .filter((step) => !isReported(step))
    .map(({ urn, type, name, op }) => ({ urn, type, name, op }))
    .toSorted(byName);
}

function deployedResource(step: EngineStep, facts: EngineFacts): DeployedResource {
  const redaction = redactionOfSecretInputs(step, facts);
  // A failed create has its inputs and nothing else.
  const outputs = step.new?.outputs;
  const isRolledOut = [step.old?.outputs, step.new?.inputs].some((side) => side?.rollout !== undefined);
  const ids = recordedIdsOf(step, facts);
  const records = appliedTo(ids, facts);
  const { moved, rolledBackDeviceIds } = netMoves(records);
  const names = Object.assign({}, ...records.map((record) => record.names)) as Names;
  const id = step.new?.id || step.old?.id || undefined;
  const shown = outputs?.failures ?? [];
  const failed = [
    ...shown.map((failure) => toFailedDevice(failure, names, redaction)),
    ...problemsIn(facts, ids, shown).map(([failure, itsNames]) => toFailedDevice(failure, itsNames, redaction)),
  ];
  const isVersionShown = outputs?.version !== undefined || outputs?.hidden.has("version") === true;
  return {
    urn: step.urn,
    name: step.name,
    ...(id === undefined ? {} : { id }),
    applicationId: step.new?.inputs.applicationId ?? step.old?.outputs.applicationId ?? "",
    flowId: step.new?.inputs.flowId ?? step.old?.outputs.flowId ?? workflowsOfSet(step),
    ...(outputs !== undefined && isVersionShown ? { version: redaction.version(declaredVersion(outputs)) } : {}),
    op: step.op,
    calls: records.flatMap((record) => record.calls.map((call) => ({ ...call, why: redaction.text(call.why) }))),
    moved: redaction.moved(moved),
    failed,
    failuresAccepted: failed.length > 0 && !step.failed && isRolledOut,
    pendingDeviceIds: (outputs?.pendingDeviceIds ?? []).map(redaction.device),
    ...judgedIn(facts, new Set([...ids, ...idsOfSet(step, facts)]), redaction.secret),
    rolledBackDeviceIds: rolledBackDeviceIds.map(redaction.device),
    reasons: reasonsFor(step, facts).map(redaction.text),
    ...remarksOn(step, facts, redaction),
  };
}

/** By which ids the provider's records name the resource. */
function recordedIdsOf(step: EngineStep, facts: EngineFacts): ReadonlySet<unknown> {
  const own = [step.old?.id, step.new?.id].filter(Boolean);
  return new Set(own.length > 0 || !isSetRollout(step) ? own : idsOfUncreatedSet(step, facts));
}

/** The ids of the workflows of a set, in the order in which they are moved. */
function workflowsOfSet(step: EngineStep): string {
  return Object.values(step.new?.inputs.workflows ?? {})
    .map(({ flowId }) => flowId)
    .join(" + ");
}

/** What the rollout of a set was judged on holds for each of its members. */
function idsOfSet({ new: state }: EngineStep, { steps }: EngineFacts): string[] {
  const sets = [...steps.values()].filter((step) => isSetRollout(step) && step.new?.parent === state?.parent);
  return state?.parent === undefined ? [] : sets.flatMap((step) => step.new?.id ?? []);
}

/** The numbers of a secret rollout are secret, too. */
function judgedIn(
  { records }: EngineFacts,
  ids: ReadonlySet<unknown>,
  secret: readonly string[],
): Pick<DeployedResource, "judged"> {
  const found = records.findLast((record): record is JudgedRecord => record.kind === "judged" && ids.has(record.id));
  if (found === undefined || secret.includes("rollout")) return {};
  const { kind: _kind, id: _id, ...judged } = found;
  return { judged };
}

function appliedTo(ids: ReadonlySet<unknown>, { records }: EngineFacts): ApplyRecord[] {
  return records.filter((record): record is ApplyRecord => record.kind === "applied" && ids.has(record.id));
}

/** Devices that a rollout counted as failed and that the outputs do not show: rolled back, late, offline. */
function problemsIn(
  { records }: EngineFacts,
  ids: ReadonlySet<unknown>,
  shown: readonly FailureEntry[],
): (readonly [FailureEntry, Names])[] {
  const named = new Set(shown.map(({ deviceId }) => deviceId));
  // Secret devices have no ids. They are matched by their errors, as often as each error is shown.
  const unnamed = shown.filter(({ deviceId }) => deviceId === SECRET).map(({ error }) => error);
  const isShown = ({ deviceId, error }: { readonly deviceId: string; readonly error: string }): boolean => {
    if (deviceId !== SECRET) return named.has(deviceId);
    const index = unnamed.indexOf(error);
    if (index !== -1) unnamed.splice(index, 1);
    return index !== -1;
  };
  return records
    .filter((record): record is ProblemsRecord => record.kind === "problems" && ids.has(record.id))
    .flatMap(({ version, devices, names }) =>
      devices
        .filter((device) => !isShown(device))
        .map((device) => [{ ...device, attemptedVersion: version }, names] as const),
    );
}

function reasonsFor(step: EngineStep, { errors }: EngineFacts): string[] {
  if (!step.failed) return [];
  const own = step.new?.initErrors ?? [];
  if (own.length > 0) return [...own];
  return errors.filter((error) => error.urn === step.urn).map((error) => error.text);
}
