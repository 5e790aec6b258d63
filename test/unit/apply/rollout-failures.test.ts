// What stops a rollout, over real HTTP: what is live then, what the error says, and how the next update goes on.
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { ResourceProps } from "../../../provider/verbs.js";
import { HAND } from "../../support/plant.js";
import {
  atLook,
  begin,
  breaks,
  CANARY,
  deployed,
  end,
  failure,
  ids,
  inputs,
  lifecycle,
  plant,
  engineGoes,
  said,
  update,
} from "../../support/rollouts.js";

beforeEach(() => begin());
afterEach(end);

describe("a device fails", () => {
  test("stop: what is reached stays, the state is marked, and the next update goes on without a second release", async () => {
    const olds = await deployed([0, 1, 2, 3]);
    breaks(1, "v2");
    const news = inputs("v2", [0, 1, 2, 3], { batches: [1, 2, "100%"], timeoutSeconds: 20 });
    const { reasons, properties } = await failure(update(olds, news));
    expect(reasons[0]).toMatch(
      /^rollout of v2 stopped in batch 2 of 3: 1 of 4 devices run it, 1 failed, 2 not released/,
    );
    expect(reasons[1]).toBe(`device device-1 (${ids(1)[0]}) could not run v2: no room`);
    expect(plant.desired()).toEqual({ 0: "v2", 1: "v2", 2: "v1", 3: "v1" });
    expect(properties).toMatchObject({ version: "v2", status: "failed", __losant: { rollout: "unfinished" } });
    expect((await lifecycle.diff("id", properties, news)).changes).toBe(true);
    plant.writes();
    plant.simulator.setBehaviour(ids(1)[0] ?? "", { kind: "immediate" });
    const outs = await update(properties, news);
    expect(plant.writes()).toEqual(["replace v1 v2"]);
    expect(outs["__losant"]).toMatchObject({ schema: 2 });
    expect(outs["__losant"]).not.toHaveProperty("rollout");
    expect((await lifecycle.diff("id", outs, news)).changes).toBe(false);
  });

  test("in the last batch: nothing differs any more, and a refresh and the next preview still show it", async () => {
    breaks(2, "v1");
    const news = inputs("v1", [0, 1, 2], {});
    const { properties } = await failure(lifecycle.create(news));
    const id = `${plant.applicationId}/${plant.flowId}/00000000`;
    const refreshed = await lifecycle.read(id, properties);
    expect(refreshed).toMatchObject({
      inputs: { unfinishedRollout: "2 of 3 devices at v1, 1 failed" },
      props: { drift: [] },
    });
    expect((await lifecycle.diff(id, (refreshed as { props: ResourceProps }).props, news)).changes).toBe(true);
  });

  test("rollback: each returns to ITS OWN version, also to none, and it stays a failure", async () => {
    plant.byHand(0, "v1");
    plant.byHand(1, "v2");
    breaks(2, "v3");
    const news = inputs("v3", [0, 1, 2, 3], { batches: [3], onFailure: "rollback" }, { adopt: true });
    const { reasons } = await failure(lifecycle.create(news));
    expect(plant.desired()).toEqual({ 0: "v1", 1: "v2" });
    expect(reasons[0]).toContain("Rolled back: 3 devices returned to their earlier versions");
    expect(reasons[1]).toContain("no room");
  });

  test("as many as maxFailures allows: it goes on, says so, and is finished", async () => {
    breaks(0, "v1");
    const { outs } = await lifecycle.create(inputs("v1", [0, 1, 2], { ...CANARY, maxFailures: 1 }));
    expect(outs).toMatchObject({ status: "failed", failures: [{ error: "no room" }], __losant: { schema: 2 } });
    expect(said.join("\n")).toContain("within maxFailures:\ndevice device-0");
    expect((await lifecycle.diff("id", outs, inputs("v1", [0, 1, 2], { ...CANARY, maxFailures: 1 }))).changes).toBe(
      false,
    );
  });

  test("more devices than anybody reads: twenty lines, with a count", async () => {
    await plant.simulator.close();
    await begin({ devices: 50 });
    const all = Array.from({ length: 50 }, (_, number) => number);
    for (const number of all) breaks(number, "v1");
    // The first look may come before the last report.
    const { reasons } = await failure(lifecycle.create(inputs("v1", all, { maxFailures: "80%" })));
    expect(reasons).toHaveLength(20);
    expect(reasons.at(-1)).toMatch(/^and \d+ more$/);
  });
});

describe("devices that are offline", () => {
  const offline = (number: number): void => plant.simulator.setBehaviour(ids(number)[0] ?? "", { kind: "offline" });

  test("ignore: the version waits for them, nothing waits here, and nothing is left to do", async () => {
    offline(0);
    const news = inputs("v1", [0, 1, 2], CANARY);
    const { outs } = await lifecycle.create(news);
    expect(outs).toMatchObject({ status: "pending", pendingDeviceIds: ids(0), __losant: { schema: 2 } });
    expect((await lifecycle.diff("id", outs, news)).changes).toBe(false);
  });

  test("ignore: a canary that is offline proves nothing, so another device is taken first", async () => {
    offline(0);
    await lifecycle.create(inputs("v1", [0, 1, 2, 3], CANARY));
    expect(plant.writes()).toEqual(["release v1 x1", "release v1 x1", "release v1 x2"]);
  });

  test("ignore: one that was online when it got the version and fell silent has failed, in time", async () => {
    const canary = ids(0)[0] ?? "";
    plant.simulator.setBehaviour(canary, { kind: "late", afterMs: 60_000 });
    atLook(3, () => plant.simulator.disconnect(canary));
    const { reasons } = await failure(lifecycle.create(inputs("v1", [0, 1, 2], { ...CANARY, timeoutSeconds: 1 })));
    expect(reasons[1]).toBe(`device device-0 (${canary}) still reports no version, and is offline`);
    expect(plant.writes()).toEqual(["release v1 x1"]);
  });

  test("fail: nothing begins while one is offline, and nothing is changed", async () => {
    const olds = await deployed([0, 1, 2]);
    offline(2);
    await expect(update(olds, inputs("v2", [0, 1, 2], { ...CANARY, offline: "fail" }))).rejects.toThrow(
      /Nothing was changed\.\ndevice device-2 .* is offline/,
    );
    expect(plant.writes()).toEqual([]);
  });
});

