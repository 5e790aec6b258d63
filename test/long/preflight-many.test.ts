// Many resources over a few workflows: each workflow is listed once by a command, whatever number of resources asks.
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { startSimulator } from "pulumi-losant/simulator";
import type { Simulator } from "pulumi-losant/simulator";
import { createProject } from "../support/project.js";
import type { Project } from "../support/project.js";

const RESOURCES = 200;
const FLOWS = 10;
const applicationId = "a10000000000000000000001";
const flowId = (number: number): string => `f1${String(number).padStart(22, "0")}`;
const deviceId = (number: number): string => `d1${String(number).padStart(22, "0")}`;

let losant: Simulator;
let project: Project;

beforeAll(async () => {
  const flows = numbers(FLOWS).map((number) => ({
    id: flowId(number),
    name: `flow-${number}`,
    versions: [{ version: "v1" }, { version: "v2" }],
  }));
  const perFlow = RESOURCES / FLOWS;
  const devices = numbers(perFlow * 2).map((number) => ({ id: deviceId(number), name: `line-${number}` }));
  const by = { sourceType: "apiToken", sourceId: "a00000000000000000000009" } as const;
  losant = await startSimulator({
    seed: {
      applications: [{ id: applicationId, name: "Plant", flows, devices }],
      tokens: [{ ...by, token: "many-4711" }],
    },
    reportDelayMs: 0,
  });
  project = await createProject({
    refreshAlways: false,
    config: { "losant:apiUrl": losant.url, "losant:applicationId": applicationId },
    secrets: { "losant:apiToken": "many-4711" },
  });
  declare("v1");
});
afterAll(async () => {
  project.remove();
  await losant.close();
});

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

function declare(version: string): void {
  const perFlow = RESOURCES / FLOWS;
  const resources = Array.from({ length: RESOURCES }, (_, number): [string, object] => {
    const first = (number % perFlow) * 2;
    const deviceIds = [deviceId(first), deviceId(first + 1)];
    return [`r${number}`, { flowId: flowId(Math.floor(number / perFlow)), version, deviceIds }];
  });
  project.declare(Object.fromEntries(resources));
}

function asked(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { path } of losant.calls) {
    const what = path
      .split("/")
      .slice(3)
      .join("/")
      .replaceAll(/[\da-f]{24}/g, "*");
    counts[what] = (counts[what] ?? 0) + 1;
  }
  losant.clearCalls();
  return counts;
}

test("200 resources of 10 workflows: one listing of each for the refresh, one for the plan", async () => {
  expect((await project.up()).code).toBe(0);
  asked();

  const still = await project.preview("--refresh", "--debug");
  expect(still.code).toBe(0);
  // Each has a plan, and none has a line.
  expect(still.output.match(/"kind":"planned"/g)?.length).toBeGreaterThanOrEqual(RESOURCES);
  expect(still.output).not.toContain("nothing to do");
  expect(asked()).toEqual({ "edge/deployments": 2 * FLOWS });
  // The debug log says so too, each process for itself.
  for (const who of ["provider", "program"]) {
    const calls = [...still.output.matchAll(new RegExp(`call (\\d+) of the ${who}`, "g"))].map(([, call]) =>
      Number(call),
    );
    expect(Math.max(...calls)).toBe(FLOWS);
  }

  expect((await project.refresh()).code).toBe(0);
  expect(asked()).toEqual({ "edge/deployments": FLOWS });

  declare("v2");
  const moving = await project.preview();
  expect(moving.output.match(/v1 -> v2 on 2 devices/g)?.length).toBeGreaterThanOrEqual(RESOURCES);
  // Each version is looked up once, and the 40 devices are asked for together.
  expect(asked()).toEqual({ "edge/deployments": FLOWS, "flows/*/versions/v2": FLOWS, devices: 1 });
}, 240_000);
