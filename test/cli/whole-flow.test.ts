// Declarations about a whole workflow: one resource owns it (`exclusive`), or it must not run (`version: null`).
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createPlant, HAND, projectAt } from "../support/plant.js";
import type { Plant } from "../support/plant.js";
import type { Project } from "../support/project.js";

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

function declare(version: string | null, numbers: readonly number[], more: object = {}): void {
  const deviceIds = numbers.map((number) => plant.devices[number]);
  const { applicationId, flowId } = plant;
  project.declare({ telemetry: { applicationId, flowId, version, deviceIds, ...more } });
}

async function againNothing(): Promise<void> {
  plant.writes();
  expect(await project.up("--expect-no-changes")).toMatchObject({ code: 0 });
  expect(plant.writes()).toEqual([]);
}

describe("a resource that owns the whole workflow", () => {
  test("shows another device that carries it as drift, by id and by whom", async () => {
    declare("v1", [0, 1], { exclusive: true });
    expect(await project.up()).toMatchObject({ code: 0 });
    plant.byHand(3, "v2");
    plant.writes();
    const preview = await project.preview("--diff");
    expect(preview.output).toContain(`device-3 (${plant.devices[3]}): v2 deployed by user ${HAND.sourceId}`);
    expect(preview.stdout).toMatch(new RegExp(`\\+ deviceId *: "${plant.devices[3]}"`));
    expect(preview.stdout).toMatch(/1 to update/);
    expect(plant.writes()).toEqual([]);
  });

  test("takes the workflow off it, and off no other", async () => {
    expect(await project.up()).toMatchObject({ code: 0 });
    expect(plant.writes()).toEqual([`remove ${plant.devices[3]}`]);
    expect(plant.desired()).toEqual({ 0: "v1", 1: "v1" });
    await againNothing();
  });

  test("lets go of it where the program says exclusive no more", async () => {
    plant.byHand(3, "v2");
    declare("v1", [0, 1]);
    expect(await project.up()).toMatchObject({ code: 0 });
    expect(plant.writes()).toEqual([]);
    expect(plant.desired()).toEqual({ 0: "v1", 1: "v1", 3: "v2" });
    await againNothing();
  });
});

describe("a workflow that must not run here", () => {
  test("is taken off these devices, and the foreign one keeps it", async () => {
    declare(null, [0, 1]);
    expect(await project.up()).toMatchObject({ code: 0 });
    expect(plant.writes()).toEqual(["replace v1 -"]);
    expect(plant.desired()).toEqual({ 3: "v2" });
    await againNothing();
  });

  test("shows as drift where somebody deploys it, and up takes it off again", async () => {
    plant.byHand(1, "v2");
    plant.writes();
    expect((await project.preview()).output).toContain(
      `device-1 (${plant.devices[1]}): v2 deployed by user ${HAND.sourceId}`,
    );
    expect(await project.up()).toMatchObject({ code: 0 });
    expect(plant.writes()).toEqual([`remove ${plant.devices[1]}`]);
    expect(plant.desired()).toEqual({ 3: "v2" });
  });
});
