// The three writes: which devices they reach, what they refuse, when they show.
import { describe, expect, test } from "@jest/globals";
import { bench } from "./support.js";
import type { Bench } from "./support.js";

const ACCEPTED = expect.objectContaining({ success: true });
const runningV1 = { devices: 4, running: () => "v1" };
const replace = (losant: Bench, oldVersion: string, newVersion: string | null) =>
  losant.post("/edge/deployments/replace", { flowId: losant.flow(), oldVersion, newVersion });
const remove = (losant: Bench, flowId: string | null, deviceId: string | null) =>
  losant.post("/edge/deployments/remove", { flowId, deviceId });

describe("release", () => {
  test("reaches the named devices and no other", async () => {
    await using losant = await bench(runningV1);
    expect(await losant.release("v2", 0, 2)).toEqual({ status: 202, body: ACCEPTED });
    expect(losant.versions()).toEqual({ 0: "v2>v1", 1: "v1>v1", 2: "v2>v1", 3: "v1>v1" });
  });

  test("of null is a removal", async () => {
    await using losant = await bench(runningV1);
    await losant.release(null, 1);
    losant.simulator.settle();
    expect(losant.versions()).toMatchObject({ 0: "v1>v1", 1: "->-" });
  });

  test("of null creates no row for a device that never ran the flow", async () => {
    await using losant = await bench();
    await losant.release(null, 1);
    expect(losant.versions()).toEqual({});
  });

  test("of the version that is desired already changes nothing, not even the log", async () => {
    await using losant = await bench({ reportDelayMs: 0 });
    await losant.release("v1", 0);
    const before = losant.row(0);
    await losant.release("v1", 0);
    expect(losant.row(0)).toEqual(before);
  });

  test("ignores devices of other classes, and unknown ids", async () => {
    await using losant = await bench({ device: (number) => (number === 1 ? { deviceClass: "standalone" } : {}) });
    const deviceIds = [losant.device(0), losant.device(1), "0".repeat(24)];
    const { status } = await losant.post("/edge/deployments/release", {
      flowId: losant.flow(),
      version: "v1",
      deviceIds,
    });
    expect(status).toBe(202);
    expect(losant.versions()).toEqual({ 0: "v1>-" });
  });

  test("accepts ids in upper and lower case", async () => {
    await using losant = await bench();
    const deviceIds = [losant.device(0).toUpperCase()];
    const flowId = losant.flow().toUpperCase();
    await losant.post("/edge/deployments/release", { flowId, version: "v1", deviceIds });
    expect(losant.versions()).toEqual({ 0: "v1>-" });
  });

  test("by tags reaches devices that match key and value of any entry", async () => {
    const tags: Record<string, string>[] = [
      { site: "a", ring: "1" },
      { site: "a", ring: "2" },
      { site: "b", ring: "2" },
      { site: "c" },
    ];
    await using losant = await bench({
      devices: 4,
      device: (number) => ({ tags: tags[number] }),
    });
    const deviceTags = [
      { key: "site", value: "b" },
      { key: "ring", value: "1" },
    ];
    await losant.post("/edge/deployments/release", { flowId: losant.flow(), version: "v1", deviceTags });
    expect(losant.versions()).toEqual({ 0: "v1>-", 2: "v1>-" });
  });

  test("with ids and a query reaches both", async () => {
    await using losant = await bench({ devices: 4 });
    const deviceQuery = { tags: { number: { $in: ["2", "3"] } } };
    const deviceIds = [losant.device(0)];
    await losant.post("/edge/deployments/release", { flowId: losant.flow(), version: "v1", deviceIds, deviceQuery });
    expect(Object.keys(losant.versions())).toEqual(["0", "2", "3"]);
  });

  test("of several flows at once", async () => {
    await using losant = await bench({ flows: 2, devices: 1 });
    const deployments = [
      { flowId: losant.flow(0), version: "v1" },
      { flowId: losant.flow(1), version: "v2" },
    ];
    await losant.post("/edge/deployments/release", { deployments, deviceIds: [losant.device(0)] });
    const desired = losant.simulator.rows(losant.app).map(({ flowId, desiredVersion }) => [flowId, desiredVersion]);
    expect(desired).toEqual([
      [losant.flow(0), "v1"],
      [losant.flow(1), "v2"],
    ]);
  });

  test("without devices reaches no device", async () => {
    await using losant = await bench();
    expect((await losant.release("v1")).status).toBe(202);
    expect(losant.versions()).toEqual({});
  });

  test("accepts develop, which no listing of versions shows", async () => {
    await using losant = await bench();
    await losant.release("develop", 0);
    expect(losant.versions()).toEqual({ 0: "develop>-" });
  });
});

