import { describe, expect, test } from "@jest/globals";
import type { RolloutInputs } from "../../../provider/resource/inputs.js";
import type { RuntimeError } from "../../../provider/losant/types.js";
import type { DeviceView } from "../../../provider/resource/fleet.js";
import { statusOf } from "../../../provider/decision/device-status.js";
import { nextStep } from "../../../provider/decision/rollout-policy.js";
import { strategyOf } from "../../../provider/decision/rollout-strategy.js";
import type { DeviceState, DeviceStatus } from "../../../provider/decision/device-status.js";
import type { RolloutStep } from "../../../provider/decision/rollout-policy.js";

const SECOND = 1000;
const NOW = 1_000_000;

/** `waiting x3, done, moving`: devices named d0, d1 ... in this order, released now unless said otherwise. */
function devices(text: string, releasedAt = NOW): DeviceStatus[] {
  const states = text.split(", ").flatMap((part) => {
    const [state = "", times = "1"] = part.split(" x");
    return Array.from({ length: Number(times) }, () => state);
  });
  return states.map((written, index) => {
    const isAway = written === "waiting-offline";
    const state = (isAway ? "waiting" : written) as DeviceState;
    const connected = !isAway && state !== "offline" && state !== "lost";
    return { deviceId: `d${index}`, state, connected, releasedAt: state === "waiting" ? undefined : releasedAt };
  });
}

const numbered = (count: number): string[] => Array.from({ length: count }, (_, index) => `d${index}`);

interface At {
  readonly now?: number;
  readonly releasedAt?: number;
  readonly settledAt?: number;
  readonly heldBy?: string;
}

function step(rollout: RolloutInputs, text: string, at: At = {}): string {
  const { now = NOW, releasedAt = NOW, settledAt, heldBy } = at;
  const statuses = devices(text, releasedAt);
  return told(
    nextStep(
      strategyOf(
        rollout,
        statuses.map(({ deviceId }) => deviceId),
      ),
      { statuses, settledAt, heldBy },
      now,
    ),
    now,
  );
}

const WAITS = { devices: "wait", health: "watch", rest: "rest", resume: "held for", window: "closed for" };

function told(next: RolloutStep, now: number): string {
  switch (next.kind) {
    case "release":
      return `batch ${next.batch}: release ${next.deviceIds.join(" ")}`;
    case "wait":
      return `batch ${next.batch}: ${WAITS[next.waitsFor]} ${(next.until - now) / SECOND} s`;
    case "paused": {
      const opens = next.opening === undefined ? "" : `, opens in ${(next.opening.from - now) / SECOND} s`;
      return `batch ${next.batch}: paused${opens}`;
    }
    default: {
      const why = next.problems.map(({ deviceId, kind }) => `${deviceId} ${kind}`).join(", ");
      return [next.kind === "done" ? "done" : `batch ${next.batch}: failed`, why].filter(Boolean).join(", ");
    }
  }
}

const CANARY: RolloutInputs = { batches: [1, "25%", "100%"] };

describe("the sizes of batches", () => {
  test.each<[RolloutInputs["batches"], number, number[]]>([
    [undefined, 40, [40]],
    [["100%"], 40, [40]],
    [[1, "25%", "100%"], 40, [1, 10, 40]],
    [["25%"], 10, [3, 10]],
    [["7%"], 100, [7, 100]],
    [["1%"], 3, [1, 3]],
    [["33.4%", "66.7%"], 3, [2, 3]],
    [[5, 2, 8], 10, [5, 8, 10]],
    [[1, 50], 4, [1, 4]],
    [[1, "25%", "100%"], 1, [1]],
    [[1, "100%"], 0, []],
  ])("%j of %d devices are %j", (batches, count, sizes) => {
    expect(strategyOf({ batches }, numbered(count)).sizes).toEqual(sizes);
  });

  test("an allowance of failures is rounded down: 5% of ten devices are none", () => {
    expect(strategyOf({ maxFailures: "5%" }, numbered(10)).maxFailures).toBe(0);
    expect(strategyOf({ maxFailures: "25%" }, numbered(10)).maxFailures).toBe(2);
    expect(strategyOf({ maxFailures: 3 }, numbered(10)).maxFailures).toBe(3);
  });

  test("without settings: one batch, ten minutes, no failure, offline devices are ignored", () => {
    expect(strategyOf({}, numbered(2))).toEqual({
      sizes: [2],
      timeoutMs: 600_000,
      pauseMs: 0,
      maxFailures: 0,
      offline: "ignore",
    });
  });
});

