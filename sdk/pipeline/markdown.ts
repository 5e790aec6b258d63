/** Results as a page people read on a CI job: tables, and long device lists folded away. Pure. */
import { counted } from "./gates.js";
import { code, folded, foldedIfLong, quoted, table, text } from "./markdown-text.js";
import { countMoved } from "./planned.js";
import type {
  DeployResult,
  DriftReport,
  FailedDevice,
  Moved,
  PromoteResult,
  Report,
  ResourceHealth,
} from "./schemas.js";

/**
 * A result as GitHub-flavoured Markdown, for `$GITHUB_STEP_SUMMARY`, a merge request comment or a chat.
 *
 * @example
 * ```ts
 * await appendFile(process.env.GITHUB_STEP_SUMMARY ?? "summary.md", toMarkdown(await detectDrift(stack)));
 * ```
 */
export function toMarkdown(report: Report): string {
  return `${blocksOf(report).join("\n\n")}\n`;
}

function blocksOf(report: Report): string[] {
  switch (report.kind) {
    case "drift":
      return driftBlocks(report);
    case "deploy":
      return deployBlocks(report);
    case "promote":
      return promoteBlocks(report);
    case "driftSummary":
      return report.stacks.flatMap(driftBlocks);
    case "deploySummary":
      return report.stacks.flatMap(deployBlocks);
  }
}

function driftBlocks(report: DriftReport): string[] {
  const { stack, problem, resources, changes } = report;
  if (problem) return [`## ${text(stack)}: not known`, quoted(problem.message)];
  const others = changes.filter(
    (change) => !resources.some(({ urn, drift }) => urn === change.urn && drift.length > 0),
  );
  return [
    `## ${text(stack)}: ${report.clean === true ? "clean" : headline(resources)}`,
    ...(resources.length === 0 ? ["No EdgeDeployment in this stack."] : [healthTable(resources)]),
    ...resources.flatMap(({ name, unfinishedRollout }) =>
      unfinishedRollout === undefined ? [] : [`${code(name)}: rollout unfinished, ${text(unfinishedRollout)}`],
    ),
    ...driftList(resources),
    ...failedList(resources),
    ...(others.length === 0
      ? []
      : [folded(`\`pulumi up\` would also change ${others.length}`, others.map(changeLine))]),
  ];
}

function headline(resources: readonly ResourceHealth[]): string {
  const entries = resources.flatMap((resource) => resource.drift);
  const drifted = entries.filter((entry) => !entry.unfinished).length;
  const unfinished = entries.length - drifted;
  return [
    ...(drifted > 0 ? [`${counted(drifted)} drifted`] : []),
    ...(unfinished > 0 ? [`${counted(unfinished)} left by an unfinished run`] : []),
    ...(entries.length === 0 ? ["a rollout is unfinished"] : []),
  ].join(", ");
}

function healthTable(resources: readonly ResourceHealth[]): string {
  return table(
    ["resource", "version", "devices", "drifted", "failed", "not there yet"],
    resources.map((resource) => [
      code(resource.name),
      code(resource.version ?? "not deployed"),
      String(resource.deviceCount),
      resource.gone ? `${resource.drift.length} (all gone)` : String(resource.drift.length),
      String(resource.failed.length),
      String(resource.pendingDeviceIds.length),
    ]),
  );
}

function driftList(resources: readonly ResourceHealth[]): string[] {
  const rows = resources.flatMap(({ name, drift }) =>
    drift.map((entry) => [
      code(name),
      deviceCell(entry),
      code(entry.expected ?? "not deployed"),
      code(entry.actual ?? "not deployed"),
      entry.unfinished ? "unfinished run" : text(entry.changedBy ?? "unknown"),
      text(entry.changedAt ?? ""),
    ]),
  );
  if (rows.length === 0) return [];
  return foldedIfLong("Drift", rows.length, table(["resource", "device", "expected", "actual", "who", "when"], rows));
}

