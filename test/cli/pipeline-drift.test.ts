// detectDrift on a real stack, by how the fleet stands. Nothing is ever changed by it.
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { readFileSync } from "node:fs";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { detectDrift, exitCodeOf, PipelineError, toJSON, toMarkdown } from "pulumi-losant/pipeline";
import { stackOf } from "../support/automation.js";
import { createPlant, HAND, projectAt } from "../support/plant.js";
import type { Plant } from "../support/plant.js";
import type { Project } from "../support/project.js";

// A test is several commands of the CLI, seconds each, and more on a busy machine.
jest.setTimeout(240_000);

let plant: Plant;
let project: Project;
let stack: Stack;

beforeAll(async () => {
  plant = await createPlant({
    devices: 4,
    members: [{ userId: HAND.sourceId, firstName: "Ann", lastName: "Example" }],
  });
  project = await projectAt(plant);
  const { applicationId, flowId, devices } = plant;
  project.declare({ telemetry: { applicationId, flowId, version: "v1", deviceIds: devices.slice(0, 3) } });
  expect(await project.up()).toMatchObject({ code: 0 });
  stack = await stackOf(project);
});
afterAll(async () => {
  project.remove();
  await plant.simulator.close();
});

const stateText = (): string => {
  const file = project.everyFile().find(({ path }) => /stacks.plant.dev\.json$/.test(path));
  return file ? readFileSync(file.path, "utf8") : "";
};

test("an unchanged fleet is clean; looking writes nothing, neither to Losant nor to the state", async () => {
  plant.writes();
  const before = stateText();
  const report = await detectDrift(stack);
  expect(report).toMatchObject({
    kind: "drift",
    stack: "dev",
    clean: true,
    resources: [{ name: "telemetry", version: "v1", deviceCount: 3, drift: [], failed: [], pendingDeviceIds: [] }],
    changes: [],
  });
  expect(exitCodeOf(report)).toBe(0);
  expect(plant.writes()).toEqual([]);
  expect(before).not.toBe("");
  expect(stateText()).toBe(before);
});

test("a device that somebody moved is drift: which, from what to what, who and when; another's device is not", async () => {
  plant.byHand(1, "v3");
  plant.byHand(3, "v2");
  const report = await detectDrift(stack);
  expect(report.clean).toBe(false);
  expect(report.resources).toMatchObject([
    {
      drift: [
        {
          deviceId: plant.devices[1],
          name: expect.any(String),
          expected: "v1",
          actual: "v3",
          changedBy: `${HAND.sourceType} ${HAND.sourceId}`,
          changedByName: "Ann Example",
          changedAt: expect.stringMatching(/^\d{4}-/),
          unfinished: false,
        },
      ],
    },
  ]);
  expect(report.changes).toMatchObject([{ name: "telemetry", op: "update" }]);
  expect(toMarkdown(report)).toContain('user "Ann Example"');
  expect(exitCodeOf(report)).toBe(2);
});

test("a flow that somebody took off all devices is drift of each of them, with who did it", async () => {
  for (const number of [0, 1, 2]) plant.byHand(number, null);
  const report = await detectDrift(stack);
  expect(report.resources).toMatchObject([
    { gone: true, drift: [{ actual: null }, { actual: null }, { actual: null }] },
  ]);
  expect(report.resources[0]?.drift[2]?.changedBy).toBe(`${HAND.sourceType} ${HAND.sourceId}`);
  for (const number of [0, 1, 2]) plant.byHand(number, "v1");
});

test("lag is not drift: a device that is offline is not there yet", async () => {
  const [, , offline = ""] = plant.devices;
  plant.simulator.disconnect(offline);
  const { applicationId, flowId, devices } = plant;
  project.declare({ telemetry: { applicationId, flowId, version: "v2", deviceIds: devices.slice(0, 3) } });
  expect(await project.up()).toMatchObject({ code: 0 });
  const report = await detectDrift(stack);
  expect(report).toMatchObject({ clean: true, resources: [{ version: "v2", pendingDeviceIds: [offline] }] });
});

test("what the program would change is told apart from drift", async () => {
  const { applicationId, flowId, devices } = plant;
  project.declare({ telemetry: { applicationId, flowId, version: "v3", deviceIds: devices.slice(0, 3) } });
  const report = await detectDrift(stack);
  expect(report).toMatchObject({ clean: true, changes: [{ name: "telemetry", op: "update" }] });
});

describe("a stack that cannot be read is not clean, it is an error", () => {
  const failure = async (): Promise<PipelineError> => {
    const thrown = await detectDrift(stack).then(toJSON, (error: unknown) => error);
    expect(thrown).toBeInstanceOf(PipelineError);
    return thrown as PipelineError;
  };

  test("with Losant's reason, once, and without the token", async () => {
    plant.simulator.fault({ status: 401, method: "GET", times: 100 });
    const { code, message } = await failure();
    plant.simulator.clearFaults();
    expect(code).toBe("failed");
    expect(message.match(/The API token is wrong/g)).toHaveLength(1);
    expect(message).not.toContain(plant.token);
  });

  test("with a wrong passphrase, saying so", async () => {
    const wrong = await stackOf(project, "dev", { PULUMI_CONFIG_PASSPHRASE: "wrong horse" });
    await expect(detectDrift(wrong)).rejects.toMatchObject({
      code: "passphrase",
      message: expect.stringContaining("the passphrase of stack dev is wrong"),
    });
  });

  test("that was cancelled before it began", async () => {
    await expect(detectDrift(stack, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "cancelled" });
  });
});
