// A device that goes from one resource to another, in every order that Pulumi may choose, with the real CLI: it is never
// stopped in between, and some state owns it at every moment.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createPlant, projectAt } from "../support/plant.js";
import type { Plant } from "../support/plant.js";
import { untilIn } from "../support/project.js";
import type { Project, Result } from "../support/project.js";

let plant: Plant;
let project: Project;

beforeAll(async () => {
  plant = await createPlant({ devices: 6 });
  project = await projectAt(plant, { refreshAlways: false });
});
afterAll(async () => {
  project.remove();
  await plant.simulator.close();
});

/** The program is what `body` says of `deploy(name, version, positions, options)`. */
function program(body: string): void {
  const { applicationId, flowId, devices } = plant;
  writeFileSync(join(project.dir, "plant.json"), JSON.stringify({ applicationId, flowId, devices }));
  project.write(`
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import * as losant from "pulumi-losant";
const { applicationId, flowId, devices } = JSON.parse(readFileSync("plant.json", "utf8"));
const ids = (positions) => positions.map((position) => devices[position]);
const deploy = (name, version, positions, options, more = {}) =>
  new losant.EdgeDeployment(name, { applicationId, flowId, version, deviceIds: ids(positions), ...more }, options);
${body}
`);
}

async function succeed(command: Promise<Result>): Promise<Result> {
  const result = await command;
  if (result.code !== 0) throw new Error(`exit ${result.code}\n${result.output.slice(-3000)}`);
  return result;
}

/** Desired versions that a device went through, oldest first. */
function journeyOf(position: number): (string | null)[] {
  const row = plant.simulator
    .rows(plant.applicationId, plant.flowId)
    .find(({ deviceId }) => deviceId === plant.devices[position]);
  return (row?.logs ?? []).filter(({ changeType }) => changeType === "desired").map(({ newValue }) => newValue ?? null);
}

/** Who owns a device: whose state declares it, else who has it as leaving or handed over. */
async function ownersOf(position: number): Promise<string[]> {
  const id = plant.devices[position] ?? "";
  const resources = Object.entries(await project.deployments()).map(([name, { outputs }]) => {
    const { deviceIds, __losant } = outputs as {
      deviceIds: string[];
      __losant: { leaving?: string[]; handedOver?: Record<string, string[]> };
    };
    const others = [...(__losant.leaving ?? []), ...Object.values(__losant.handedOver ?? {}).flat()];
    return { name, declares: deviceIds.includes(id), keeps: others.includes(id) };
  });
  const declaring = resources.filter(({ declares }) => declares);
  return (declaring.length > 0 ? declaring : resources.filter(({ keeps }) => keeps)).map(({ name }) => name);
}

describe("a device that goes to and fro between a and b at one version makes no write", () => {
  beforeAll(async () => {
    program(`deploy("a", "v1", [0, 1]); deploy("b", "v1", [2]);`);
    await succeed(project.up());
    plant.writes();
  });

  test.each([
    ["with dependsOn", `const a = deploy("a", "v1", [0]); deploy("b", "v1", [1, 2], { dependsOn: [a] });`],
    ["with an output passed along", `const b = deploy("b", "v1", [2]); deploy("a", b.version, [0, 1]);`],
    ["one at a time", `deploy("a", "v1", [0]); deploy("b", "v1", [1, 2]);`, "--parallel", "1"],
    [
      "with a look-up of ours awaited in between",
      `deploy("b", "v1", [2]); await losant.getDevices({ applicationId, deviceIds: ids([0]) }).catch(() => {}); deploy("a", "v1", [0, 1]);`,
    ],
  ])("%s", async (_name, body, ...flags) => {
    program(body);
    await succeed(project.up(...flags));
    expect(plant.writes()).toEqual([]);
    expect(plant.desired()).toEqual({ 0: "v1", 1: "v1", 2: "v1" });
  });
});

test("with the taker left out by --target, the giver owns it, and the next up hands it over", async () => {
  // Shows b that a has device 1: nothing of the test before is left.
  await succeed(project.refresh());
  program(`deploy("a", "v1", [0]); deploy("b", "v1", [1, 2]);`);
  await succeed(project.up("--target", "**a"));
  expect(plant.writes()).toEqual([]);
  expect(await ownersOf(1)).toEqual(["a"]);
  await succeed(project.up());
  expect(plant.writes()).toEqual([]);
  expect(await ownersOf(1)).toEqual(["b"]);
  // The giver forgets the device once it has seen that the taker's state has it.
  await succeed(project.up());
  expect(plant.writes()).toEqual([]);
});

