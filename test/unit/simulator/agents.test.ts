// What devices do with a desired version, and what stands in the log of the deployment.
import { describe, expect, test } from "@jest/globals";
import { bench, eventually } from "./support.js";

const apiToken = { sourceType: "apiToken", sourceId: "a00000000000000000000001" };
const person = { sourceType: "user", sourceId: "5b0044f0a3a3b90006c0a5e1" } as const;
const TOO_OLD = "Agent 1.36.0 does not support this workflow version, 1.39.0 or newer is needed";

describe("a connected device", () => {
  test("runs the version once it has reported", async () => {
    await using losant = await bench();
    await losant.release("v1", 0);
    expect(losant.versions()).toEqual({ 0: "v1>-" });
    losant.simulator.settle();
    expect(losant.versions()).toEqual({ 0: "v1>v1" });
  });

  test("reports by itself, after its delay", async () => {
    const answered: unknown[] = [];
    await using losant = await bench({ reportDelayMs: 20, onCall: () => answered.push(losant.versions()) });
    await losant.release("v1", 0);
    // The state when the write was answered; the device may have reported since.
    expect(answered).toEqual([{ 0: "v1>-" }]);
    await eventually(() => losant.versions()[0] === "v1>v1");
  });

  test("that is late does not delay the others", async () => {
    const late = { kind: "late", afterMs: 3_600_000 } as const;
    await using losant = await bench({ reportDelayMs: 0, device: (n) => (n === 1 ? { behaviour: late } : {}) });
    await losant.release("v1", 0, 1, 2);
    expect(losant.versions()).toEqual({ 0: "v1>v1", 1: "v1>-", 2: "v1>v1" });
    losant.simulator.settle();
    expect(losant.versions()).toMatchObject({ 1: "v1>v1" });
  });

  test("reports only the last of several desired versions", async () => {
    await using losant = await bench();
    await losant.release("v1", 0);
    await losant.release("v2", 0);
    losant.simulator.settle();
    const current = losant.row(0).logs.filter(({ changeType }) => changeType === "current");
    expect(current.map(({ newValue }) => newValue)).toEqual(["v2"]);
  });

  test("that disconnects before its report is still pending", async () => {
    await using losant = await bench();
    await losant.release("v1", 0);
    losant.simulator.disconnect(losant.device(0));
    losant.simulator.settle();
    expect(losant.versions()).toEqual({ 0: "v1>-" });
  });
});

describe("an offline device", () => {
  test("keeps its version until it connects", async () => {
    const offline = { behaviour: { kind: "offline" } } as const;
    await using losant = await bench({ running: () => "v1", reportDelayMs: 0, device: () => offline });
    await losant.release("v2", 0);
    losant.simulator.settle();
    expect(losant.versions()).toMatchObject({ 0: "v2>v1" });
    losant.simulator.connect(losant.device(0));
    expect(losant.versions()).toMatchObject({ 0: "v2>v2", 1: "v1>v1" });
  });

  test("is shown as offline, and as connected after it comes back", async () => {
    await using losant = await bench({ running: () => "v1" });
    const connected = async () =>
      ((await losant.get("/edge/deployments?sortField=deviceId")).body.items[0] as Record<string, unknown>)[
        "deviceConnectionInfo"
      ];
    losant.simulator.setBehaviour(losant.device(0), { kind: "offline" });
    expect(await connected()).toMatchObject({ connected: 0 });
    losant.simulator.connect(losant.device(0));
    expect(await connected()).toMatchObject({ connected: 1 });
  });
});

const failing = (more: object = {}) => ({
  running: () => "v1",
  reportDelayMs: 0,
  devices: 1,
  device: () => ({ behaviour: { kind: "failing", error: "no space left", ...more } as const }),
});

describe("a failing device", () => {
  test("keeps its version and reports why", async () => {
    await using losant = await bench(failing());
    await losant.release("v2", 0);
    expect(losant.versions()).toEqual({ 0: "v2>v1" });
    expect(losant.row(0).logs.at(-1)).toMatchObject({
      sourceType: "device",
      sourceId: losant.device(0),
      changeType: "current",
      newValue: "v1",
      previousValue: "v1",
      attemptedValue: "v2",
      attemptedEtag: losant.row(0).desiredEtag,
      error: "no space left",
    });
  });

  test("tries again when it connects, and not before", async () => {
    await using losant = await bench(failing({ succeedsOnTry: 3 }));
    await losant.release("v2", 0);
    losant.simulator.settle();
    expect(losant.row(0).tries).toBe(1);
    losant.simulator.connect(losant.device(0));
    expect(losant.versions()).toEqual({ 0: "v2>v1" });
    losant.simulator.connect(losant.device(0));
    expect(losant.versions()).toEqual({ 0: "v2>v2" });
  });

  test("may fail for some versions only", async () => {
    await using losant = await bench(failing({ versions: ["v3"] }));
    await losant.release("v2", 0);
    expect(losant.versions()).toEqual({ 0: "v2>v2" });
    await losant.release("v3", 0);
    expect(losant.versions()).toEqual({ 0: "v3>v2" });
  });

  test("can always remove a flow", async () => {
    await using losant = await bench(failing());
    await losant.release(null, 0);
    expect(losant.versions()).toEqual({ 0: "->-" });
  });

  test("counts tries for each version separately", async () => {
    await using losant = await bench(failing({ succeedsOnTry: 2 }));
    await losant.release("v2", 0);
    await losant.release("v3", 0);
    expect(losant.versions()).toEqual({ 0: "v3>v1" });
  });

  test("that is repaired runs the desired version", async () => {
    await using losant = await bench(failing());
    await losant.release("v2", 0);
    losant.simulator.setBehaviour(losant.device(0), { kind: "immediate" });
    expect(losant.versions()).toEqual({ 0: "v2>v2" });
  });
});

