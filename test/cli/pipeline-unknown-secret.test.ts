// deploy and detectDrift where a preview does not see everything: outputs not known yet, secrets, dropped resources.
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { readFileSync, writeFileSync } from "node:fs";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { deploy, detectDrift, exitCodeOf, toJSON, toMarkdown } from "pulumi-losant/pipeline";
import type { Report } from "pulumi-losant/pipeline";
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
    expect(toMarkdown(result)).toContain("| `telemetry` | create | unknown (`deviceIds`) |");
    expect(plant.writes()).toEqual([]);
  });
});

describe("a secret version and secret device ids", () => {
  const secretly = (version: string, more = "") =>
    program(`
      new losant.EdgeDeployment("secretly", {
        applicationId: A, flowId: F, version: pulumi.secret(${JSON.stringify(version)}), deviceIds: pulumi.secret(D.slice(0, 2)),
      });
      ${more}
    `);
  const reports: Report[] = [];
  const kept = <T extends Report>(report: T): T => {
    reports.push(report);
    return report;
  };

  test("are deployed, and counted", async () => {
    secretly("v1");
    const result = kept(await deploy(stack, { maxDevices: 2 }));
    expect(result.problem).toBeUndefined();
    expect(result).toMatchObject({
      outcome: "deployed",
      plan: { devicesMoved: 2, resources: [{ secret: ["deviceIds", "version"] }] },
      resources: [
        {
          name: "secretly",
          version: "[secret]",
          moved: [{ from: null, to: "[secret]", deviceIds: ["[secret]", "[secret]"] }],
        },
      ],
    });
    expect(plant.desired()).toEqual({ 0: "v1", 1: "v1" });
  });

  test("are clean, and drift names neither device nor version, but who moved it", async () => {
    expect(kept(await detectDrift(stack)).clean).toBe(true);
    plant.byHand(1, "v3");
    const report = kept(await detectDrift(stack));
    expect(report).toMatchObject({
      clean: false,
      resources: [
        {
          version: "[secret]",
          deviceCount: 2,
          drift: [
            {
              deviceId: "[secret]",
              expected: "[secret]",
              actual: "[secret]",
              changedBy: `${HAND.sourceType} ${HAND.sourceId}`,
            },
          ],
        },
      ],
    });
    expect(exitCodeOf(report)).toBe(2);
    plant.writes();
    expect(kept(await deploy(stack))).toMatchObject({ outcome: "refused", refusal: { gate: "allowDrift" } });
    expect(plant.writes()).toEqual([]);
  });

  test("are put back where drift is allowed, and count for maxDevices", async () => {
    const back = kept(await deploy(stack, { allowDrift: true, maxDevices: 1 }));
    expect(back).toMatchObject({ outcome: "deployed", plan: { devicesMoved: 1 } });
    expect(plant.desired()).toEqual({ 0: "v1", 1: "v1" });
    secretly("v2");
    plant.writes();
    expect(kept(await deploy(stack, { maxDevices: 1 }))).toMatchObject({
      outcome: "refused",
      refusal: { gate: "maxDevices", reason: expect.stringContaining("would move 2 devices (secretly: 2)") },
    });
    expect(plant.writes()).toEqual([]);
  });

  test("stand in no report", () => {
    expect(reports.length).toBeGreaterThan(5);
    for (const report of reports) {
      for (const text of [toJSON(report), toMarkdown(report)]) {
        for (const device of plant.devices) expect(text).not.toContain(device);
        // A hand-made version may equal the secret one, so it is not shown either.
        expect(text).not.toMatch(/\bv[123]\b/);
      }
    }
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
    expect(await deploy(stack, { allowDrift: true })).toMatchObject({ outcome: "deployed" });
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
    expect.stringMatching(/holds 1 create .*killed.*`pulumi refresh --clear-pending-creates --stack dev`/),
  ];
  expect(await detectDrift(stack)).toMatchObject({ clean: true, warnings });
  const deployed = await deploy(stack);
  expect(deployed).toMatchObject({ outcome: "unchanged", warnings });
  expect(toMarkdown(deployed)).toContain("**Warning**: the state of dev holds 1 create");
  expect(await project.run(["refresh", "--clear-pending-creates", "--yes", "--skip-preview"])).toMatchObject({
    code: 0,
  });
  expect(await detectDrift(stack)).not.toHaveProperty("warnings");
});
