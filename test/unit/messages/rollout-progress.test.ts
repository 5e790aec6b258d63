// What a rollout shows while it runs: one line a rollout, one a device, one a batch.
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { nextStep, underWay } from "../../../provider/decision/rollout-policy.js";
import { strategyOf } from "../../../provider/decision/rollout-strategy.js";
import type { DeviceState, DeviceStatus } from "../../../provider/decision/device-status.js";
import type { RolloutInputs } from "../../../provider/resource/rollout-inputs.js";
import type { DeviceView } from "../../../provider/resource/fleet.js";
import {
  batchLine,
  deviceRows,
  GOING_BACK,
  goalOf,
  progressLine,
} from "../../../provider/messages/rollout-progress.js";
import type { ProgressView } from "../../../provider/messages/rollout-progress.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = Date.UTC(2026, 10, 27, 12);

interface Seen {
  readonly state: DeviceState;
  readonly name?: string;
  readonly connected?: boolean;
  readonly view?: Partial<DeviceView>;
  readonly watched?: DeviceStatus["watched"];
}

const all = (count: number, state: DeviceState): Seen[] => Array.from({ length: count }, () => ({ state }));

/** `released` a minute ago, by a rollout of all at once that waits for offline devices. */
function viewOf(seen: readonly Seen[], rollout: RolloutInputs = {}, settledAt?: number): ProgressView {
  const strategy = strategyOf(
    { offline: "wait", ...rollout },
    seen.map((_, index) => `d${index}`),
  );
  const statuses = seen.map(({ state, connected, watched }, index): DeviceStatus => ({
    deviceId: `d${index}`,
    state,
    connected: connected ?? !["offline", "lost"].includes(state),
    ...(state === "waiting" ? {} : { releasedAt: NOW - MINUTE }),
    watched,
  }));
  const fleet = new Map(
    seen.map(({ name, view }, index): [string, DeviceView] => [
      `d${index}`,
      {
        deviceId: `d${index}`,
        name: name ?? `line-${index + 1}`,
        desired: "v1.2.4",
        current: "v1.2.3",
        sameContent: true,
        ...view,
      },
    ]),
  );
  const situation = { statuses, settledAt };
  return {
    name: "hall-a",
    goal: "v1.2.4",
    statuses,
    ...underWay(strategy, situation, NOW),
    step: nextStep(strategy, situation, NOW),
    batches: strategy.sizes.length,
    fleet,
    now: NOW,
  };
}

const offlineSince = (ms: number): Partial<DeviceView> => ({ connectionTime: new Date(NOW - ms).toISOString() });
const done = all(9, "done");

describe("the line of a rollout", () => {
  const moving: Seen = { state: "moving", name: "line-4" };
  const gone: Seen = { state: "offline", name: "line-7", view: offlineSince(2 * HOUR + 5 * MINUTE) };
  const failed: Seen = { state: "failed", name: "line-8" };

  test.each<[string, readonly Seen[], RolloutInputs, string]>([
    [
      "names whom it waits for, and since when they are offline",
      [...done, moving, gone, ...all(1, "waiting")],
      { batches: [11, "100%"], timeoutSeconds: 180 },
      "hall-a  v1.2.4  9/12 · waits for line-4, line-7 (offline 2h) · 2m left",
    ],
    [
      "leaves the time out where it does not fit",
      [...done, { ...moving, name: "line-4-north" }, gone],
      {},
      "hall-a  v1.2.4  9/11 · waits for line-4-north, line-7 (offline 2h)",
    ],
    [
      "names fewer devices where the names do not fit, and counts the rest",
      [
        ...done,
        ...["furnace-1-north", "furnace-2-north", "furnace-3-north"].map((name): Seen => ({ state: "moving", name })),
      ],
      {},
      "hall-a  v1.2.4  9/12 · waits for furnace-1-north and 2 more · 9m left",
    ],
    [
      "counts failed devices, which have rows of their own",
      [...done, failed, moving],
      { maxFailures: 1 },
      "hall-a  v1.2.4  9/11 · 1 failed · waits for line-4 · 9m left",
    ],
    [
      "an offline device that Losant does not know the time of",
      [...done, { state: "lost", name: "line-7" }],
      {},
      "hall-a  v1.2.4  9/10 · waits for line-7 (offline) · 9m left",
    ],
    ["a device that is not waited for is not named", [...done, gone], { offline: "ignore" }, "hall-a  v1.2.4  9/10"],
    ["at the end", done, {}, "hall-a  v1.2.4  9/9"],
  ])("%s", (_name, seen, rollout, line) => {
    expect(progressLine(viewOf(seen, rollout))).toBe(line);
  });

  test("says that it watches, rests, or waits for its window", () => {
    const watched = { runsSince: NOW - 15_000, errors: [] };
    const watching = viewOf([{ state: "done", watched }, ...all(1, "waiting")], {
      batches: [1, 2],
      health: { errors: { max: 0 } },
    });
    expect(progressLine(watching)).toBe("hall-a  v1.2.4  1/2 · watches line-1 · 45s left");
    const resting = viewOf([...all(1, "done"), ...all(1, "waiting")], { batches: [1, 2], pauseSeconds: 90 }, NOW);
    expect(progressLine(resting)).toBe("hall-a  v1.2.4  1/2 · rests after batch 1 · 1m 30s left");
    const windows = [{ from: "22:00", to: "04:00", timeZone: "UTC" }];
    const closed = viewOf(all(2, "waiting"), { windows, outside: "wait" });
    expect(progressLine(closed)).toBe("hall-a  v1.2.4  0/2 · waits for the window · 10h left");
    expect(progressLine(viewOf(all(2, "waiting"), { windows }))).toBe("hall-a  v1.2.4  0/2 · no window is open");
  });

  test("of a removal, of an old state without a name, of a long name", () => {
    const view = viewOf(done);
    expect(progressLine({ ...view, goal: goalOf(null) })).toBe("hall-a  removal  9/9");
    expect(progressLine({ ...view, name: undefined })).toBe("rollout  v1.2.4  9/9");
    expect(progressLine({ ...view, name: "a".repeat(40), goal: "b".repeat(40) })).toBe(
      `${"a".repeat(23)}…  ${"b".repeat(15)}…  9/9`,
    );
  });

  test("fits beside Pulumi's tree on 80 columns, whatever the names are", () => {
    const text = fc.oneof(
      fc.string({ minLength: 1, maxLength: 300 }),
      fc.integer({ min: 1, max: 60 }).map((length) => "x".repeat(length)),
    );
    const state = fc.constantFrom<DeviceState>("waiting", "moving", "offline", "lost", "done", "failed", "elsewhere");
    fc.assert(
      fc.property(
        fc.array(fc.record({ state, name: text }), { minLength: 1, maxLength: 30 }),
        text,
        text,
        (seen, name, goal) => {
          const view = { ...viewOf(seen, { maxFailures: "50%" }), name, goal };
          const ids = seen.map((_, index) => `d${index}`);
          const rows = deviceRows(view, 8).flatMap(({ label, text: row }) => [label, row]);
          for (const line of [progressLine(view), batchLine(view, ids), ...rows]) {
            expect(line.length).toBeLessThanOrEqual(70);
          }
        },
      ),
    );
  });
});

