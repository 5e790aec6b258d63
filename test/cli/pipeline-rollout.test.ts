// deploy with a rollout: it waits for devices, and its result says who failed, who was put back and what is left.
import { afterAll, beforeAll, beforeEach, expect, jest, test } from "@jest/globals";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { deploy, detectDrift, exitCodeOf, toMarkdown } from "pulumi-losant/pipeline";
import type { PipelineEvent } from "pulumi-losant/pipeline";
import { stackOf } from "../support/automation.js";
import { createPlant, projectAt } from "../support/plant.js";
import type { Plant } from "../support/plant.js";
import type { Project } from "../support/project.js";

// A test is several commands of the CLI, seconds each, and more on a busy machine.
jest.setTimeout(240_000);

const FAILING = 3;
let plant: Plant;
let project: Project;
let stack: Stack;

beforeAll(async () => {
  plant = await createPlant({ devices: 4 });
  project = await projectAt(plant);
  stack = await stackOf(project);
  declare("v1");
  expect(await project.up()).toMatchObject({ code: 0 });
});
beforeEach(() => {
  for (const deviceId of plant.devices) plant.simulator.setBehaviour(deviceId, { kind: "immediate" });
  plant.writes();
});
afterAll(async () => {
  project.remove();
  await plant.simulator.close();
});

function declare(version: string, onFailure: "stop" | "rollback" = "stop", more: object = {}): void {
  const { applicationId, flowId, devices } = plant;
  const rollout = { batches: ["50%", "100%"], timeoutSeconds: 20, onFailure, ...more };
  project.declare({ telemetry: { applicationId, flowId, version, deviceIds: devices, rollout } });
}

function letFail(number: number, version: string): void {
  const error = "agent too old";
  plant.simulator.setBehaviour(plant.devices[number] ?? "", { kind: "failing", error, versions: [version] });
}

/** Of plan, batches and devices, equal ones of devices counted together. */
function toldOf(events: readonly PipelineEvent[]): string[] {
  const lines = events.flatMap((event): string[] => {
    if (event.type === "plan") return [`plan of ${event.plan.devicesMoved}`];
    if (event.type === "batch") return [`${event.resource?.name} batch ${event.batch}/${event.batches}`];
    if (event.type !== "device") return [];
    return [`${event.resource?.name} ${event.status} ${event.from} -> ${event.to}`];
  });
  const starts = lines.flatMap((line, index) => (line === lines[index - 1] ? [] : [index]));
  return starts.map((start, index) => {
    const count = (starts[index + 1] ?? lines.length) - start;
    return count === 1 ? (lines[start] ?? "") : `${lines[start]} ${count}`;
  });
}

test("a rollout that succeeds: every batch's call, and each device once", async () => {
  declare("v2");
  const events: PipelineEvent[] = [];
  const result = await deploy(stack, {}, { onEvent: (event) => events.push(event) });
  expect(result).toMatchObject({
    outcome: "deployed",
    resources: [
      {
        moved: [{ from: "v1", to: "v2", deviceIds: plant.devices }],
        failed: [],
        pendingDeviceIds: [],
        rolledBackDeviceIds: [],
      },
    ],
  });
  expect(result.resources[0]?.calls).toHaveLength(plant.writes().length);
  expect(events).toContainEqual(
    expect.objectContaining({ type: "progress", message: expect.stringMatching(/^telemetry {2}v2 {2}\d\/4 · /) }),
  );
  expect(toldOf(events)).toEqual([
    "plan of 4",
    "telemetry batch 1/2",
    "telemetry moved v1 -> v2 2",
    "telemetry running undefined -> v2 2",
    "telemetry batch 2/2",
    "telemetry moved v1 -> v2 2",
    "telemetry running undefined -> v2 2",
  ]);
});

