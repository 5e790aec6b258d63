// deploy on a real stack: every gate, every outcome, each told by its result alone.
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { deploy, exitCodeOf, report, toJSON } from "pulumi-losant/pipeline";
import type { DeployResult, PipelineEvent } from "pulumi-losant/pipeline";
import { stackOf } from "../support/automation.js";
import { createPlant, projectAt } from "../support/plant.js";
import type { Plant } from "../support/plant.js";
import type { Project } from "../support/project.js";

// A test is several commands of the CLI, seconds each, and more on a busy machine.
jest.setTimeout(240_000);

let plant: Plant;
let project: Project;
let stack: Stack;
const results: DeployResult[] = [];

beforeAll(async () => {
  plant = await createPlant({ devices: 4 });
  project = await projectAt(plant);
  stack = await stackOf(project);
});
afterEach(() => plant.simulator.clearFaults());
afterAll(async () => {
  project.remove();
  await plant.simulator.close();
});

function declare(version: string, count = 3): void {
  const { applicationId, flowId, devices } = plant;
  project.declare({ telemetry: { applicationId, flowId, version, deviceIds: devices.slice(0, count) } });
}

async function deployed(
  ...args: [Parameters<typeof deploy>[1]?, Parameters<typeof deploy>[2]?]
): Promise<DeployResult> {
  const result = await deploy(stack, ...args);
  results.push(result);
  return result;
}

test("a first deployment: calls, moved devices and live events", async () => {
  declare("v1");
  plant.writes();
  const events: PipelineEvent[] = [];
  const result = await deployed({ maxDevices: 3 }, { onEvent: (event) => events.push(event) });
  expect(result).toMatchObject({
    outcome: "deployed",
    plan: { devicesMoved: 3 },
    resources: [
      {
        name: "telemetry",
        op: "create",
        version: "v1",
        calls: [{ verb: "release", why: expect.stringContaining("release v1") }],
        moved: [{ from: null, to: "v1", deviceIds: plant.devices.slice(0, 3) }],
        failed: [],
        reasons: [],
      },
    ],
  });
  expect(exitCodeOf(result)).toBe(0);
  expect(plant.writes()).toEqual(["release v1 x3"]);
  expect(events).toContainEqual(
    expect.objectContaining({ phase: "up", type: "resource", status: "done", op: "create", stack: "dev" }),
  );
});

test("a second run changes nothing and calls nothing", async () => {
  const result = await deployed();
  expect(result).toMatchObject({ outcome: "unchanged", resources: [{ op: "same", calls: [], moved: [] }] });
  expect(plant.writes()).toEqual([]);
});

describe("a gate refuses before anything moves", () => {
  test("more devices than maxDevices", async () => {
    declare("v2");
    const result = await deployed({ maxDevices: 2 });
    expect(result).toMatchObject({
      outcome: "refused",
      refusal: { gate: "maxDevices", reason: expect.stringContaining("would move 3 devices (telemetry: 3)") },
      resources: [],
    });
    expect(exitCodeOf(result)).toBe(3);
    expect(plant.writes()).toEqual([]);
  });

  test("a plan that the caller does not want; the caller sees the calls to come", async () => {
    const result = await deployed({ requirePlan: ({ resources }) => `not now: ${resources[0]?.calls?.join()}` });
    expect(result.refusal).toEqual({
      gate: "requirePlan",
      reason: "not now: replace v1 -> v2: moves 3 devices, all owned",
    });
    expect(plant.writes()).toEqual([]);
  });

  test("drift, unless it is allowed; then the drifted device is put back", async () => {
    declare("v1");
    plant.byHand(1, "v3");
    const refused = await deployed();
    expect(refused).toMatchObject({ outcome: "refused", refusal: { gate: "allowDrift" } });
    expect(exitCodeOf(refused)).toBe(3);
    expect(plant.writes()).toEqual([]);
    const allowed = await deployed({ allowDrift: true });
    expect(allowed).toMatchObject({
      outcome: "deployed",
      resources: [{ op: "update", moved: [{ from: "v3", to: "v1", deviceIds: [plant.devices[1]] }] }],
    });
    expect(plant.desired()).toEqual({ 0: "v1", 1: "v1", 2: "v1" });
    plant.writes();
  });

  test("a gate without sense is refused before it looks", async () => {
    await expect(deploy(stack, { maxDevices: -1 })).rejects.toThrow("maxDevices: -1 is not a number of devices");
  });
});