test("where what the taker waits for fails, the device runs on, and the giver owns it", async () => {
  program(`
    const b = deploy("b", "v1", [2]);
    const c = deploy("c", "v99", [5], { dependsOn: [b] });
    deploy("a", "v1", [0, 1], { dependsOn: [c] });
  `);
  expect((await project.up()).code).not.toBe(0);
  expect(plant.desired()).toEqual({ 0: "v1", 1: "v1", 2: "v1" });
  expect(await ownersOf(1)).toEqual(["b"]);
  plant.writes();

  // Another version in the program now: what the giver owns is no stranger's.
  program(`deploy("a", "v2", [0, 1]); deploy("b", "v1", [2]);`);
  await succeed(project.up());
  expect(plant.writes()).toEqual(["release v2 x2"]);
  expect(journeyOf(1)).toEqual(["v1", "v2"]);
});

test("killed between the giver's update and the taker's create, then dropped: nothing is left behind", async () => {
  program(`deploy("giver", "v1", [4, 5]);`);
  await succeed(project.up());
  plant.writes();
  program(`
    const giver = deploy("giver", "v1", [4]);
    // Waits for the giver's step, and is killed there.
    giver.id.apply(() => new Promise(() => setTimeout(() => {}, 60_000)));
    deploy("taker", "v2", [5], { dependsOn: [giver, new pulumi.ComponentResource("x:y:Z", "gate", {}, { dependsOn: [giver] })] }, { flowId: giver.id.apply(() => new Promise(() => {})) });
  `);
  const started = project.start(["up", "--yes", "--skip-preview"]);
  await untilIn(started.done, () => plant.simulator.calls.length > 0);
  await untilOwner(5, "giver");
  process.kill(started.child.pid ?? 0, "SIGKILL");
  await started.done;
  await succeed(project.run(["cancel", "--yes"]));
  program(`deploy("giver", "v1", [4]);`);
  await succeed(project.up());
  expect(plant.desired()[5]).toBeUndefined();
  expect(await ownersOf(5)).toEqual([]);
});

async function untilOwner(position: number, name: string): Promise<void> {
  while (!(await ownersOf(position)).includes(name)) await new Promise((resolve) => setTimeout(resolve, 100));
}

test("destroying the giver alone leaves the device to the taker that has it", async () => {
  program(`deploy("giver", "v1", [2]); deploy("taker", "v1", [3, 4]);`);
  await succeed(project.up());
  // It cannot see the taker; a refresh shows it both.
  const refused = await project.destroy("--target", "**giver");
  expect(refused.code).not.toBe(0);
  expect(refused.output).toContain('went from this resource to "taker"');
  expect(plant.desired()[4]).toBe("v1");
  await succeed(project.refresh());
  await succeed(project.destroy("--target", "**giver"));
  expect(plant.desired()[4]).toBe("v1");
  await succeed(project.destroy());
  expect(plant.desired()).toEqual({});
});

describe("with the taker left out, and with a resource taken out of the state by hand", () => {
  beforeAll(async () => {
    program(`deploy("a", "v1", [2]); deploy("c", "v1", [3]); deploy("d", "v1", [0, 1]);`);
    await succeed(project.up());
  });
  beforeEach(() => void plant.writes());

  test("a command that comes to a delete alone, with the taker left out, stops nothing", async () => {
    program(`deploy("a", "v1", [2]); deploy("c", "v1", [3]); deploy("e", "v1", [0, 1]);`);
    const refused = await project.up("--exclude", "**e");
    expect(refused.code).not.toBe(0);
    expect(refused.output).toContain('now belong to "e"');
    const alone = await project.up("--target", "**d");
    expect(alone.code).not.toBe(0);
    expect(alone.output).toContain('now belong to "e"');
    expect(plant.desired()).toEqual({ 0: "v1", 1: "v1", 2: "v1", 3: "v1" });
    expect(plant.writes()).toEqual([]);
    program(`deploy("a", "v1", [2]); deploy("c", "v1", [3]); deploy("d", "v1", [0, 1]);`);
  });

  test("taken out of the state by hand and declared again: owned by the one that declares it", async () => {
    const { urn } = (await project.deployments())["d"] ?? { urn: "" };
    await succeed(project.run(["state", "delete", urn, "--yes"]));
    program(`deploy("a", "v1", [2]); deploy("c", "v1", [3]); deploy("e", "v1", [0, 1]);`);
    await succeed(project.up());
    expect(plant.writes()).toEqual([]);
    expect(await ownersOf(0)).toEqual(["e"]);
    await succeed(project.run(["destroy", "--yes", "--skip-preview", "--run-program"]));
    expect(plant.desired()).toEqual({});
  });
});