test("one that is rolled back: who failed and with what, who was put back, exit code 4", async () => {
  declare("v3", "rollback");
  letFail(FAILING, "v3");
  const result = await deploy(stack);
  expect(result).toMatchObject({
    outcome: "failed",
    resources: [
      {
        op: "update",
        moved: [],
        failed: [{ deviceId: plant.devices[FAILING], attemptedVersion: "v3", error: "agent too old" }],
        rolledBackDeviceIds: plant.devices,
      },
    ],
  });
  expect(result.resources[0]?.reasons.join("\n")).toMatch(/agent too old/);
  expect(plant.desired()).toEqual({ 0: "v2", 1: "v2", 2: "v2", 3: "v2" });
  expect(exitCodeOf(result)).toBe(4);
});

test("one that stops: the device that failed by name, the rest unfinished, and not taken for somebody's change", async () => {
  declare("v4");
  letFail(0, "v4");
  const result = await deploy(stack);
  expect(result).toMatchObject({
    outcome: "failed",
    resources: [
      {
        moved: [{ from: "v2", to: "v4", deviceIds: plant.devices.slice(0, 2) }],
        failed: [{ deviceId: plant.devices[0], name: expect.any(String), error: "agent too old" }],
      },
    ],
  });
  expect(exitCodeOf(result)).toBe(4);

  const report = await detectDrift(stack);
  expect(report.clean).toBe(false);
  expect(report.resources[0]?.unfinishedRollout).toEqual(expect.any(String));
  expect(report.resources[0]?.drift.map(({ deviceId, unfinished }) => [deviceId, unfinished])).toEqual([
    [plant.devices[2], true],
    [plant.devices[3], true],
  ]);
  expect(toMarkdown(report)).toContain("## dev: 2 devices left by an unfinished run");
});

test("run again, once the device is mended, it goes on without asking for drift to be allowed", async () => {
  plant.simulator.connect(plant.devices[0] ?? "");
  const result = await deploy(stack);
  expect(result).toMatchObject({
    outcome: "deployed",
    resources: [{ moved: [{ from: "v2", to: "v4", deviceIds: plant.devices.slice(2) }], failed: [] }],
  });
  expect(exitCodeOf(result)).toBe(0);
});

test("outside of its windows it is paused: nothing moves, nothing is wrong, exit code 5", async () => {
  const clock = (hours: number): string => new Date(Date.now() + hours * 3_600_000).toISOString().slice(11, 13);
  declare("v5", "stop", { windows: [{ from: `${clock(3)}:00`, to: `${clock(5)}:00`, timeZone: "UTC" }] });
  const result = await deploy(stack);
  expect(result).toMatchObject({ outcome: "paused", resources: [{ moved: [], failed: [] }] });
  expect(result.resources[0]?.reasons.join("\n")).toMatch(
    /^rollout of v5 paused before its first batch: .* No window is open: the next one opens/,
  );
  expect(plant.writes()).toEqual([]);
  expect(exitCodeOf(result)).toBe(5);
});

test("cancelled between two batches: what moved, what is left and who is pending; the next run goes on, exit code 1", async () => {
  declare("v5", "stop", { pauseSeconds: 60 });
  const controller = new AbortController();
  const seen: string[] = [];
  const result = await deploy(
    stack,
    {},
    {
      signal: controller.signal,
      onEvent: (event) => {
        if (event.type !== "device" || event.status !== "running") return;
        seen.push(event.deviceId);
        if (seen.length === 2) controller.abort();
      },
    },
  );
  expect(result).toMatchObject({
    outcome: "cancelled",
    problem: { code: "cancelled" },
    plan: { devicesMoved: 4 },
    resources: [{ moved: [{ from: "v4", to: "v5", deviceIds: plant.devices.slice(0, 2) }], failed: [] }],
  });
  expect(result.resources[0]?.pendingDeviceIds).toEqual([]);
  expect(result.resources[0]?.reasons.join("\n")).toMatch(/2 of 4|2\/4/);
  expect(exitCodeOf(result)).toBe(1);
  expect(plant.desired()).toEqual({ 0: "v5", 1: "v5", 2: "v4", 3: "v4" });
  const left = await detectDrift(stack);
  expect(left.resources[0]?.drift.map(({ deviceId, unfinished }) => [deviceId, unfinished])).toEqual([
    [plant.devices[2], true],
    [plant.devices[3], true],
  ]);
});
