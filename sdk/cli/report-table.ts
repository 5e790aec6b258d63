/** A report as people read it in a terminal: what Markdown says on a job page. Pure. */
import { countMoved, whoMoved } from "../pipeline/report/moved-devices.js";
import { driftHeadline } from "../pipeline/report/markdown-drift.js";
import { planHeadline } from "../pipeline/report/markdown-plan.js";
import type { DeployResult, DriftReport, Plan, PlanReport, PromoteResult, Report } from "../pipeline/report/results.js";
import type { DeployedResource, FailedDevice, ResourceHealth } from "../pipeline/report/resource-results.js";
import { visibleLines, visibleText } from "../../provider/text/visible-text.js";
import type { Paint, Tone } from "./paint.js";
import { changeLists, differenceLists, movedLine, planTableBlocks, warningLines } from "./plan-table.js";
import { groupedListOf, tableLines } from "./table-lines.js";
import type { Block, TableRow } from "./table-lines.js";

export function reportTable(report: Report, paint: Paint): string {
  return `${blocksOf(report, paint)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function blocksOf(report: Report, paint: Paint): Block[] {
  switch (report.kind) {
    case "plan":
      return planBlocks(report, paint);
    case "drift":
      return driftBlocks(report, paint);
    case "deploy":
      return deployBlocks(report, paint);
    case "promote":
      return promoteBlocks(report, paint);
    case "driftSummary":
      return report.stacks.flatMap((stack) => driftBlocks(stack, paint));
    case "deploySummary":
      return report.stacks.flatMap((stack) => deployBlocks(stack, paint));
  }
}

function driftBlocks({ stack, clean, problem, resources, changes, warnings }: DriftReport, paint: Paint): Block[] {
  const name = visibleText(stack);
  if (problem) return [[paint("failed", `${name}: not known`), visibleLines(problem.message)]];
  const headline = clean === true ? "clean" : driftHeadline(resources);
  const head = paint(clean === true ? "deployed" : "drifted", `${name}: ${headline}`);
  const others = changes.filter(({ urn }) => !resources.some((one) => one.urn === urn && one.drift.length > 0));
  return [
    [head, ...warningLines(warnings, paint), ...healthLines(resources, paint)],
    ...driftLists(resources, paint),
    ...failedLists(resources, paint),
    ...changeLists("`pulumi up` would also change", others, paint),
  ];
}

function healthLines(resources: readonly ResourceHealth[], paint: Paint): string[] {
  if (resources.length === 0) return ["No EdgeDeployment in this stack."];
  const remarks = resources.flatMap(({ name, unverified, unfinishedRollout }) => [
    ...(unverified === undefined ? [] : [`${name}: not known, the last run could not look at Losant after its calls`]),
    ...(unfinishedRollout === undefined ? [] : [`${name}: rollout unfinished, ${unfinishedRollout}`]),
  ]);
  const head = ["resource", "version", "devices", "drifted", "failed", "not there yet"];
  const rows = resources.map((one): TableRow => {
    const drifted = one.gone ? `${one.drift.length} (all gone)` : String(one.drift.length);
    const counts = [String(one.deviceCount), drifted, String(one.failed.length), String(one.pendingDeviceIds.length)];
    const tone = one.failed.length > 0 ? "failed" : one.drift.length > 0 ? "drifted" : undefined;
    return { cells: [one.name, one.version ?? "not deployed", ...counts], tone };
  });
  return [...tableLines(head, rows, paint), ...remarks.map((line) => paint("pending", visibleText(line)))];
}

function planBlocks({ stack, plan, problem, refusal, drift, hash, warnings }: PlanReport, paint: Paint): Block[] {
  const name = visibleText(stack);
  if (problem || plan === undefined) {
    return [[paint("failed", `${name}: no plan`), ...(problem ? [visibleLines(problem.message)] : [])]];
  }
  const head = [
    paint(refusal ? "drifted" : "deployed", `${name}: ${planHeadline(plan)}`),
    ...(refusal ? [`deploy would be refused by ${refusal.gate}: ${visibleLines(refusal.reason)}`] : []),
    ...warningLines(warnings, paint),
  ];
  const changes = differenceLists(refusal?.changes, paint);
  const last = hash === undefined ? [] : [[paint("muted", `Plan ${hash}`)]];
  return [head, ...changes, ...planTableBlocks(plan, paint), ...driftLists(drift, paint), ...last];
}

function deployBlocks(result: DeployResult, paint: Paint): Block[] {
  const { stack, outcome, durationSeconds, refusal, problem, warnings, plan, resources, otherChanges } = result;
  const head = [
    paint(OUTCOMES[outcome], `${visibleText(stack)}: ${outcome} (${durationSeconds} s)`),
    ...(refusal ? [`${refusedHow(outcome, refusal.gate)} ${visibleLines(refusal.reason)}`] : []),
    ...(problem ? [visibleLines(problem.message)] : []),
    ...warningLines(warnings, paint),
  ];
  if (refusal && outcome === "refused") {
    const planned = plan === undefined ? [] : planTableBlocks(plan, paint);
    return [head, ...differenceLists(refusal.changes, paint), ...planned, ...driftLists(result.drift, paint)];
  }
  const touched = resources.filter(({ op, failed, reasons }) => op !== "same" || failed.length + reasons.length > 0);
  const nothing = problem === undefined ? ["Everything is as declared."] : [];
  return [
    [...head, ...(touched.length === 0 ? nothing : resultLines(touched, plan, paint))],
    ...differenceLists(refusal?.changes, paint),
    ...failedLists(touched, paint),
    ...changeLists("also changed", otherChanges, paint),
  ];
}

function refusedHow(outcome: DeployResult["outcome"], gate: string): string {
  return outcome === "refused" ? `Refused by ${gate}, nothing was moved.` : `A part was refused by ${gate}.`;
}

const OUTCOMES: Readonly<Record<DeployResult["outcome"], Tone>> = {
  deployed: "deployed",
  unchanged: "deployed",
  refused: "drifted",
  failed: "failed",
  paused: "pending",
  cancelled: "pending",
};

function resultLines(resources: readonly DeployedResource[], plan: Plan | undefined, paint: Paint): string[] {
  const names = new Map(plan?.resources.map((resource) => [resource.urn, resource.names]));
  const head = ["resource", "did", "version", "moved", "failed", "not there yet", "rolled back"];
  const rows = resources.map((one): TableRow => {
    const { name, op, version, moved, failed, reasons, pendingDeviceIds, rolledBackDeviceIds } = one;
    const did = reasons.length > 0 ? `${op}, failed` : op;
    const at = version === undefined ? "" : (version ?? "not deployed");
    const counts = [countMoved(moved), failed.length, pendingDeviceIds.length, rolledBackDeviceIds.length].map(String);
    const tone = reasons.length > 0 || failed.length > 0 ? "failed" : undefined;
    return {
      cells: [name, did, at, ...counts],
      tone,
      below: [...one.calls.map(({ why }) => why), ...moved.map((group) => movedLine(group, names.get(one.urn)))],
    };
  });
  return tableLines(head, rows, paint);
}

function promoteBlocks({ outcome, stages, holds, notReached }: PromoteResult, paint: Paint): Block[] {
  const holdLines = holds.map(({ after, outcome: each, reason, seconds }) =>
    visibleText(`hold after ${after}: ${each} (${seconds} s)${reason === undefined ? "" : `: ${reason}`}`),
  );
  const left = notReached.map((stack) => `${visibleText(stack)}: not reached`);
  return [
    [paint(outcome === "done" ? "deployed" : "failed", `Promotion ${outcome}`), ...holdLines],
    ...stages.flatMap((stage) => deployBlocks(stage, paint)),
    ...(left.length === 0 ? [] : [left.map((line) => paint("muted", line))]),
  ];
}

function driftLists(resources: readonly ResourceHealth[], paint: Paint): Block[] {
  const rows = resources.flatMap(({ name, drift }) =>
    drift.map((entry): TableRow => {
      const { deviceId, name: device, expected, actual, unfinished, changedAt } = entry;
      const who = unfinished ? "unfinished run" : whoMoved(entry);
      const versions = [expected ?? "not deployed", actual ?? "not deployed"];
      return { cells: [device ?? "", deviceId, name, ...versions, who, changedAt ?? ""], tone: "drifted" };
    }),
  );
  return groupedListOf(["device", "id", "resource", "declared", "is", "by", "when"], rows, [2, 3, 4, 5], paint);
}

function failedLists(
  resources: readonly { readonly name: string; readonly failed: readonly FailedDevice[] }[],
  paint: Paint,
): Block[] {
  const rows = resources.flatMap(({ name, failed }) =>
    failed.map(({ deviceId, name: device, attemptedVersion, error, at }): TableRow => {
      const cells = [device ?? "", deviceId, name, attemptedVersion ?? "not deployed", at ?? ""];
      return { cells, tone: "failed", below: [error] };
    }),
  );
  return groupedListOf(["device", "id", "resource", "could not run", "since"], rows, [2, 3], paint);
}
