// A rollout that is told something from elsewhere: `pulumi-losant stop | pause | resume`.
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
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
  plant,
  restart,
  said,
  stackTags,
  tell,
  update,
} from "../../support/rollouts.js";

beforeEach(() => begin());
afterEach(() => end());

const late = (number: number): void =>
  plant.simulator.setBehaviour(ids(number)[0] ?? "", { kind: "late", afterMs: 60_000 });

/** Acts at a look after the first batch, once. */
const meanwhile = (act: () => Promise<unknown>, number = 3): void => atLook(number, () => void act());

const tags = (): string[] => [...stackTags.all.keys()].filter((name) => name.startsWith("pulumi-losant:"));

describe("a rollout that is told to stop", () => {
  test("while it waits for a device: it ends there, says who did it, and the state has what is live", async () => {
    const olds = await deployed([0, 1, 2]);
    late(0);
    meanwhile(() => tell("stop"));
    const { reasons, properties } = await failure(
      update(olds, inputs("v2", [0, 1, 2], { ...CANARY, onFailure: "rollback" })),
    );
    expect(reasons).toEqual([
      "rollout of v2 stopped by anna@laptop (`pulumi-losant stop`) in batch 1 of 2: 0 of 3 devices run it, " +
        "1 still under way, 2 not released. It stays there; the next `pulumi up` goes on from there.",
    ]);
    expect(properties).toMatchObject({ status: "pending", pendingDeviceIds: ids(0) });
    expect(plant.writes()).toEqual(["release v2 x1"]);
  });

  test("at the moment when the next batch is due: it is not released", async () => {
    const olds = await deployed([0, 1, 2]);
    // The look that shows the canary at its version, and the question before the next batch follows.
    meanwhile(() => tell("stop"), 1);
    const { reasons } = await failure(update(olds, inputs("v2", [0, 1, 2], CANARY)));
    expect(reasons[0]).toMatch(/^rollout of v2 stopped by anna@laptop .* in batch 1 of 2: 1 of 3 devices run it/);
    expect(plant.desired()).toEqual({ 0: "v2", 1: "v1", 2: "v1" });
  });

  test("is told once: the next run goes on, and its tag is gone too", async () => {
    const olds = await deployed([0, 1, 2]);
    meanwhile(() => tell("stop"), 1);
    const news = inputs("v2", [0, 1, 2], CANARY);
    const { properties } = await failure(update(olds, news));
    expect(tags()).toEqual([]);
    restart();
    plant.writes();
    await update(properties, news);
    expect(plant.writes()).toEqual(["replace v1 v2"]);
    expect(tags()).toEqual([]);
  });
});

describe("a rollout that is paused", () => {
  test("releases nothing, goes on when told, and says both", async () => {
    const olds = await deployed([0, 1, 2]);
    meanwhile(() => tell("pause"), 1);
    const verb = update(olds, inputs("v2", [0, 1, 2], CANARY));
    await until(() => said.join().includes("paused by anna@laptop"));
    await looks(5);
    expect(plant.desired()).toEqual({ 0: "v2", 1: "v1", 2: "v1" });
    expect(await tell("resume")).toMatch(/^resume: told 1 rollout run of stack dev\./);
    expect(await verb).toMatchObject({ status: "deployed" });
    expect(said.join("\n")).toContain("rollouts go on, as `pulumi-losant resume` said");
  });

  test("its time does not count: a batch that was to be done within a second is not late", async () => {
    const olds = await deployed([0, 1, 2]);
    meanwhile(() => tell("pause"), 1);
    const verb = update(olds, inputs("v2", [0, 1, 2], { ...CANARY, timeoutSeconds: 1 }));
    await until(() => said.join().includes("paused by"));
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    // What it had released falls silent meanwhile, and is waited for like any other.
    plant.byHand(0, "v1");
    plant.byHand(0, "v2");
    await looks(3);
    await tell("resume");
    expect(await verb).toMatchObject({ status: "deployed" });
  });

  test("can be told to stop", async () => {
    const olds = await deployed([0, 1, 2]);
    meanwhile(() => tell("pause"), 1);
    const verb = failure(update(olds, inputs("v2", [0, 1, 2], CANARY)));
    await until(() => said.join().includes("paused by"));
    await tell("stop");
    expect((await verb).reasons[0]).toContain("stopped by anna@laptop");
    expect(plant.writes()).toEqual(["release v2 x1"]);
  });

  test("a failure ends it nevertheless", async () => {
    const olds = await deployed([0, 1, 2]);
    meanwhile(() => tell("pause"), 1);
    const verb = failure(update(olds, inputs("v2", [0, 1, 2], CANARY)));
    await until(() => said.join().includes("paused by"));
    breaks(0, "v2");
    plant.byHand(0, "v3");
    expect((await verb).reasons[0]).toMatch(/^rollout of v2 stopped in batch 1 of 2/);
  });

  test("stays so where the tags cannot be read any more, and says so once", async () => {
    const olds = await deployed([0, 1, 2]);
    meanwhile(() => tell("pause"), 1);
    const verb = update(olds, inputs("v2", [0, 1, 2], CANARY));
    await until(() => said.join().includes("paused by"));
    stackTags.fault = "the backend is away";
    await until(() => said.join().includes("stays paused: the backend is away"));
    await looks(5);
    expect(plant.desired()).toEqual({ 0: "v2", 1: "v1", 2: "v1" });
    expect(said.filter((line) => line.includes("the backend is away"))).toHaveLength(1);
    stackTags.fault = undefined;
    await tell("resume");
    expect(await verb).toMatchObject({ status: "deployed" });
  });
});

