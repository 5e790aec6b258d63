/** Devices that a resource had before a run, and which of them another resource of the program declares. Pure. */
import { SECRET } from "../../../provider/messages/redact.js";
import { isEdgeDeployment } from "./engine-events.js";
import type { EngineFacts, EngineStep } from "./engine-events.js";
import type { StateProps } from "./engine-state.js";

type Version = string | null;

/** One device of a resource, as its state has it. */
export interface DeviceInState {
  /** {@link SECRET} if the state shows only how many devices there are. */
  readonly deviceId: string;
  /** Its desired version; undefined where the state does not say. */
  readonly version: Version | undefined;
}

/** The devices in the refreshed state of a resource, each once. */
export function devicesInState(outputs: StateProps): DeviceInState[] {
  const { deviceIds = [], deviceCount = 0, drift, hidden, __losant: applied } = outputs;
  const isDriftNamed = drift === undefined ? !hidden.has("drift") : drift.every((entry) => entry.deviceId !== SECRET);
  const version = isDriftNamed && !hidden.has("version") ? (outputs.version ?? null) : undefined;
  const held = new Map<string, Version | undefined>();
  for (const deviceId of deviceIds) held.set(deviceId, version);
  for (const { deviceId, desiredVersion } of drift ?? []) held.set(deviceId, desiredVersion);
  // A device that should lose the workflow and is not in the drift has lost it.
  const leaving = isDriftNamed ? [] : (applied?.leaving ?? []);
  for (const deviceId of [...leaving, ...Object.values(applied?.handedOver ?? {}).flat()]) {
    if (!held.has(deviceId)) held.set(deviceId, undefined);
  }
  held.delete(SECRET);
  // A hidden list still has a count; the drift may name some of its devices.
  const named = deviceIds.filter((deviceId) => deviceId !== SECRET).length;
  const drifted = (drift ?? []).filter((entry) => entry.deviceId !== SECRET && entry.expectedVersion !== null).length;
  const unnamed = hidden.has("deviceIds") ? Math.max(deviceCount - named - drifted, 0) : 0;
  return [
    ...[...held].map(([deviceId, at]) => ({ deviceId, version: at })),
    ...Array.from({ length: unnamed }, () => ({ deviceId: SECRET, version: undefined })),
  ];
}

/** Devices of the old state that the new declaration does not name. */
export function devicesRemovedBy({ op, old, new: next }: EngineStep): DeviceInState[] {
  if (!old) return [];
  const held = devicesInState(old.outputs);
  if (op === "delete" || op === "replace") return held;
  const declared = new Set(next?.inputs.deviceIds);
  // A hidden list does not show which devices it leaves out.
  return next?.inputs.hidden.has("deviceIds") === true ? [] : held.filter(({ deviceId }) => !declared.has(deviceId));
}

/** Devices removed by `step` that another resource of the run declares for the same workflow. */
export function devicesHandedOverBy(step: EngineStep, facts: EngineFacts): string[] {
  const flow = flowKeyIn(step.old?.outputs);
  if (flow === undefined) return [];
  const takers = [...facts.steps.values()].filter(
    (other) =>
      isEdgeDeployment(other) &&
      other.urn !== step.urn &&
      // `EdgeDeployment.get` declares nothing.
      other.op !== "read" &&
      flowKeyIn(other.new?.inputs) === flow,
  );
  const declared = new Set(takers.flatMap((taker) => [...(taker.new?.inputs.deviceIds ?? [])]));
  return devicesRemovedBy(step)
    .map(({ deviceId }) => deviceId)
    .filter((deviceId) => deviceId !== SECRET && declared.has(deviceId));
}

export function flowKeyIn(side: StateProps | undefined): string | undefined {
  if (side?.applicationId === undefined || side.flowId === undefined) return undefined;
  const isHidden = side.hidden.has("applicationId") || side.hidden.has("flowId");
  return isHidden ? undefined : `${side.applicationId}/${side.flowId}`.toLowerCase();
}

/** True for a deleted resource whose devices keep the workflow. */
export function isRetained({ op, old }: EngineStep): boolean {
  return op === "delete" && old !== undefined && (old.retainOnDelete || old.outputs.__losant?.retainOnDelete === true);
}
