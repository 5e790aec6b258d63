/**
 * What a run would move, from a preview. Pure.
 *
 * If the program read Losant itself (the plan in the preview), its record is exact. Otherwise the moves follow from the
 * refreshed state and the declaration (`expected-moves.ts`): too many devices rather than too few. What neither knows is
 * reported as unknown and never counts as zero.
 */
import { SECRET } from "../../../provider/messages/redact.js";
import type { PlannedRecord } from "../../../provider/messages/run-record.js";
import { changesIn, isEdgeDeployment, plannedIn } from "./engine-events.js";
import type { EngineFacts, EngineStep } from "./engine-events.js";
import { expectedMoves, lossesOf } from "./expected-moves.js";
import type { ExpectedMove } from "./expected-moves.js";
import { byName } from "./health.js";
import { flowKeyIn, devicesHandedOverBy, devicesInState, isRetained } from "./devices-in-state.js";
import type { Plan } from "../report/results.js";
import type { PlannedResource } from "../report/resource-results.js";
import type { Moved } from "../report/resource-results.js";
import { shownAs } from "./shown-as.js";
import { planWarnings } from "./plan-warnings.js";
import { redactionOfSecretInputs } from "./secret-inputs.js";
import type { SecretInputsRedaction } from "./secret-inputs.js";

interface Planned {
  readonly resource: PlannedResource;
  readonly moves: readonly ExpectedMove[];
}

export function planIn(facts: EngineFacts): Plan {
  const changes = changesIn(facts);
  const planned = changes
    .filter(isEdgeDeployment)
    .map((step) => plannedOf(step, facts))
    .toSorted((a, b) => byName(a.resource, b.resource));
  const resources = planned.map(({ resource }) => resource);
  const warnings = planWarnings(facts);
  return {
    resources,
    devicesMoved: countExpected(planned.flatMap(({ moves }) => moves)),
    ...(resources.some(({ unknown }) => unknown !== undefined) ? { devicesUnknown: true } : {}),
    devicesRemoved: countExpected(planned.flatMap(({ moves }) => moves).filter(({ to }) => to === null)),
    ...(warnings.length === 0 ? {} : { warnings }),
    otherChanges: changes
      .filter((step) => !isEdgeDeployment(step))
      .map(({ urn, type, name, op }) => ({ urn, type, name, op }))
      .toSorted(byName),
  };
}

/** A device that goes from one resource to another moves once. Each secret device counts as a different one. */
function countExpected(moves: readonly ExpectedMove[]): number {
  const unnamed = moves.filter(({ deviceId }) => deviceId === SECRET).length;
  const named = moves.filter(({ deviceId }) => deviceId !== SECRET).map(({ flow, deviceId }) => `${flow} ${deviceId}`);
  return new Set(named).size + unnamed;
}

function plannedOf(step: EngineStep, facts: EngineFacts): Planned {
  const redaction = redactionOfSecretInputs(step, facts);
  const { applicationId = "", flowId = "" } = step.new?.inputs ?? step.old?.outputs ?? {};
  const id = step.old?.id || undefined;
  const exact = plannedIn(facts, step.urn);
  // The plan of a replacement covers the new resource only.
  const calls = step.op === "replace" ? undefined : exact?.calls;
  const moves = movesOfStep(step, facts);
  const unknown = unknownIn(step, exact !== undefined);
  return {
    moves,
    resource: {
      urn: step.urn,
      name: step.name,
      ...(id === undefined ? {} : { id }),
      applicationId,
      flowId,
      ...shownAs(facts, step.urn, redaction),
      op: step.op,
      moved: redaction.moved(groupedMoves(moves)),
      ...(calls === undefined ? {} : { calls: calls.map(redaction.text) }),
      ...(unknown.length === 0 ? {} : { unknown }),
      ...namesIn(exact, redaction),
      ...batchesOf(step, redaction),
      ...remarksOn(step, facts, redaction),
    },
  };
}

/** What a step would move. */
export function movesOfStep(step: EngineStep, facts: EngineFacts): ExpectedMove[] {
  const exact = plannedIn(facts, step.urn);
  if (exact === undefined) return expectedMoves(step, facts);
  // The devices of the old resource lose their workflow, too.
  return [...movesOf(exact, step), ...(step.op === "replace" ? lossesOf(step, facts) : [])];
}

function namesIn(exact: PlannedRecord | undefined, { secret }: SecretInputsRedaction): Pick<PlannedResource, "names"> {
  return exact?.names === undefined || secret.includes("deviceIds") ? {} : { names: { ...exact.names } };
}

function batchesOf({ op, new: next }: EngineStep, { secret }: SecretInputsRedaction): Pick<PlannedResource, "batches"> {
  const batches = op === "delete" || secret.includes("rollout") ? undefined : next?.inputs.batches;
  return batches === undefined ? {} : { batches: batches.map(String) };
}

/** Fields that planned and deployed resources share. */
export function remarksOn(
  step: EngineStep,
  facts: EngineFacts,
  { secret, device }: SecretInputsRedaction,
): Pick<PlannedResource, "secret" | "retainedDeviceIds" | "handedOverDeviceIds"> {
  const retained = isRetained(step) && step.old ? devicesInState(step.old.outputs) : [];
  const handedOver = devicesHandedOverBy(step, facts);
  return {
    ...(secret.length === 0 ? {} : { secret: [...secret] }),
    ...(retained.length === 0
      ? {}
      : { retainedDeviceIds: retained.map(({ deviceId }) => device(deviceId)).toSorted() }),
    ...(handedOver.length === 0 ? {} : { handedOverDeviceIds: handedOver.map(device).toSorted() }),
  };
}

function movesOf({ moved }: PlannedRecord, step: EngineStep): ExpectedMove[] {
  const flow = flowKeyIn(step.new?.inputs ?? step.old?.outputs) ?? step.urn;
  return moved.flatMap(({ from, to, deviceIds }) => deviceIds.map((deviceId) => ({ flow, deviceId, from, to })));
}

const DECIDING = ["applicationId", "deviceIds", "flowId", "version"];

/** Properties that are not known or secret, so that the preview cannot say which devices move. */
function unknownIn({ op, old, new: next }: EngineStep, isExact: boolean): string[] {
  if (op === "delete" || next === undefined) return [];
  const { hidden, exclusive } = next.inputs;
  const isHidden = (name: string): boolean => {
    const how = hidden.get(name);
    // A secret flow or version does not change how many devices there are.
    return how === "unknown" || (how === "secret" && name === "deviceIds" && !isExact);
  };
  // Other devices with the workflow are known from the plan, or from the refresh of a resource that was exclusive before.
  const seen = isExact || (op !== "replace" && old?.outputs.exclusive === true);
  const takesAll = !seen && (exclusive === true || hidden.has("exclusive"));
  return [...DECIDING.filter(isHidden), ...(takesAll ? ["exclusive"] : [])].toSorted();
}

/** Devices that go the same way together. */
export function groupedMoves(moves: readonly ExpectedMove[]): Moved[] {
  const groups = new Map<string, Moved>();
  for (const { deviceId, from, to } of moves) {
    const key = JSON.stringify([from === undefined ? [] : from, to]);
    const group = groups.get(key) ?? { ...(from === undefined ? {} : { from }), to, deviceIds: [] };
    groups.set(key, group);
    group.deviceIds.push(deviceId);
  }
  return [...groups.values()].map((group) => ({ ...group, deviceIds: group.deviceIds.toSorted() }));
}
