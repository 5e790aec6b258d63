/** The page of a drift report. Pure. */
import { countOf } from "../../../provider/words.js";
import { changeList, driftList, failedList, warningBlocks } from "./markdown-lists.js";
import { code, quoted, table, text } from "./markdown-text.js";
import { workflowCell } from "./links.js";
import { markOf } from "./marks.js";
import type { DriftReport } from "./results.js";
import type { ResourceHealth } from "./resource-results.js";

export function driftBlocks(report: DriftReport, most: number): string[] {
  const { stack, problem, resources, changes } = report;
  if (problem) return [`## ${text(stack)}: not known ${markOf(report)}`, quoted(problem.message)];
  const others = changes.filter(
    (change) => !resources.some(({ urn, drift }) => urn === change.urn && drift.length > 0),
  );
  return [
    `## ${text(stack)}: ${report.clean === true ? "clean" : driftHeadline(resources)} ${markOf(report)}`,
    ...warningBlocks(report.warnings),
    ...(resources.length === 0 ? ["No EdgeDeployment in this stack."] : [healthTable(resources, most)]),
    ...resources.flatMap(({ name, unverified }) =>
      unverified === undefined
        ? []
        : [`${code(name)}: not known, the last run could not look at Losant after its calls`],
    ),
    ...resources.flatMap(({ name, unfinishedRollout }) =>
      unfinishedRollout === undefined ? [] : [`${code(name)}: rollout unfinished, ${text(unfinishedRollout)}`],
    ),
    ...driftList(resources, most),
    ...failedList(resources, most),
    ...changeList(`\`pulumi up\` would also change ${others.length}`, others, most),
  ];
}

/** `2 devices drifted, not all is known`, of a stack that is not clean. */
export function driftHeadline(resources: readonly ResourceHealth[]): string {
  const entries = resources.flatMap((resource) => resource.drift);
  const drifted = entries.filter((entry) => !entry.unfinished).length;
  const unfinished = entries.length - drifted;
  const isUnverified = resources.some(({ unverified }) => unverified !== undefined);
  const isRolloutLeft = resources.some(({ unfinishedRollout }) => unfinishedRollout !== undefined);
  return [
    ...(drifted > 0 ? [`${countOf(drifted, "device")} drifted`] : []),
    ...(unfinished > 0 ? [`${countOf(unfinished, "device")} left by an unfinished run`] : []),
    ...(entries.length === 0 && (isRolloutLeft || !isUnverified) ? ["a rollout is unfinished"] : []),
    ...(isUnverified ? ["not all is known"] : []),
  ].join(", ");
}

function healthTable(resources: readonly ResourceHealth[], most: number): string {
  return table(
    ["", "resource", "workflow", "version", "devices", "drifted", "failed", "not there yet"],
    resources.map((resource) => [
      resource.failed.length > 0 ? "❌" : resource.drift.length > 0 || resource.unverified === true ? "⚠️" : "✅",
      code(resource.name),
      workflowCell(resource),
      code(resource.version ?? "not deployed"),
      String(resource.deviceCount),
      resource.gone ? `${resource.drift.length} (all gone)` : String(resource.drift.length),
      String(resource.failed.length),
      String(resource.pendingDeviceIds.length),
    ]),
    most,
  );
}