function failedList(
  resources: readonly { readonly name: string; readonly failed: readonly FailedDevice[] }[],
): string[] {
  const rows = resources.flatMap(({ name, failed }) =>
    failed.map((entry) => [
      code(name),
      deviceCell(entry),
      code(entry.attemptedVersion ?? "not deployed"),
      text(entry.error),
      text(entry.at ?? ""),
    ]),
  );
  if (rows.length === 0) return [];
  return foldedIfLong("Failed devices", rows.length, table(["resource", "device", "version", "error", "since"], rows));
}

function deployBlocks(result: DeployResult): string[] {
  const { stack, outcome, refusal, problem, plan, resources, otherChanges } = result;
  const title = `## ${text(stack)}: ${outcome} (${result.durationSeconds} s)`;
  if (refusal) {
    return [
      title,
      `**Refused by \`${refusal.gate}\`**, nothing was moved.`,
      quoted(refusal.reason),
      ...driftList(result.drift),
      ...(plan === undefined || plan.resources.length === 0 ? [] : [planTable(plan.resources)]),
    ];
  }
  const touched = resources.filter(
    ({ op, failed, reasons }) => op !== "same" || failed.length > 0 || reasons.length > 0,
  );
  return [
    title,
    ...(problem ? [quoted(problem.message)] : []),
    ...(touched.length === 0 ? (problem ? [] : ["Everything is as declared."]) : [resultTable(touched)]),
    ...failedList(touched),
    ...touched.flatMap(({ name, moved }) => moved.map((group) => movedList(name, group))),
    ...(otherChanges.length === 0
      ? []
      : [folded(`${otherChanges.length} other changes`, otherChanges.map(changeLine))]),
  ];
}

function planTable(resources: NonNullable<DeployResult["plan"]>["resources"]): string {
  return table(
    ["resource", "would", "devices moved", "calls"],
    resources.map(({ name, op, moved, calls }) => [
      code(name),
      op,
      String(countMoved(moved)),
      (calls ?? []).map(text).join("<br>"),
    ]),
  );
}

function resultTable(resources: DeployResult["resources"]): string {
  return table(
    ["resource", "did", "version", "moved", "failed", "not there yet", "rolled back", "calls"],
    resources.map((resource) => [
      code(resource.name),
      resource.reasons.length > 0 ? `${resource.op}, failed` : resource.op,
      resource.version === undefined ? "" : code(resource.version ?? "not deployed"),
      String(countMoved(resource.moved)),
      String(resource.failed.length),
      String(resource.pendingDeviceIds.length),
      String(resource.rolledBackDeviceIds.length),
      resource.calls.map(({ why }) => text(why)).join("<br>"),
    ]),
  );
}

function movedList(name: string, { from, to, deviceIds }: Moved): string {
  const way = `${from === undefined ? "" : `${from ?? "not deployed"} → `}${to ?? "not deployed"}`;
  return folded(`${name}: ${counted(deviceIds.length)} moved, ${way}`, [deviceIds.map(code).join(" ")]);
}

function promoteBlocks({ outcome, stages, holds, notReached }: PromoteResult): string[] {
  const reached = stages.map(({ stack, outcome: each }) => `${text(stack)} ${each}`);
  const holdLines = holds.map(
    ({ after, outcome: each, reason, seconds }) =>
      `Hold after ${text(after)}: ${each} (${seconds} s)${reason === undefined ? "" : `: ${text(reason)}`}`,
  );
  return [
    `# Promotion ${outcome}: ${[...reached, ...notReached.map((stack) => `${text(stack)} not reached`)].join(", ")}`,
    ...holdLines,
    ...stages.flatMap(deployBlocks),
  ];
}

function changeLine({ op, type, name }: { readonly op: string; readonly type: string; readonly name: string }): string {
  return `- ${op} ${code(name)} (${text(type)})`;
}

function deviceCell({ deviceId, name }: { readonly deviceId: string; readonly name?: string | undefined }): string {
  return name === undefined ? code(deviceId) : `${text(name)} ${code(deviceId)}`;
}
