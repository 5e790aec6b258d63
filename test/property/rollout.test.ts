// Rollouts by the provider's own verbs, several at once on one flow, from whatever is live. Replay a failure with the seed
// and path it prints: LIFECYCLE_SEED=... LIFECYCLE_PATH=... npm run jest -- property/rollout
import { afterAll, describe, expect, jest, test } from "@jest/globals";
import fc from "fast-check";
import { nextStep } from "../../provider/decision/rollout-policy.js";
import { strategyOf } from "../../provider/decision/rollout-strategy.js";
import type { DeviceStatus } from "../../provider/decision/device-status.js";
import { HAND } from "./rollout-world.js";
import type { Habits } from "./rollout-world.js";
import { aCase, aRollout } from "./rollout-cases.js";
import type { Case } from "./rollout-cases.js";
import { play } from "./rollouts-played.js";
import type { Played } from "./rollouts-played.js";
import { replay } from "../support/replay.js";

const RUNS = Number(process.env["LIFECYCLE_RUNS"] ?? 400);

const random = jest.spyOn(Math, "random");
afterAll(() => random.mockRestore());

/** Every write, and every state that is written down, is judged in `play`. */
async function played(given: Case): Promise<Played> {
  random.mockReturnValue(given.jitter ?? 0.5);
  return play(given);
}

describe("rollouts side by side, from whatever is live, killed at any moment or not", () => {
  test("release one batch at a time, each device once, nothing once too much has failed, and nobody who joins against his will", async () => {
    await fc.assert(
      fc.asyncProperty(aCase, async (given) => {
        const { rings, endingOf, writes, run, report } = await played(given);
        const endings = rings.map(endingOf);
        expect(endings.filter((ending) => ending === "killed")).toEqual([]);
        expect(report.errors.length > 0).toBe(endings.some((ending) => ending !== "done"));
        for (const [index, { machines }] of rings.entries()) {
          const isTaken = machines.some(({ habits: { joins, start } }) => joins && start !== null && start !== "v2");
          if (isTaken) expect(["refused", "skipped"]).toContain(endings[index]);
          if (endings[index] !== "refused" && !isTaken) continue;
          const made = writes.filter((write) => write.run === run).flatMap((write) => write.machines);
          expect(made.filter((machine) => machines.includes(machine))).toEqual([]);
        }
      }),
      { numRuns: RUNS, ...replay },
    );
  }, 300_000);

  test("end, in bounded time and with a bounded number of looks", async () => {
    await fc.assert(
      fc.asyncProperty(aCase, async (given) => {
        const { world, rings, startedAt } = await played(given);
        const { timeoutMs, pauseMs, health } = strategyOf(given.rollout, ["d"]);
        const devices = rings.reduce((sum, { ids }) => sum + ids.length + 1, 0);
        expect(world.now() - startedAt).toBeLessThanOrEqual(
          devices * (timeoutMs + pauseMs + (health?.settleMs ?? 0) + 10_000),
        );
        // One look for each half second and ring, at the very most, and a few for each batch.
        expect(world.calls.lists).toBeLessThanOrEqual(20 + world.now() / 200 + world.calls.writes * 10);
      }),
      { numRuns: RUNS / 2, ...replay },
    );
  }, 300_000);

  test("after a failure: stop leaves everything there, rollback returns each device to its own version", async () => {
    await fc.assert(
      fc.asyncProperty(aCase, async (given) => {
        const { rings, endingOf, engine, writes, run } = await played(given);
        for (const ring of rings.filter((one) => endingOf(one) === "stopped")) {
          // What ends it without a failed device, as a takeover that is refused, leaves everything there too.
          const reasons = engine.state.find(({ name }) => name === ring.name)?.initErrors.join(" ") ?? "";
          const stays = given.rollout.onFailure === "stop" || reasons.includes("adopt: true");
          const back = writes
            .filter((write) => write.run === run && write.to !== "v2")
            .flatMap((write) => write.machines)
            .filter((machine) => ring.machines.includes(machine));
          if (stays) expect(back).toEqual([]);
          for (const { habits, desired, movedByHand } of ring.machines) {
            // What stood at v2 before, the state says was v1: only an interrupted run of this update can have moved it.
            const own = [habits.start === "v2" && !habits.joins ? "v1" : habits.start];
            if (movedByHand) own.push(HAND);
            if (stays || habits.joins) own.push("v2");
            expect(own).toContain(desired);
          }
        }
      }),
      { numRuns: RUNS, ...replay },
    );
  }, 300_000);

  test("what was stopped because somebody else moved a device that joins is refused again", async () => {
    await fc.assert(
      fc.asyncProperty(aCase, async (given) => {
        // Judged in `play`: the second run may not take the device over either.
        const { rings, endingOf, up } = await played(given);
        if (rings.some((ring) => endingOf(ring) === "stopped")) await up();
      }),
      { numRuns: RUNS, ...replay },
    );
  }, 300_000);

  test("once they have succeeded, the same again makes no call", async () => {
    await fc.assert(
      fc.asyncProperty(aCase, async (given) => {
        const calm = given.habits.map((habit) => ({ ...habit, movedAt: Infinity }));
        const { rings, endingOf, world, up } = await played({ ...given, habits: calm });
        if (rings.some((ring) => endingOf(ring) !== "done")) return;
        const before = { ...world.calls };
        const report = await up();
        expect(report.errors).toEqual([]);
        if (Object.values(report.steps).every((step) => step === "same")) expect(world.calls).toEqual(before);
        expect(world.calls.writes).toBe(before.writes);
      }),
      { numRuns: RUNS / 2, ...replay },
    );
  }, 300_000);
});

