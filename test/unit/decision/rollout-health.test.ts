// Is a version healthy on a device: its errors, its failed runs, and what the version before did.
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  areRunsDue,
  errorsBefore,
  healthRulesOf,
  isUnhealthy,
  runsWithin,
  watchedUntil,
} from "../../../provider/decision/rollout-health.js";
import type { Watched } from "../../../provider/decision/rollout-health.js";
import type { RunsStretch } from "../../../provider/losant/types.js";
import type { HealthInputs } from "../../../provider/resource/health-inputs.js";

const SECOND = 1_000;
const errors = (count: number): Watched["errors"] => Array.from({ length: count }, () => ({ deviceId: "d", at: 0 }));
const ran = (runs: number, failed: number, readAt = 60 * SECOND): Watched => ({
  runsSince: 0,
  errors: [],
  runs: { runs, failed, readAt },
});
const before = (errors: number, runs = 0, failed = 0) => ({ before: { errors, runs: { runs, failed } } });

/** A device that has run the version since 0, at 60 s, with errors read just now. */
function verdict(health: HealthInputs, watched: Watched): string {
  const rules = healthRulesOf(health);
  if (isUnhealthy(rules, watched)) return "unhealthy";
  const now = 60 * SECOND;
  return watchedUntil(rules, watched, { readAt: now }, { now, timeoutMs: 600 * SECOND }) === undefined
    ? "proven"
    : "wait";
}

describe("failed runs", () => {
  test.each<[string, string, Watched, string]>([
    ["are not read", "2%", { runsSince: 0, errors: [] }, "wait"],
    ["there is no run that is surely since the release", "2%", ran(0, 0), "wait"],
    ["are read before the device had run as long as it has to", "2%", ran(100, 50, 59 * SECOND), "wait"],
    ["none failed", "0%", ran(100, 0), "proven"],
    ["one failed, and none may", "0%", ran(100, 1), "unhealthy"],
    ["as many as may", "2%", ran(100, 2), "proven"],
    ["one more", "2%", ran(100, 3), "unhealthy"],
    ["a part of a percent", "0.5%", ran(1000, 5), "proven"],
    ["all may fail", "100%", ran(3, 3), "proven"],
    ["the device stopped to run the version", "0%", { ...ran(100, 1), runsSince: undefined }, "wait"],
  ])("where they %s, %s: %s", (_name, failedRuns, watched, expected) => {
    expect(verdict({ failedRuns }, watched)).toBe(expected);
  });

  test("errors and runs both have to be right", () => {
    const health = { errors: { max: 0 }, failedRuns: "2%" };
    expect(verdict(health, ran(100, 0))).toBe("proven");
    expect(verdict(health, { ...ran(100, 0), errors: errors(1) })).toBe("unhealthy");
    expect(verdict(health, ran(100, 9))).toBe("unhealthy");
    expect(verdict(health, { runsSince: 0, errors: [] })).toBe("wait");
  });

  test("are counted once the device has run the version as long as it has to, until there are some", () => {
    const rules = healthRulesOf({ failedRuns: "2%" });
    const due = (watched: Watched, seconds: number): boolean => areRunsDue(rules, watched, seconds * SECOND);
    expect(due({ runsSince: 0, errors: [] }, 59)).toBe(false);
    expect(due({ runsSince: 0, errors: [] }, 60)).toBe(true);
    expect(due(ran(0, 0), 120)).toBe(true);
    expect(due(ran(5, 0), 120)).toBe(false);
    expect(areRunsDue(healthRulesOf({ errors: { max: 0 } }), { runsSince: 0, errors: [] }, 1e9)).toBe(false);
  });
});

