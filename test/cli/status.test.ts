// `pulumi-losant status`, built: with a stack, with an application alone, and what it refuses.
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { FleetStatus } from "../../sdk/status/fleet-status.js";
import { pulumiLosant, STACKS_PROGRAM } from "../support/automation.js";
import { createPlant, projectAt } from "../support/plant.js";
import type { Plant } from "../support/plant.js";
import type { Project, Result } from "../support/project.js";

// A test is several commands of the CLI, seconds each, and more on a busy machine.
jest.setTimeout(240_000);

let plant: Plant;
let project: Project;

beforeAll(async () => {
  plant = await createPlant({ devices: 4 });
  project = await projectAt(plant, { program: STACKS_PROGRAM, stacks: { production: {} } });
  const { applicationId, flowId, devices } = plant;
  project.declare({
    production: { telemetry: { applicationId, flowId, version: "v1", deviceIds: devices.slice(0, 3) } },
  });
  expect(await project.run(["up", "--yes", "--skip-preview", "--stack", "production"])).toMatchObject({ code: 0 });
  plant.byHand(1, "v2");
  plant.byHand(3, "v3");
  plant.writes();
});
afterAll(async () => {
  project.remove();
  await plant.simulator.close();
});

const run = (args: string, env: NodeJS.ProcessEnv = {}): Promise<Result> =>
  pulumiLosant(project, args === "" ? ["status"] : ["status", ...args.split(" ")], { env });
const file = (name: string): string => readFileSync(join(project.dir, name), "utf8");

test("with a stack: its settings, its owners, drift; a table, the same as JSON and as a page; nothing is changed", async () => {
  const { code, stdout, stderr } = await run("--stack production --json status.json --html status.html");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const rows = stdout.split("\n").filter((line) => line.startsWith("device-"));
  expect(rows.map((line) => line.replace(/ (just now|\S+ ago) /, " - ").split(/ {2,}/))).toEqual([
    ["device-1", "flow-0", "v2", "v2, declared v1", "drifted", "-", "user 5b00…a5e1", "production: telemetry"],
    ["device-0", "flow-0", "v1", "v1", "as wanted", "-", "apiToken a000…0001", "production: telemetry"],
    ["device-2", "flow-0", "v1", "v1", "as wanted", "-", "apiToken a000…0001", "production: telemetry"],
    ["device-3", "flow-0", "v3", "v3", "as wanted", "-", "user 5b00…a5e1", "none"],
  ]);
  const status = JSON.parse(file("status.json")) as FleetStatus;
  expect(status).toMatchObject({ schema: "pulumi-losant/status", version: 1, stacks: ["production"], notes: [] });
  expect(status.applications.map(({ id, counts }) => [id, counts.drifted, counts.deployed])).toEqual([
    [plant.applicationId, 1, 3],
  ]);
  const html = file("status.html");
  expect(html).toMatch(/^<!doctype html>/);
  const data = /<script type="application\/json" id="status">(.*?)<\/script>/.exec(html)?.[1] ?? "";
  expect(JSON.parse(data)).toEqual(status);
  // The page asks for nothing: no address stands in it but the names of XML.
  const addresses = (html.replace(data, "").match(/https?:\/\/[^'"\s)]+/g) ?? []).filter(
    (one) => !one.includes("w3.org"),
  );
  expect(addresses).toEqual([]);
  for (const text of [stdout, file("status.json"), html]) expect(text).not.toContain(plant.token);
  expect(plant.writes()).toEqual([]);
});

test("drift writes the page of what runs where after it; where it cannot, it says so and its own exit code counts", async () => {
  const drift = () => pulumiLosant(project, ["drift", "--stack", "production", "--html", "drift.html"]);
  plant.simulator.fault({ operation: "listFlows", status: 404, times: Infinity });
  const without = await drift();
  expect(without.stdout).toContain("1 device drifted");
  expect(without.code).toBe(2);
  expect(without.stderr).toContain("--html: the page of what runs where was not written: ");
  expect(existsSync(join(project.dir, "drift.html"))).toBe(false);
  plant.simulator.clearFaults();
  const { code, stderr } = await drift();
  expect(code).toBe(2);
  expect(stderr).not.toContain("--html");
  expect(file("drift.html")).toContain('"state":"drifted"');
});

describe("with an application and a token alone", () => {
  const env = (): NodeJS.ProcessEnv => ({ LOSANT_API_URL: plant.simulator.url, LOSANT_API_TOKEN: plant.token });

  test("no Pulumi is needed; owners and drift are not known, and --json alone is all that stdout has", async () => {
    const { code, stdout } = await run(`--application ${plant.applicationId} --json`, { ...env(), PATH: "" });
    expect(code).toBe(0);
    const { stacks, applications } = JSON.parse(stdout) as FleetStatus;
    expect(stacks).toEqual([]);
    expect(applications[0]?.counts).toMatchObject({ devices: 4, drifted: 0, deployed: 4 });
  });

  test("of one workflow, only that is shown", async () => {
    const { stdout } = await run(`--application ${plant.applicationId} --flow ${plant.otherFlowId}`, env());
    expect(stdout).toContain("flow-1  runs nowhere");
    expect(stdout).not.toContain("flow-0");
  });

  test("a token that may not read says which scope is missing", async () => {
    plant.simulator.fault({ operation: "listDeployments", status: 403, body: { type: "Forbidden", message: "no" } });
    const { code, stdout, stderr } = await run(`--application ${plant.applicationId}`, env());
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain("edgeDeployments.get");
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});

test("a mistake is refused before anything is read, with one sentence", async () => {
  plant.reads();
  const { code, stdout, stderr } = await run("--stack production --html no-such-folder/status.html");
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toBe(
    "pulumi-losant: --html: no-such-folder/status.html cannot be written: there is no folder no-such-folder\n",
  );
  expect(plant.reads()).toBe(0);
});
