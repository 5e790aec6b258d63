// The API of the simulator: the record of calls, hooks, reset, settle, start and end.
import { describe, expect, test } from "@jest/globals";
import { demoFleet, fleet, startSimulator } from "pulumi-losant/simulator";
import { bench } from "./support.js";

test("what is deleted is not listed any more, nor are its deployments", async () => {
  await using losant = await bench();
  await losant.release("v1", 0, 1);
  losant.simulator.deleteDevice(losant.device(0));
  expect(losant.simulator.rows(losant.app).map(({ deviceId }) => deviceId)).toEqual([losant.device(1)]);
  expect(losant.simulator.devices(losant.app).map(({ id }) => id)).not.toContain(losant.device(0));
  losant.simulator.deleteFlow(losant.flow());
  expect(losant.simulator.rows(losant.app)).toEqual([]);
  expect(await losant.release("v1", 1)).toMatchObject({ status: 404 });
  expect(() => losant.simulator.deleteFlow("none")).toThrow("the simulator has no flow none");
});

describe("the record of calls", () => {
  test("holds every request with the status of its answer, errors included, and never the token", async () => {
    await using losant = await bench({ clock: () => Date.parse("2026-05-05T12:00:00Z") });
    const body = { flowId: losant.flow(), version: "v1", deviceIds: [losant.device(0)] };
    await losant.get("/devices?filter=line*&perPage=5");
    await losant.post("/edge/deployments/release", body);
    await losant.post("/edge/deployments/release", "{");
    await losant.get("/edge/deployments", "a-wrong-token");
    const path = (rest: string) => `/applications/${losant.app}${rest}`;
    const common = { query: {}, body: undefined, at: "2026-05-05T12:00:00.000Z" };
    expect(losant.simulator.calls).toEqual([
      { ...common, method: "GET", path: path("/devices"), query: { filter: "line*", perPage: "5" }, status: 200 },
      { ...common, method: "POST", path: path("/edge/deployments/release"), body, status: 202 },
      { ...common, method: "POST", path: path("/edge/deployments/release"), status: 400 },
      { ...common, method: "GET", path: path("/edge/deployments"), status: 401 },
    ]);
    expect(JSON.stringify(losant.simulator.calls)).not.toMatch(/fleet-token|a-wrong-token/);
  });

  test("is passed to onCall as it grows", async () => {
    const passed: string[] = [];
    await using losant = await bench({ onCall: ({ method, status }) => passed.push(`${method} ${status}`) });
    await losant.get("/devices");
    await losant.release("v9", 0);
    expect(passed).toEqual(["GET 200", "POST 404"]);
  });

  test("is empty after it is cleared", async () => {
    await using losant = await bench();
    await losant.get("/devices");
    losant.simulator.clearCalls();
    expect(losant.simulator.calls).toEqual([]);
    await losant.get("/flows");
    expect(losant.simulator.calls).toHaveLength(1);
  });
});

