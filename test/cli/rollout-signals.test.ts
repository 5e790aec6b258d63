// A rollout that is interrupted: what is live stays, the state stays true, nothing is rolled back, the next up goes on.
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { pulumiLosant } from "../support/automation.js";
import { createPlant, projectAt } from "../support/plant.js";
import type { Plant } from "../support/plant.js";
import { untilNoPluginIsLeft } from "../support/plugin-processes.js";
import { untilIn } from "../support/project.js";
import type { Project, Started } from "../support/project.js";

jest.setTimeout(240_000);

let plant: Plant;
let project: Project;

beforeAll(async () => {
  plant = await createPlant({ devices: 4 });
  project = await projectAt(plant, { refreshAlways: false });
  declare("v1");
  expect(await project.up()).toMatchObject({ code: 0 });
});
afterAll(async () => {
  project.remove();
  await plant.simulator.close();
});

function declare(version: string, batches: readonly unknown[] = [1, "100%"]): void {
  const { applicationId, flowId, devices: deviceIds } = plant;
  const rollout = { batches, onFailure: "rollback", timeoutSeconds: 60 };
  project.declare({ telemetry: { applicationId, flowId, version, deviceIds, rollout } });
}

const canary = (): string => plant.devices[0] ?? "";

/** Starts the rollout; resolves once the canary has been released and is waited for. */
async function inTheFirstBatch(
  version: string,
  canaryReportsAfterMs: number,
  batches?: readonly unknown[],
): Promise<Started> {
  plant.simulator.setBehaviour(canary(), { kind: "late", afterMs: canaryReportsAfterMs });
  declare(version, batches);
  const started = project.start(["up", "--yes", "--skip-preview"]);
  await untilIn(started.done, () => plant.desired()[0] === version);
  // The provider has seen its write, and polls for the report.
  plant.reads();
  let polls = 0;
  await untilIn(started.done, () => (polls += plant.reads()) >= 3);
  return started;
}

async function theNextUpGoesOn(version: string, writes: readonly string[]): Promise<void> {
  plant.simulator.settle();
  plant.simulator.setBehaviour(canary(), { kind: "immediate" });
  plant.simulator.settle();
  plant.writes();
  const { output } = await project.run(["cancel", "--yes"]);
  const up = await project.up();
  expect([up.code, up.code === 0 ? "" : output + up.output]).toEqual([0, ""]);
  expect(plant.desired()).toEqual({ 0: version, 1: version, 2: version, 3: version });
  // The others only: a device that has the version is not released again.
  expect(plant.writes()).toEqual(writes);
}

test.each([
  ["killed (SIGKILL)", "v2", ["SIGKILL"]],
  ["Ctrl-C twice", "v3", ["SIGINT", "SIGINT"]],
] as const)(
  "%s: the canary keeps the version, the others stay, nothing is rolled back",
  async (_name, version, signals) => {
    const before = plant.desired()[1];
    const { child, done } = await inTheFirstBatch(version, 60_000);
    for (const signal of signals) {
      child.kill(signal);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    const result = await done;
    expect(result.code === 0 && result.signal === null).toBe(false);
    expect(plant.desired()).toEqual({ 0: version, 1: before, 2: before, 3: before });
    // The canary reports now, and no plugin that was left behind goes on with the next batch.
    plant.simulator.settle();
    await untilNoPluginIsLeft(plant.simulator.url);
    expect(plant.desired()).toEqual({ 0: version, 1: before, 2: before, 3: before });
    await theNextUpGoesOn(version, [`replace ${before ?? "-"} ${version}`]);
  },
);

test.each([
  ["Ctrl-C", "v5", "SIGINT"],
  ["SIGTERM to the CLI alone", "v1", "SIGTERM"],
] as const)("%s once: no further batch, within seconds, and the state is true", async (_name, version, signal) => {
  const before = plant.desired()[1];
  const { child, done } = await inTheFirstBatch(version, 60_000);
  const began = plant.simulator.calls.length;
  child.kill(signal);
  const { code, output } = await done;
  expect(code).not.toBe(0);
  expect(output).toContain(
    `rollout of ${version} interrupted in batch 1 of 2: 0 of 4 devices run it, 1 still under way, 3 not released. ` +
      "It stays there; the next `pulumi up` goes on from there.",
  );
  // One look to part, and not the minute that the canary would have.
  expect(plant.simulator.calls.length - began).toBeLessThan(5);
  expect(plant.desired()).toEqual({ 0: version, 1: before, 2: before, 3: before });
  const { telemetry } = await project.deployments();
  expect(telemetry?.outputs).toMatchObject({ version, pendingDeviceIds: [canary()] });
  await theNextUpGoesOn(version, [`replace ${before ?? "-"} ${version}`]);
});

test("told from another terminal: a pause holds the next batch, resume releases it, stop ends the rollout", async () => {
  const before = plant.desired()[1];
  const tell = async (command: string): Promise<string> =>
    (await pulumiLosant(project, [command, "--stack", "dev"])).output;
  const started = await inTheFirstBatch("v3", 60_000, [1, 2, "100%"]);
  expect(await tell("pause")).toMatch(/^pause: told 1 rollout run of stack dev\./);
  plant.simulator.settle();
  // The canary runs it, and polls go on without a batch.
  plant.reads();
  let polls = 0;
  await untilIn(started.done, () => (polls += plant.reads()) >= 4);
  expect(plant.desired()).toEqual({ 0: "v3", 1: before, 2: before, 3: before });
  plant.simulator.setBehaviour(plant.devices[1] ?? "", { kind: "late", afterMs: 60_000 });
  expect(await tell("resume")).toMatch(/^resume: told 1 rollout run/);
  await untilIn(started.done, () => plant.desired()[1] === "v3");
  expect(await tell("stop")).toMatch(/^stop: told 1 rollout run/);
  const { code, output } = await started.done;
  expect(code).not.toBe(0);
  expect(output).toMatch(/rollouts paused by \S+: no further batch until `pulumi-losant resume`/);
  expect(output).toMatch(
    /rollout of v3 stopped by \S+@\S+ \(`pulumi-losant stop`\) in batch 2 of 3: 1 of 4 devices run it, 1 still under way, 2 not released\. It stays there/,
  );
  expect(plant.desired()).toEqual({ 0: "v3", 1: "v3", 2: before, 3: before });
  // Its tag went with it: the next run is told nothing, and releases the others.
  plant.simulator.setBehaviour(plant.devices[1] ?? "", { kind: "immediate" });
  await theNextUpGoesOn("v3", [`replace ${before ?? "-"} v3`]);
  expect(await tell("stop")).toContain("no rollout is under way on stack dev: there is nothing to stop.");
});

test("after all of that nothing is left to do", async () => {
  plant.writes();
  expect(await project.up("--expect-no-changes")).toMatchObject({ code: 0 });
  expect(plant.writes()).toEqual([]);
});
