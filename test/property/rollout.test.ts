import { afterAll, describe, expect, jest, test } from "@jest/globals";
import fc from "fast-check";
import { Unfinished } from "../../provider/execute.js";
import type { RolloutInputs } from "../../provider/inputs.js";
import type { Version } from "../../provider/losant/types.js";
import { rollOut } from "../../provider/rollout-run.js";
import { nextStep, strategyOf } from "../../provider/rollout.js";
import type { DeviceStatus } from "../../provider/rollout.js";
import type { Saved } from "../../provider/state.js";
import { intentOf } from "../../provider/state.js";
import { createWorld, HAND, Killed } from "./rollout-world.js";
import type { Habits, Machine, World, Write } from "./rollout-world.js";

const FLOW = { applicationId: "a".repeat(24), flowId: "f".repeat(24) };
/** A whole multiple of three: fast-check counts up to exactly this number. */
const RUNS = 450;

const seconds = (max: number) => fc.integer({ min: 0, max });
const never = fc.constant(Infinity);
/** Most devices are healthy; the interesting ones are not. */
const seldom = <T>(usual: T, other: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: other });

const aHabit: fc.Arbitrary<Habits> = fc.record({
  start: seldom<Version>("v1", fc.constantFrom("v2", "v0", null)),
  delay: seldom(1, fc.oneof(seconds(150), never)),
  refuses: seldom(false, fc.constant(true)),
  offlineUntil: seldom(0, fc.oneof(seconds(200), never)),
  drops: seldom(0, fc.oneof(seconds(150), never)),
  movedAt: fc.oneof({ weight: 12, arbitrary: never }, { weight: 1, arbitrary: seconds(100) }),
  owned: seldom(true, fc.constant(false)),
});

const aRollout: fc.Arbitrary<RolloutInputs> = fc.record({
  batches: fc.array(
    fc.oneof(
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 100 }).map((n) => `${n}%`),
    ),
    {
      minLength: 1,
      maxLength: 4,
    },
  ),
  timeoutSeconds: fc.constantFrom(10, 60, 100),
  pauseSeconds: fc.constantFrom(0, 0, 30),
  maxFailures: fc.constantFrom(0, 0, 1, 3, "20%"),
  offline: fc.constantFrom("ignore", "wait", "fail"),
  onFailure: fc.constantFrom("stop", "rollback"),
});

const aKill = fc.option(
  fc.record({ at: fc.integer({ min: 0, max: 12 }), moment: fc.constantFrom("before" as const, "after" as const) }),
  { nil: undefined },
);

/** How far pauses are from their middle; part of the case, so that a seed replays it. */
const aJitter = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

const aCase = fc.record({
  habits: fc.array(aHabit, { minLength: 1, maxLength: 14 }),
  rollout: aRollout,
  kill: aKill,
  jitter: aJitter,
});

const random = jest.spyOn(Math, "random");
afterAll(() => random.mockRestore());

type Ending = "done" | "stopped" | "refused" | "killed";

