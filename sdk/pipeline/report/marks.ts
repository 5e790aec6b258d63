/** The three marks of a page: ✅ as it should be, ⚠️ look at it, ❌ failed. Pure. */
import { exitCodeOf, EXIT_CODES } from "./exit-codes.js";
import type { DeployResult, DriftReport, PlanReport } from "./results.js";

export type Mark = "✅" | "⚠️" | "❌";

export function markOf(report: DriftReport | DeployResult | PlanReport): Mark {
  switch (exitCodeOf(report)) {
    case EXIT_CODES.ok:
      return isWarned(report) ? "⚠️" : "✅";
    case EXIT_CODES.drift:
    case EXIT_CODES.refused:
    case EXIT_CODES.paused:
      return "⚠️";
    default:
      return "❌";
  }
}

function isWarned(report: DriftReport | DeployResult | PlanReport): boolean {
  const planned = report.kind === "plan" ? (report.plan?.warnings ?? []) : [];
  return planned.length + (report.warnings ?? []).length > 0;
}
