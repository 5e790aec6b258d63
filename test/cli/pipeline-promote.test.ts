// promote on real stacks: the order, the hold, the stop, and how a promotion is taken up again.
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { deployAll, exitCodeOf, noFailures, promote } from "pulumi-losant/pipeline";
import { stackOf, STACKS_PROGRAM } from "../support/automation.js";
import { createPlant, projectAt } from "../support/plant.js";
import type { Plant } from "../support/plant.js";
import type { Project } from "../support/project.js";

// A test is several commands of the CLI, seconds each, and more on a busy machine.
jest.setTimeout(240_000);

let plant: Plant;
let project: Project;
let staging: Stack;
let production: Stack;

beforeAll(async () => {
  plant = await createPlant({ devices: 4 });
  project = await projectAt(plant, { program: STACKS_PROGRAM, stacks: { staging: {}, production: {} } });
  staging = await stackOf(project, "staging");
  production = await stackOf(project, "production");
});
afterAll(async () => {
  project.remove();
  await plant.simulator.close();
});

function declare(version: string): void {
  const { applicationId, flowId, devices } = plant;
  const args = (from: number, to: number) => ({ applicationId, flowId, version, deviceIds: devices.slice(from, to) });
  project.declare({ staging: { telemetry: args(0, 2) }, production: { telemetry: args(2, 4) } });
}

test("several stacks side by side make one report", async () => {
  declare("v1");
  const result = await deployAll([staging, production], {}, { concurrency: 2 });
  expect(result).toMatchObject({
    kind: "deploySummary",
    stacks: [
      { stack: "staging", outcome: "deployed" },
      { stack: "production", outcome: "deployed" },
    ],
  });
  expect(plant.desired()).toEqual({ 0: "v1", 1: "v1", 2: "v1", 3: "v1" });
});

test("a check between the stages that says no stops the promotion: production stays as it was", async () => {
  declare("v2");
  const result = await promote([staging, production], { between: () => "smoke test failed" });
  expect(result).toMatchObject({
    outcome: "stopped",
    stages: [{ stack: "staging", outcome: "deployed" }],
    holds: [{ after: "staging", outcome: "stopped", reason: "smoke test failed" }],
    notReached: ["production"],
  });
  expect(exitCodeOf(result)).toBe(3);
  expect(plant.desired()).toEqual({ 0: "v2", 1: "v2", 2: "v1", 3: "v1" });
});

test("begun again it goes on: the stage that is done is passed over, and the hold counts from its last change", async () => {
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const asked: string[] = [];
  const check = ({ stack }: { readonly stack: Stack }): void => void asked.push(stack.name);
  const result = await promote([staging, production], { between: { holdSeconds: 2, check } });
  expect(result).toMatchObject({
    outcome: "done",
    stages: [
      { stack: "staging", outcome: "unchanged" },
      { stack: "production", outcome: "deployed" },
    ],
    holds: [{ outcome: "passed" }],
    notReached: [],
  });
  expect(asked).toEqual(["staging"]);
  expect(plant.desired()).toEqual({ 0: "v2", 1: "v2", 2: "v2", 3: "v2" });
});

test("a device that fails during the hold stops the promotion, with its error", async () => {
  const [failing = ""] = plant.devices;
  plant.simulator.setBehaviour(failing, { kind: "offline" });
  declare("v3");
  const result = await promote([staging, production], {
    between: { holdSeconds: 120, everySeconds: 0.2, check: noFailures() },
    onEvent: (event) => {
      if (event.phase !== "hold") return;
      plant.simulator.setBehaviour(failing, { kind: "failing", error: "agent too old", versions: ["v3"] });
      plant.simulator.connect(failing);
    },
  });
  expect(result).toMatchObject({
    outcome: "stopped",
    holds: [{ outcome: "stopped", reason: expect.stringMatching(/1 device of staging failed: .*agent too old/) }],
    notReached: ["production"],
  });
  expect(plant.desired()).toMatchObject({ 2: "v2", 3: "v2" });
});

test("a stage with a failing device stops the promotion by itself", async () => {
  const result = await promote([staging, production]);
  expect(result).toMatchObject({
    outcome: "stopped",
    stages: [{ stack: "staging" }],
    holds: [],
    notReached: ["production"],
  });
  expect(exitCodeOf(result)).toBe(4);
});

test("cancelled in a hold, it ends there", async () => {
  const [failing = ""] = plant.devices;
  plant.simulator.setBehaviour(failing, { kind: "immediate" });
  declare("v4");
  const controller = new AbortController();
  const result = await promote([staging, production], {
    between: 3600,
    signal: controller.signal,
    onEvent: (event) => event.phase === "hold" && controller.abort(),
  });
  expect(result).toMatchObject({ outcome: "stopped", holds: [{ outcome: "cancelled" }], notReached: ["production"] });
  expect(exitCodeOf(result)).toBe(1);
});

test("settings without sense are refused before anything is looked at", async () => {
  await expect(promote([])).rejects.toThrow("promote: no stack");
  await expect(promote([staging], { between: -1 })).rejects.toThrow("between: -1 is not a time");
  await expect(promote([staging], { gates: () => ({ maxDevices: 1.5 }) })).rejects.toThrow("maxDevices: 1.5");
  await expect(deployAll([staging], {}, { concurrency: 0 })).rejects.toThrow("concurrency: 0");
});