/** One `pulumi up` after the other, as an update from v1 to v2; every write is judged as it is made. */
async function play({ habits, rollout, kill, jitter = 0.5 }: Case) {
  random.mockReturnValue(jitter);
  const writes: (Write & { run: number })[] = [];
  const released = new Set<string>();
  let run = 1;
  const world = createWorld(habits, (write) => {
    writes.push({ ...write, run });
    if (write.to === "v2") judge(world, write);
  });
  const owned = world.machines.filter((machine) => machine.habits.owned).map(({ id }) => id);
  const strategy = strategyOf(rollout, owned.length);
  const startedAt = { 1: 0, 2: 0 } as Record<number, number>;
  const before = saved("v1", owned);

  function judge({ machines }: World, { machines: moving }: Write): void {
    const ours = machines.filter((machine) => machine.habits.owned);
    // A device gets the version once, whoever moves it away afterwards, as long as the run lasts.
    expect(moving.filter(({ id }) => released.has(id))).toEqual([]);
    for (const { id } of moving) released.add(id);
    // One batch at a time.
    const steps = strategy.sizes.map((size, index) => size - (strategy.sizes[index - 1] ?? 0));
    expect(moving.length).toBeLessThanOrEqual(Math.max(...steps));
    const since = (machine: Machine): number => Math.max(machine.since, startedAt[run] ?? 0);
    const isLate = (machine: Machine): boolean => world.now() >= since(machine) + strategy.timeoutMs;
    const onWay = ours.filter(({ desired, current }) => desired === "v2" && current !== "v2");
    expect(onWay.filter((m) => world.isOnline(m) && m.error === undefined && !isLate(m))).toEqual([]);
    // Nothing goes out once too much has failed.
    const failed = onWay.filter((m) => m.error !== undefined || (world.isOnline(m) && isLate(m)));
    expect(failed.length).toBeLessThanOrEqual(strategy.maxFailures);
    // Foreign devices stay where they are.
    expect(moving.filter((machine) => !machine.habits.owned)).toEqual([]);
  }

  async function up(state: Saved): Promise<{ ending: Ending; error?: Unfinished }> {
    startedAt[run] = world.now();
    const asked = { ...state.inputs, version: "v2" };
    const killed = world.killAt(run === 1 ? kill?.at : undefined, kill?.moment ?? "before");
    try {
      const ports = world.ports();
      const request = {
        version: "v2",
        deviceIds: owned,
        rollout,
        before: state,
        refuse: () => {},
        intentOn: (fleet: Parameters<typeof intentOf>[2]) => intentOf(asked, [], fleet),
      };
      await Promise.race([rollOut(ports, FLOW, request), killed]);
      return { ending: "done" };
    } catch (error) {
      if (error instanceof Unfinished) return { ending: "stopped", error };
      if (error instanceof Killed) return { ending: "killed" };
      if (error instanceof Error && error.message.includes("Nothing was changed")) return { ending: "refused" };
      throw error;
    }
  }

  let outcome = await up(before);
  if (outcome.ending === "killed") {
    run = 2;
    // Whoever was moved away by hand in between is declared again.
    for (const machine of world.machines) if (machine.desired !== "v2") released.delete(machine.id);
    outcome = await up(before);
  }
  return { world, writes, owned, strategy, outcome, run, startedAt: startedAt[run] ?? 0, up };
}

interface Case {
  readonly habits: Habits[];
  readonly rollout: RolloutInputs;
  readonly kill: Kill | undefined;
  readonly jitter?: number;
}

interface Kill {
  readonly at: number;
  readonly moment: "before" | "after";
}

function saved(version: string, deviceIds: readonly string[]): Saved {
  return { inputs: { ...FLOW, version, deviceIds }, leaving: [] };
}