describe("the next step", () => {
  test.each<[string, RolloutInputs, string, string]>([
    ["nothing released: the canary", CANARY, "waiting x8", "batch 1: release d0"],
    ["without batches: all of them", {}, "waiting x3", "batch 1: release d0 d1 d2"],
    ["the canary has not reported: wait", CANARY, "moving, waiting x7", "batch 1: wait 600 s"],
    ["the canary runs it: the next batch", CANARY, "done, waiting x7", "batch 2: release d1"],
    ["a device of the second batch is slow: wait", CANARY, "done, moving, waiting x6", "batch 2: wait 600 s"],
    ["two run it: the rest", CANARY, "done x2, waiting x6", "batch 3: release d2 d3 d4 d5 d6 d7"],
    ["all run it", CANARY, "done x8", "done"],
    ["nobody is there", CANARY, "done", "done"],
    ["the canary failed", CANARY, "failed, waiting x7", "batch 1: failed, d0 failed"],
    [
      "a failure ends it though others are under way",
      CANARY,
      "done, failed, moving, waiting x5",
      "batch 3: failed, d1 failed",
    ],
    ["a device of the batch was moved elsewhere", CANARY, "elsewhere, waiting x7", "batch 1: failed, d0 elsewhere"],
    [
      "moved already, by hand or by a run before: counts as done first",
      CANARY,
      "waiting x3, done, waiting x4",
      "batch 2: release d0",
    ],
    [
      "more moved already than a batch holds: wait for all of them",
      CANARY,
      "moving x3, waiting x5",
      "batch 3: wait 600 s",
    ],
    [
      "devices known to be offline come last",
      { batches: [2] },
      "waiting-offline x2, waiting x2",
      "batch 1: release d2 d3",
    ],
  ])("%s", (_name, rollout, fleet, expected) => {
    expect(step(rollout, fleet)).toBe(expected);
  });
});

describe("a rollout that a person has paused", () => {
  const held = { heldBy: "anna@laptop" };
  test.each<[string, string, string]>([
    ["holds the batch that is due", "done, waiting x7", "batch 1: held for Infinity s"],
    ["holds the first batch", "waiting x8", "batch 1: held for Infinity s"],
    ["waits for a batch that is under way, as ever", "moving, waiting x7", "batch 1: wait 600 s"],
    ["ends where too much has failed", "failed, waiting x7", "batch 1: failed, d0 failed"],
    ["is done where nothing is left to release", "done x8", "done"],
  ])("%s", (_name, fleet, expected) => {
    expect(step(CANARY, fleet, held)).toBe(expected);
  });

  test("is held while its rest goes on, and outside of its windows", () => {
    const rollout: RolloutInputs = {
      batches: [1],
      pauseSeconds: 30,
      windows: [{ from: "00:00", to: "00:01", timeZone: "UTC" }],
    };
    expect(step(rollout, "done, waiting", { ...held, settledAt: NOW })).toBe("batch 1: held for Infinity s");
  });
});

describe("failures that are allowed", () => {
  const rollout: RolloutInputs = { batches: [2, 4], maxFailures: 1 };
  test.each([
    ["as many as allowed: it goes on", "done, failed, waiting x4", "batch 2: release d2 d3"],
    ["and ends well, with the failure named", "done, failed, done x4", "done, d1 failed"],
    ["one more: it ends", "done, failed, failed, waiting x3", "batch 2: failed, d1 failed, d2 failed"],
    ["all kinds count together", "done, failed, elsewhere, waiting x3", "batch 2: failed, d1 failed, d2 elsewhere"],
  ])("%s", (_name, fleet, expected) => {
    expect(step(rollout, fleet)).toBe(expected);
  });
});