describe("somebody moves a released device by hand", () => {
  test("it counts as failed, with who did it, and is neither released again nor rolled back", async () => {
    const olds = await deployed([0, 1, 2]);
    const canary = ids(0)[0] ?? "";
    plant.simulator.setBehaviour(canary, { kind: "late", afterMs: 60_000 });
    atLook(3, () => plant.byHand(0, "v3"));
    const { reasons } = await failure(update(olds, inputs("v2", [0, 1, 2], { ...CANARY, onFailure: "rollback" })));
    expect(reasons[1]).toBe(
      `device device-0 (${canary}): Losant wants v3 on it, not v2 (set by ${HAND.sourceType} ${HAND.sourceId})`,
    );
    expect(plant.desired()).toEqual({ 0: "v3", 1: "v1", 2: "v1" });
    expect(plant.writes()).toEqual(["release v2 x1"]);
  });
});

test("Pulumi is killed and leaves the plugin running: it releases nothing more, and rolls nothing back", async () => {
  const olds = await deployed([0, 1, 2]);
  plant.simulator.setBehaviour(ids(0)[0] ?? "", { kind: "late", afterMs: 60_000 });
  atLook(3, engineGoes);
  const { reasons } = await failure(update(olds, inputs("v2", [0, 1, 2], { ...CANARY, onFailure: "rollback" })));
  expect(reasons[1]).toBe("the connection to the Pulumi engine is lost: nothing more is written");
  plant.simulator.settle();
  expect(plant.desired()).toEqual({ 0: "v2", 1: "v1", 2: "v1" });
});

describe("Losant fails", () => {
  const late = (): void => plant.simulator.setBehaviour(ids(0)[0] ?? "", { kind: "late", afterMs: 60_000 });

  test("for a while, in the middle: the rollout waits it out", async () => {
    late();
    atLook(3, () => {
      plant.simulator.fault({ method: "GET", status: 503, times: 12 });
      plant.simulator.settle();
    });
    const { outs } = await lifecycle.create(inputs("v1", [0, 1, 2], CANARY));
    expect(outs["status"]).toBe("deployed");
  });

  test("for good, in the middle: it stops with Losant's words, and does not roll back what it cannot judge", async () => {
    const olds = await deployed([0, 1, 2]);
    late();
    atLook(3, () => plant.simulator.fault({ status: 401, times: 1_000 }));
    const news = inputs("v2", [0, 1, 2], { ...CANARY, onFailure: "rollback" });
    const { reasons, properties } = await failure(update(olds, news));
    expect(reasons.join("\n")).toContain("401");
    expect(plant.desired()).toEqual({ 0: "v2", 1: "v1", 2: "v1" });
    expect(properties).toMatchObject({ __losant: { rollout: "unfinished" } });
    plant.simulator.clearFaults();
    plant.simulator.settle();
    plant.writes();
    await update(properties, news);
    expect(plant.writes()).toEqual(["replace v1 v2"]);
  });

  test("at the second batch: the canary keeps the version", async () => {
    const olds = await deployed([0, 1, 2]);
    plant.simulator.fault({ method: "POST", skip: 1, status: 403, times: 1_000 });
    const { reasons } = await failure(update(olds, inputs("v2", [0, 1, 2], { ...CANARY, onFailure: "rollback" })));
    expect(reasons[0]).toMatch(/stopped in batch 1 of 2: 1 of 3 devices run it, 2 not released\. It stays there/);
    expect(reasons[1]).toContain("403");
    expect(plant.desired()).toEqual({ 0: "v2", 1: "v1", 2: "v1" });
  });

  test("at the second batch, so that nobody knows whether it was taken: nothing is rolled back either", async () => {
    const olds = await deployed([0, 1, 2]);
    plant.simulator.fault({ method: "POST", skip: 1, status: 503, times: 1_000 });
    const { reasons } = await failure(update(olds, inputs("v2", [0, 1, 2], { ...CANARY, onFailure: "rollback" })));
    expect(reasons[0]).toContain("It stays there");
    expect(reasons[1]).toContain("503");
    expect(plant.desired()).toEqual({ 0: "v2", 1: "v1", 2: "v1" });
  });

  test("at the first batch: nothing has moved, and its own error is told", async () => {
    const olds = await deployed([0, 1, 2]);
    await expect(update(olds, inputs("v77", [0, 1, 2], CANARY))).rejects.toThrow("Flow version not found.");
    expect(plant.desired()).toEqual({ 0: "v1", 1: "v1", 2: "v1" });
  });

  test("to show a release of a device it ignores: that device has failed", async () => {
    const stranger = "d".repeat(24);
    const news = { ...inputs("v1", [0], CANARY), deviceIds: [...ids(0), stranger].toSorted() };
    const { reasons } = await failure(lifecycle.create(news));
    expect(reasons[1]).toBe(`device ${stranger}: Losant wants nothing on it, not v1; is it an edge compute device?`);
  });
});
