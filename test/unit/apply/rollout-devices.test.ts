// Rollouts against devices that behave as devices do, by the provider's own verbs over real HTTP.
import { afterEach, describe, expect, test } from "@jest/globals";
import type { Behaviour } from "pulumi-losant/simulator";
import { begin, end, failure, ids, inputs, lifecycle, plant, said } from "../../support/rollouts.js";

let open = false;
afterEach(async () => {
  if (open) await end();
  open = false;
});

/** Creates v1 on four devices, after some of them got habits. */
async function rolledOut(habits: Readonly<Record<number, Behaviour>>, rollout: object) {
  await begin({ devices: 4 });
  open = true;
  for (const [number, habit] of Object.entries(habits))
    plant.simulator.setBehaviour(ids(Number(number))[0] ?? "", habit);
  return lifecycle.create(inputs("v1", [0, 1, 2, 3], rollout));
}

describe("a rollout waits for", () => {
  test("a slow device, and then releases the next batch", async () => {
    expect(await rolledOut({ 0: { kind: "late", afterMs: 400 } }, { batches: [1, "100%"] })).toMatchObject({
      outs: { status: "deployed" },
    });
    expect(plant.writes()).toEqual(["release v1 x1", "release v1 x3"]);
  });

  test("a device that connects and disconnects in turn, with offline: wait", async () => {
    const begun = rolledOut({ 1: { kind: "offline" } }, { offline: "wait", timeoutSeconds: 20 });
    setTimeout(() => plant.simulator.setBehaviour(ids(1)[0] ?? "", { kind: "flapping", everyMs: 120 }), 300);
    expect(await begun).toMatchObject({ outs: { pendingDeviceIds: [], failures: [] } });
  });

  test("a device that reconnects in time", async () => {
    const begun = rolledOut({ 2: { kind: "offline" } }, { offline: "wait", timeoutSeconds: 20 });
    setTimeout(() => plant.simulator.connect(ids(2)[0] ?? ""), 600);
    expect(await begun).toMatchObject({ outs: { status: "deployed" } });
  });
});

describe("a machine that sleeps for eight hours in a rollout", () => {
  const HOURS_8 = 8 * 3_600_000;

  test("goes on where it was: the time does not count against a slow device", async () => {
    await begin({ devices: 2 }, {}, { sleepsMs: HOURS_8 });
    open = true;
    plant.simulator.setBehaviour(ids(0)[0] ?? "", { kind: "late", afterMs: 400 });
    const done = await lifecycle.create(inputs("v1", [0, 1], { batches: [1, "100%"], timeoutSeconds: 30 }));
    expect(done).toMatchObject({ outs: { status: "deployed" } });
    expect(plant.writes()).toEqual(["release v1 x1", "release v1 x1"]);
    expect(said.join("\n")).toMatch(
      /^This machine was asleep for 8h( \ds)?\. The rollout goes on; that time does not count\.$/m,
    );
  });

  test("still gives up a device that stays silent after that", async () => {
    await begin({ devices: 2 }, {}, { sleepsMs: HOURS_8 });
    open = true;
    plant.simulator.setBehaviour(ids(0)[0] ?? "", { kind: "offline" });
    const rollout = { offline: "wait", batches: [1, "100%"], timeoutSeconds: 1 };
    await failure(lifecycle.create(inputs("v1", [0, 1], rollout)));
    expect(plant.writes()).toEqual(["release v1 x1"]);
  });
});

test("a time-out is a failure that keeps what was reached, and names the device", async () => {
  const ended = await failure(rolledOut({ 3: { kind: "offline" } }, { offline: "wait", timeoutSeconds: 1 }));
  expect(ended.reasons.join("\n")).toContain(plant.devices[3]);
  expect(plant.desired()).toEqual({ 0: "v1", 1: "v1", 2: "v1", 3: "v1" });
});