describe("time", () => {
  const rollout: RolloutInputs = { batches: [2], timeoutSeconds: 60 };
  const after = (seconds: number): At => ({ now: NOW + seconds * SECOND });

  test.each([
    [59, "batch 1: wait 1 s"],
    [60, "batch 1: failed, d1 late"],
    [61, "batch 1: failed, d1 late"],
  ])("after %d s of 60 a silent device means: %s", (seconds, expected) => {
    expect(step(rollout, "done, moving, waiting", after(seconds))).toBe(expected);
  });

  test("a device that is late counts as failed, and never as there", () => {
    expect(step({ ...rollout, maxFailures: 1 }, "done, moving, waiting", after(60))).toBe("batch 2: release d2");
    expect(step({ ...rollout, maxFailures: 1 }, "done, moving, done", after(60))).toBe("done, d1 late");
  });

  test("a device that reports after its time, in a rollout that went on, is there", () => {
    expect(step({ ...rollout, maxFailures: 1 }, "done, done, done", after(600))).toBe("done");
  });

  test("a rest after each batch but the last", () => {
    const resting: RolloutInputs = { batches: [1], pauseSeconds: 30 };
    expect(step(resting, "done, waiting", { settledAt: NOW - 10 * SECOND })).toBe("batch 1: rest 20 s");
    expect(step(resting, "done, waiting", { settledAt: NOW - 30 * SECOND })).toBe("batch 2: release d1");
    expect(step(resting, "done, done", { settledAt: NOW })).toBe("done");
  });

  test("a failure in the rest ends the rollout", () => {
    expect(step({ batches: [1], pauseSeconds: 30 }, "failed, waiting", { settledAt: NOW })).toBe(
      "batch 1: failed, d0 failed",
    );
  });

  test("the way on is free at once where nothing was released before", () => {
    expect(step({ batches: [1], pauseSeconds: 30 }, "waiting, waiting")).toBe("batch 1: release d0");
  });
});

describe("devices that are offline", () => {
  const late = { now: NOW + 60 * SECOND };
  test.each<[NonNullable<RolloutInputs["offline"]>, string, At, string]>([
    ["ignore", "done, offline", {}, "done"],
    ["ignore", "done x2, offline, waiting", {}, "batch 2: release d3"],
    ["ignore", "lost, done, waiting", {}, "batch 1: wait 60 s"],
    ["ignore", "lost, done, waiting", late, "batch 1: failed, d0 late"],
    ["wait", "done, offline", {}, "batch 1: wait 60 s"],
    ["wait", "done, offline", late, "batch 1: failed, d1 late"],
    ["fail", "waiting, waiting-offline", {}, "batch 1: failed, d1 offline"],
    ["fail", "done, offline", {}, "batch 1: failed, d1 offline"],
    ["fail", "done, lost", {}, "batch 1: failed, d1 offline"],
  ])("%s: %s", (offline, fleet, at, expected) => {
    expect(step({ batches: [2], timeoutSeconds: 60, offline }, fleet, at)).toBe(expected);
  });

  test("a canary that turns out to be offline proves nothing: another one is taken", () => {
    expect(step(CANARY, "offline, waiting x7")).toBe("batch 1: release d1");
    expect(step(CANARY, "offline x2, waiting x6")).toBe("batch 1: release d2");
    expect(step(CANARY, "offline x2, done, waiting x5")).toBe("batch 2: release d3");
  });

  test("a device that fell silent and is late counts in its batch: no other one takes its place", () => {
    const rollout = { batches: [2, 4], timeoutSeconds: 60, maxFailures: 1 };
    expect(step(rollout, "done, lost, waiting x4", late)).toBe("batch 2: release d2 d3");
  });

  test("a fleet that is offline as a whole gets the version, and the rollout ends", () => {
    expect(step(CANARY, "offline x8")).toBe("done");
  });
});

