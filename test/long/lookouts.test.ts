// What happens between a look and the write that rests on it, and listings that are not to be believed, on the real CLI.
import { afterAll, afterEach, beforeAll, expect, jest, test } from "@jest/globals";
import { readFileSync, writeFileSync } from "node:fs";
import { createPlant, projectAt } from "../support/plant.js";
import type { Plant } from "../support/plant.js";
import type { Project, Result } from "../support/project.js";

// A test is several commands of the CLI, seconds each, and more on a busy machine.
jest.setTimeout(240_000);

let plant: Plant;
let project: Project;
let letGo: (() => void) | undefined;

beforeAll(async () => {
  plant = await createPlant({ devices: 5 });
  project = await projectAt(plant, { refreshAlways: false });
});
afterEach(() => {
  letGo?.();
  plant.simulator.clearFaults();
});
afterAll(async () => {
  project.remove();
  await plant.simulator.close();
});

function declare(version: string, positions: readonly number[], more: object = {}): void {
  const { applicationId, flowId, devices } = plant;
  const deviceIds = positions.map((position) => devices[position]);
  project.declare({ telemetry: { applicationId, flowId, version, deviceIds, ...more } });
}

async function succeed(command: Promise<Result>): Promise<Result> {
  const result = await command;
  if (result.code !== 0) throw new Error(`exit ${result.code}\n${result.output.slice(-3000)}`);
  return result;
}

test("a person puts another version on a device that waits for its batch: it is not overwritten", async () => {
  let writes = 0;
  letGo = plant.simulator.beforeCall(({ method }) => {
    if (method === "POST") writes += 1;
    else if (writes === 1 && plant.desired()[1] === undefined) plant.byHand(1, "v2");
  });
  declare("v1", [0, 1], { rollout: { batches: [1, "100%"], timeoutSeconds: 60 } });
  const refused = await project.up();
  expect(refused.code).not.toBe(0);
  expect(refused.output).toContain("already deployed at another version");
  expect(plant.desired()).toEqual({ 0: "v1", 1: "v2" });
  letGo();
  // And it is still not ours: neither the next run nor a destroy touches it.
  expect((await project.up()).code).not.toBe(0);
  await succeed(project.destroy());
  expect(plant.desired()).toEqual({ 1: "v2" });
  plant.byHand(1, null);
});

test("a replace that is answered 429 is planned again: a foreign device that joined makes it a release by name", async () => {
  declare("v1", [0, 1, 2]);
  await succeed(project.up());
  declare("v2", [0, 1, 2]);
  plant.writes();
  plant.simulator.fault({ method: "POST", status: 429, headers: { "retry-after": "1" } });
  letGo = plant.simulator.beforeCall(({ path }) => {
    if (path.endsWith("/replace")) plant.byHand(4, "v1");
  });
  await succeed(project.up());
  expect(plant.writes()).toEqual(["replace v1 v2", "release v2 x3"]);
  expect(plant.desired()).toEqual({ 0: "v2", 1: "v2", 2: "v2", 4: "v1" });
});

test("a foreign device that moves away and comes back while a replace runs is named in a warning", async () => {
  plant.byHand(4, "v3");
  declare("v1", [0, 1, 2]);
  await succeed(project.up());
  letGo = plant.simulator.beforeCall(({ path }) => {
    if (!path.endsWith("/replace")) return;
    plant.byHand(4, "v4");
    plant.byHand(4, "v3");
  });
  plant.writes();
  declare("v2", [0, 1, 2]);
  const { output } = await succeed(project.up());
  expect(plant.writes()).toEqual(["replace v1 v2"]);
  expect(output).toMatch(
    /warning: .*device-4 \(\w+\) is not managed here and moved away from v3 and came back \(by user/,
  );
  expect(plant.desired()).toEqual({ 0: "v2", 1: "v2", 2: "v2", 4: "v3" });
});

test("a device that a person moves between a rollout's failure and its rollback stays where the person put it", async () => {
  declare("v2", [0, 1, 2]);
  await succeed(project.up());
  plant.simulator.setBehaviour(plant.devices[1] ?? "", { kind: "failing", error: "out of memory", versions: ["v5"] });
  let looks = -1;
  letGo = plant.simulator.beforeCall(({ method }) => {
    if (method === "POST") looks = looks === -1 ? 0 : looks;
    // The first look after the release shows the failure; the second one is what the rollback decides on.
    else if (looks !== -1 && ++looks === 2) plant.byHand(0, "v4");
  });
  plant.writes();
  declare("v5", [0, 1, 2], { rollout: { timeoutSeconds: 60, onFailure: "rollback" } });
  const failed = await project.up();
  expect(failed.code).not.toBe(0);
  expect(failed.output).toContain("out of memory");
  expect(plant.desired()).toMatchObject({ 0: "v4", 1: "v2", 2: "v2" });
  expect(plant.writes()).toEqual(["replace v2 v5", "replace v5 v2"]);
  expect(failed.output).toContain("1 device moved by hand meanwhile: not touched");
  expect(failed.output).toMatch(/device device-0 \(\w+\): Losant wants v4 on it, not v5 \(set by user/);
  plant.simulator.setBehaviour(plant.devices[1] ?? "", { kind: "immediate" });
  letGo();
  declare("v1", [0, 1, 2]);
  await succeed(project.up());
});

test("one empty listing is not believed, and rows without a version are an error: the resource stays", async () => {
  const listing = { method: "GET", path: "/edge/deployments?" } as const;
  plant.simulator.fault({ ...listing, status: 200, body: { items: [], totalCount: 0 } });
  await succeed(project.refresh());
  expect((await project.deployments())["telemetry"]?.outputs).toMatchObject({ status: "deployed" });
  plant.simulator.fault({ ...listing, without: ["desiredVersion"], times: Infinity });
  const failed = await project.refresh();
  expect(failed.code).not.toBe(0);
  expect(failed.output).toContain("desiredVersion");
  expect(Object.keys(await project.deployments())).toEqual(["telemetry"]);
});

test("a state of a newer release is refused, with what to do", async () => {
  const path = project.everyFile().find((file) => /stacks.plant.dev\.json$/.test(file.path))?.path ?? "";
  const before = readFileSync(path, "utf8");
  const newer = before.replace(/("schema":\s*)2/, (_all, key: string) => `${key}3`);
  expect(newer).not.toBe(before);
  writeFileSync(path, newer);
  const refused = await project.up();
  expect(refused.code).not.toBe(0);
  expect(refused.output).toContain("newer release of pulumi-losant");
  expect(refused.output).toContain("update pulumi-losant");
  writeFileSync(path, before);
});

test("a lookup of what nothing carries is an error, not an empty resource", async () => {
  const { applicationId, flowId, devices } = plant;
  project.write(`
import * as losant from "pulumi-losant";
losant.EdgeDeployment.get("nothing", ${JSON.stringify(`${applicationId}/${flowId}/${devices[3]}`)});
`);
  const failed = await project.preview();
  expect(failed.code).not.toBe(0);
  expect(failed.output).toContain("seen twice: there is nothing to read");
});
