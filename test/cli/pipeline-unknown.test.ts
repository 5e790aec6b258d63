// deploy and detectDrift where a preview does not see everything: outputs not known yet, dropped resources, killed creates.
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { readFileSync, writeFileSync } from "node:fs";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { deploy, detectDrift, exitCodeOf, toMarkdown } from "pulumi-losant/pipeline";
import { stackOf } from "../support/automation.js";
import { createPlant, projectAt } from "../support/plant.js";
import type { Plant } from "../support/plant.js";
import type { Project } from "../support/project.js";

// A test is several commands of the CLI, seconds each, and more on a busy machine.
jest.setTimeout(240_000);

let plant: Plant;
let project: Project;
let stack: Stack;

beforeAll(async () => {
  plant = await createPlant({ devices: 6 });
  project = await projectAt(plant);
  stack = await stackOf(project);
});
afterAll(async () => {
  project.remove();
  await plant.simulator.close();
});

/** A program with the plant's ids as A (application), F and G (flows) and D (devices). */
function program(body: string): void {
  const { applicationId, flowId, otherFlowId, devices } = plant;
  project.write(`
import * as pulumi from "@pulumi/pulumi";
import * as losant from "pulumi-losant";
const [A, F, G, D] = ${JSON.stringify([applicationId, flowId, otherFlowId, devices])};
class Made extends pulumi.dynamic.Resource {
  constructor(name, value) {
    const provider = { create: async ({ json }) => ({ id: "made", outs: { out: JSON.parse(json) } }) };
    super(provider, name, { json: JSON.stringify(value), out: undefined });
  }
}
${body}
`);
}

describe("device ids that are outputs of a resource that does not exist yet", () => {
  test("are not taken for none: maxDevices refuses, says which property of which resource, and nothing is written", async () => {
    program(`new losant.EdgeDeployment("telemetry", {
      applicationId: A, flowId: F, version: "v1", deviceIds: new Made("found", D.slice(0, 5)).out,
    });`);
    plant.writes();
    const result = await deploy(stack, { maxDevices: 1 });
    expect(result).toMatchObject({
      outcome: "refused",
      refusal: { gate: "maxDevices", reason: expect.stringMatching(/deviceIds of telemetry is an output .*--target/) },
      plan: { devicesUnknown: true, resources: [{ name: "telemetry", op: "create", unknown: ["deviceIds"] }] },
    });
    expect(exitCodeOf(result)).toBe(3);
    expect(toMarkdown(result)).toContain("| create | unknown | unknown (`deviceIds`) |");
    expect(plant.writes()).toEqual([]);
  });
});

describe("a resource that is dropped from the program", () => {
  const both = `
    new losant.EdgeDeployment("stays", { applicationId: A, flowId: G, version: "v1", deviceIds: [D[0]] });
    new losant.EdgeDeployment("goes", { applicationId: A, flowId: G, version: "v1", deviceIds: D.slice(1, 4) });
    new losant.EdgeDeployment("kept", { applicationId: A, flowId: G, version: "v1", deviceIds: [D[4]] }, { retainOnDelete: true });
  `;

  beforeAll(async () => {
    program(both);
    expect(await project.up()).toMatchObject({ code: 0 });
    plant.writes();
  });

  test("hands its devices over to one that declares them at the same version: nothing moves", async () => {
    program(
      `new losant.EdgeDeployment("stays", { applicationId: A, flowId: G, version: "v1", deviceIds: D.slice(0, 5) });`,
    );
    const result = await deploy(stack, { maxDevices: 0, requirePlan: () => "looked" });
    expect(result.refusal).toEqual({ gate: "requirePlan", reason: "looked" });
    expect(result.plan?.devicesMoved).toBe(0);
    expect(result.plan?.resources).toContainEqual(
      expect.objectContaining({
        name: "goes",
        op: "delete",
        moved: [],
        handedOverDeviceIds: plant.devices.slice(1, 4),
      }),
    );
  });

  test("counts for maxDevices with the devices it stops; retainOnDelete stops none", async () => {
    program(`new losant.EdgeDeployment("stays", { applicationId: A, flowId: G, version: "v1", deviceIds: [D[0]] });`);
    const refused = await deploy(stack, { maxDevices: 2 });
    expect(refused).toMatchObject({
      outcome: "refused",
      refusal: { gate: "maxDevices", reason: expect.stringContaining("would move 3 devices (goes: 3)") },
      plan: {
        devicesMoved: 3,
        resources: [
          { name: "goes", op: "delete", moved: [{ from: "v1", to: null, deviceIds: plant.devices.slice(1, 4) }] },
          { name: "kept", op: "delete", moved: [], retainedDeviceIds: [plant.devices[4]] },
        ],
      },
    });
    expect(toMarkdown(refused)).toContain("1 device keeps the workflow (retainOnDelete)");
    expect(plant.writes()).toEqual([]);
    const done = await deploy(stack, { maxDevices: 3 });
    expect(done).toMatchObject({
      outcome: "deployed",
      resources: [
        { name: "goes", op: "delete", moved: [{ from: "v1", to: null, deviceIds: plant.devices.slice(1, 4) }] },
        { name: "kept", op: "delete", moved: [], retainedDeviceIds: [plant.devices[4]] },
        { name: "stays", op: "same" },
      ],
      writeCalls: 1,
    });
  });
});

test("a create that a killed run left in the state is mentioned, with the command that clears it", async () => {
  const file = project.everyFile().find(({ path }) => /stacks.plant.dev\.json$/.test(path));
  const path = file?.path ?? "";
  const state = JSON.parse(readFileSync(path, "utf8")) as {
    checkpoint: { latest: { resources: { urn: string; id?: string }[]; pending_operations?: object[] } };
  };
  const { latest } = state.checkpoint;
  const { id: _, ...resource } = latest.resources.find(({ urn }) => urn.endsWith("::stays")) ?? { urn: "" };
  latest.pending_operations = [
    { type: "creating", resource: { ...resource, urn: resource.urn.replace(/stays$/, "killed") } },
  ];
  writeFileSync(path, JSON.stringify(state));
  const warnings = [
    expect.stringMatching(/has 1 create .*killed.*`pulumi refresh --clear-pending-creates --stack dev`/),
  ];
  expect(await detectDrift(stack)).toMatchObject({ clean: true, warnings });
  const refused = await deploy(stack, { requirePlan: () => "looked" });
  expect(refused).toMatchObject({ outcome: "refused", warnings });
  expect(toMarkdown(refused)).toContain("**Warning**: the state of dev has 1 create");
  expect(await project.run(["refresh", "--clear-pending-creates", "--yes", "--skip-preview"])).toMatchObject({
    code: 0,
  });
  expect(await detectDrift(stack)).not.toHaveProperty("warnings");
});
