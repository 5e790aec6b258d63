import { describe, expect, test } from "@jest/globals";
import { exitCodeOf } from "../../../sdk/pipeline/report/exit-codes.js";
import type { PromoteResult } from "../../../sdk/pipeline/report/results.js";
import { deployed, deployResult, driftReport, ENVELOPE, failure } from "./results.js";

const trouble = { code: "failed", message: "no" } as const;
const refused = deployResult({
  outcome: "refused",
  refusal: { gate: "maxDevices", reason: "too many" },
  resources: [],
});
const broken = deployResult({ outcome: "failed", problem: trouble, resources: [] });
const failing = deployResult({ outcome: "failed", problem: trouble, resources: [deployed({ failed: [failure] })] });

test.each([
  ["clean", driftReport(), 0],
  ["drift", driftReport({ clean: false }), 2],
  ["a stack that cannot be read is not clean", driftReport({ problem: trouble }), 1],
  ["deployed", deployResult(), 0],
  ["unchanged", deployResult({ outcome: "unchanged", resources: [] }), 0],
  ["refused by a gate", refused, 3],
  ["a failing device, with Pulumi failing", failing, 4],
  ["a failing device, with Pulumi content", deployResult({ resources: [deployed({ failed: [failure] })] }), 4],
  [
    "failures that the rollout accepts",
    deployResult({ resources: [deployed({ failed: [failure], failuresAccepted: true })] }),
    0,
  ],
  ["a rollout that waits for its window", deployResult({ outcome: "paused", problem: trouble }), 5],
  ["an error", broken, 1],
  ["cancelled", deployResult({ outcome: "cancelled", problem: trouble }), 1],
] as const)("%s", (_what, report, code) => {
  expect(exitCodeOf(report)).toBe(code);
});

describe("of several stacks the gravest counts", () => {
  const all = (...stacks: ReturnType<typeof deployResult>[]): number =>
    exitCodeOf({ ...ENVELOPE, kind: "deploySummary", stacks });

  test("an error before failed devices, before a refusal", () => {
    expect(all(deployResult())).toBe(0);
    expect(all(refused, deployResult())).toBe(3);
    expect(all(refused, failing)).toBe(4);
    expect(all(refused, broken, failing)).toBe(1);
  });

  test("of drift too", () => {
    const stacks = [driftReport(), driftReport({ clean: false })];
    expect(exitCodeOf({ ...ENVELOPE, kind: "driftSummary", clean: false, stacks })).toBe(2);
  });
});

describe("a promotion", () => {
  const promotion = (overrides: Partial<PromoteResult>): number =>
    exitCodeOf({ ...ENVELOPE, kind: "promote", outcome: "done", stages: [], holds: [], notReached: [], ...overrides });

  test("that is done", () => {
    const holds = [{ after: "staging", outcome: "passed" as const, seconds: 600 }];
    expect(promotion({ stages: [deployResult(), deployResult()], holds })).toBe(0);
  });

  test("that a hold stopped is refused", () => {
    const holds = [{ after: "staging", outcome: "stopped" as const, reason: "1 device failed", seconds: 30 }];
    expect(promotion({ outcome: "stopped", stages: [deployResult()], holds, notReached: ["production"] })).toBe(3);
  });

  test("that a stage stopped ends as the stage does", () => {
    expect(promotion({ outcome: "stopped", stages: [failing], notReached: ["production"] })).toBe(4);
  });

  test("that was cancelled in a hold", () => {
    const holds = [{ after: "staging", outcome: "cancelled" as const, seconds: 30 }];
    expect(promotion({ outcome: "stopped", stages: [deployResult()], holds })).toBe(1);
  });
});
