// What a person sees of bad input and of a Losant that refuses: one clear line each, no stack trace.
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createPlant, projectAt } from "../support/plant.js";
import type { Plant } from "../support/plant.js";
import type { Project, Result } from "../support/project.js";

let plant: Plant;
let project: Project;
const good = (): Record<string, unknown> => ({
  applicationId: plant.applicationId,
  flowId: plant.flowId,
  version: "v1",
  deviceIds: [plant.devices[0]],
});

beforeAll(async () => {
  plant = await createPlant();
  project = await projectAt(plant, { config: { "losant:verifySeconds": "1" } });
});
afterAll(async () => {
  project.remove();
  await plant.simulator.close();
});

const hasNoStackTrace = ({ output }: Result): boolean =>
  !/\n\s+at .+[:(]\d+/.test(output) && !output.includes("node:internal");

describe("bad input, at preview", () => {
  test.each([
    [
      { flowId: "telemetry", deviceIds: ["line-3"], version: "", maxDevices: 0 },
      [
        `property flowId value {telemetry} has a problem: "telemetry" is not a Losant id`,
        `property deviceIds[0] value {<nil>} has a problem: "line-3" is not a Losant id`,
        `property version value {} has a problem: "" is not a version`,
        `property maxDevices value {0} has a problem: 0 would allow no device`,
      ],
    ],
    [
      { deviceIds: [], applicationId: undefined },
      [
        "property applicationId value {<nil>} has a problem: no application: set applicationId, or `pulumi config set losant:applicationId <id>`, or the environment variable LOSANT_APPLICATION_ID",
      ],
    ],
    [
      { deviceIds: "all", maxDevices: 2 },
      ["property maxDevices value {2} has a problem: 4 devices are declared, but maxDevices allows 2"],
    ],
  ])("%j: each mistake is one line, with property, value and way out", async (wrong, lines) => {
    const all = wrong.deviceIds === "all" ? { deviceIds: plant.devices } : {};
    project.declare({ telemetry: { ...good(), ...wrong, ...all } });
    const preview = await project.preview();
    expect(preview.code).not.toBe(0);
    for (const line of lines) expect(preview.output).toContain(line);
    expect(hasNoStackTrace(preview)).toBe(true);
    expect(plant.writes()).toEqual([]);
  });

  test("plain http to another machine is refused, and so is a missing token", async () => {
    const insecure = await projectAt(plant, { config: { "losant:apiUrl": "http://losant.example.com" } });
    try {
      insecure.declare({ telemetry: good() });
      const preview = await insecure.preview();
      expect(preview.code).not.toBe(0);
      expect(preview.output).toMatch(/losant:apiUrl.*http:\/\/losant\.example\.com.*https/);
      expect(hasNoStackTrace(preview)).toBe(true);
    } finally {
      insecure.remove();
    }
    const tokenless = await projectAt(plant, { secrets: { "losant:apiToken": " " } });
    try {
      tokenless.declare({ telemetry: good() });
      const preview = await tokenless.preview();
      expect(preview.code).not.toBe(0);
      expect(preview.output).toContain("pulumi config set --secret losant:apiToken <token>");
      expect(preview.output).toContain("LOSANT_API_TOKEN");
    } finally {
      tokenless.remove();
    }
  });
});

describe("a value that is not known until another resource is there", () => {
  test("is unknown in the preview, and used by up", async () => {
    const unknowing = await projectAt(plant, {
      program: `
        import * as pulumi from "@pulumi/pulumi";
        import * as losant from "pulumi-losant";
        const choice = new pulumi.dynamic.Resource({ create: async ({ value }) => ({ id: "1", outs: { value } }) }, "choice", { value: "v2" });
        new losant.EdgeDeployment("telemetry", { ...${JSON.stringify(good())}, version: choice.value });
      `.replace("choice.value", "pulumi.output(choice).apply((c) => c.value)"),
    });
    try {
      const preview = await unknowing.preview();
      expect(preview).toMatchObject({ code: 0 });
      const up = await unknowing.up();
      expect(up).toMatchObject({ code: 0 });
      expect(plant.writes()).toEqual(["release v2 x1"]);
      expect((await unknowing.destroy()).code).toBe(0);
    } finally {
      unknowing.remove();
    }
  });
});

describe("what Losant refuses", () => {
  test("an unknown version: Losant's own sentence, what was tried, and nothing in the state", async () => {
    project.declare({ telemetry: { ...good(), version: "v99" } });
    const up = await project.up();
    expect(up.code).not.toBe(0);
    expect(up.output).toContain("Flow version not found.");
    expect(up.output).toMatch(/edge\/deployments\/release answered 404/);
    expect(hasNoStackTrace(up)).toBe(true);
    expect(await project.deployments()).toEqual({});
  });

  test("a device it does not know: the device is named, and the resource is kept for the next up", async () => {
    const unknown = "d000000000000000000000ff";
    project.declare({ telemetry: { ...good(), deviceIds: [plant.devices[0], unknown] } });
    const up = await project.up();
    expect(up.code).not.toBe(0);
    expect(up.output).toContain(
      `device ${unknown} is not in the application: it was deleted, or it belongs to another one`,
    );
    const { telemetry } = await project.deployments();
    expect(telemetry?.initErrors).toHaveLength(2);
    expect(telemetry?.outputs).toMatchObject({
      drift: [{ deviceId: unknown, expectedVersion: "v1", desiredVersion: null }],
    });

    project.declare({ telemetry: good() });
    const mended = await project.up();
    expect(mended).toMatchObject({ code: 0 });
    expect((await project.preview("--expect-no-changes")).code).toBe(0);
  });

  test("a failed refresh fails, and forgets nothing", async () => {
    const before = await project.deployments();
    plant.simulator.fault({ method: "GET", path: "/edge/deployments", status: 403, times: 99 });
    const refreshed = await project.refresh();
    plant.simulator.clearFaults();
    expect(refreshed.code).not.toBe(0);
    expect(refreshed.output).toContain("edgeDeployments.get");
    expect(hasNoStackTrace(refreshed)).toBe(true);
    const after = await project.deployments();
    expect(after["telemetry"]?.inputs).toEqual(before["telemetry"]?.inputs);
    expect(after["telemetry"]?.outputs).toEqual(before["telemetry"]?.outputs);
  });
});
