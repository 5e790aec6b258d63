// A fleet that was deployed by hand, taken over by the command's files: imported, previewed, and then really managed.
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pulumiLosant } from "../support/automation.js";
import { createPlant, projectAt } from "../support/plant.js";
import type { Plant } from "../support/plant.js";
import type { Project, Result } from "../support/project.js";

// A test is several commands of the CLI, seconds each, and more on a busy machine.
jest.setTimeout(240_000);

let plant: Plant;
let project: Project;
const outputs: string[] = [];

beforeAll(async () => {
  plant = await createPlant({ devices: 7, flows: 2 });
  project = await projectAt(plant, { typescript: true, packageType: "commonjs", refreshAlways: false });
  plant.simulator.disconnect(plant.devices[2] ?? "");
  for (const number of [0, 1, 2]) plant.byHand(number, "v1");
  plant.byHand(3, "v2");
  plant.byHand(4, "v1");
  plant.byHand(4, null);
  const other = { applicationId: plant.applicationId, flowId: plant.otherFlowId, deviceId: plant.devices[0] ?? "" };
  plant.simulator.change({ ...other, version: "v3", by: { sourceType: "user", sourceId: "5b0044f0a3a3b90006c0a5e1" } });
});
afterAll(async () => {
  project.remove();
  await plant.simulator.close();
});

async function adopt(args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Result> {
  const settings = {
    LOSANT_API_TOKEN: plant.token,
    LOSANT_API_URL: plant.simulator.url,
    LOSANT_APPLICATION_ID: plant.applicationId,
  };
  const result = await pulumiLosant(project, ["adopt", ...args], { env: { ...settings, ...env } });
  outputs.push(result.output);
  return result;
}

const at = (name: string): string => join(project.dir, name);

describe("what it cannot do it says, and writes nothing", () => {
  test.each([
    ["no token", [], { LOSANT_API_TOKEN: undefined }, /no API token .*set the environment variable LOSANT_API_TOKEN/],
    ["no application", [], { LOSANT_APPLICATION_ID: undefined }, /--application is missing/],
    ["an id that is none", ["--application", "plant"], {}, /--application: "plant" is not a Losant id/],
    ["a flow that nobody carries", ["--flow", "f00000000000000000000009"], {}, /nothing to adopt/],
    ["a wrong token", [], { LOSANT_API_TOKEN: "wrong-token-1234" }, /The API token is wrong/],
    ["an address without https", [], { LOSANT_API_URL: "http://losant.example" }, /is not https/],
  ])("%s", async (_what, args, env, message) => {
    const { code, stdout, stderr } = await adopt(args, env);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(existsSync(at("adopted.json"))).toBe(false);
  });
});

test("it names what it found and what comes next, and changes nothing in Losant", async () => {
  plant.writes();
  const { code, stdout } = await adopt();
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^flow-0-v1: flow-0 v1 on 3 devices\nflow-0-v2: flow-0 v2 on 1 device\nflow-1: flow-1 v3 on 1 device\n/,
  );
  expect(stdout).toContain("pulumi import --file adopted.json --protect=false");
  expect(plant.writes()).toEqual([]);
});

test("run again it overwrites nothing, unless it is told to; then it writes the same", async () => {
  const before = readFileSync(at("adopted.json"), "utf8");
  const { code, stderr } = await adopt();
  expect(code).toBe(1);
  expect(stderr).toContain("adopted.json exists already");
  expect((await adopt(["--force"])).code).toBe(0);
  expect(readFileSync(at("adopted.json"), "utf8")).toBe(before);
});

test("with a flow it takes that one only", async () => {
  const { stdout } = await adopt(["--force", "--flow", plant.otherFlowId]);
  expect(stdout).toMatch(/^flow-1: flow-1 v3 on 1 device\n\nWrote/);
  expect((await adopt(["--force"])).code).toBe(0);
});

test("the program compiles under the strictest settings", () => {
  renameSync(at("adopted.ts"), at("index.ts"));
  const options = { strict: true, module: "nodenext", target: "es2022", noEmit: true, skipLibCheck: true, types: [] };
  writeFileSync(at("tsconfig.json"), JSON.stringify({ compilerOptions: options, files: ["index.ts"] }));
  const compiler = resolve("node_modules/typescript/bin/tsc");
  expect(() => execFileSync(process.execPath, [compiler, "-p", project.dir], { stdio: "pipe" })).not.toThrow();
});

test("imported, the preview with a refresh shows no change, nor does an up; Losant is only read", async () => {
  const imported = await project.run([
    ..."import --file adopted.json --protect=false --generate-code=false --yes".split(" "),
  ]);
  expect(imported).toMatchObject({ code: 0 });
  expect(imported.output).not.toMatch(/warning/);
  expect(await project.preview("--refresh", "--expect-no-changes")).toMatchObject({ code: 0 });
  expect(await project.preview("--expect-no-changes")).toMatchObject({ code: 0 });
  expect(await project.up("--expect-no-changes")).toMatchObject({ code: 0 });
  expect(plant.writes()).toEqual([]);
});

test("the state then is as if Pulumi had deployed: the same provider code, the device that is offline pending", async () => {
  const { "flow-0-v1": ours } = await project.deployments();
  expect(ours?.outputs).toMatchObject({ status: "pending", pendingDeviceIds: [plant.devices[2]], drift: [] });
  const pinned = readFileSync(resolve("test/fixtures/provider-stub.txt"), "utf8").trim();
  expect(new Set((await project.providerCode()).map((code) => code.trim()))).toEqual(new Set([pinned]));
});

test("from here on it is managed: a new version moves exactly its devices", async () => {
  const program = readFileSync(at("index.ts"), "utf8");
  writeFileSync(at("index.ts"), program.replace('version: "v2"', 'version: "v5"'));
  expect(await project.up("--refresh")).toMatchObject({ code: 0 });
  expect(plant.writes()).toEqual(["replace v2 v5"]);
  expect(plant.desired()).toEqual({ 0: "v1", 1: "v1", 2: "v1", 3: "v5" });
});

test("the token stands in no output and in no file", () => {
  expect(outputs.join("\n")).not.toContain(plant.token);
  expect(project.everyFile().filter(({ text }) => text.includes(plant.token))).toEqual([]);
});
