// Device ids and a version that the program declares as secret: no command prints them, whatever happens, and all of it works.
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { createPlant, projectAt } from "../support/plant.js";
import type { Plant } from "../support/plant.js";
import type { Project, Result } from "../support/project.js";

// A test is several commands of the CLI, seconds each, and more on a busy machine.
jest.setTimeout(240_000);

let plant: Plant;
let project: Project;
const printed: string[] = [];
const VERSIONS = ["v3", "v4", "v5"];

beforeAll(async () => {
  plant = await createPlant({ devices: 4 });
  project = await projectAt(plant);
});
afterAll(async () => {
  project.remove();
  await plant.simulator.close();
});

function declare(version: string, rollout?: object): void {
  const { applicationId, flowId, devices } = plant;
  const [ids, more] = [
    JSON.stringify(devices.slice(0, 3)),
    rollout === undefined ? "" : `rollout: ${JSON.stringify(rollout)},`,
  ];
  project.write(`
import * as pulumi from "@pulumi/pulumi";
import * as losant from "pulumi-losant";
new losant.EdgeDeployment("telemetry", {
  applicationId: "${applicationId}",
  flowId: "${flowId}",
  version: pulumi.secret("${version}"),
  deviceIds: pulumi.secret(${ids}),
  ${more}
});
`);
}

async function ran(command: Promise<Result>): Promise<Result> {
  const result = await command;
  printed.push(result.output);
  return result;
}

test("are created, and a preview with nothing to do says so", async () => {
  declare("v3");
  expect((await ran(project.preview("--diff"))).code).toBe(0);
  expect((await ran(project.up("--diff"))).code).toBe(0);
  expect(plant.desired()).toEqual({ 0: "v3", 1: "v3", 2: "v3" });
  expect((await ran(project.preview("--expect-no-changes"))).code).toBe(0);
});

test("a rollout that fails and rolls back is told without ids and version", async () => {
  plant.simulator.setBehaviour(plant.devices[1] ?? "", { kind: "failing", error: "out of memory", versions: ["v4"] });
  declare("v4", { timeoutSeconds: 60, onFailure: "rollback" });
  const failed = await ran(project.up("--diff", "--debug"));
  expect(failed.code).not.toBe(0);
  expect(failed.output).toContain("could not run [secret]: out of memory");
  expect(plant.desired()).toEqual({ 0: "v3", 1: "v3", 2: "v3" });
});

test("what a rollout left behind, and what a person moved, is told without ids and version", async () => {
  declare("v4", { batches: [1, "100%"], timeoutSeconds: 60 });
  plant.simulator.setBehaviour(plant.devices[0] ?? "", { kind: "failing", error: "out of memory", versions: ["v4"] });
  expect((await ran(project.up())).code).not.toBe(0);
  plant.byHand(2, "v5");
  const preview = await ran(project.preview("--diff"));
  expect(preview.code).toBe(0);
  expect(preview.output).toContain("out of memory");
  expect((await ran(project.refresh("--diff"))).code).toBe(0);
});

test("they are put right by the next up, and a destroy takes the workflow off", async () => {
  for (const device of plant.devices) plant.simulator.setBehaviour(device, { kind: "immediate" });
  declare("v3");
  expect((await ran(project.up())).code).toBe(0);
  expect(plant.desired()).toEqual({ 0: "v3", 1: "v3", 2: "v3" });
  expect((await ran(project.destroy("--diff"))).code).toBe(0);
  expect(plant.desired()).toEqual({});
});

test("nothing that was printed names a device, its name, a version or the token", () => {
  expect(printed.length).toBe(9);
  const hidden = [...plant.devices.slice(0, 3), "device-0", "device-1", "device-2", plant.token];
  const lines = printed.flatMap((output) => output.split("\n"));
  const shown = (text: string): string[] => lines.filter((line) => new RegExp(`\\b${text}\\b`).test(line));
  expect(hidden.flatMap(shown)).toEqual([]);
  expect(VERSIONS.flatMap(shown)).toEqual([]);
});