describe("replace", () => {
  test("moves every device that should run the old version, and no other flow", async () => {
    await using losant = await bench({ ...runningV1, flows: 2, running: (number) => (number === 3 ? "v2" : "v1") });
    const other = { flowId: losant.flow(1), version: "v1", deviceIds: [losant.device(3)] };
    await losant.post("/edge/deployments/release", other);
    expect(await replace(losant, "v1", "v3")).toEqual({ status: 202, body: ACCEPTED });
    expect(losant.versions()).toEqual({ 0: "v3>v1", 1: "v3>v1", 2: "v3>v1", 3: "v2>v2" });
    expect(losant.simulator.rows(losant.app, losant.flow(1))[0]?.desiredVersion).toBe("v1");
  });

  test("by null removes", async () => {
    await using losant = await bench(runningV1);
    await replace(losant, "v1", null);
    losant.simulator.settle();
    expect(new Set(Object.values(losant.versions()))).toEqual(new Set(["->-"]));
  });

  test.each([
    ["desired", { 0: "v3>v2", 1: "v2>v1", 2: "v3>v1" }],
    ["current", { 0: "v1>v2", 1: "v3>v1", 2: "v3>v1" }],
    ["either", { 0: "v3>v2", 1: "v3>v1", 2: "v3>v1" }],
  ] as const)("matches the old version on the %s side", async (replaceMatches, versions) => {
    await using losant = await bench({ replaceMatches, running: (number) => (number === 0 ? "v2" : "v1") });
    await losant.release("v1", 0);
    await losant.release("v2", 1);
    await replace(losant, "v1", "v3");
    expect(losant.versions()).toEqual(versions);
  });
});

/** Of each flow, by row. */
const desired = (losant: Bench) =>
  [0, 1].map((number) =>
    losant.simulator.rows(losant.app, losant.flow(number)).map(({ desiredVersion }) => desiredVersion),
  );

describe("remove", () => {
  const twoFlows = { ...runningV1, flows: 2 };
  async function withBothFlows(): Promise<Bench> {
    const losant = await bench(twoFlows);
    const deviceIds = [0, 1].map(losant.device);
    await losant.post("/edge/deployments/release", { flowId: losant.flow(1), version: "v1", deviceIds });
    return losant;
  }
  test("removes one flow from one device", async () => {
    await using losant = await withBothFlows();
    expect(await remove(losant, losant.flow(0), losant.device(0))).toEqual({ status: 202, body: ACCEPTED });
    expect(desired(losant)).toEqual([
      [null, "v1", "v1", "v1"],
      ["v1", "v1"],
    ]);
  });

  test("removes one flow from every device", async () => {
    await using losant = await withBothFlows();
    await remove(losant, losant.flow(0), null);
    expect(desired(losant)).toEqual([
      [null, null, null, null],
      ["v1", "v1"],
    ]);
  });

  test("removes every flow from one device", async () => {
    await using losant = await withBothFlows();
    await remove(losant, null, losant.device(1));
    expect(desired(losant)).toEqual([
      ["v1", null, "v1", "v1"],
      ["v1", null],
    ]);
  });

  test("of everything from everywhere is refused", async () => {
    await using losant = await withBothFlows();
    expect((await remove(losant, null, null)).status).toBe(400);
    expect(desired(losant)[1]).toEqual(["v1", "v1"]);
  });
});

const notFound = (message: string) => ({ status: 404, body: { type: "NotFound", message } });

