// The first interrupt: no further batch, a state that says what is live, and a next run that goes on from there.
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import {
  begin,
  CANARY,
  deployed,
  end,
  failure,
  ids,
  inputs,
  interrupt,
  plant,
  restart,
  said,
  update,
} from "../../support/rollouts.js";
import { atLook, breaks } from "../../support/rollouts.js";

beforeEach(() => begin());
afterEach(() => end());

const late = (number: number): void =>
  plant.simulator.setBehaviour(ids(number)[0] ?? "", { kind: "late", afterMs: 60_000 });

describe("a rollout that is interrupted", () => {
  test("while it waits for a device: it ends there, says so in one sentence, and the state has what is live", async () => {
    const olds = await deployed([0, 1, 2]);
    late(0);
    atLook(3, interrupt);
    const { reasons, properties } = await failure(update(olds, inputs("v2", [0, 1, 2], CANARY)));
    expect(reasons).toEqual([
      "rollout of v2 interrupted in batch 1 of 2: 0 of 3 devices run it, 1 still under way, 2 not released. " +
        "It stays there; the next `pulumi up` goes on from there.",
    ]);
    expect(properties).toMatchObject({ status: "pending", pendingDeviceIds: ids(0) });
    expect(plant.desired()).toEqual({ 0: "v2", 1: "v1", 2: "v1" });
  });

  test("the next run releases the others only", async () => {
    const olds = await deployed([0, 1, 2]);
    late(0);
    atLook(3, interrupt);
    const news = inputs("v2", [0, 1, 2], CANARY);
    const { properties } = await failure(update(olds, news));
    plant.writes();
    await restarted(async () => {
      await update(properties, news);
      expect(plant.writes()).toEqual(["replace v1 v2"]);
    });
  });

  test("with onFailure: rollback nothing is rolled back: an interrupt is no failure", async () => {
    const olds = await deployed([0, 1, 2]);
    late(0);
    atLook(3, interrupt);
    const { reasons } = await failure(update(olds, inputs("v2", [0, 1, 2], { ...CANARY, onFailure: "rollback" })));
    expect(reasons[0]).toMatch(/^rollout of v2 interrupted .* It stays there/);
    expect(plant.writes()).toEqual(["release v2 x1"]);
  });

  test("in the rest after a batch, however long it is: it ends at once", async () => {
    const olds = await deployed([0, 1, 2]);
    atLook(3, interrupt);
    const { reasons } = await failure(update(olds, inputs("v2", [0, 1, 2], { ...CANARY, pauseSeconds: 3_600 })));
    expect(reasons[0]).toMatch(/^rollout of v2 interrupted in batch 1 of 2: 1 of 3 devices run it, 2 not released/);
    expect(plant.writes()).toEqual(["release v2 x1"]);
  });

  test("before the first batch: nothing is written, and nothing is marked as damaged", async () => {
    const olds = await deployed([0, 1, 2]);
    interrupt();
    const verb = update(olds, inputs("v2", [0, 1, 2], CANARY));
    await expect(verb).rejects.toThrow(
      /^interrupted: nothing more is written; the next `pulumi up` goes on from there$/,
    );
    expect(plant.writes()).toEqual([]);
  });

  test("once all of it is done: it is done", async () => {
    const olds = await deployed([0, 1, 2]);
    plant.simulator.beforeCall(({ method }) => {
      if (method === "POST") interrupt();
    });
    const outs = await update(olds, inputs("v2", [0, 1, 2], { batches: ["100%"] }));
    expect(outs).toMatchObject({ status: "deployed", version: "v2" });
    expect(said.join("\n")).toContain("rolled out v2 to 3 devices");
  });

  test("where the canary has failed meanwhile: that is said, and no way back is begun", async () => {
    const olds = await deployed([0, 1, 2]);
    breaks(0, "v2");
    plant.simulator.beforeCall(({ method }) => {
      if (method === "POST") interrupt();
    });
    const news = inputs("v2", [0, 1, 2], { ...CANARY, onFailure: "rollback" });
    const { reasons } = await failure(update(olds, news));
    expect(reasons[0]).toMatch(/^rollout of v2 (stopped|interrupted) in batch 1 of 2: .* It stays there/);
    expect(plant.desired()).toEqual({ 0: "v2", 1: "v1", 2: "v1" });
  });
});

describe("while Losant does not answer", () => {
  test.each([
    ["the first look", 1],
    ["a look of the wait", 4],
  ])("an interrupt ends %s, and no retry is waited for", async (_name, number) => {
    const olds = await deployed([0, 1, 2]);
    late(0);
    let looks = 0;
    plant.simulator.beforeCall(({ method }) => {
      if (method !== "GET" || (looks += 1) < number) return undefined;
      setImmediate(interrupt);
      return new Promise(() => {});
    });
    const verb = update(olds, inputs("v2", [0, 1, 2], { ...CANARY, timeoutSeconds: 3_600 }));
    await expect(verb).rejects.toThrow(/interrupted/);
    expect(plant.writes().length).toBe(number === 1 ? 0 : 1);
  });
});

describe("a way back that is interrupted", () => {
  test("its calls are made: it says so, and does not wait for the devices", async () => {
    const olds = await deployed([0, 1, 2]);
    breaks(1, "v2");
    let writes = 0;
    plant.simulator.beforeCall(({ method }) => {
      if (method !== "POST" || (writes += 1) !== 3) return;
      late(0);
      interrupt();
    });
    const news = inputs("v2", [0, 1, 2], { batches: [1, 2, 3], onFailure: "rollback" });
    const { reasons } = await failure(update(olds, news));
    expect(reasons[0]).toContain("Interrupted on the way back: Losant wants their earlier versions on 2 devices");
    expect(reasons.join("\n")).toContain("no room");
    expect(plant.desired()).toEqual({ 0: "v1", 1: "v1", 2: "v1" });
  });
});

/** The plugin of the next command: it is not interrupted. */
async function restarted(act: () => Promise<void>): Promise<void> {
  plant.simulator.setBehaviour(ids(0)[0] ?? "", { kind: "immediate" });
  plant.simulator.settle();
  restart();
  await act();
}
