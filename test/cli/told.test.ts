// What is no change and stays silent, what is one and is told, and the ways in which a running fleet becomes managed.
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createPlant, HAND, projectAt } from "../support/plant.js";
import type { Plant } from "../support/plant.js";
import { untilIn } from "../support/project.js";
import type { Project, Result } from "../support/project.js";

const REFUSES = 2;
const USER = `user ${HAND.sourceId}`;

let plant: Plant;
let project: Project;
const projects: Project[] = [];

beforeAll(async () => {
  plant = await createPlant({ devices: 6, desiredDelayMs: 300 });
  project = await open();
});
afterAll(async () => {
  for (const one of projects) one.remove();
  await plant.simulator.close();
});

async function open(program?: string): Promise<Project> {
  const opened = await projectAt(plant, { program });
  projects.push(opened);
  return opened;
}

const ids = (...numbers: number[]): string[] => numbers.map((number) => plant.devices[number] ?? "");

const args = (version: string, numbers: readonly number[], more: object = {}): object => ({
  applicationId: plant.applicationId,
  flowId: plant.flowId,
  version,
  deviceIds: ids(...numbers),
  ...more,
});

function succeed(result: Result): Result {
  if (result.code !== 0) throw new Error(`exit ${result.code}\n${result.output.slice(-3000)}`);
  return result;
}

async function refreshedState(): Promise<unknown> {
  succeed(await project.refresh());
  return project.deployments();
}

describe("a fleet that works as it should", () => {
  test("connecting, reporting and logging change nothing in the state, failed devices included", async () => {
    plant.simulator.setBehaviour(ids(REFUSES)[0] ?? "", { kind: "failing", error: "agent too old", versions: ["v2"] });
    project.declare({ telemetry: args("v2", [0, 1, REFUSES]) });
    succeed(await project.up());
    plant.simulator.settle();
    const before = await refreshedState();
    expect(before).toMatchObject({
      telemetry: { outputs: { status: "failed", failures: [{ error: "agent too old" }] } },
    });
    for (let time = 0; time < 3; time++) {
      for (const device of plant.devices) {
        plant.simulator.disconnect(device);
        plant.simulator.connect(device);
      }
      plant.simulator.settle();
    }
    expect(await refreshedState()).toEqual(before);
    plant.writes();
    succeed(await project.up("--expect-no-changes"));
    expect(plant.writes()).toEqual([]);
  });

  test("older content under the same name is pending, and no change", async () => {
    plant.simulator.setBehaviour(ids(REFUSES)[0] ?? "", { kind: "immediate" });
    plant.simulator.settle();
    plant.simulator.overwriteVersion(plant.flowId, "v2");
    expect(await refreshedState()).toMatchObject({
      telemetry: { outputs: { status: "pending", pendingDeviceIds: ids(0, 1, 2), drift: [] } },
    });
    plant.writes();
    succeed(await project.preview("--expect-no-changes"));
    expect(plant.writes()).toEqual([]);
    for (const device of ids(0, 1, 2)) plant.simulator.connect(device);
    plant.simulator.settle();
    expect(await refreshedState()).toMatchObject({ telemetry: { outputs: { status: "deployed" } } });
  });
});