test("an agent that is too old for a version reports an error", async () => {
  const versions = [{ version: "v1" }, { version: "v2", minimumAgentVersion: "1.39.0" }];
  await using losant = await bench({
    reportDelayMs: 0,
    running: () => "v1",
    flow: () => ({ versions }),
    device: (number) => ({ edgeAgentVersion: number === 0 ? "1.36.0" : "1.39.0" }),
  });
  await losant.release("v2", 0, 1);
  expect(losant.versions()).toMatchObject({ 0: "v2>v1", 1: "v2>v2" });
  expect(losant.row(0).logs.at(-1)?.error).toBe(TOO_OLD);
});

test("a flapping device takes a version while it is connected", async () => {
  const flapping = { kind: "flapping", everyMs: 10 } as const;
  await using losant = await bench({ devices: 1, reportDelayMs: 0, device: () => ({ behaviour: flapping }) });
  const isConnected = () => losant.simulator.device(losant.device(0)).connected;
  await eventually(() => !isConnected());
  await losant.release("v1", 0);
  await eventually(() => losant.versions()[0] === "v1>v1");
  await eventually(() => !isConnected());
  losant.simulator.setBehaviour(losant.device(0), { kind: "immediate" });
  await new Promise((resolve) => setTimeout(resolve, 40));
  expect(isConnected()).toBe(true);
});

describe("the log of a deployment", () => {
  test("names who scheduled which version, and what the device reported", async () => {
    const time = Date.parse("2026-05-05T12:00:00Z");
    await using losant = await bench({ running: () => "v1", reportDelayMs: 0, clock: () => time });
    const { desiredEtag: before } = losant.row(0);
    await losant.release("v2", 0);
    const { desiredEtag: after, logs } = losant.row(0);
    const both = { previousValue: "v1", newValue: "v2", previousEtag: before, newEtag: after };
    const date = "2026-05-05T12:00:00.000Z";
    expect(logs).toEqual([
      { ...apiToken, date, changeType: "desired", ...both },
      { sourceType: "device", sourceId: losant.device(0), date, changeType: "current", ...both },
    ]);
    expect(losant.row(0).lastUpdated).toBe(date);
  });

  test("names the person who made a change by hand", async () => {
    await using losant = await bench({ running: () => "v1", reportDelayMs: 0 });
    const place = { applicationId: losant.app, flowId: losant.flow(), deviceId: losant.device(0) };
    losant.simulator.change({ ...place, version: "v3", by: person });
    expect(losant.versions()).toMatchObject({ 0: "v3>v3" });
    expect(losant.row(0).logs[0]).toMatchObject({ ...person, changeType: "desired", newValue: "v3" });
  });

  test.each([
    ["oldestFirst", ["desired", "current"]],
    ["newestFirst", ["current", "desired"]],
  ] as const)("is listed %s", async (logsOrder, order) => {
    await using losant = await bench({ logsOrder, reportDelayMs: 0 });
    await losant.release("v1", 0);
    const logs = (await losant.get("/edge/deployments")).body.items[0]?.["logs"] as { changeType: string }[];
    expect(logs.map(({ changeType }) => changeType)).toEqual(order);
  });

  test("keeps the newest fifty entries", async () => {
    await using losant = await bench({ reportDelayMs: 0 });
    for (let round = 0; round < 30; round += 1) await losant.release(round % 2 === 0 ? "v1" : "v2", 0);
    const { logs } = losant.row(0);
    expect(logs).toHaveLength(50);
    expect(logs.at(-1)).toMatchObject({ changeType: "current", newValue: "v2" });
  });
});

describe("a version that is overwritten", () => {
  test("keeps its name; its devices run older content until they connect again", async () => {
    await using losant = await bench({ running: (number) => (number < 2 ? "v1" : "v2"), reportDelayMs: 0 });
    losant.simulator.overwriteVersion(losant.flow(), "v1");
    const isOlder = (number: number) => losant.row(number).currentEtag !== losant.row(number).desiredEtag;
    expect([0, 1, 2].map(isOlder)).toEqual([true, true, false]);
    expect(losant.versions()).toMatchObject({ 0: "v1>v1" });
    losant.simulator.connect(losant.device(0));
    expect([0, 1, 2].map(isOlder)).toEqual([false, true, false]);
  });
});
