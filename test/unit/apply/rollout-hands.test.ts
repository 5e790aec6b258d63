// People at work while a rollout goes on: each batch and the way back are decided on what is live then.
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import {
  begin,
  breaks,
  deployed,
  end,
  failure,
  ids,
  inputs,
  plant,
  startPlugin,
  update,
} from "../../support/rollouts.js";

beforeEach(() => begin());
afterEach(end);

/** Once the write has gone out, before Losant is looked at again. */
const afterWrite = (which: number, act: () => void): void => {
  let writes = 0;
  let isOver = false;
  plant.simulator.beforeCall(({ method }) => {
    if (method === "POST") writes += 1;
    else if (writes === which && !isOver) {
      isOver = true;
      act();
    }
  });
};

describe("a device that joins and waits for its batch", () => {
  const joining = (more: object = {}) => inputs("v1", [0, 1, 2], { batches: [1, 3], timeoutSeconds: 20 }, more);

  test("and that somebody puts at another version meanwhile is not overwritten", async () => {
    afterWrite(1, () => plant.byHand(2, "v2"));
    const { reasons } = await failure(startPlugin().create(joining()));
    expect(reasons.join("\n")).toMatch(/stopped in batch 1 of 2.*\n.*already deployed at another version/s);
    expect(plant.desired()).toEqual({ 0: "v1", 2: "v2" });
  });

  test("is taken over with adopt", async () => {
    afterWrite(1, () => plant.byHand(2, "v2"));
    await startPlugin().create(joining({ adopt: true }));
    expect(plant.desired()).toEqual({ 0: "v1", 1: "v1", 2: "v1" });
  });
});

describe("a rollback", () => {
  test("does not pull back a device that somebody has moved since the last look", async () => {
    const olds = await deployed([0, 1, 2]);
    breaks(0, "v2");
    let hasFailed = false;
    plant.simulator.beforeCall(({ method }) => {
      const row = plant.simulator
        .rows(plant.applicationId, plant.flowId)
        .find(({ deviceId }) => deviceId === ids(0)[0]);
      const failed = row?.desiredVersion === "v2" && row.logs.some(({ error }) => error !== undefined);
      // The listing that shows the failure has been answered; the next call begins the way back.
      if (method === "GET" && failed && hasFailed) plant.byHand(1, "v3");
      hasFailed ||= method === "GET" && failed;
    });
    await failure(
      update(olds, inputs("v2", [0, 1, 2], { batches: [2, 3], timeoutSeconds: 20, onFailure: "rollback" })),
    );
    expect(plant.desired()).toEqual({ 0: "v1", 1: "v3", 2: "v1" });
  });
});

describe("two rollouts on one flow", () => {
  test("go on side by side, and neither waits for the other's batches", async () => {
    const plugin = startPlugin();
    plant.simulator.setBehaviour(ids(0)[0] ?? "", { kind: "offline" });
    const slow = plugin.create(inputs("v1", [0], { timeoutSeconds: 600, offline: "wait" })).then(() => "done");
    await plugin.create(inputs("v2", [1, 2], { batches: [1, 2], timeoutSeconds: 20 }));
    expect(await Promise.race([slow, Promise.resolve("under way")])).toBe("under way");
    plant.simulator.setBehaviour(ids(0)[0] ?? "", { kind: "immediate" });
    plant.simulator.settle();
    expect(await slow).toBe("done");
  });
});

describe("a rollout whose batch went out and could not be looked at", () => {
  test("is unknown: the next update looks, and says nothing of what it has not seen", async () => {
    const olds = await deployed([0, 1]);
    plant.simulator.beforeCall(({ method }) => {
      if (method === "POST") plant.simulator.fault({ method: "GET", status: 403, times: 99 });
    });
    const news = inputs("v2", [0, 1], { timeoutSeconds: 20 });
    const { properties, reasons } = await failure(update(olds, news));
    expect(properties).toMatchObject({ status: "unknown", drift: [], __losant: { unverified: true } });
    expect(reasons.join("\n")).not.toMatch(/not released|Losant shows v1/);
    plant.simulator.clearFaults();
    expect((await startPlugin().diff("id", properties, news)).changes).toBe(true);
  });
});

describe("a rollout that is done, where the removal from other devices fails", () => {
  test("leaves a resource that owns what was released", async () => {
    plant.byHand(3, "v1");
    let writes = 0;
    plant.simulator.beforeCall(({ method }) => {
      if (method === "POST" && ++writes > 1) plant.simulator.fault({ method: "POST", status: 400 });
    });
    const news = inputs("v1", [0, 1], { timeoutSeconds: 20 }, { exclusive: true });
    const { properties, reasons } = await failure(startPlugin().create(news));
    expect(reasons[0]).toContain("the rollout of v1 is done, and devices that leave keep the workflow");
    expect(properties).toMatchObject({ deviceIds: ids(0, 1) });
    expect(plant.desired()).toEqual({ 0: "v1", 1: "v1", 3: "v1" });
  });
});
