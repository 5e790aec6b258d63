/** The moves of a step without a plan: from the refreshed state and the declaration. Pure. */
import { SECRET } from "../../../provider/messages/redact.js";
import type { EngineFacts, EngineStep } from "./engine-events.js";
import { UNKNOWN_VALUE } from "./engine-state.js";
import type { StateProps } from "./engine-state.js";
import { flowKeyIn, devicesRemovedBy, devicesHandedOverBy, devicesInState, isRetained } from "./devices-in-state.js";

type Version = string | null;

export interface ExpectedMove {
  /** The flow; for a hidden flow, the URN of the resource. */
  readonly flow: string;
  readonly deviceId: string;
  /** Missing if the preview cannot know it. */
  readonly from?: Version;
  readonly to: Version;
}

/**
 * Every device that joins counts as moved. A removed device counts as losing the workflow, unless another resource declares
 * it: that resource either has the device already or counts the move itself.
 */
export function expectedMoves(step: EngineStep, facts: EngineFacts): ExpectedMove[] {
  return [...joinOrChange(step), ...lossesOf(step, facts)].filter(({ from, to }) => from !== to);
}

function joinOrChange({ op, urn, old, new: next }: EngineStep): ExpectedMove[] {
  if (op === "delete" || next === undefined) return [];
  const { deviceIds = [], hidden } = next.inputs;
  const flow = flowKeyIn(next.inputs) ?? urn;
  const to = wantedVersion(next.inputs);
  const before = new Map(
    op === "replace" || !old ? [] : devicesInState(old.outputs).map((held) => [held.deviceId, held.version]),
  );
  const named = new Set(deviceIds.filter((deviceId) => deviceId !== SECRET));
  const moves = [...named].map((deviceId) => ({ flow, deviceId, from: before.get(deviceId), to }));
  // A secret list: at least those that are there already may move.
  const unnamed = hidden.get("deviceIds") === "secret" && op !== "replace" && old ? devicesInState(old.outputs) : [];
  return [...moves, ...unnamed.map(({ deviceId, version: from }) => ({ flow, deviceId, from, to }))];
}

export function lossesOf(step: EngineStep, facts: EngineFacts): ExpectedMove[] {
  if (isRetained(step)) return [];
  const flow = flowKeyIn(step.old?.outputs) ?? step.old?.id ?? step.urn;
  const { new: next } = step;
  // A replacement that stays in its workflow takes the devices itself.
  const kept = step.op === "replace" && flowKeyIn(next?.inputs) === flow ? (next?.inputs.deviceIds ?? []) : [];
  const handedOver = new Set([...devicesHandedOverBy(step, facts), ...kept]);
  return devicesRemovedBy(step)
    .filter(({ deviceId }) => !handedOver.has(deviceId))
    .map(({ deviceId, version: from }) => ({ flow, deviceId, from, to: null }));
}

function wantedVersion({ version, hidden }: StateProps): Version {
  switch (hidden.get("version")) {
    case "secret":
      return SECRET;
    case "unknown":
      return UNKNOWN_VALUE;
    case undefined:
      return version ?? null;
  }
}
