/** Exit codes of a CI job. Pure. */
import type { DeployResult, DriftReport, PlanReport, Report } from "./results.js";

/**
 * | code | meaning                                                            |
 * | ---- | ------------------------------------------------------------------ |
 * | 0    | clean, or done                                                     |
 * | 2    | drift                                                              |
 * | 3    | refused by a gate or by the hold between two stages; nothing moved |
 * | 4    | devices failed, more than a rollout's `maxFailures` accepts        |
 * | 5    | paused: a rollout waits for its window; a later run goes on        |
 * | 1    | anything else                                                      |
 */
export const EXIT_CODES = { ok: 0, error: 1, drift: 2, refused: 3, failedDevices: 4, paused: 5 } as const;

/** For several stacks the worst code counts: an error, then failed devices, then a refusal, then a pause, then drift. */
const GRAVEST_FIRST = [
  EXIT_CODES.error,
  EXIT_CODES.failedDevices,
  EXIT_CODES.refused,
  EXIT_CODES.paused,
  EXIT_CODES.drift,
];

/**
 * The exit code for a result.
 *
 * @example
 * ```ts
 * process.exitCode = exitCodeOf(await detectDrift(stack));
 * ```
 */
export function exitCodeOf(report: Report): number {
  switch (report.kind) {
    case "plan":
      return ofPlan(report);
    case "drift":
      return ofDrift(report);
    case "deploy":
      return ofDeploy(report);
    case "driftSummary":
      return gravest(report.stacks.map(ofDrift));
    case "deploySummary":
      return gravest(report.stacks.map(ofDeploy));
    case "promote": {
      const held = report.holds.some((hold) => hold.outcome === "stopped") ? EXIT_CODES.refused : EXIT_CODES.ok;
      const cut = report.holds.some((hold) => hold.outcome === "cancelled") ? EXIT_CODES.error : EXIT_CODES.ok;
      return gravest([...report.stages.map(ofDeploy), held, cut]);
    }
  }
}

function ofPlan({ problem, refusal }: PlanReport): number {
  if (problem !== undefined) return EXIT_CODES.error;
  return refusal === undefined ? EXIT_CODES.ok : EXIT_CODES.refused;
}

function ofDrift({ problem, clean }: DriftReport): number {
  if (problem !== undefined) return EXIT_CODES.error;
  return clean === true ? EXIT_CODES.ok : EXIT_CODES.drift;
}

function ofDeploy({ outcome, resources }: DeployResult): number {
  if (outcome === "refused") return EXIT_CODES.refused;
  if (outcome === "cancelled") return EXIT_CODES.error;
  if (outcome === "paused") return EXIT_CODES.paused;
  if (resources.some(({ failed, failuresAccepted }) => failed.length > 0 && !failuresAccepted))
    return EXIT_CODES.failedDevices;
  return outcome === "failed" ? EXIT_CODES.error : EXIT_CODES.ok;
}

function gravest(codes: readonly number[]): number {
  return GRAVEST_FIRST.find((code) => codes.includes(code)) ?? EXIT_CODES.ok;
}
