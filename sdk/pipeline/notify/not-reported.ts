/** What a webhook is told of a run that ended before it had a report: each stack that was asked for, with the reason. Pure. */
import { REPORT_VERSION } from "../report/results.js";
import type { DeployResult, DriftReport, Problem, Report } from "../report/results.js";
import type { Notification } from "./notification.js";

/** A nightly run that cannot begin would look like a night without drift. */
export function notReported(
  command: Notification["command"],
  names: readonly string[],
  problem: Problem,
  startedAt: Date,
): Report {
  const envelope = {
    schema: "pulumi-losant/pipeline",
    version: REPORT_VERSION,
    startedAt: startedAt.toISOString(),
    durationSeconds: 0,
  } as const;
  const stacks = [...new Set(names)];
  const deploys = stacks.map((stack): DeployResult => {
    return {
      ...envelope,
      kind: "deploy",
      stack,
      outcome: "failed",
      problem,
      drift: [],
      resources: [],
      otherChanges: [],
    };
  });
  switch (command) {
    case "plan":
      return { ...envelope, kind: "plan", stack: stacks.join(", "), drift: [], problem };
    case "drift":
      return {
        ...envelope,
        kind: "driftSummary",
        clean: false,
        stacks: stacks.map((stack): DriftReport => {
          return { ...envelope, kind: "drift", stack, resources: [], changes: [], problem };
        }),
      };
    case "deploy":
      return { ...envelope, kind: "deploySummary", stacks: deploys };
    case "promote":
      return { ...envelope, kind: "promote", outcome: "stopped", stages: deploys, holds: [], notReached: [] };
  }
}
