// What a rollout shows and when: live rows on a terminal, one line a batch without one.
import { describe, expect, test } from "@jest/globals";
import { createProgressReport } from "../../../provider/apply/progress-report.js";
import { silent } from "../../../provider/messages/log.js";
import type { ProgressView } from "../../../provider/messages/rollout-progress.js";
import type { DeviceStatus } from "../../../provider/decision/device-status.js";
import type { RolloutStep } from "../../../provider/decision/rollout-policy.js";
import { rowKeyIn, rowUrn } from "../../../provider/host/progress-rows.js";

const RULES = { allowFleetWideCalls: true, verifySeconds: 1 };
const SECOND = 1_000;

interface Shown {
  readonly message: string;
  readonly key?: string;
  readonly label?: string;
}

function report(isWatched: boolean): {
  readonly shown: Shown[];
  readonly tell: ReturnType<typeof createProgressReport>;
} {
  const shown: Shown[] = [];
  const log = { ...silent, progress: (message: string, row?: object) => void shown.push({ message, ...row }) };
  return { shown, tell: createProgressReport({ log, rules: { ...RULES, isWatched } }) };
}

const moving = (count: number): DeviceStatus[] =>
  Array.from({ length: count }, (_, index) => ({ deviceId: `d${index}`, state: "moving", connected: true }));

function viewAt(now: number, step: RolloutStep, more: Partial<ProgressView> = {}): ProgressView {
  const statuses = moving(2);
  const base = { name: "hall-a", goal: "v2", statuses, awaited: [], problems: [], batches: 3, fleet: new Map() };
  return { ...base, step, now, ...more };
}

const release = (batch: number, ...deviceIds: string[]): RolloutStep => ({ kind: "release", batch, deviceIds });
const wait = (batch: number, until: number, waitsFor: "devices" | "window" = "devices"): RolloutStep => ({
  kind: "wait",
  batch,
  until,
  waitsFor,
});

describe("without a terminal", () => {
  test("one line a batch, however long it takes, and one where it waits for its window", () => {
    const { shown, tell } = report(false);
    tell(viewAt(0, release(1, "d0")));
    for (let now = 0; now < 600 * SECOND; now += SECOND) tell(viewAt(now, wait(1, 600 * SECOND)));
    for (let now = 0; now < 60 * SECOND; now += SECOND) tell(viewAt(now, wait(1, 60 * SECOND, "window")));
    tell(viewAt(600 * SECOND, release(2, "d1")));
    expect(shown).toEqual([
      { message: "hall-a  v2  0/2 · batch 1/3: d0" },
      { message: "hall-a  v2  0/2 · waits for the window · 1m left" },
      { message: "hall-a  v2  0/2 · batch 2/3: d1" },
    ]);
  });
});

describe("on a terminal", () => {
  const ofRollout = (shown: readonly Shown[]): Shown[] => shown.filter(({ key }) => key === "hall-a");

  test("the row is refreshed at most once a second", () => {
    const { shown, tell } = report(true);
    for (let now = 0; now < 4 * SECOND; now += 100) tell(viewAt(now, wait(1, 60 * SECOND)));
    expect(ofRollout(shown)).toHaveLength(4);
  });

  test("what stands at its beginning is new where a batch begins, and else ever more seldom", () => {
    const { shown, tell } = report(true);
    tell(viewAt(0, release(1, "d0")));
    for (let now = SECOND; now <= 600 * SECOND; now += SECOND) tell(viewAt(now, wait(1, 601 * SECOND)));
    const labels = [...new Set(ofRollout(shown).map(({ label }) => label))];
    expect(labels[0]).toBe("hall-a  v2  0/2 · batch 1/3: d0");
    expect(labels.length).toBeGreaterThan(4);
    expect(labels.length).toBeLessThan(10);
  });

  test("the text of the row before is taken away, so that one row alone says how far it is", () => {
    const { shown, tell } = report(true);
    tell(viewAt(0, release(1, "d0")));
    tell(viewAt(SECOND, release(2, "d1")));
    expect(ofRollout(shown).map(({ message, label }) => [message === "", label])).toEqual([
      [false, "hall-a  v2  0/2 · batch 1/3: d0"],
      [true, "hall-a  v2  0/2 · batch 1/3: d0"],
      [false, "hall-a  v2  0/2 · batch 2/3: d1"],
    ]);
  });

  test("a device under way has a row until it is there; what does not change is not sent again", () => {
    const { shown, tell } = report(true);
    const [first] = moving(1);
    const awaited = first === undefined ? [] : [first];
    tell(viewAt(0, wait(1, 60 * SECOND), { awaited }));
    tell(viewAt(2 * SECOND, wait(1, 60 * SECOND), { awaited }));
    tell(viewAt(4 * SECOND, wait(1, 60 * SECOND)));
    expect(shown.filter(({ key }) => key === "hall-a d0")).toEqual([
      { message: "hall-a  d0  still reports nothing", key: "hall-a d0", label: "hall-a  d0  to v2" },
      { message: "", key: "hall-a d0", label: "hall-a  d0  to v2" },
    ]);
  });

  test("many devices: eight at a time, sixteen in all, and each that fails", () => {
    const { shown, tell } = report(true);
    const many = moving(40);
    tell(viewAt(0, wait(1, 60 * SECOND), { awaited: many }));
    const rows = (): Set<string | undefined> => new Set(shown.map(({ key }) => key).filter((key) => key !== "hall-a"));
    expect(rows().size).toBe(8);
    for (let from = 0; from < 40; from += 1)
      tell(viewAt((from + 2) * SECOND, wait(1, 0), { awaited: many.slice(from) }));
    expect(rows().size).toBe(16);
    tell(viewAt(90 * SECOND, wait(1, 0), { problems: [{ deviceId: "d39", kind: "late" }] }));
    expect(rows()).toContain("hall-a d39");
  });

  test("rollouts side by side have rows of their own", () => {
    const { shown, tell } = report(true);
    const other = createProgressReport({
      log: { ...silent, progress: (message, row) => void shown.push({ message, ...row }) },
      rules: { ...RULES, isWatched: true },
    });
    tell(viewAt(0, release(1, "d0")));
    other(viewAt(0, release(1, "d0"), { name: "hall-b" }));
    expect(shown.map(({ key, message }) => [key, message.startsWith(`${key}  `)])).toEqual([
      ["hall-a", true],
      ["hall-b", true],
    ]);
  });
});

describe("the row in Pulumi's table", () => {
  test("is a URN of nobody, which shows the label first; the key is found again", () => {
    const urn = rowUrn({ key: "hall-a", label: "hall-a  v2  1/3" });
    expect(urn).toBe("urn:pulumi:losant-progress::hall-a::hall-a  v2  1/3::");
    expect(rowKeyIn(urn)).toBe("hall-a");
    expect(rowKeyIn("urn:pulumi:dev::plant::pulumi:pulumi:Stack::plant-dev")).toBeUndefined();
    expect(rowKeyIn(undefined)).toBeUndefined();
  });

  test.each([
    ["a::b", "a: :b"],
    ["a$b", "a＄b"],
    ["red \u001B[31m", "red \\u{1b}[31m"],
    ["<{%fg 1%}>", "\\u{3c}{%fg 1%}>"],
  ])("the label %j divides no URN and does nothing in a terminal", (label, shown) => {
    expect(rowUrn({ key: "k", label })).toBe(`urn:pulumi:losant-progress::k::${shown}::`);
  });
});