describe("what a rollout asks", () => {
  test.each([
    ["of one batch", { batches: ["100%"] }, [0, 1, 2]],
    ["of one device", CANARY, [0]],
  ])("%s: nothing, and no tag is written", async (_name, rollout, numbers) => {
    const olds = await deployed(numbers);
    await update(olds, inputs("v2", numbers, rollout));
    expect(stackTags.asked).toBe(0);
  });

  test("of three batches: the tags are listed at its begin and before each batch but the first", async () => {
    const olds = await deployed([0, 1, 2]);
    await update(olds, inputs("v2", [0, 1, 2], { batches: [1, 2, 3] }));
    // Listed, set; listed twice; removed. A wait may ask once more.
    expect(stackTags.asked).toBeGreaterThanOrEqual(5);
    expect(stackTags.asked).toBeLessThanOrEqual(7);
  });

  test("a way back asks nothing, and is never held back", async () => {
    const olds = await deployed([0, 1, 2]);
    breaks(0, "v2");
    await failure(update(olds, inputs("v2", [0, 1, 2], { ...CANARY, onFailure: "rollback" })));
    expect(plant.desired()).toEqual({ 0: "v1", 1: "v1", 2: "v1" });
    expect(tags()).toEqual([]);
  });

  test("where the tags cannot be read it goes on, and says once that it cannot be told anything", async () => {
    const olds = await deployed([0, 1, 2]);
    stackTags.fault = "the command `pulumi` is not on PATH";
    expect(await update(olds, inputs("v2", [0, 1, 2], { batches: [1, 2, 3] }))).toMatchObject({ status: "deployed" });
    expect(said.filter((line) => line.includes("not on PATH"))).toEqual([
      "`pulumi-losant stop` and `pause` do not reach this rollout, which goes on: the command `pulumi` is not on PATH",
    ]);
  });

  test("a tag that another writer has dropped is written again, so that the run can be told", async () => {
    const olds = await deployed([0, 1, 2]);
    late(0);
    let isDropped = false;
    meanwhile(async () => {
      stackTags.all.clear();
      isDropped = true;
    });
    const verb = failure(update(olds, inputs("v2", [0, 1, 2], CANARY)));
    await until(() => isDropped && tags().length === 1);
    await tell("stop");
    expect((await verb).reasons[0]).toContain("stopped by anna@laptop");
  });

  test("what a killed run was told is not told to this one: its tag is removed, and other tags stay", async () => {
    const olds = await deployed([0, 1, 2]);
    stackTags.all.set("pulumi-losant:dead", "stop 127.0.0.1:9 anna@laptop").set("owner", "plant 4");
    expect(await update(olds, inputs("v2", [0, 1, 2], CANARY))).toMatchObject({ status: "deployed" });
    expect([...stackTags.all]).toEqual([["owner", "plant 4"]]);
  });
});

test("without a rollout that listens the command says so", async () => {
  expect(await tell("stop")).toBe(
    "no rollout is under way on stack dev: there is nothing to stop. A rollout can be told something while it has a batch to come.",
  );
});

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** So many more looks of the rollout. */
async function looks(count: number): Promise<void> {
  plant.reads();
  let seen = 0;
  await until(() => (seen += plant.reads()) >= count);
}