test("a failing device: exit code 4, with Losant's words, and the others moved", async () => {
  const [, , failing = ""] = plant.devices;
  plant.simulator.setBehaviour(failing, { kind: "failing", error: "agent too old", versions: ["v2"] });
  declare("v2");
  const first = await deployed();
  // Without a rollout nothing is waited for: the report of the device may come a moment later.
  const result = first.resources[0]?.failed.length ? first : await deployed();
  expect(result.resources).toMatchObject([{ failed: [{ deviceId: failing, error: "agent too old" }] }]);
  expect(exitCodeOf(result)).toBe(4);
  plant.simulator.setBehaviour(failing, { kind: "immediate" });
});

test("a program that is refused by the provider fails with its reason, and nothing moves", async () => {
  plant.byHand(3, "v5");
  declare("v3", 4);
  plant.writes();
  const result = await deployed();
  expect(result.outcome).toBe("failed");
  expect(result.problem?.message).toMatch(/already deployed at another version/);
  expect(exitCodeOf(result)).toBe(1);
  expect(plant.writes()).toEqual([]);
  expect(plant.desired()[3]).toBe("v5");
  declare("v3");
});

test("aborted in the middle: the call under way ends and is saved, the lock is gone, the next run is clean", async () => {
  declare("v4");
  plant.simulator.fault({ method: "POST", delayMs: 1500 });
  const controller = new AbortController();
  const result = await deployed(
    {},
    {
      signal: controller.signal,
      onEvent: (event) => {
        if (event.phase === "up" && event.type === "resource" && event.op === "update" && event.status === "started") {
          setTimeout(() => controller.abort(), 300);
        }
      },
    },
  );
  expect(result).toMatchObject({ outcome: "cancelled", problem: { code: "cancelled" } });
  expect(exitCodeOf(result)).toBe(1);
  const after = await deployed();
  expect(["unchanged", "deployed"]).toContain(after.outcome);
  expect(exitCodeOf(after)).toBe(0);
  expect(plant.desired()).toMatchObject({ 0: "v4", 1: "v4", 2: "v4" });
});

describe("what keeps a run from beginning", () => {
  test("a stack locked by another run: who holds it, since when, and the way out", async () => {
    declare("v5");
    const locks = join(project.backend, ".pulumi/locks/organization/plant/dev");
    mkdirSync(locks, { recursive: true });
    const lock = { pid: 4711, username: "olga", hostname: "ci-7", timestamp: "2026-11-23T08:00:00Z" };
    writeFileSync(join(locks, "0b5f.json"), JSON.stringify(lock));
    plant.writes();
    const result = await deployed();
    rmSync(locks, { recursive: true });
    expect(result).toMatchObject({ outcome: "failed", problem: { code: "locked" } });
    expect(result.problem?.message).toBe(
      "stack dev is locked by another run, started by olga@ci-7 at 2026-11-23T08:00:00Z. " +
        "Wait for it to end; if it was killed: `pulumi cancel --stack dev`.",
    );
    expect(exitCodeOf(result)).toBe(1);
    expect(plant.writes()).toEqual([]);
  });

  test("a wrong passphrase", async () => {
    const wrong = await stackOf(project, "dev", { PULUMI_CONFIG_PASSPHRASE: "wrong horse" });
    const result = await deploy(wrong);
    expect(result).toMatchObject({ outcome: "failed", problem: { code: "passphrase" } });
  });
});

test("no result holds the token or the passphrase, and each is what the published schema reads", () => {
  expect(results.length).toBeGreaterThan(8);
  for (const result of results) {
    const text = toJSON(result);
    expect(text).not.toContain(plant.token);
    expect(text).not.toContain("correct horse");
    expect(report.parse(JSON.parse(text))).toEqual(JSON.parse(JSON.stringify(result)));
  }
});