describe("what the simulator refuses", () => {
  test("a version that does not exist is not found, and nothing happens", async () => {
    await using losant = await bench(runningV1);
    const before = losant.versions();
    expect(await losant.release("v99", 0)).toEqual(notFound("Flow version not found."));
    expect(await replace(losant, "v1", "v99")).toEqual(notFound("Flow version not found."));
    expect(losant.versions()).toEqual(before);
  });

  test("an old version of a replace that does not exist is accepted", async () => {
    await using losant = await bench(runningV1);
    expect((await replace(losant, "v0", "v2")).status).toBe(202);
  });

  test("an unknown flow is not found, nor a flow of another class", async () => {
    await using losant = await bench({ flow: () => ({ flowClass: "cloud" }) });
    expect(await losant.release("v1", 0)).toEqual(notFound("Flow was not found"));
    const body = { flowId: "0".repeat(24), oldVersion: "v1", newVersion: "v2" };
    expect(await losant.post("/edge/deployments/replace", body)).toEqual(notFound("Flow was not found"));
  });

  const flowId = "f".padEnd(24, "0");
  const deviceIds = ["d".padEnd(24, "0")];
  const deployments = [{ flowId, version: "v1" }];
  test.each<[string, string, unknown]>([
    ["no body", "release", undefined],
    ["a body that is no JSON", "release", '{"flowId":'],
    ["a list", "release", []],
    ["no version", "release", { flowId, deviceIds }],
    ["an empty version", "release", { flowId, version: "", deviceIds }],
    ["a version of 256 characters", "release", { flowId, version: "v".repeat(256), deviceIds }],
    ["an id that is none", "release", { flowId, version: "v1", deviceIds: ["line-1"] }],
    ["1001 devices", "release", { flowId, version: "v1", deviceIds: Array(1001).fill(deviceIds[0]) }],
    ["101 tags", "release", { flowId, version: "v1", deviceTags: Array.from({ length: 101 }, () => ({ key: "a" })) }],
    ["a tag with a third field", "release", { flowId, version: "v1", deviceTags: [{ key: "a", op: "b" }] }],
    ["an unknown field", "release", { flowId, version: "v1", deviceIds, force: true }],
    ["one flow and several", "release", { flowId, version: "v1", deployments, deviceIds }],
    ["26 flows", "release", { deployments: Array(26).fill(deployments[0]), deviceIds }],
    ["no flows", "release", { deployments: [], deviceIds }],
    ["an unknown query", "release", { deployments, deviceQuery: { "tags.site": "a" } }],
    ["no old version", "replace", { flowId, newVersion: "v2" }],
    ["null as the old version", "replace", { flowId, oldVersion: null, newVersion: "v2" }],
    ["no new version", "replace", { flowId, oldVersion: "v1" }],
    ["devices in a replace", "replace", { flowId, oldVersion: "v1", newVersion: "v2", deviceIds }],
    ["a missing device", "remove", { flowId }],
    ["a missing flow", "remove", { deviceId: deviceIds[0] }],
    ["a list of devices in a remove", "remove", { flowId, deviceId: null, deviceIds }],
  ])("%s is refused (%s)", async (_, call, body) => {
    await using losant = await bench();
    const answer = await losant.post(`/edge/deployments/${call}`, body);
    expect(answer).toMatchObject({ status: 400, body: { type: "Validation" } });
  });

  test("a body that is not JSON gets an error that says so", async () => {
    await using losant = await bench();
    const { body } = await losant.post("/edge/deployments/release", '{"flowId":');
    expect(body["message"]).toBe("Body is not JSON");
  });

  test("unknown parameters are a 400", async () => {
    await using losant = await bench();
    const body = { flowId: losant.flow(), deviceId: null };
    expect((await losant.post("/edge/deployments/remove?force=true", body)).status).toBe(400);
    expect((await losant.post("/edge/deployments/remove?_links=true", body)).status).toBe(202);
  });

  test("a version of 255 characters outside the basic plane is accepted", async () => {
    const version = "🌡".repeat(255);
    await using losant = await bench({ versions: [version] });
    expect((await losant.release(version, 0)).status).toBe(202);
  });
});

describe("before API 1.30.1", () => {
  test("writes answer 201, and show at once", async () => {
    await using losant = await bench({ ...runningV1, writeStatus: 201, desiredDelayMs: 3_600_000 });
    expect(await losant.release("v2", 0)).toEqual({ status: 201, body: ACCEPTED });
    expect((await replace(losant, "v1", "v3")).status).toBe(201);
    expect((await remove(losant, losant.flow(), losant.device(3))).status).toBe(201);
    expect(losant.versions()).toEqual({ 0: "v2>v1", 1: "v3>v1", 2: "v3>v1", 3: "->v1" });
  });

  test.each([
    ["several flows", { deployments: [{ flowId: "f".padEnd(24, "0"), version: "v1" }] }],
    ["a query", { flowId: "f".padEnd(24, "0"), version: "v1", deviceQuery: {} }],
  ])("%s cannot be released", async (_, body) => {
    await using losant = await bench({ writeStatus: 201 });
    expect((await losant.post("/edge/deployments/release", body)).status).toBe(400);
  });
});

test("since API 1.30.1 a write is only accepted, and shows later", async () => {
  await using losant = await bench({ ...runningV1, desiredDelayMs: 3_600_000, reportDelayMs: 0 });
  expect((await losant.release("v2", 0)).status).toBe(202);
  expect(losant.versions()).toMatchObject({ 0: "v1>v1" });
  losant.simulator.settle();
  expect(losant.versions()).toMatchObject({ 0: "v2>v2" });
});

test("late writes take effect in the order they were made", async () => {
  await using losant = await bench({ ...runningV1, desiredDelayMs: 3_600_000 });
  await losant.release("v2", 0);
  await losant.release("v3", 0);
  losant.simulator.settle();
  expect(losant.versions()).toMatchObject({ 0: "v3>v3" });
});