const calm: Habits = {
  start: "v1",
  delay: 1,
  refuses: false,
  offlineUntil: 0,
  throwsAfter: Infinity,
  drops: 0,
  movedAt: Infinity,
  owner: 0,
  joins: false,
};

test("each batch has its own time: one that began late is not late", async () => {
  const slow = { ...calm, delay: 50 };
  const { rings, endingOf, world } = await played({
    habits: [slow, slow, slow],
    rollout: { batches: [1, 2, 3], timeoutSeconds: 60 },
  });
  expect(rings.map(endingOf)).toEqual(["done"]);
  expect(world.now()).toBeGreaterThan(150_000);
});

test("the rest after a batch is whole, in whatever order Losant answers: also where an error ends the batch while it is read", async () => {
  for (const seconds of [4, 4.1, 4.2, 4.3, 4.4, 4.5]) {
    for (let order = 1; order <= 20; order++) {
      const { endingOf, rings } = await played({
        habits: [{ ...calm, throwsAfter: seconds }, calm, { ...calm, owner: 1 }],
        rollout: {
          batches: [1, "100%"],
          pauseSeconds: 30,
          maxFailures: 3,
          health: { errors: { max: 0 }, settleSeconds: 45 },
        },
        order,
      });
      expect(rings.map(endingOf)).toEqual(["done", "done"]);
    }
  }
});

test("a device that joins, and that somebody moves between two batches, is theirs: in this run, in the next, in a destroy", async () => {
  const { rings, endingOf, world, engine, up } = await played({
    habits: [calm, { ...calm, start: null, movedAt: 10, joins: true }],
    rollout: { batches: [1, 2], pauseSeconds: 60 },
  });
  const versions = (): unknown[] => world.machines.map(({ desired }) => desired);
  expect(rings.map(endingOf)).toEqual(["stopped"]);
  expect(versions()).toEqual(["v2", HAND]);

  expect((await up()).errors).toHaveLength(1);
  expect(versions()).toEqual(["v2", HAND]);
  expect((await engine.destroy()).errors).toEqual([]);
  expect(versions()).toEqual([null, HAND]);
});

