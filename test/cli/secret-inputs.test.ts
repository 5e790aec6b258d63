// Inputs that the program declares as secret: no command and no report prints them, whatever happens, and all of it works.
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { deploy, detectDrift, exitCodeOf, toJSON, toMarkdown } from "pulumi-losant/pipeline";
import type { Report } from "pulumi-losant/pipeline";
import { stackOf } from "../support/automation.js";
import { createPlant, HAND, projectAt } from "../support/plant.js";
import type { Plant } from "../support/plant.js";
import type { Project, Result } from "../support/project.js";

// A test is several commands of the CLI, seconds each, and more on a busy machine.
jest.setTimeout(240_000);

let plant: Plant;
let project: Project;
let stack: Stack;
const printed: string[] = [];
const VERSIONS = ["v3", "v4", "v5"];

beforeAll(async () => {
  plant = await createPlant({ devices: 4 });
  project = await projectAt(plant);
  stack = await stackOf(project);
});
afterAll(async () => {
  project.remove();
  await plant.simulator.close();
});

function declare(version: string, rollout?: object): void {
  const { applicationId, flowId } = plant;
  const args = { applicationId, flowId, version, deviceIds: plant.devices.slice(0, 3), rollout };
  project.write(`
import * as pulumi from "@pulumi/pulumi";
import * as losant from "pulumi-losant";
const args = ${JSON.stringify(args)};
for (const name of ["applicationId", "flowId", "version", "deviceIds"]) args[name] = pulumi.secret(args[name]);
new losant.EdgeDeployment("telemetry", args);
`);
}

/** A device fails, in words that name the version and itself. */
function breaks(device: number, version: string): void {
  const id = plant.devices[device] ?? "";
  plant.simulator.setBehaviour(id, { kind: "failing", error: `no room for ${version} on ${id}`, versions: [version] });
}

async function ran(command: Promise<Result>): Promise<Result> {
  const result = await command;
  printed.push(result.output);
  return result;
}

async function reported<T extends Report>(report: Promise<T>): Promise<T> {
  printed.push(toJSON(await report), toMarkdown(await report));
  return report;
}

test("are deployed, and counted", async () => {
  declare("v3");
  expect((await ran(project.preview("--diff"))).code).toBe(0);
  const deployed = await reported(deploy(stack, { maxDevices: 3 }));
  const blanked = ["[secret]", "[secret]", "[secret]"];
  expect(deployed).toMatchObject({
    outcome: "deployed",
    plan: { devicesMoved: 3, resources: [{ secret: ["applicationId", "deviceIds", "flowId", "version"] }] },
    resources: [
      { name: "telemetry", version: "[secret]", moved: [{ from: null, to: "[secret]", deviceIds: blanked }] },
    ],
  });
  expect(plant.desired()).toEqual({ 0: "v3", 1: "v3", 2: "v3" });
  expect((await reported(detectDrift(stack))).clean).toBe(true);
});

test("a rollout that fails and rolls back is told without ids and version", async () => {
  breaks(1, "v4");
  declare("v4", { timeoutSeconds: 60, onFailure: "rollback" });
  const failed = await ran(project.up("--diff", "--debug"));
  expect(failed.code).not.toBe(0);
  expect(failed.output).toContain("could not run [secret]: no room for [secret] on [secret]");
  expect(plant.desired()).toEqual({ 0: "v3", 1: "v3", 2: "v3" });
});

test("what a rollout left behind, and what a person moved, is told without ids and version", async () => {
  declare("v4", { batches: [1, "100%"], timeoutSeconds: 60 });
  breaks(0, "v4");
  expect((await ran(project.up())).code).not.toBe(0);
  plant.byHand(2, "v5");
  const preview = await ran(project.preview("--diff"));
  expect(preview.code).toBe(0);
  expect(preview.output).toContain("[secret]: failed: no room for [secret] on [secret]");
  expect((await ran(project.refresh("--diff"))).code).toBe(0);
});

test("drift says who moved a device, and the gates count", async () => {
  const drift = await reported(detectDrift(stack));
  const secret = { deviceId: "[secret]", expected: "[secret]", actual: "[secret]" };
  expect(drift).toMatchObject({
    clean: false,
    resources: [
      {
        version: "[secret]",
        deviceCount: 3,
        drift: [secret, { ...secret, changedBy: `${HAND.sourceType} ${HAND.sourceId}` }],
      },
    ],
  });
  expect(exitCodeOf(drift)).toBe(2);
  plant.writes();
  expect(await reported(deploy(stack))).toMatchObject({ outcome: "refused", refusal: { gate: "allowDrift" } });
  expect(await reported(deploy(stack, { allowDrift: true, maxDevices: 1 }))).toMatchObject({
    outcome: "refused",
    refusal: { gate: "maxDevices", reason: expect.stringContaining("would move 2 devices (telemetry: 2)") },
  });
  expect(plant.writes()).toEqual([]);
  for (const device of plant.devices) plant.simulator.setBehaviour(device, { kind: "immediate" });
  breaks(2, "v4");
  expect(await reported(deploy(stack, { allowDrift: true, maxDevices: 2 }))).toMatchObject({ outcome: "failed" });
});

test("they are put right by the next up, and a destroy takes the workflow off", async () => {
  for (const device of plant.devices) plant.simulator.setBehaviour(device, { kind: "immediate" });
  declare("v3");
  expect((await ran(project.up())).code).toBe(0);
  expect(plant.desired()).toEqual({ 0: "v3", 1: "v3", 2: "v3" });
  expect((await ran(project.destroy("--diff"))).code).toBe(0);
  expect(plant.desired()).toEqual({});
});

test("nothing that was printed or reported names an id, a name, a version or the token", () => {
  expect(printed.length).toBe(7 + 2 * 6);
  const { applicationId, flowId, devices, token } = plant;
  // Pulumi shows the id of a resource, which is made of these two; with --debug the paths of calls are shown; and the
  // simulator logs the token's writes under the application's id.
  const known = new RegExp(`${applicationId}/${flowId}/\\w+|apiToken ${applicationId}|debug: (?:GET|POST) .*`, "g");
  const lines = printed.flatMap((output) => output.replaceAll(known, "").split("\n"));
  const hidden = [applicationId, flowId, ...devices, "flow-0", "device-0", "device-1", "device-2", ...VERSIONS, token];
  const shown = (text: string): string[] => lines.filter((line) => new RegExp(`\\b${text}\\b`).test(line));
  expect(hidden.flatMap(shown)).toEqual([]);
});
