// A device that goes from one resource of the program to another, with the real CLI: it is never stopped in between.
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createPlant, projectAt } from "../support/plant.js";
import type { Plant } from "../support/plant.js";
import type { Project, Result } from "../support/project.js";

let plant: Plant;
let project: Project;

beforeAll(async () => {
  plant = await createPlant({ devices: 4 });
  project = await projectAt(plant);
});
afterAll(async () => {
  project.remove();
  await plant.simulator.close();
});

const args = (version: string, numbers: readonly number[]): object => ({
  applicationId: plant.applicationId,
  flowId: plant.flowId,
  version,
  deviceIds: numbers.map((number) => plant.devices[number]),
});

function succeed(result: Result): void {
  if (result.code !== 0) throw new Error(`exit ${result.code}\n${result.output.slice(-3000)}`);
}

test("the one that gives it up is updated first, and waits for the others to declare what they take", async () => {
  project.declare({ a: args("v1", [0, 1]), b: args("v1", [2]), c: args("v2", [3]) });
  succeed(await project.up());
  plant.writes();

  project.declare({ a: args("v1", [0]), b: args("v1", [1, 2]), c: args("v2", [3]) });
  succeed(await project.up());
  expect(plant.writes()).toEqual([]);

  project.declare({ a: args("v1", [0]), b: args("v1", [2]), c: args("v2", [1, 3]) });
  succeed(await project.up());
  expect(plant.writes()).toEqual(["release v2 x1"]);
  expect(plant.desired()).toEqual({ 0: "v1", 1: "v2", 2: "v1", 3: "v2" });
  succeed(await project.up("--expect-no-changes"));
  expect(plant.writes()).toEqual([]);
});
