// Devices that go from one resource of a program to another, in every order that the engine may choose. Replay a failure
// with the seed and path it prints: LIFECYCLE_SEED=... LIFECYCLE_PATH=... npm run jest -- property/handover
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Program } from "../support/engine-model.js";
import { aLifeOfHandovers, HANDOVER_DEVICES } from "../support/handovers.js";
import { Life } from "../support/life.js";
import { openStages } from "../support/stage.js";
import type { Stage } from "../support/stage.js";
import { replay } from "../support/replay.js";

const RUNS = Number(process.env["LIFECYCLE_RUNS"] ?? 150);
const USER = { sourceType: "user", sourceId: "5b0044f0a3a3b90006c0a5e1" } as const;

let small: Awaited<ReturnType<typeof openStages>>;
let large: Awaited<ReturnType<typeof openStages>>;
beforeAll(async () => {
  small = await openStages({ devices: HANDOVER_DEVICES, flows: 2 });
  large = await openStages({ devices: 24, flows: 2 });
});
afterAll(async () => {
  await small.close();
  await large.close();
});

/** A program of resources of the first flow, all at one version or each at its own. */
function programOn(
  stage: Stage,
  resources: Readonly<Record<string, readonly number[]>>,
  version: string | ((name: string) => string) = "v1",
): Program {
  const { applicationId, flows, devices } = stage;
  const argsOf = ([name, numbers]: readonly [string, readonly number[]]) => ({
    applicationId,
    flowId: flows[0],
    version: typeof version === "string" ? version : version(name),
    deviceIds: numbers.map((number) => devices[number]),
  });
  return Object.fromEntries(Object.entries(resources).map((entry) => [entry[0], { args: argsOf(entry) }]));
}

const versionsOn = ({ flows, devices, desired }: Stage): (string | null)[] =>
  devices.map((device) => desired(flows[0] ?? "", device));

const writesOf = ({ simulator }: Stage): number => simulator.calls.filter(({ method }) => method === "POST").length;

describe("whoever hands devices to whom, in whatever order, killed or not", () => {
  test("no device stops on its way, every device has its owner, and one `up` ends it", async () => {
    await fc.assert(
      fc.asyncProperty(aLifeOfHandovers, async (story) => {
        await new Life(small.open()).live(story);
      }),
      { numRuns: RUNS, ...replay },
    );
  }, 900_000);
});

describe("a device that was handed over and given up later is nobody's", () => {
  test.each([1, 8])("a later change of the first owner leaves it alone (--parallel %i)", async (parallel) => {
    const stage = small.open();
    const { engine, simulator, applicationId, flows, devices } = stage;
    await engine.up(programOn(stage, { a: [0, 1], b: [2] }), { parallel });
    await engine.up(programOn(stage, { a: [1], b: [0, 2] }), { parallel });
    await engine.up(programOn(stage, { a: [1], b: [2] }), { parallel });
    expect(versionsOn(stage)).toEqual([null, "v1", "v1", null]);
    simulator.change({ applicationId, flowId: flows[0] ?? "", deviceId: devices[0] ?? "", version: "v3", by: USER });
    const last = programOn(stage, { a: [1], b: [2] }, "v2");
    expect((await engine.up(last, { parallel })).errors).toEqual([]);
    expect(versionsOn(stage)).toEqual(["v3", "v2", "v2", null]);
    expect((await engine.destroy({ parallel })).errors).toEqual([]);
    expect(versionsOn(stage)).toEqual(["v3", null, null, null]);
  });
});

describe("what a command may know of the taker", () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])("a hand-over at one version writes nothing (order %i)", async (order) => {
    const stage = small.open();
    const { engine, simulator } = stage;
    await engine.up(programOn(stage, { a: [0, 1], b: [2] }));
    simulator.clearCalls();
    const moved = programOn(stage, { a: [1], b: [2], c: [0] });
    expect((await engine.up(moved, { order, parallel: (order % 4) + 1 })).errors).toEqual([]);
    expect(writesOf(stage)).toBe(0);
    expect(versionsOn(stage)).toEqual(["v1", "v1", "v1", null]);
  });

  test("a destroy that cannot see the taker stops nothing and keeps the state; `up` and destroy end it", async () => {
    const stage = small.open();
    const { engine } = stage;
    await engine.up(programOn(stage, { a: [0, 1] }));
    const moved = programOn(stage, { a: [1], b: [0] });
    // The giver alone: nobody has taken the device yet.
    expect((await engine.up(moved, { only: ["a"] })).errors).toEqual([]);
    expect((await engine.destroy()).errors).toHaveLength(1);
    expect(versionsOn(stage)).toEqual(["v1", "v1", null, null]);
    expect(engine.state).toHaveLength(1);
    expect((await engine.up(moved)).errors).toEqual([]);
    expect((await engine.destroy()).errors).toEqual([]);
    expect(versionsOn(stage)).toEqual([null, null, null, null]);
    expect(engine.state).toEqual([]);
  });

  test("a command that comes to a delete alone does not stop what the program declares", async () => {
    const stage = small.open();
    const { engine } = stage;
    await engine.up(programOn(stage, { a: [0] }));
    // b is left out, so that no resource is checked, and a is deleted.
    await engine.up(programOn(stage, { b: [0] }), { exclude: ["b"] });
    expect(versionsOn(stage)[0]).toBe("v1");
    expect((await engine.up(programOn(stage, { b: [0] }))).errors).toEqual([]);
    expect(versionsOn(stage)[0]).toBe("v1");
  });

  test("a device that was handed over to a resource that never came goes with the program", async () => {
    const stage = small.open();
    const { engine } = stage;
    await engine.up(programOn(stage, { a: [0, 1] }));
    await engine.up(programOn(stage, { a: [1], b: [0] }), { exclude: ["b"] });
    expect((await engine.up({})).errors).toEqual([]);
    expect(versionsOn(stage)).toEqual([null, null, null, null]);
    expect(engine.state).toEqual([]);
  });

  test.each(["create", "update"])("a taker whose %s fails leaves the device with its giver", async (how) => {
    const stage = small.open();
    const { engine, simulator } = stage;
    await engine.up(programOn(stage, how === "create" ? { a: [0, 1] } : { a: [0, 1], b: [2] }));
    const moved = programOn(stage, how === "create" ? { a: [1], b: [0] } : { a: [1], b: [0, 2] }, (name) =>
      name === "b" ? "v2" : "v1",
    );
    simulator.fault({ method: "POST", status: 400, times: 99 });
    expect((await engine.up(moved)).errors).not.toEqual([]);
    simulator.clearFaults();
    expect(versionsOn(stage)[0]).toBe("v1");
    // The program gives it up altogether: somebody still knows that it has to stop.
    const without = programOn(stage, how === "create" ? { a: [1] } : { a: [1], b: [2] });
    expect((await engine.up(without)).errors).toEqual([]);
    expect(versionsOn(stage)[0]).toBe(null);
  });
});