describe("the decision, for any statuses at any time", () => {
  const aStatus = fc.record({
    state: fc.constantFrom<DeviceStatus["state"]>(
      "waiting",
      "moving",
      "offline",
      "lost",
      "done",
      "failed",
      "elsewhere",
    ),
    connected: fc.boolean(),
    releasedAt: fc.integer({ min: 0, max: 200_000 }),
    watched: fc.option(
      fc.record({
        runsSince: fc.option(fc.integer({ min: 0, max: 200_000 }), { nil: undefined }),
        errors: fc
          .integer({ min: 0, max: 2 })
          .map((count) => Array.from({ length: count }, () => ({ deviceId: "d", at: 0 }))),
      }),
      { nil: undefined },
    ),
  });
  const statuses = fc
    .array(aStatus, { maxLength: 20 })
    .map((all): DeviceStatus[] => all.map((one, index) => ({ ...one, deviceId: `d${index}` })));
  const now = fc.integer({ min: 0, max: 400_000 });
  const settledAt = fc.option(now, { nil: undefined });
  const health = fc.record({ readAt: fc.option(now, { nil: undefined }) });

  test("is the same for the same values, releases only what waits, and waits only for what is to come", () => {
    fc.assert(
      fc.property(statuses, aRollout, now, settledAt, (all, rollout, at, settled) => {
        const strategy = strategyOf(
          rollout,
          all.map(({ deviceId }) => deviceId),
        );
        const step = nextStep(strategy, { statuses: all, settledAt: settled }, at);
        expect(nextStep(strategy, { statuses: all.toReversed(), settledAt: settled }, at).kind).toBe(step.kind);
        if (step.kind === "wait") expect(step.until).toBeGreaterThan(at);
        if (step.kind === "release") {
          expect(step.deviceIds.length).toBeGreaterThan(0);
          const waiting = new Set(all.filter(({ state }) => state === "waiting").map(({ deviceId }) => deviceId));
          expect(step.deviceIds.filter((id) => !waiting.has(id))).toEqual([]);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test("goes on only where each device that runs the version is healthy, or its failure is allowed", () => {
    fc.assert(
      fc.property(statuses, aRollout, now, settledAt, health, (all, rollout, at, settled, reading) => {
        const strategy = strategyOf(
          { ...rollout, health: { errors: { max: 1 }, settleSeconds: 30 } },
          all.map(({ deviceId }) => deviceId),
        );
        const step = nextStep(strategy, { statuses: all, settledAt: settled, health: reading }, at);
        if (step.kind === "wait") expect(step.until).toBeGreaterThan(at);
        if (step.kind !== "release" && step.kind !== "done") return;
        const running = all.flatMap(({ state, watched }) => (state === "done" && watched ? [watched] : []));
        const unproven = running.filter(
          ({ runsSince = at, errors }) => errors.length > 1 || (reading.readAt ?? -1) < runsSince + 30_000,
        );
        expect(unproven.length).toBeLessThanOrEqual(strategy.maxFailures);
      }),
      { numRuns: 4000 },
    );
  });

  test("windows hold back a release, and change nothing else", () => {
    const minutes = fc.uniqueArray(fc.integer({ min: 0, max: 9 }), { minLength: 2, maxLength: 2 });
    fc.assert(
      fc.property(statuses, aRollout, now, settledAt, minutes, (all, rollout, at, settled, pair) => {
        const [from = 0, to = 0] = pair.toSorted((a, b) => a - b);
        const windows = [{ from: `00:0${from}`, to: `00:0${to}`, timeZone: "UTC" }];
        const ids = all.map(({ deviceId }) => deviceId);
        const situation = { statuses: all, settledAt: settled };
        const isOpen = at >= from * 60_000 && at < to * 60_000;
        const usual = nextStep(strategyOf(rollout, ids), situation, at);
        const stops = nextStep(strategyOf({ ...rollout, windows }, ids), situation, at);
        const waits = nextStep(strategyOf({ ...rollout, windows, outside: "wait" }, ids), situation, at);
        if (isOpen || usual.kind !== "release") {
          expect([stops, waits]).toEqual([usual, usual]);
          return;
        }
        const opensAt = from * 60_000 + (at < from * 60_000 ? 0 : 86_400_000);
        expect(stops).toMatchObject({ kind: "paused", opening: { from: opensAt } });
        expect(waits).toMatchObject({ kind: "wait", waitsFor: "window", until: opensAt });
      }),
      { numRuns: 2000 },
    );
  });

  test("a pause holds back a release, and what waits for one, and changes nothing else", () => {
    fc.assert(
      fc.property(statuses, aRollout, now, settledAt, (all, rollout, at, settled) => {
        const strategy = strategyOf(
          rollout,
          all.map(({ deviceId }) => deviceId),
        );
        const situation = { statuses: all, settledAt: settled };
        const usual = nextStep(strategy, situation, at);
        const held = nextStep(strategy, { ...situation, heldBy: "anna" }, at);
        const isHeld = usual.kind === "release" || (usual.kind === "wait" && usual.waitsFor === "rest");
        if (isHeld) expect(held).toMatchObject({ kind: "wait", waitsFor: "resume", until: Infinity, heldBy: "anna" });
        else expect(held).toEqual(usual);
      }),
      { numRuns: 2000 },
    );
  });

  test("once it has failed it stays failed as time goes on", () => {
    fc.assert(
      fc.property(statuses, aRollout, now, now, (all, rollout, at, later) => {
        const strategy = strategyOf(
          rollout,
          all.map(({ deviceId }) => deviceId),
        );
        fc.pre(nextStep(strategy, { statuses: all }, at).kind === "failed");
        expect(nextStep(strategy, { statuses: all }, at + later).kind).toBe("failed");
      }),
      { numRuns: 2000 },
    );
  });
});
