// docs/removal.md, "Stop managing without removing": the devices keep what they run, and join again without a call.
import { afterAll, expect, test } from "@jest/globals";
import { createPlant, projectAt } from "../support/plant.js";

const plant = await createPlant({ devices: 2 });
const { applicationId, flowId, devices } = plant;
const project = await projectAt(plant, { refreshAlways: false });
afterAll(async () => {
  project.remove();
  await plant.simulator.close();
});

test("protect refuses a destroy, state delete forgets, and the same program takes the devices back, all without a write", async () => {
  project.declare({
    telemetry: { applicationId, flowId, version: "v1", deviceIds: devices, options: { protect: true } },
  });
  expect(await project.up()).toMatchObject({ code: 0 });
  expect(plant.writes()).toEqual(["release v1 x2"]);
  const urn = (await project.deployments())["telemetry"]?.urn ?? "";

  expect(await project.destroy()).toMatchObject({ code: 1, output: expect.stringContaining("protect") });
  expect(await project.run(["state", "unprotect", urn, "--yes"])).toMatchObject({ code: 0 });
  expect(await project.run(["state", "delete", urn, "--yes"])).toMatchObject({ code: 0 });
  expect(await project.deployments()).toEqual({});

  expect(await project.up()).toMatchObject({ code: 0 });
  expect(plant.writes()).toEqual([]);
  expect(plant.desired()).toEqual({ 0: "v1", 1: "v1" });
});
