// A fleet that does not fit into one page or one call.
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createPlant, projectAt } from "../support/plant.js";
import type { Plant } from "../support/plant.js";
import type { Project } from "../support/project.js";

let plant: Plant;
let project: Project;

beforeAll(async () => {
  plant = await createPlant({ devices: 2500 });
  project = await projectAt(plant);
});
afterAll(async () => {
  project.remove();
  await plant.simulator.close();
});

function declare(version: string): void {
  const { applicationId, flowId, devices: deviceIds } = plant;
  project.declare({ telemetry: { applicationId, flowId, version, deviceIds } });
}

describe("2,500 devices in one resource", () => {
  test("are released in three calls, ceil(n/1000), and as few pages", async () => {
    declare("v1");
    expect(await project.up()).toMatchObject({ code: 0 });
    const calls = plant.simulator.calls.filter(({ path }) => path.includes("/edge/deployments"));
    const reads = calls.filter(({ method }) => method === "GET").length;
    expect(reads).toBeLessThanOrEqual(1 + 3);
    expect(plant.writes()).toEqual(["release v1 x1000", "release v1 x1000", "release v1 x500"]);
  });

  test("are previewed, with a refresh, in no more than 30 calls", async () => {
    declare("v2");
    plant.reads();
    expect(await project.preview()).toMatchObject({ code: 0 });
    expect(plant.reads()).toBeLessThanOrEqual(30);
  });

  test("are bumped in one call, and taken off the flow in one", async () => {
    declare("v2");
    plant.writes();
    expect(await project.up()).toMatchObject({ code: 0 });
    expect(plant.writes()).toEqual(["replace v1 v2"]);
    expect(await project.destroy()).toMatchObject({ code: 0 });
    expect(plant.writes()).toEqual(["remove every"]);
  });
});
