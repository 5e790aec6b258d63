// examples/health-gate, as it lies in the repository: a canary that throws is rolled back, the mended version passes.
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { demoFleet, startSimulator } from "pulumi-losant/simulator";
import type { Simulator } from "pulumi-losant/simulator";
import { createProject } from "../support/project.js";
import type { Project } from "../support/project.js";

jest.setTimeout(240_000);

const application = "aa0000000000000000000002";
const flow = "f10000000000000000000001";
const CANARY = "d10000000000000000000001"; // line-1

let losant: Simulator;
let project: Project;

beforeAll(async () => {
  losant = await startSimulator({ seed: demoFleet(), reportDelayMs: 0 });
  project = await createProject({
    example: "health-gate",
    config: { "losant:apiUrl": losant.url, "losant:applicationId": application, version: "v1.2.2", settleSeconds: "1" },
    secrets: { "losant:apiToken": "demo-deploy-token" },
  });
  const up = await project.up();
  expect([up.code, up.code === 0 ? "" : up.output]).toEqual([0, ""]);
});
afterAll(async () => {
  project.remove();
  await losant.close();
});

const wanted = (): string[] =>
  [...new Set(losant.rows(application, flow).map(({ desiredVersion }) => String(desiredVersion)))].toSorted();
/** How many devices each release named, since the last look. */
const releases = (): number[] => {
  const bodies = losant.calls.filter(({ path }) => path.endsWith("/release")).map(({ body }) => body);
  losant.clearCalls();
  return bodies.map((body) => (body as { deviceIds: string[] }).deviceIds.length);
};
const show = (name: string, output: string): void => {
  if (process.env["SHOW"]) process.stderr.write(`--- ${name}\n${output}\n`);
};

test("the preview names the canary, and the sizes of the batches after it", async () => {
  await project.run(["config", "set", "version", "v1.2.3"]);
  const preview = await project.preview();
  show("preview", preview.output);
  expect([preview.code, preview.output]).toEqual([
    0,
    expect.stringContaining("v1.2.2 -> v1.2.3 on 12 devices as a rollout in 3 batches: 1 (line-1), 6, 12"),
  ]);
});

test("a canary that loads the version and throws goes back; no other device has moved", async () => {
  const message = "cannot read register 4";
  losant.setBehaviour(CANARY, { kind: "throwing", message, nodeLabel: "Read PLC", versions: ["v1.2.3"], times: 3 });
  losant.clearCalls();
  const up = await project.up();
  show("up", up.output);
  expect(up.code).not.toBe(0);
  expect(up.output).toContain("rollout of v1.2.3 stopped in batch 1 of 3: 1 of 12 devices run it, 1 unhealthy");
  expect(up.output).toContain("Rolled back: 1 device returned to its earlier version");
  expect(up.output).toContain('threw 3 errors, the last in node "Read PLC": Error: cannot read register 4');
  // The way back of the only device at v1.2.3 is a `replace`.
  expect(releases()).toEqual([1]);
  expect(wanted()).toEqual(["v1.2.2"]);
});

test("the mended version is watched on each device, and passes", async () => {
  await project.run(["config", "set", "version", "v1.2.4"]);
  const up = await project.up();
  show("up again", up.output);
  expect([up.code, up.output]).toEqual([0, expect.stringContaining("watched for 1s each: no error on 10 devices")]);
  expect(wanted()).toEqual(["v1.2.4"]);
});