describe("before a call takes effect", () => {
  const person = { sourceType: "user", sourceId: "b".repeat(24) } as const;

  test("a test can change something at exactly one call", async () => {
    await using losant = await bench({ running: () => "v1" });
    const place = { applicationId: losant.app, flowId: losant.flow(), deviceId: losant.device(1) };
    const seen: string[] = [];
    losant.simulator.beforeCall(({ method, path }, index) => {
      seen.push(`${index} ${method} ${path.split("/").at(-1)}`);
      if (index === 1) losant.simulator.change({ ...place, version: "v9", by: person });
    });
    const look = async () =>
      new Set((await losant.get("/edge/deployments")).body.items.map((row) => row["desiredVersion"]));
    expect(await look()).toEqual(new Set(["v1"]));
    await losant.post("/edge/deployments/replace", { flowId: losant.flow(), oldVersion: "v1", newVersion: "v2" });
    expect(await look()).toEqual(new Set(["v2", "v9"]));
    expect(seen).toEqual(["0 GET deployments", "1 POST replace", "2 GET deployments"]);
  });

  test("the hook gets the request, without the token", async () => {
    await using losant = await bench();
    const passed: unknown[] = [];
    losant.simulator.beforeCall((call) => {
      passed.push(call);
      expect(losant.simulator.calls).toEqual([]);
    });
    await losant.release("v1", 0);
    const body = { flowId: losant.flow(), version: "v1", deviceIds: [losant.device(0)] };
    const path = `/applications/${losant.app}/edge/deployments/release`;
    expect(passed).toEqual([{ method: "POST", path, query: {}, body }]);
    expect(losant.simulator.calls).toHaveLength(1);
  });

  test("a fault can still be set for it", async () => {
    await using losant = await bench();
    losant.simulator.beforeCall((_, index) => {
      if (index === 1) losant.simulator.fault({ status: 503 });
    });
    const statuses = [await losant.get("/devices"), await losant.get("/devices"), await losant.get("/devices")];
    expect(statuses.map(({ status }) => status)).toEqual([200, 503, 200]);
  });

  test("a hook can hold it back until other calls are done", async () => {
    await using losant = await bench();
    let go = () => {};
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    const arrived = new Promise<void>((resolve) => {
      losant.simulator.beforeCall(({ method }) => {
        if (method === "GET") return undefined;
        resolve();
        return gate;
      });
    });
    const write = losant.release("v1", 0);
    await arrived;
    expect((await losant.get("/edge/deployments")).body["totalCount"]).toBe(0);
    go();
    expect((await write).status).toBe(202);
    expect(losant.versions()).toEqual({ 0: "v1>-" });
  });

  test("each hook has its own count, until it is removed", async () => {
    await using losant = await bench();
    const seen: string[] = [];
    const end = losant.simulator.beforeCall((_, index) => void seen.push(`first ${index}`));
    await losant.get("/devices");
    losant.simulator.beforeCall((_, index) => void seen.push(`second ${index}`));
    losant.simulator.clearCalls();
    await losant.get("/devices");
    end();
    await losant.get("/devices");
    losant.simulator.reset();
    await losant.get("/devices");
    expect(seen).toEqual(["first 0", "first 1", "second 0", "second 1"]);
  });

  test("a hook that throws makes the answer a failure of the simulator", async () => {
    await using losant = await bench();
    losant.simulator.beforeCall(() => {
      throw new Error("out of cheese");
    });
    const { status, body } = await losant.release("v1", 0);
    expect([status, body["message"]]).toEqual([500, "the simulator has failed: out of cheese"]);
    expect(losant.versions()).toEqual({});
  });
});

describe("a reset", () => {
  test("returns to the seed at the same address", async () => {
    await using losant = await bench({ running: () => "v1" });
    const before = losant.simulator.rows(losant.app).map(({ id }) => id);
    await losant.release("v2", 0);
    losant.simulator.setBehaviour(losant.device(1), { kind: "offline" });
    losant.simulator.overwriteVersion(losant.flow(), "v1");
    losant.simulator.fault({ status: 500, times: Infinity });
    losant.simulator.reset();
    expect(losant.simulator.calls).toEqual([]);
    expect(losant.versions()).toEqual({ 0: "v1>v1", 1: "v1>v1", 2: "v1>v1" });
    expect(losant.simulator.device(losant.device(1)).connected).toBe(true);
    expect(losant.row(0).currentEtag).toBe(losant.row(0).desiredEtag);
    expect(losant.simulator.rows(losant.app).map(({ id }) => id)).toEqual(before);
    expect((await losant.get("/edge/deployments")).status).toBe(200);
  });

  test("drops delayed work", async () => {
    await using losant = await bench({ desiredDelayMs: 3_600_000 });
    await losant.release("v1", 0);
    losant.simulator.reset();
    losant.simulator.settle();
    expect(losant.versions()).toEqual({});
  });
});

describe("settling", () => {
  test("makes late writes happen, and the reports that follow", async () => {
    await using losant = await bench({ desiredDelayMs: 3_600_000, reportDelayMs: 3_600_000 });
    await losant.release("v1", 0, 1);
    losant.simulator.settle();
    expect(losant.versions()).toEqual({ 0: "v1>v1", 1: "v1>v1" });
  });

  test("keeps the order of time: a write that is due before a report comes first", async () => {
    await using losant = await bench({ desiredDelayMs: 3_600_000, reportDelayMs: 7_200_000 });
    const place = { applicationId: losant.app, flowId: losant.flow(), deviceId: losant.device(0) };
    losant.simulator.change({ ...place, version: "v1", by: { sourceType: "user", sourceId: "b".repeat(24) } });
    await losant.release("v2", 0);
    losant.simulator.settle();
    const reported = losant.row(0).logs.filter(({ changeType }) => changeType === "current");
    expect(reported.map(({ newValue }) => newValue)).toEqual(["v2"]);
  });

  test("ends although devices flap", async () => {
    const behaviour = { kind: "flapping", everyMs: 3_600_000 } as const;
    await using losant = await bench({ device: () => ({ behaviour }) });
    await losant.release("v1", 0);
    losant.simulator.settle();
    expect(losant.versions()).toEqual({ 0: "v1>v1" });
  });
});