describe("the line of a batch", () => {
  test("names its devices", () => {
    const view = viewOf([...all(1, "done"), ...all(11, "waiting")], { batches: [1, 3, 12] });
    expect(batchLine(view, ["d1", "d2"])).toBe("hall-a  v1.2.4  1/12 · batch 2/3: line-2, line-3");
    expect(batchLine(view, ["d1", "d2", "d3", "d4", "d5"])).toBe(
      "hall-a  v1.2.4  1/12 · batch 2/3: line-2, line-3, line-4 and 2 more",
    );
  });
});

describe("the rows of devices", () => {
  test("those that failed first, then those that are offline; at most so many", () => {
    const failure = { attemptedVersion: "v1.2.4", error: "no room" };
    const seen: Seen[] = [
      { state: "moving" },
      { state: "offline", view: offlineSince(HOUR) },
      { state: "failed", view: { failure } },
      { state: "done" },
      { state: "waiting" },
    ];
    const rows = deviceRows(viewOf(seen, { maxFailures: 2 }), 8);
    expect(rows.map(({ text }) => text)).toEqual([
      "hall-a  line-3  failed: no room",
      "hall-a  line-2  still reports v1.2.3 (offline 1h)",
      "hall-a  line-1  still reports v1.2.3",
    ]);
    expect(rows.map(({ label }) => label)).toEqual([
      "hall-a  line-3  failed: no room",
      "hall-a  line-2  to v1.2.4",
      "hall-a  line-1  to v1.2.4",
    ]);
    expect(deviceRows(viewOf(seen, { maxFailures: 2 }), 2)).toEqual(rows.slice(0, 2));
  });

  test("of a way back and of a removal say so", () => {
    const view = viewOf([{ state: "moving" }]);
    const label = (goal: string): string | undefined => deviceRows({ ...view, goal }, 8)[0]?.label;
    expect([label(GOING_BACK), label(goalOf(null)), label("v1.2.4")]).toEqual([
      "hall-a  line-1  goes back",
      "hall-a  line-1  loses the workflow",
      "hall-a  line-1  to v1.2.4",
    ]);
  });

  test("of a device whose runs fail have the runs, and not its errors", () => {
    const view = viewOf([{ state: "done" }]);
    const text = (unhealthy: object): string | undefined =>
      deviceRows({ ...view, problems: [{ deviceId: "d0", kind: "unhealthy", errors: [], ...unhealthy }] }, 8)[0]?.text;
    expect(text({ runs: { runs: 100, failed: 7 } })).toBe("hall-a  line-1  up to 7 of 100 runs failed");
    expect(text({ errors: [{ at: NOW }], runs: { runs: 100, failed: 7 } })).toBe("hall-a  line-1  threw 1 error");
  });
});