describe("a canary that is named", () => {
  const named = (...deviceIds: string[]): RolloutInputs => ({ batches: ["50%"], canary: { deviceIds } });
  const late = { now: NOW + 600 * SECOND };
  test.each<[string, RolloutInputs, string, At, string]>([
    ["goes first, as a batch of its own", named("d3"), "waiting x8", {}, "batch 1: release d3"],
    ["goes first though it is offline", named("d1"), "waiting, waiting-offline, waiting x6", {}, "batch 1: release d1"],
    ["goes first, whoever has the version already", named("d3"), "done x2, waiting x6", {}, "batch 1: release d3"],
    ["runs it: the next batch", named("d3"), "waiting x3, done, waiting x4", {}, "batch 2: release d0 d1 d2"],
    ["is offline: it is waited for", named("d3"), "waiting x3, offline, waiting x4", {}, "batch 1: wait 600 s"],
    ["stays offline", named("d3"), "waiting x3, offline, waiting x4", late, "batch 1: failed, d3 late"],
    ["is offline in part", named("d0", "d1"), "done, offline, waiting x6", {}, "batch 2: release d2 d3"],
    ["is not at the version yet, in part", named("d0", "d1"), "moving, offline, waiting x6", {}, "batch 1: wait 600 s"],
    ["is offline, with the rest of the fleet", named("d0"), "offline x8", {}, "batch 1: wait 600 s"],
    [
      "failed, which is allowed",
      { ...named("d0"), maxFailures: 1 },
      "failed, waiting x7",
      {},
      "batch 2: release d1 d2 d3",
    ],
  ])("%s", (_name, rollout, fleet, at, expected) => {
    expect(step(rollout, fleet, at)).toBe(expected);
  });
});

describe("health, where a device has to run the version for 60 s and may throw 2 errors", () => {
  const rollout: RolloutInputs = {
    batches: [1, "100%"],
    timeoutSeconds: 300,
    health: { errors: { max: 2 }, settleSeconds: 60 },
  };
  interface Watch {
    /** Seconds ago that it began to run the version. */
    readonly runs?: number;
    readonly errors?: number;
    /** Seconds ago that errors were last read; undefined: never. */
    readonly read?: number;
    readonly more?: RolloutInputs;
  }
  const error: RuntimeError = { deviceId: "d0", at: 0, message: "no register 4" };

  test.each<[string, string, Watch, string]>([
    ["it has just begun: watch it", "done, waiting", { runs: 0, read: 0 }, "batch 1: watch 60 s"],
    ["it has run for a while: watch it on", "done, waiting", { runs: 40, read: 0 }, "batch 1: watch 20 s"],
    ["it has run for long enough", "done, waiting", { runs: 60, read: 0 }, "batch 2: release d1"],
    ["as many errors as allowed", "done, waiting", { runs: 60, read: 0, errors: 2 }, "batch 2: release d1"],
    ["one more, at once", "done, waiting", { runs: 0, read: 0, errors: 3 }, "batch 1: failed, d0 unhealthy"],
    [
      "one more, which maxFailures allows",
      "done, waiting",
      { runs: 0, read: 0, errors: 3, more: { maxFailures: 1 } },
      "batch 2: release d1",
    ],
    ["the errors were read too early: wait", "done, waiting", { runs: 60, read: 1 }, "batch 1: watch 300 s"],
    ["they were never read", "done, waiting", { runs: 359 }, "batch 1: watch 1 s"],
    ["they could not be read for as long as a batch may take", "done", { runs: 360 }, "batch 1: failed, d0 unjudged"],
    ["the last batch is watched too", "done", { runs: 0, read: 0 }, "batch 1: watch 60 s"],
    ["the last batch is healthy", "done", { runs: 60, read: 0 }, "done"],
    ["it fell silent and threw", "lost, waiting", { errors: 3, read: 0 }, "batch 1: failed, d0 unhealthy"],
    ["it could not run the version, and threw", "failed, waiting", { errors: 3 }, "batch 1: failed, d0 failed"],
    ["another one is awaited for its report", "moving, waiting", { read: 0 }, "batch 1: wait 300 s"],
    [
      "a named canary that throws proves nothing, though that is allowed",
      "done, offline, waiting",
      { runs: 60, read: 0, errors: 3, more: { maxFailures: 1, canary: { deviceIds: ["d0", "d1"] } } },
      "batch 1: wait 300 s",
    ],
  ])("%s", (_name, fleet, { runs, errors = 0, read, more }, expected) => {
    const [first, ...rest] = devices(fleet);
    const runsSince = runs === undefined ? undefined : NOW - runs * SECOND;
    const watched = { runsSince, errors: Array.from({ length: errors }, () => error) };
    const statuses = [...(first === undefined ? [] : [{ ...first, watched }]), ...rest];
    const health = read === undefined ? {} : { readAt: NOW - read * SECOND };
    const strategy = strategyOf({ ...rollout, ...more }, numbered(statuses.length));
    expect(told(nextStep(strategy, { statuses, health }, NOW), NOW)).toBe(expected);
  });

  test("a device that is not judged does not wait", () => {
    expect(step(rollout, "done, waiting")).toBe("batch 2: release d1");
  });
});