describe("a rollout, from whatever is live, killed at any call or not", () => {
  test("releases one batch at a time, each device once, and nothing once too much has failed", async () => {
    await fc.assert(
      fc.asyncProperty(aCase, async (given) => {
        // Judged write by write in `play`.
        const { outcome, writes, run } = await play(given);
        expect(["done", "stopped", "refused"]).toContain(outcome.ending);
        if (outcome.ending === "refused") expect(writes.filter((write) => write.run === run)).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });

  test("succeeds only where every device runs the version, but for those offline and those that may fail", async () => {
    await fc.assert(
      fc.asyncProperty(aCase, async (given) => {
        const { outcome, world, strategy } = await play(given);
        if (outcome.ending !== "done") return;
        const ours = world.machines.filter((machine) => machine.habits.owned);
        const without = ours.filter(({ current, desired }) => current !== "v2" || desired !== "v2");
        const awaited = without.filter(
          (m) => given.rollout.offline !== "ignore" || world.isOnline(m) || m.desired !== "v2",
        );
        expect(awaited.length).toBeLessThanOrEqual(strategy.maxFailures);
      }),
      { numRuns: RUNS },
    );
  });

  test("ends, in bounded time and with a bounded number of looks", async () => {
    await fc.assert(
      fc.asyncProperty(aCase, async (given) => {
        const { world, owned, strategy, startedAt } = await play(given);
        const most = (owned.length + 1) * (strategy.timeoutMs + strategy.pauseMs + 5_000);
        expect(world.now() - startedAt).toBeLessThanOrEqual(most);
        // One look for each half second, at the very most, and a few for each batch.
        expect(world.calls.lists).toBeLessThanOrEqual(20 + world.now() / 400 + world.calls.writes * 10);
      }),
      { numRuns: RUNS },
    );
  });

  test("after a failure: stop leaves everything there, rollback returns each device to its own version", async () => {
    await fc.assert(
      fc.asyncProperty(aCase, async (given) => {
        const { outcome, world, writes, run } = await play(given);
        if (outcome.ending !== "stopped") return;
        const back = writes.filter((write) => write.run === run && write.to !== "v2");
        if (given.rollout.onFailure === "stop") {
          expect(back).toEqual([]);
          expect(shown(outcome.error)).toEqual(desiredOf(world));
          return;
        }
        for (const machine of world.machines.filter(({ habits }) => habits.owned)) {
          // What stood at v2 before, the state says was v1: only an interrupted run of this update can have moved it.
          const own = [machine.habits.start === "v2" ? "v1" : machine.habits.start];
          if (machine.movedByHand) own.push(HAND);
          expect(own).toContain(machine.desired);
        }
        expect(shown(outcome.error)).toEqual(desiredOf(world));
      }),
      { numRuns: RUNS },
    );
  });

  test("once it has succeeded, the same again makes no write", async () => {
    await fc.assert(
      fc.asyncProperty(aCase, async (given) => {
        const calm = given.habits.map((habit) => ({ ...habit, movedAt: Infinity }));
        const { outcome, world, owned, up } = await play({ ...given, habits: calm });
        if (outcome.ending !== "done") return;
        const { writes, lists } = world.calls;
        expect((await up(saved("v2", owned))).ending).toBe("done");
        expect(world.calls.writes).toBe(writes);
        expect(world.calls.lists - lists).toBeLessThanOrEqual(2);
      }),
      { numRuns: RUNS / 3 },
    );
  });
});

function desiredOf(world: World): Record<string, Version> {
  return Object.fromEntries(world.machines.filter(carries).map(({ id, desired }) => [id, desired]));
}

function shown(error: Unfinished | undefined): Record<string, Version> {
  const views = [...(error?.fleet.values() ?? [])].filter(carries);
  return Object.fromEntries(views.map(({ deviceId, desired }) => [deviceId, desired]));
}

function carries({ desired, current }: { readonly desired: Version; readonly current: Version }): boolean {
  return desired !== null || current !== null;
}

test("each batch has its own time: one that began late is not late", async () => {
  const slow: Habits = {
    start: "v1",
    delay: 50,
    refuses: false,
    offlineUntil: 0,
    drops: 0,
    movedAt: Infinity,
    owned: true,
  };
  const rollout: RolloutInputs = { batches: [1, 2, 3], timeoutSeconds: 60 };
  const { outcome, world } = await play({ habits: [slow, slow, slow], rollout, kill: undefined });
  expect(outcome.ending).toBe("done");
  expect(world.now()).toBeGreaterThan(150_000);
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
  });
  const statuses = fc
    .array(aStatus, { maxLength: 20 })
    .map((all): DeviceStatus[] => all.map((one, index) => ({ ...one, deviceId: `d${index}` })));
  const now = fc.integer({ min: 0, max: 400_000 });
  const settledAt = fc.option(now, { nil: undefined });

  test("is the same for the same values, releases only what waits, and waits only for what is to come", () => {
    fc.assert(
      fc.property(statuses, aRollout, now, settledAt, (all, rollout, at, settled) => {
        const strategy = strategyOf(rollout, all.length);
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

  test("once it has failed it stays failed as time goes on", () => {
    fc.assert(
      fc.property(statuses, aRollout, now, now, (all, rollout, at, later) => {
        const strategy = strategyOf(rollout, all.length);
        fc.pre(nextStep(strategy, { statuses: all }, at).kind === "failed");
        expect(nextStep(strategy, { statuses: all }, at + later).kind).toBe("failed");
      }),
      { numRuns: 2000 },
    );
  });
});
