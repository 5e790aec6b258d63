/** The shapes that a state can have, one workflow and one resource each, and how a release records them. */
import { HAND } from "./plant.js";
import type { Plant } from "./plant.js";
import type { Project } from "./project.js";

/** What Losant showed when the state was saved; flow and device by number. */
export interface RecordedRow {
  readonly flow: number;
  readonly device: number;
  readonly version: string | null;
}

export interface Recorded {
  readonly fleet: readonly RecordedRow[];
  readonly stack: unknown;
}

interface Shape {
  readonly name: string;
  readonly version: string | null;
  readonly devices: readonly number[];
  readonly exclusive?: boolean;
  /** Made by hand after the first `up`, before the state is saved. */
  readonly byHand?: Readonly<Record<number, string | null>>;
  /** The program of the second `up`, which fails to take the flow off a device. */
  readonly later?: readonly number[];
  /** What a preview of the last declaration says. */
  readonly preview: "same" | "update";
  readonly ends: Readonly<Record<number, string>>;
}

const SHAPES: readonly Shape[] = [
  { name: "steady", version: "v1", devices: [0, 1], preview: "same", ends: { 0: "v1", 1: "v1" } },
  {
    name: "drifted",
    version: "v1",
    devices: [0, 1],
    byHand: { 1: "v2" },
    preview: "update",
    ends: { 0: "v1", 1: "v1" },
  },
  {
    name: "version-overlaid",
    version: "v1",
    devices: [0, 1],
    byHand: { 0: "v2", 1: "v2" },
    preview: "update",
    ends: { 0: "v1", 1: "v1" },
  },
  { name: "leaving", version: "v1", devices: [0, 1], later: [0], preview: "update", ends: { 0: "v1" } },
  { name: "exclusive", version: "v1", devices: [0], exclusive: true, preview: "same", ends: { 0: "v1" } },
  {
    name: "exclusive-and-foreign",
    version: "v1",
    devices: [0],
    exclusive: true,
    byHand: { 3: "v1" },
    preview: "update",
    ends: { 0: "v1" },
  },
  { name: "nothing", version: null, devices: [0, 1], preview: "same", ends: {} },
];

export const RECORDED = SHAPES.map((shape) => ({
  ...shape,
  declared: (plant: Plant, flow: number): object => declared(plant, flow, shape, shape.later ?? shape.devices),
}));

function declared(plant: Plant, flow: number, { version, exclusive }: Shape, devices: readonly number[]): object {
  return {
    applicationId: plant.applicationId,
    flowId: plant.flowIds[flow],
    version,
    deviceIds: devices.map((device) => plant.devices[device]),
    ...(exclusive === true ? { exclusive } : {}),
  };
}

/** Brings a stack into all the shapes and leaves it so. */
export async function recordShapes(plant: Plant, project: Project): Promise<void> {
  project.declare(
    Object.fromEntries(SHAPES.map((shape, flow) => [shape.name, declared(plant, flow, shape, shape.devices)])),
  );
  const first = await project.up();
  if (first.code !== 0) throw new Error(first.output);
  project.declare(Object.fromEntries(RECORDED.map((shape, flow) => [shape.name, shape.declared(plant, flow)])));
  // Losant refuses to take the flow off: what was to leave stays, and the state remembers it.
  plant.simulator.fault({ method: "POST", path: "/remove", status: 500, times: 100 });
  await project.up();
  plant.simulator.clearFaults();
  const made = SHAPES.flatMap(({ byHand = {} }, flow) =>
    Object.entries(byHand).map(([device, version]) => ({ flow, device: Number(device), version })),
  );
  changeAll(plant, made);
  const refreshed = await project.refresh();
  if (refreshed.code !== 0) throw new Error(refreshed.output);
}

export function changeAll(plant: Plant, rows: readonly RecordedRow[]): void {
  const { applicationId, simulator, flowIds, devices } = plant;
  for (const { flow, device, version } of rows) {
    const ids = { applicationId, flowId: flowIds[flow] ?? "", deviceId: devices[device] ?? "" };
    simulator.change({ ...ids, version, by: HAND });
  }
  simulator.settle();
}

export function rowsOf(plant: Plant): RecordedRow[] {
  return plant.simulator
    .rows(plant.applicationId)
    .map(({ flowId, deviceId, desiredVersion }) => ({
      flow: plant.flowIds.indexOf(flowId),
      device: plant.devices.indexOf(deviceId),
      version: desiredVersion,
    }))
    .toSorted((a, b) => a.flow - b.flow || a.device - b.device);
}

/** Where a program stood, which key encrypted what, and the settings are of the machine, not of the release. */
const OF_THE_MACHINE = new Set(["sourcePosition", "stackTrace", "secrets_providers", "manifest", "metadata"]);

export function withoutMachine(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutMachine);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) =>
      OF_THE_MACHINE.has(name) || name.startsWith("losant:") ? [] : [[name, withoutMachine(inner)] as const],
    ),
  );
}

/** A refresh reads with the settings that the state holds for the provider, not with those of the configuration. */
export function withSettings(stack: unknown, plant: Plant): unknown {
  const copy = structuredClone(stack) as {
    deployment: { resources: { type: string; inputs?: object; outputs?: object }[] };
  };
  const settings = { "losant:apiUrl": plant.simulator.url, "losant:apiToken": plant.token };
  for (const resource of copy.deployment.resources) {
    if (!resource.type.startsWith("pulumi:providers:")) continue;
    resource.inputs = { ...resource.inputs, ...settings };
    resource.outputs = { ...resource.outputs, ...settings };
  }
  return copy;
}
