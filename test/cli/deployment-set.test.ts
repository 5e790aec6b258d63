// EdgeDeploymentSet by the real CLI: several workflows on one device set, moved together and rolled back together.
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { demoFleet, startSimulator } from "pulumi-losant/simulator";
import type { Simulator } from "pulumi-losant/simulator";
import { deploy, plan } from "pulumi-losant/pipeline";
import { stackOf } from "../support/automation.js";
import { createProject } from "../support/project.js";
import type { Project } from "../support/project.js";

jest.setTimeout(240_000);

const APPLICATION = "aa0000000000000000000002";
const TELEMETRY = "f10000000000000000000001";
const VIBRATION = "f10000000000000000000002";
const LINE_2 = "d10000000000000000000002";

const program = (telemetry: string, vibration: string): string => `
import * as losant from "pulumi-losant";
import * as pulumi from "@pulumi/pulumi";
const set = new losant.EdgeDeploymentSet("hall-a", {
  deviceTags: [{ key: "hall", value: "a" }],
  workflows: {
    telemetry: { flowId: "${TELEMETRY}", version: ${telemetry} },
    vibration: { flowId: "${VIBRATION}", version: "${vibration}" },
  },
  rollout: { batches: [1, "100%"], timeoutSeconds: 60, onFailure: "rollback" },
});
export const statuses = [set.deployments.telemetry.status, set.deployments.vibration.status];
`;

let losant: Simulator;
let project: Project;

beforeAll(async () => {
  losant = await startSimulator({ seed: demoFleet(), reportDelayMs: 0 });
  project = await createProject({
    program: program('"v1.2.3"', "v0.9.0"),
    config: { "losant:apiUrl": losant.url, "losant:applicationId": APPLICATION },
    secrets: { "losant:apiToken": "demo-deploy-token" },
  });
});
afterAll(async () => {
  project.remove();
  await losant.close();
});

const versions = (flow: string): string[] => [
  ...new Set(losant.rows(APPLICATION, flow).map(({ desiredVersion }) => desiredVersion ?? "nothing")),
];

/** The workflow and the number of devices of each release, in order. */
const releases = (): string[] =>
  losant.calls
    .filter(({ method, path }) => method === "POST" && path.endsWith("/release"))
    .map(({ body }) => body as { readonly flowId: string; readonly deviceIds: readonly string[] })
    .map(({ flowId, deviceIds }) => `${flowId === TELEMETRY ? "telemetry" : "vibration"} x${deviceIds.length}`);

test("under an approved plan a batch gets all workflows before the next one begins; the members make no call", async () => {
  const stack = await stackOf(project);
  const { file: approved } = await plan(stack);
  const result = await deploy(stack, { approved });
  expect([result.outcome, result.problem]).toEqual(["deployed", undefined]);
  expect(releases()).toEqual(["telemetry x1", "vibration x1", "telemetry x5", "vibration x5"]);
  expect(result.resources.map(({ name, calls, moved }) => [name, calls.length, moved[0]?.deviceIds.length])).toEqual([
    ["hall-a-telemetry", 2, 6],
    ["hall-a-vibration", 2, 6],
  ]);
});

test("where one workflow fails on one device, all workflows of all devices go back, and the report says so", async () => {
  losant.setBehaviour(LINE_2, { kind: "failing", error: "no room", versions: ["v1.0.0"] });
  project.write(program('pulumi.secret("v1.2.4")', "v1.0.0"));
  const result = await deploy(await stackOf(project));
  expect(result).toMatchObject({
    outcome: "failed",
    resources: [
      {
        name: "hall-a",
        failed: [{ deviceId: LINE_2, name: "line-2", error: expect.stringContaining("no room") }],
        reasons: [
          expect.stringMatching(
            /rollout of \[secret\] \+ \[secret\] stopped in batch 2 of 2[^]*Rolled back: 6 devices returned to their earlier versions/,
          ),
        ],
      },
    ],
  });
  expect(JSON.stringify(result)).not.toContain("v1.2.4");
  expect([versions(TELEMETRY), versions(VIBRATION)]).toEqual([["v1.2.3"], ["v0.9.0"]]);
  const { "hall-a-telemetry": telemetry, "hall-a-vibration": vibration } = await project.deployments();
  expect([telemetry?.outputs?.["version"], vibration?.outputs?.["version"]]).toEqual(["v1.2.3", "v0.9.0"]);
});

test("mended, it goes on, and what it moves is no drift of its members", async () => {
  losant.setBehaviour(LINE_2, { kind: "immediate" });
  const up = await project.up();
  expect([up.code, up.code === 0 ? "" : up.output]).toEqual([0, ""]);
  expect([versions(TELEMETRY), versions(VIBRATION)]).toEqual([["v1.2.4"], ["v1.0.0"]]);
  expect(up.output).not.toMatch(/drift|v1\.2\.4/);
});