describe("somebody else's device", () => {
  test("that moves while ours are released is named in a warning, with who moved it", async () => {
    plant.byHand(5, "v1");
    project.declare({ telemetry: args("v3", [0, 1, 2]) });
    const release = project.up();
    // Losant shows what it accepted 300 ms later; this change comes in between.
    await untilIn(release, () =>
      plant.simulator.calls.some(({ method, body }) => method === "POST" && JSON.stringify(body).includes("v3")),
    );
    plant.byHand(5, "v4");
    const { stdout } = succeed(await release);
    expect(stdout).toContain(
      `device-5 (${ids(5)[0]}) is not managed here and moved from v1 to v4 (by ${USER}) while this ran: look at it`,
    );
  });

  test("is not taken over without a word: device, version, who and when, and nothing is changed", async () => {
    project.declare({ telemetry: args("v3", [0, 1, 2, 5]) });
    plant.writes();
    const refused = await project.up();
    expect(refused.code).not.toBe(0);
    expect(refused.stdout).toContain(
      "1 device already deployed at another version, and this resource does not own it. Nothing was changed.",
    );
    expect(refused.stdout).toMatch(
      new RegExp(`device device-5 \\(${ids(5)[0]}\\) is at v4, set by ${USER} (just now|\\d+ s)`),
    );
    expect(plant.writes()).toEqual([]);
    expect(plant.desired()).toEqual({ 0: "v3", 1: "v3", 2: "v3", 5: "v4" });
    expect(await project.deployments()).toMatchObject({ telemetry: { outputs: { deviceIds: ids(0, 1, 2) } } });
  });

  test("is taken over with adopt: true, which says how many", async () => {
    project.declare({ telemetry: args("v3", [0, 1, 2, 5], { adopt: true }) });
    const { stdout } = succeed(await project.up());
    expect(stdout).toContain("takes over 1 device:");
    expect(plant.desired()).toEqual({ 0: "v3", 1: "v3", 2: "v3", 5: "v3" });
  });
});

describe("a fleet that runs already, known by an id", () => {
  const program = (id: string): string => `
    import * as losant from "pulumi-losant";
    const { version, deviceIds, status, drift } = losant.EdgeDeployment.get("found", "${id}");
    export { version, deviceIds, status, drift };
  `;

  test("get reads it by flow or by devices; what differs from the most common version shows as drift", async () => {
    plant.byHand(5, "v1");
    plant.simulator.settle();
    const reader = await open(program(`${plant.applicationId}/${plant.flowId}`));
    plant.writes();
    succeed(await reader.up());
    const byFlow = { version: "v3", deviceIds: ids(0, 1, 2, 5), status: "drifted", drift: [{ deviceId: ids(5)[0] }] };
    expect(await reader.outputs()).toMatchObject(byFlow);
    reader.write(program(`${plant.applicationId}/${plant.flowId}/${ids(1, 0).join(",")}`));
    succeed(await reader.up());
    expect(await reader.outputs()).toEqual({ version: "v3", deviceIds: ids(0, 1), status: "deployed", drift: [] });
    succeed(await reader.destroy());
    expect(plant.writes()).toEqual([]);
  });

  test("get by an id that names no devices says which ids can be read", async () => {
    const reader = await open(program(`${plant.applicationId}/${plant.flowId}/0123abcd`));
    const { code, stdout } = await reader.up();
    expect(code).not.toBe(0);
    expect(stdout).toContain("names no devices and the state holds none for it");
    expect(stdout).toContain("<applicationId>/<flowId> (every device that carries the flow)");
    reader.write(program("telemetry"));
    expect((await reader.up()).stdout).toContain('"telemetry" is not the id of an EdgeDeployment');
  });

  test("pulumi import --file takes it over without a write, and the program previews clean", async () => {
    plant.byHand(5, null);
    plant.simulator.settle();
    const importer = await open();
    const telemetry = args("v3", [0, 1, 2]);
    importer.declare({ telemetry });
    plant.writes();
    const [provider] = await project.providerCode();
    const inputs = { ...telemetry, __provider: provider };
    const resource = {
      type: "pulumi-nodejs:dynamic/losant:EdgeDeployment",
      name: "telemetry",
      id: `${plant.applicationId}/${plant.flowId}`,
      inputs,
      outputs: inputs,
    };
    const file = join(importer.dir, "import.json");
    writeFileSync(file, JSON.stringify({ resources: [resource] }));
    const options = "--yes --skip-preview --protect=false --generate-code=false".split(" ");
    succeed(await importer.run(["import", "--file", file, ...options]));
    succeed(await importer.up("--expect-no-changes"));
    expect(plant.writes()).toEqual([]);
    importer.declare({ telemetry: args("v4", [0, 1, 2]) });
    succeed(await importer.up());
    expect(plant.desired()).toEqual({ 0: "v4", 1: "v4", 2: "v4" });
  });
});