test.each([false, true])(
  "a resource that goes to another flow leaves its old one (deleteBeforeReplace: %s)",
  async (first) => {
    const stage = small.open();
    const { engine, flows, devices, desired } = stage;
    const on = (flow: number): Program =>
      Object.fromEntries(
        Object.entries(programOn(stage, { a: [0] })).map(([name, { args }]) => [
          name,
          { args: { ...args, flowId: flows[flow] }, deleteBeforeReplace: first },
        ]),
      );
    await engine.up(on(0));
    expect(await engine.up(on(1))).toEqual({ errors: [], steps: { a: "replace" }, killed: false });
    expect(flows.map((flowId) => desired(flowId, devices[0] ?? ""))).toEqual([null, "v1"]);
    expect(engine.state).toHaveLength(1);
  },
);

describe("what several resources want at one moment goes out together", () => {
  const tenResources = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`r${index}`, [index]]));

  test("10 resources of one flow going to one version: one release", async () => {
    const stage = large.open();
    const { engine, simulator, flows, devices, applicationId } = stage;
    const deviceId = devices[23] ?? "";
    simulator.change({ applicationId, flowId: flows[0] ?? "", deviceId, version: "v1", by: USER });
    await engine.up(programOn(stage, tenResources), { parallel: 16 });
    simulator.clearCalls();
    expect((await engine.up(programOn(stage, tenResources, "v2"), { parallel: 16, refresh: false })).errors).toEqual(
      [],
    );
    expect(simulator.calls.map(({ method, path }) => [method, path.split("/").at(-1)])).toEqual([
      ["GET", "deployments"],
      ["POST", "release"],
      ["GET", "deployments"],
    ]);
  });

  test("and where they own all of the flow: one replace", async () => {
    const stage = large.open();
    const { engine, simulator } = stage;
    await engine.up(programOn(stage, tenResources), { parallel: 16 });
    simulator.clearCalls();
    expect((await engine.up(programOn(stage, tenResources, "v2"), { parallel: 16, refresh: false })).errors).toEqual(
      [],
    );
    const writes = simulator.calls.filter(({ method }) => method === "POST");
    expect(writes.map(({ path }) => path.split("/").at(-1))).toEqual(["replace"]);
  });

  test("24 resources over 2 flows are created with at most 24 calls, 8 at a time", async () => {
    const stage = large.open();
    const { engine, simulator, applicationId, flows, devices } = stage;
    const program: Program = Object.fromEntries(
      devices.map((device, index) => [
        `r${index}`,
        { args: { applicationId, flowId: flows[index % 2], version: "v1", deviceIds: [device] } },
      ]),
    );
    expect((await engine.up(program, { refresh: false })).errors).toEqual([]);
    expect(simulator.calls.length).toBeLessThanOrEqual(24);
  });

  test("a faulty resource fails alone: the others of its group get what they want", async () => {
    const stage = large.open();
    const { engine, applicationId, flows, devices, desired } = stage;
    const args = (number: number, version: string) => ({
      args: { applicationId, flowId: flows[0], version, deviceIds: [devices[number]] },
    });
    const report = await engine.up(
      { good: args(0, "v1"), bad: args(1, "v9"), fine: args(2, "v2") },
      { refresh: false },
    );
    expect(report.errors).toHaveLength(1);
    expect([0, 1, 2].map((number) => desired(flows[0] ?? "", devices[number] ?? ""))).toEqual(["v1", null, "v2"]);
    expect(engine.state.map(({ name }) => name).toSorted()).toEqual(["fine", "good"]);
  });
});