describe("windows", () => {
  // NOW is 1970-01-01 00:16:40 UTC.
  const later = { from: "01:00", to: "02:00", timeZone: "UTC" };
  const night = { from: "22:00", to: "04:00", timeZone: "UTC" };
  test.each<[string, RolloutInputs, string, At, string]>([
    ["open: the first batch", { windows: [night] }, "waiting", {}, "batch 1: release d0"],
    ["one of them open", { windows: [later, night] }, "waiting", {}, "batch 1: release d0"],
    ["closed: nothing is released", { windows: [later] }, "waiting", {}, "batch 1: paused, opens in 2600 s"],
    ["closed: wait, if told to", { windows: [later], outside: "wait" }, "waiting", {}, "batch 1: closed for 2600 s"],
    ["closed, a batch under way: it is let end", { windows: [later] }, "moving, waiting", {}, "batch 1: wait 600 s"],
    [
      "closed, a rest after the batch: it is over first",
      { windows: [later], batches: [1], pauseSeconds: 30 },
      "done, waiting",
      { settledAt: NOW },
      "batch 1: rest 30 s",
    ],
    [
      "closed, between two batches",
      { windows: [later], batches: [1] },
      "done, waiting",
      {},
      "batch 1: paused, opens in 2600 s",
    ],
    ["closed, and a device failed", { windows: [later] }, "failed, waiting", {}, "batch 1: failed, d0 failed"],
    ["closed, and all is done", { windows: [later] }, "done", {}, "done"],
  ])("%s", (_name, rollout, fleet, at, expected) => {
    expect(step(rollout, fleet, at)).toBe(expected);
  });
});

describe("what a device is doing", () => {
  const released = { releasedAt: new Map([["d", NOW]]), online: new Set<string>() };
  const never = { releasedAt: new Map<string, number>(), online: new Set<string>() };
  const view = (desired: string | null, current: string | null, more: Partial<DeviceView> = {}): DeviceView => ({
    deviceId: "d",
    desired,
    current,
    sameContent: true,
    ...more,
  });
  const failure = { attemptedVersion: "v2", error: "no room" };

  test.each<[string, DeviceView | undefined, "released" | "never", DeviceState]>([
    ["no record of it", undefined, "never", "waiting"],
    ["at the old version", view("v1", "v1"), "never", "waiting"],
    ["a failure of the old version", view("v1", null, { failure }), "never", "waiting"],
    ["wanted and silent", view("v2", "v1"), "released", "moving"],
    ["connection not known", view("v2", "v1", { connected: undefined }), "released", "moving"],
    ["offline", view("v2", "v1", { connected: false }), "released", "offline"],
    ["runs it", view("v2", "v2"), "released", "done"],
    ["runs it, offline", view("v2", "v2", { connected: false }), "released", "done"],
    ["runs older content of the same name", view("v2", "v2", { sameContent: false }), "released", "moving"],
    ["could not run it", view("v2", "v1", { failure }), "released", "failed"],
    ["could not run it, offline since", view("v2", "v1", { failure, connected: false }), "released", "failed"],
    ["released, and wanted elsewhere", view("v3", "v2"), "released", "elsewhere"],
    ["runs the version and is wanted elsewhere", view("v3", "v2"), "never", "waiting"],
  ])("%s", (_name, seen, when, state) => {
    expect(statusOf("d", seen, "v2", when === "released" ? released : never).state).toBe(state);
  });

  test("offline now, online at an earlier look: lost, for the version may have cut it off", () => {
    const seen = { ...released, online: new Set(["d"]) };
    expect(statusOf("d", view("v2", "v1", { connected: false }), "v2", seen).state).toBe("lost");
  });

  test("a removal has succeeded once nothing runs, whatever content that was", () => {
    expect(statusOf("d", view(null, "v1"), null, released).state).toBe("moving");
    expect(statusOf("d", view(null, null, { sameContent: false }), null, released).state).toBe("done");
    expect(statusOf("d", undefined, null, released).state).toBe("done");
  });
});
