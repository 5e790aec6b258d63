// A run that is killed in the middle of several chunks: afterwards nothing is lost, nothing that matters is done twice,
// and no foreign device has moved. The CLI dies in one half of the cases, the plugin process in the other; a plugin whose
// CLI is dead ends by itself.
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { existsSync } from "node:fs";
import { createPlant, HAND, projectAt } from "../support/plant.js";
import type { Plant } from "../support/plant.js";
import { canFindPlugins, isBelow, pluginsOf } from "../support/plugin-processes.js";
import { untilIn } from "../support/project.js";
import type { Project, Result, Started } from "../support/project.js";

/** Three chunks of at most 1000; the last device is foreign. */
const OURS = 2100;
const FOREIGN = OURS;

let plant: Plant;
let project: Project;

function declare(version: string): void {
  const { applicationId, flowId, devices } = plant;
  project.declare({ telemetry: { applicationId, flowId, version, deviceIds: devices.slice(0, OURS) } });
}

function succeed(result: Result): void {
  if (result.code !== 0) throw new Error(`exit ${result.code}\n${result.output.slice(-3000)}`);
}

function pluginOf(parent: number): number {
  const plugin = pluginsOf(plant.simulator.url).find((pid) => isBelow(pid, parent));
  if (plugin === undefined) throw new Error("there is no plugin process");
  return plugin;
}

const UP = ["up", "--yes", "--skip-preview"];

/** The plugin process is found through /proc. */
const VICTIMS = canFindPlugins ? (["cli", "plugin"] as const) : (["cli"] as const);

/** Starts a command, waits until `chunks` writes went through and the next one hangs, and kills. */
async function killAfter(chunks: number, victim: "cli" | "plugin", args: readonly string[]): Promise<Result> {
  let writes = 0;
  const letGo = plant.simulator.beforeCall(async ({ method }) => {
    if (method === "POST") writes += 1;
    // Never answered, and so never recorded: it did not happen.
    if (method === "POST" && writes > chunks) await new Promise(() => {});
  });
  const posts = (): number => plant.simulator.calls.filter(({ method }) => method === "POST").length;
  const before = posts();
  const started: Started = project.start(args);
  const pid = started.child.pid ?? 0;
  await untilIn(started.done, () => posts() >= before + chunks && writes > chunks);
  const plugin = VICTIMS.length > 1 ? pluginOf(pid) : undefined;
  process.kill(victim === "cli" ? pid : (plugin ?? 0), "SIGKILL");
  const result = await started.done;
  // A plugin without its engine ends itself; this would wait until the test's time is up.
  if (plugin !== undefined && args === UP)
    while (existsSync(`/proc/${plugin}`)) await new Promise((resolve) => setTimeout(resolve, 50));
  letGo();
  if (victim === "cli") succeed(await project.run(["cancel", "--yes"]));
  return result;
}

const at = (version: string): number =>
  Object.entries(plant.desired()).filter(([device, found]) => Number(device) !== FOREIGN && found === version).length;

async function expectSteadyAt(version: string): Promise<void> {
  expect(at(version)).toBe(OURS);
  expect(plant.desired()[FOREIGN]).toBe("v1");
  plant.writes();
  succeed(await project.up("--expect-no-changes"));
  expect(plant.writes()).toEqual([]);
}

describe.each([...VICTIMS])("the %s killed in the middle of", (victim) => {
  beforeAll(async () => {
    plant = await createPlant({ devices: OURS + 1 });
    // One half sees the truth at the next command, the other goes on from what the state last knew.
    const refreshAlways = victim === "cli";
    project = await projectAt(plant, { refreshAlways, config: { "losant:verifySeconds": "20" } });
    plant.byHand(FOREIGN, "v1");
  });
  afterAll(async () => {
    project.remove();
    await plant.simulator.close();
  });

  test("a create: the next up releases only what is missing", async () => {
    declare("v1");
    expect((await killAfter(1, victim, UP)).code).not.toBe(0);
    expect(at("v1")).toBe(1000);
    plant.writes();
    succeed(await project.up());
    expect(plant.writes()).toEqual(["release v1 x1000", "release v1 x100"]);
    await expectSteadyAt("v1");
  });

  // A foreign device on the old version: the new one goes out by name, in chunks.
  test("an update: a refresh and the next up do the rest", async () => {
    declare("v2");
    plant.writes();
    expect((await killAfter(2, victim, UP)).code).not.toBe(0);
    expect(at("v2")).toBe(2000);
    succeed(await project.refresh());
    plant.writes();
    succeed(await project.up());
    expect(plant.writes()).toEqual(["release v2 x100"]);
    await expectSteadyAt("v2");
  });

  test("a destroy: the next destroy does the rest", async () => {
    const { applicationId, flowId, devices, simulator } = plant;
    simulator.change({ applicationId, flowId, deviceId: devices[FOREIGN] ?? "", version: "v2", by: HAND });
    plant.writes();
    await killAfter(1, victim, ["destroy", "--yes", "--skip-preview"]);
    expect(at("v2")).toBe(1100);
    plant.writes();
    succeed(await project.destroy());
    expect(plant.writes()).toEqual(["release - x1000", "release - x100"]);
    expect(plant.desired()).toEqual({ [FOREIGN]: "v2" });
    expect(await project.deployments()).toEqual({});
  });
});
