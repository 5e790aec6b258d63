// The examples about finding what to deploy, as they lie in the repository, on a simulated plant.
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { demoFleet, startSimulator } from "pulumi-losant/simulator";
import type { Simulator } from "pulumi-losant/simulator";
import { createProject } from "../support/project.js";
import type { Project, Result } from "../support/project.js";

const staging = "aa0000000000000000000001";
const production = "aa0000000000000000000002";
const telemetry = { [staging]: "f20000000000000000000001", [production]: "f10000000000000000000001" };

let losant: Simulator;

beforeAll(async () => {
  const seed = demoFleet();
  const by = { sourceType: "apiToken", sourceId: "a00000000000000000000009" } as const;
  const own = [staging, production].map((id) => ({ ...by, token: `token-of-${id}`, applicationId: id }));
  losant = await startSimulator({ seed: { ...seed, tokens: [...seed.tokens, ...own] }, reportDelayMs: 0 });
});
afterAll(() => losant.close());

async function must(project: Project, ...args: string[]): Promise<Result> {
  const result = await project.run(args);
  expect([args.join(" "), result.code, result.code === 0 ? "" : result.output]).toEqual([args.join(" "), 0, ""]);
  return result;
}

function running(applicationId: keyof typeof telemetry): Record<string, string | null> {
  return Object.fromEntries(
    losant
      .rows(applicationId, telemetry[applicationId])
      .map((row) => [losant.device(row.deviceId).name, row.desiredVersion]),
  );
}

function retag(name: string, tags: Readonly<Record<string, string>>): void {
  const ids = losant.rows(production).map((row) => row.deviceId);
  const found = ids.map((id) => losant.device(id)).find((device) => device.name === name);
  // The simulator has no call for it: devices and their tags are not part of deploying.
  Object.assign(found?.tags ?? {}, tags);
}

describe("examples/tags", () => {
  let project: Project;

  beforeAll(async () => {
    project = await createProject({
      example: "tags",
      config: { "losant:apiUrl": losant.url, "losant:applicationId": production },
      secrets: { "losant:apiToken": "demo-deploy-token" },
    });
  });
  afterAll(() => project.remove());

  test("each ring gets its version, chosen by tag", async () => {
    const preview = await must(project, "preview");
    expect(preview.output).toContain("v1.2.4 on 1 device by release (1 call)");
    expect(preview.output).toContain("v1.2.3 on 11 devices by release (1 call); 2 offline");
    await must(project, "up", "--yes", "--skip-preview");
    const versions = running(production);
    expect(versions["line-1"]).toBe("v1.2.4");
    expect(Object.values(versions).filter((version) => version === "v1.2.3")).toHaveLength(11);
  });

  test("a device that changes the ring shows as leaving here and joining there, and is moved without a stranger's refusal", async () => {
    retag("line-2", { ring: "canary" });
    const preview = await must(project, "preview", "--diff");
    expect(preview.output).toMatch(/\+ \[1\]: "d10000000000000000000002"/);
    expect(preview.output).toContain("v1.2.3 -> v1.2.4 on 1 device by release (1 call); 1 joins (line-2)");
    expect(preview.output).toContain("nothing to do; 1 goes to canary (line-2)");
    expect(preview.output).not.toContain("warning");
    await must(project, "up", "--yes", "--skip-preview");
    expect(running(production)).toMatchObject({ "line-2": "v1.2.4", "line-3": "v1.2.3" });
  });

  test("more devices in the ring than its guard allows fail the preview", async () => {
    retag("line-3", { ring: "canary" });
    const preview = await project.run(["preview"]);
    expect(preview.code).not.toBe(0);
    expect(preview.output).toContain("3 devices are declared, but maxDevices allows 2");
  });
});

describe("examples/environments", () => {
  let project: Project;

  beforeAll(async () => {
    const settings = (id: string, version: string) => ({
      config: { "losant:applicationId": id, version },
      secrets: { [`losant:apiTokens.${id}`]: `token-of-${id}` },
    });
    project = await createProject({
      example: "environments",
      config: { "losant:apiUrl": losant.url },
      stacks: { staging: settings(staging, "v1.3.0"), production: settings(production, "v1.2.3") },
    });
  });
  afterAll(() => project.remove());

  test.each([
    ["staging", staging, "v1.3.0", 2],
    ["production", production, "v1.2.3", 12],
  ] as const)("%s: its own ids behind the same names, with its own token", async (stack, id, version, devices) => {
    // What the example before left there was put by somebody else.
    if (stack === "production") losant.reset();
    await must(project, "up", "--yes", "--skip-preview", "--stack", stack);
    expect(Object.values(running(id))).toEqual(Array.from({ length: devices }, () => version));
    const outputs = JSON.parse((await must(project, "stack", "output", "--json", "--stack", stack)).stdout) as object;
    expect(outputs).toMatchObject({ application: id, runsOn: expect.arrayContaining(["line-1", "line-2"]) });
  });

  test("a version that does not exist in the environment fails its preview, with what comes close", async () => {
    await must(project, "config", "set", "version", "v1.33.0", "--stack", "staging");
    const preview = await project.run(["preview", "--stack", "staging"]);
    expect(preview.code).not.toBe(0);
    expect(preview.output).toContain(
      'error: getEdgeWorkflow: workflow "Telemetry" has no version "v1.33.0": did you mean "v1.3.0"',
    );
    expect(preview.output).not.toMatch(/\n\s+at /);
  });

  test("no token stands in the state, the history or the program's folder", () => {
    const files = project.everyFile().filter(({ path }) => !path.includes("node_modules"));
    expect(files.filter(({ text }) => text.includes("token-of-")).map(({ path }) => path)).toEqual([]);
  });
});