describe("a baseline allows what the version before did, besides", () => {
  const health = { errors: { max: 1 }, failedRuns: "2%", baseline: true };
  test.each<[string, Watched, string]>([
    ["as many errors as before, and one", { ...ran(100, 0), errors: errors(6), ...before(5) }, "proven"],
    ["one more", { ...ran(100, 0), errors: errors(7), ...before(5) }, "unhealthy"],
    ["the same share of failed runs, and two percent", { ...ran(100, 12), ...before(0, 1000, 100) }, "proven"],
    ["a larger share", { ...ran(100, 13), ...before(0, 1000, 100) }, "unhealthy"],
    ["no run of the version before: nothing more is allowed", { ...ran(100, 3), ...before(0) }, "unhealthy"],
    ["what is not known: nothing more is allowed", { ...ran(100, 0), errors: errors(2) }, "unhealthy"],
  ])("%s", (_name, watched, expected) => {
    expect(verdict(health, watched)).toBe(expected);
  });

  test("its errors count for as long as the device is watched, at least as long as it has to run, at most the window", () => {
    const rules = healthRulesOf({ errors: { max: 0, windowSeconds: 300 }, settleSeconds: 60, baseline: true });
    const released = 1_000 * SECOND;
    const thrown = [1, 59, 61, 119, 299, 301].map((ago) => ({ at: released - ago * SECOND }));
    const counted = (after: number): number =>
      errorsBefore(rules, [...thrown, { at: released }], { released, now: released + after * SECOND });
    expect([counted(0), counted(60), counted(120), counted(300), counted(3_600)]).toEqual([2, 2, 4, 5, 5]);
  });
});

describe("runs are counted in stretches of time", () => {
  const stretches = (...at: number[]): RunsStretch[] => at.map((one) => ({ at: one, runs: 10, failedPaths: 1 }));

  test("and one that may have begun before the release does not count, whichever of its ends has the name", () => {
    const found = { stretches: stretches(0, 60, 120, 180), resolutionMs: 60 };
    expect(runsWithin(found, 60)).toEqual({ runs: 20, failed: 2 });
    expect(runsWithin(found, 61)).toEqual({ runs: 10, failed: 1 });
    expect(runsWithin(found, 0, 180)).toEqual({ runs: 20, failed: 2 });
    expect(runsWithin(found, 500)).toEqual({ runs: 0, failed: 0 });
  });

  test("a run with several failed paths is one", () => {
    const found = { stretches: [{ at: 100, runs: 3, failedPaths: 8 }], resolutionMs: 10 };
    expect(runsWithin(found, 0)).toEqual({ runs: 3, failed: 3 });
  });

  test("no run from before the release is ever counted, for any stretches in either reading", () => {
    const aRun = fc.record({ at: fc.integer({ min: 0, max: 1_000 }), failed: fc.boolean() });
    fc.assert(
      fc.property(
        fc.array(aRun, { maxLength: 40 }),
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 0, max: 199 }),
        fc.integer({ min: 0, max: 1_000 }),
        fc.boolean(),
        (all, resolutionMs, offset, released, isNamedByEnd) => {
          const found = {
            resolutionMs,
            stretches: [...Map.groupBy(all, ({ at }) => Math.floor((at + offset) / resolutionMs))].map(
              ([index, runs]) => ({
                at: (index + (isNamedByEnd ? 1 : 0)) * resolutionMs - offset,
                runs: runs.length,
                failedPaths: runs.filter(({ failed }) => failed).length,
              }),
            ),
          };
          const since = all.filter(({ at }) => at >= released);
          const counted = runsWithin(found, released);
          expect(counted.runs).toBeLessThanOrEqual(since.length);
          expect(counted.failed).toBeLessThanOrEqual(since.filter(({ failed }) => failed).length);
          const surely = since.filter(({ at }) => at >= released + 3 * resolutionMs);
          expect(counted.runs).toBeGreaterThanOrEqual(surely.length);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

test("more errors, or more failed runs, never make a device healthier; a baseline never makes it less healthy", () => {
  const count = fc.nat({ max: 40 });
  fc.assert(
    fc.property(
      count,
      count,
      count,
      count,
      count,
      fc.nat({ max: 100 }),
      (thrown, runs, failed, was, wasRuns, percent) => {
        const rules = healthRulesOf({ errors: { max: 3 }, failedRuns: `${percent}%`, baseline: true });
        const watched = { ...ran(runs, Math.min(failed, runs)), errors: errors(thrown) };
        const worse = { ...ran(runs, runs), errors: errors(thrown + 1) };
        if (isUnhealthy(rules, watched)) expect(isUnhealthy(rules, worse)).toBe(true);
        const known = { ...watched, ...before(was, wasRuns, Math.min(was, wasRuns)) };
        if (!isUnhealthy(rules, watched)) expect(isUnhealthy(rules, known)).toBe(false);
      },
    ),
    { numRuns: 2000 },
  );
});
