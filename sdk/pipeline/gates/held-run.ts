/** What a run is held to that does an approved plan, and which plugins hold themselves to it. Pure. */
import { EDGE_DEPLOYMENT_SET_TYPE, isNativeEdgeDeploymentType } from "../../../provider/type-token.js";
import type { ApprovedMoves } from "../../../provider/resource/approved-plan.js";
import type { HeldRecord, RefusedRecord } from "../../../provider/messages/run-record.js";
import { flowKeyIn } from "../engine/devices-in-state.js";
import { changesIn, idsOfUncreatedSet, isEdgeDeployment, isSetRollout } from "../engine/engine-events.js";
import type { EngineFacts } from "../engine/engine-events.js";
import type { PlanFile } from "../report/plan-file.js";
import type { PlanDifference } from "../report/results.js";

/**
 * The moves of a plan, for the plugin. A device that one resource stops and another one brings to a version is not to stop
 * in between.
 */
export function approvedMovesIn({ resources }: PlanFile): ApprovedMoves[] {
  const moves = resources.flatMap(({ applicationId, flowId, moved }) =>
    moved.flatMap(({ from, ...move }): ApprovedMoves[] =>
      // A gate has refused the plan already.
      from === undefined ? [] : [{ applicationId, flowId, ...move, from }],
    ),
  );
  const brought = new Set(
    moves.filter(({ to }) => to !== null).flatMap((move) => move.deviceIds.map((deviceId) => keyOf(move, deviceId))),
  );
  return moves
    .map((move) => ({
      ...move,
      deviceIds: move.deviceIds.filter((deviceId) => move.to !== null || !brought.has(keyOf(move, deviceId))),
    }))
    .filter(({ deviceIds }) => deviceIds.length > 0);
}

function keyOf({ applicationId, flowId }: ApprovedMoves, deviceId: string): string {
  return `${applicationId}/${flowId}/${deviceId}`.toLowerCase();
}

/** What the plugin refused in a run, because it was not approved. */
export function refusedIn(facts: EngineFacts): PlanDifference[] {
  return refusalsIn(facts).flatMap(({ id, changes }) => {
    const resource = nameOf(id, facts);
    return changes.map((change) => ({ what: "device", ...(resource === undefined ? {} : { resource }), ...change }));
  });
}

/** Did the run end only because of what was refused, with nothing else done? */
export function isAllRefused(facts: EngineFacts): boolean {
  const refused = new Set(refusalsIn(facts).map(({ id }) => id));
  // A set is a component: that it is created moves nothing.
  const changed = changesIn(facts).filter(({ type }) => type !== EDGE_DEPLOYMENT_SET_TYPE);
  const wrote = facts.records.some((record) => record.kind === "applied" && record.calls.length > 0);
  return refused.size > 0 && !wrote && changed.every(({ failed }) => failed) && changed.length === refused.size;
}

function refusalsIn({ records }: EngineFacts): RefusedRecord[] {
  return records.filter((record) => record.kind === "refused");
}

/** A resource that was not created has no id in the engine's events: its workflow is in the id that it would have got. */
function nameOf(id: string, facts: EngineFacts): string | undefined {
  const { steps } = facts;
  const own = [...steps.values()].find(
    (step) =>
      [step.old?.id, step.new?.id].includes(id) || (isSetRollout(step) && idsOfUncreatedSet(step, facts).includes(id)),
  );
  if (own !== undefined) return own.name;
  const open = [...steps.values()].filter(
    (step) => step.failed && isEdgeDeployment(step) && id.startsWith(`${flowKeyIn(step.new?.inputs) ?? "-"}/`),
  );
  return open.length === 1 ? open[0]?.name : undefined;
}

/**
 * The resources whose plugin has not said that it holds itself to the plan: one of an older release, or one that Pulumi did
 * not start for this run.
 *
 * @param facts - of a preview with the approved plan in its environment
 */
export function unheldIn({ steps, records }: EngineFacts, { hash }: PlanFile): string[] {
  const holding = new Set(
    records
      .filter((record): record is HeldRecord => record.kind === "held" && record.plan === hash)
      .map(({ front }) => front),
  );
  return [...steps.values()]
    .filter((step) => isEdgeDeployment(step) && step.op !== "read")
    .filter(({ type }) => !holding.has(isNativeEdgeDeploymentType(type) ? "native" : "dynamic"))
    .map(({ name }) => name)
    .toSorted();
}
