// Whole rollouts by the provider's own verbs over real HTTP: which calls, and in which order.
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import {
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
  update,
} from "../../support/rollouts.js";

beforeEach(() => begin());
afterEach(end);

describe("the calls", () => {
  test("the last batch is a replace where that is exact", async () => {
    const olds = await deployed([0, 1, 2, 3, 4, 5]);
    await update(olds, inputs("v2", [0, 1, 2, 3, 4, 5], { batches: [1, 3], timeoutSeconds: 20 }));
    expect(plant.writes()).toEqual(["release v2 x1", "release v2 x2", "replace v1 v2"]);
  });

  test("a removal goes in batches too, and is waited for", async () => {
    const olds = await deployed([0, 1, 2]);
    const outs = await update(olds, inputs(null, [0, 1, 2], CANARY));
    expect(plant.writes()).toEqual([`remove ${ids(0)[0]}`, "remove every"]);
    expect(outs).toMatchObject({ status: "deployed", pendingDeviceIds: [] });
  });

  test("devices that leave lose the flow after the new version has succeeded, not before", async () => {
    const olds = await deployed([0, 1, 2, 3]);
    await update(olds, inputs("v2", [0, 1, 2], CANARY));
    expect(plant.writes()).toEqual(["release v2 x1", "release v2 x2", `remove ${ids(3)[0]}`]);
  });

  test("and keep it where the rollout failed; the next update takes it off them", async () => {
    const olds = await deployed([0, 1, 2, 3]);
    breaks(0, "v2");
    const { properties } = await failure(update(olds, inputs("v2", [0, 1, 2], CANARY)));
    expect(plant.writes()).toEqual(["release v2 x1"]);
    plant.simulator.setBehaviour(ids(0)[0] ?? "", { kind: "immediate" });
    await update(properties, inputs("v2", [0, 1, 2], CANARY));
    expect(plant.desired()).toEqual({ 0: "v2", 1: "v2", 2: "v2" });
  });

  test("exclusive: other devices lose the flow last", async () => {
    const olds = await deployed([0, 1], { exclusive: true });
    plant.byHand(5, "v1");
    await update(olds, inputs("v2", [0, 1], CANARY, { exclusive: true }));
    expect(plant.writes()).toEqual(["release v2 x1", "release v2 x1", `remove ${ids(5)[0]}`]);
  });

  test("devices that join a fleet which is there already go in their own batches", async () => {
    const olds = await update(await deployed([0, 1]), inputs("v1", [0, 1], CANARY));
    await update(olds, inputs("v1", [0, 1, 2, 3, 4, 5], { batches: [3, 4, "100%"], timeoutSeconds: 20 }));
    expect(plant.writes()).toEqual(["release v1 x1", "release v1 x1", "release v1 x2"]);
  });

  test("other settings alone: one look, no write, no wait", async () => {
    const olds = await deployed([0, 1]);
    plant.simulator.setBehaviour(ids(0)[0] ?? "", { kind: "late", afterMs: 60_000 });
    plant.simulator.overwriteVersion(plant.flowId, "v1");
    plant.writes();
    const outs = await update(olds, inputs("v1", [0, 1], CANARY));
    expect(plant.reads()).toBe(1);
    expect(outs["status"]).toBe("pending");
  });

  describe("while it waits, and a whole listing takes more pages than one of the version", () => {
    const listings = (): string[] =>
      plant.simulator.calls.filter(({ method }) => method === "GET").map(({ query }) => query["version"] ?? "whole");

    beforeEach(async () => {
      await end();
      await begin({}, {}, { rowsPerPage: 2 });
    });

    test("it lists the version, and the whole flow again before it acts", async () => {
      const olds = await deployed([0, 1, 2, 3, 4, 5]);
      plant.simulator.setBehaviour(ids(0)[0] ?? "", { kind: "late", afterMs: 300 });
      plant.simulator.clearCalls();
      await update(olds, inputs("v2", [0, 1, 2, 3, 4, 5], CANARY));
      const made = listings().join();
      expect(made).toMatch(/^(whole,)+v2(,v2)*(,whole)+$/);
      // After the canary has reported: one that ends the wait, and one that the calls of the next batch rest on.
      expect(made.slice(made.lastIndexOf("v2") + 3).split(",").length).toBeGreaterThanOrEqual(3);
    });

    test("a device that somebody moves elsewhere meanwhile fails the batch", async () => {
      const olds = await deployed([0, 1, 2, 3, 4, 5]);
      plant.simulator.setBehaviour(ids(0)[0] ?? "", { kind: "late", afterMs: 60_000 });
      const failed = failure(update(olds, inputs("v2", [0, 1, 2, 3, 4, 5], CANARY)));
      const stop = plant.simulator.beforeCall(({ query }) => {
        if (query["version"] !== "v2") return;
        stop();
        plant.byHand(0, "v3");
      });
      expect((await failed).message).toContain("elsewhere");
      expect(plant.writes()).toEqual(["release v2 x1"]);
    });
  });

  test("two rollouts of one workflow side by side share their looks: one call each, hardly more than for one", async () => {
    const slow = (number: number): void =>
      plant.simulator.setBehaviour(ids(number)[0] ?? "", { kind: "late", afterMs: 1_500 });
    slow(0);
    await lifecycle.create(inputs("v1", [0, 1], {}));
    const alone = plant.reads();
    slow(2);
    slow(4);
    await Promise.all([lifecycle.create(inputs("v1", [2, 3], {})), lifecycle.create(inputs("v1", [4, 5], {}))]);
    expect(plant.reads()).toBeLessThan(alone * 1.5);
  });
});
