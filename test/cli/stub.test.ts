// What is serialised into every user's state, to the letter. If this test fails, old stacks show a changed provider:
// change the stub only for a reason worth that, and then this text.
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { createPlant, projectAt } from "../support/plant.js";
import type { Plant } from "../support/plant.js";
import type { Project } from "../support/project.js";

let plant: Plant;
let project: Project;

beforeAll(async () => {
  plant = await createPlant();
  project = await projectAt(plant);
});
afterAll(async () => {
  project.remove();
  await plant.simulator.close();
});

test("the code in the state forwards, captures nothing, and is this text", async () => {
  const { applicationId, flowId, devices } = plant;
  project.declare({ telemetry: { applicationId, flowId, version: "v1", deviceIds: [devices[0]] } });
  expect(await project.up()).toMatchObject({ code: 0 });
  const exported = JSON.parse((await project.run(["stack", "export"])).stdout) as {
    deployment: { resources: { type: string; outputs?: { __provider?: string } }[] };
  };
  const ours = exported.deployment.resources.find(({ type }) => type.endsWith("EdgeDeployment"));
  const pinned = readFileSync(resolve("test/fixtures/provider-stub.txt"), "utf8");
  expect(ours?.outputs?.__provider?.trim()).toBe(pinned.trim());
});