describe("the records that a test gets", () => {
  test("are copies that do not change", async () => {
    await using losant = await bench({ running: () => "v1" });
    const [rows, devices] = [losant.simulator.rows(losant.app), losant.simulator.devices(losant.app)];
    const copies = structuredClone([rows, devices]);
    await losant.release("v2", 0);
    losant.simulator.disconnect(losant.device(0));
    expect([rows, devices]).toEqual(copies);
  });

  test("are the rows of one flow, or of all", async () => {
    await using losant = await bench({ flows: 2, running: () => "v1" });
    expect(losant.simulator.rows(losant.app)).toHaveLength(3);
    expect(losant.simulator.rows(losant.app, losant.flow(1))).toEqual([]);
  });

  test.each<[string, (losant: Awaited<ReturnType<typeof bench>>) => unknown]>([
    ["application missing", ({ simulator }) => simulator.rows("missing")],
    ["application missing", ({ simulator }) => simulator.devices("missing")],
    ["device missing", ({ simulator }) => simulator.device("missing")],
    ["device missing", ({ simulator }) => simulator.connect("missing")],
    ["version v9", ({ simulator, flow }) => simulator.overwriteVersion(flow(), "v9")],
    [
      "device missing",
      ({ simulator, app, flow }) =>
        simulator.change({
          applicationId: app,
          flowId: flow(),
          deviceId: "missing",
          version: "v1",
          by: { sourceType: "user", sourceId: "u" },
        }),
    ],
  ])("is an error where the simulator has no %s", async (what, act) => {
    await using losant = await bench();
    expect(() => act(losant)).toThrow(`the simulator has no ${what}`);
  });
});

describe("an address", () => {
  test("is on this machine, and free again after the end", async () => {
    const first = await startSimulator();
    const port = Number(new URL(first.url).port);
    expect(first.url).toBe(`http://127.0.0.1:${port}`);
    await first.close();
    await expect(fetch(first.url)).rejects.toThrow("fetch failed");
    const second = await startSimulator({ port });
    expect(second.url).toBe(first.url);
    await second.close();
  });

  test("that is taken is an error", async () => {
    await using losant = await bench();
    const port = Number(new URL(losant.simulator.url).port);
    await expect(startSimulator({ port })).rejects.toThrow("EADDRINUSE");
  });

  test("is one of several: simulators share nothing", async () => {
    await using one = await bench();
    await using two = await bench();
    await one.release("v1", 0);
    expect([one.versions(), two.versions()]).toEqual([{ 0: "v1>-" }, {}]);
    expect(two.simulator.calls).toEqual([]);
  });
});

describe("seeds", () => {
  test.each([
    ["the demo fleet", demoFleet()],
    ["a fleet", fleet({ devices: 1000, flows: 3, running: () => "v1" })],
  ])("%s has valid ids, each once", (_, seed) => {
    const ids = seed.applications.flatMap(({ id, flows, devices }) => [
      id,
      ...[...flows, ...devices].map((one) => one.id),
    ]);
    expect(ids.filter((id) => !/^[0-9a-f]{24}$/.test(id))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("the demo fleet is a plant with two offline devices and one old agent", () => {
    const [plant] = demoFleet().applications;
    const edge = plant?.devices.filter(({ deviceClass }) => deviceClass === undefined) ?? [];
    expect(edge.map(({ name }) => name)).toEqual(Array.from({ length: 12 }, (_, index) => `line-${index + 1}`));
    expect(edge.filter(({ behaviour }) => behaviour?.kind === "offline").map(({ name }) => name)).toEqual([
      "line-7",
      "line-11",
    ]);
    expect(edge.filter(({ edgeAgentVersion }) => edgeAgentVersion === "1.36.0").map(({ name }) => name)).toEqual([
      "line-9",
    ]);
  });

  test("a release of a thousand devices works", async () => {
    await using losant = await bench({ devices: 1000, running: () => "v1", reportDelayMs: 0 });
    const numbers = Array.from({ length: 1000 }, (_, number) => number);
    expect((await losant.release("v2", ...numbers)).status).toBe(202);
    expect((await losant.get("/edge/deployments?version=v2&perPage=1000")).body["count"]).toBe(1000);
  });
});
