// What is not known is said to be unknown, what agrees heals, and what is deleted is told: one life of a stack.
import { afterAll, afterEach, beforeAll, expect, jest, test } from "@jest/globals";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { deploy } from "pulumi-losant/pipeline";
import { stackOf } from "../support/automation.js";
import { createPlant, projectAt } from "../support/plant.js";
import type { Plant } from "../support/plant.js";
import type { Project, Result } from "../support/project.js";

// A test is several commands of the CLI, seconds each, and more on a busy machine.
jest.setTimeout(240_000);

let plant: Plant;
let project: Project;
let stack: Stack;

beforeAll(async () => {
  plant = await createPlant({ devices: 4 });
  project = await projectAt(plant);
  stack = await stackOf(project);
});
afterEach(() => plant.simulator.clearFaults());
afterAll(async () => {
  project.remove();
  await plant.simulator.close();
});

function declare(version: string, options: object = {}): void {
  const { applicationId, flowId, devices } = plant;
  project.declare({ telemetry: { applicationId, flowId, version, deviceIds: devices.slice(0, 2), options } });
}

async function succeed(command: Promise<Result>): Promise<Result> {
  const result = await command;
  if (result.code !== 0) throw new Error(`exit ${result.code}\n${result.output.slice(-3000)}`);
  return result;
}

test("all devices moved to v2 by hand, then the program says v2: one up without a call, and deploy refuses nothing", async () => {
  declare("v1");
  await succeed(project.up());
  plant.byHand(0, "v2");
  plant.byHand(1, "v2");
  declare("v2");
  plant.writes();
  await succeed(project.up());
  expect(plant.writes()).toEqual([]);
  expect(await deploy(stack)).toMatchObject({ outcome: "unchanged" });
  expect((await project.deployments())["telemetry"]?.outputs).toMatchObject({ status: "deployed", drift: [] });
});

test("calls that could not be looked at are unknown, and what a person changes then is drift", async () => {
  declare("v3");
  const letGo = plant.simulator.beforeCall(({ method }) => {
    if (method === "POST") plant.simulator.fault({ method: "GET", status: 403, times: Infinity });
  });
  const failed = await project.up();
  letGo();
  expect(failed.code).not.toBe(0);
  expect(failed.output).toContain("what Losant shows since then is not known");
  expect(failed.output).not.toContain("Losant shows v2");
  expect((await project.deployments())["telemetry"]?.outputs).toMatchObject({ status: "unknown", drift: [] });
  plant.simulator.clearFaults();
  plant.byHand(0, "v1");
  expect(await deploy(stack)).toMatchObject({ outcome: "refused", refusal: { gate: "allowDrift" } });
  expect(await deploy(stack, { allowDrift: true })).toMatchObject({ outcome: "deployed" });
  expect(plant.desired()).toEqual({ 0: "v3", 1: "v3" });
});

test("a destroy that is answered 404 keeps the resource, and says how to forget it", async () => {
  plant.simulator.fault({
    method: "POST",
    status: 404,
    body: { type: "NotFound", message: "Application was not found" },
    times: Infinity,
  });
  const failed = await project.destroy();
  expect(failed.code).not.toBe(0);
  expect(failed.output).toContain("Nothing is forgotten");
  expect(failed.output).toContain("pulumi state delete");
  expect(Object.keys(await project.deployments())).toEqual(["telemetry"]);
  expect(plant.desired()).toEqual({ 0: "v3", 1: "v3" });
});

test("a destroy says what it stopped", async () => {
  const { output } = await succeed(project.destroy());
  expect(output).toMatch(/telemetry: .* is removed from 2 devices \(device-0, device-1\), by remove \(1 call\)/);
  expect(plant.desired()).toEqual({});
});
