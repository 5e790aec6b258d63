/** A report as people read it in a terminal: what Markdown says on a job page. Pure. */
import { countMoved } from "../pipeline/report/moved-devices.js";
import { driftHeadline } from "../pipeline/report/markdown-drift.js";
import type { DeployResult, DriftReport, PromoteResult, Report } from "../pipeline/report/results.js";
import type {
  Change,
  DeployedResource,
  FailedDevice,
  Moved,
  PlannedResource,
  ResourceHealth,
} from "../pipeline/report/resource-results.js";
import { visibleLines, visibleText } from "../../provider/text/visible-text.js";
import { capLines, countOf, joinNames } from "../../provider/words.js";
import { aligned, shortened } from "./columns.js";
import type { Paint, Tone } from "./paint.js";

export function reportTable(report: Report, paint: Paint): string {
  return `${blocksOf(report, paint)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

/** Lines that belong together. */
type Block = readonly string[];

function blocksOf(report: Report, paint: Paint): Block[] {
  switch (report.kind) {
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
  const rows = resources.map((one): Row => {
    const drifted = one.gone ? `${one.drift.length} (all gone)` : String(one.drift.length);
    const counts = [String(one.deviceCount), drifted, String(one.failed.length), String(one.pendingDeviceIds.length)];
    const tone = one.failed.length > 0 ? "failed" : one.drift.length > 0 ? "drifted" : undefined;
    return { cells: [one.name, one.version ?? "not deployed", ...counts], tone };
  });
  return [...tableLines(head, rows, paint), ...remarks.map((line) => paint("pending", visibleText(line)))];
}

function deployBlocks(result: DeployResult, paint: Paint): Block[] {
  const { stack, outcome, durationSeconds, refusal, problem, warnings, plan, resources, otherChanges } = result;
  const head = [
    paint(OUTCOMES[outcome], `${visibleText(stack)}: ${outcome} (${durationSeconds} s)`),
    ...(refusal ? [`Refused by ${refusal.gate}, nothing was moved. ${visibleLines(refusal.reason)}`] : []),
    ...(problem ? [visibleLines(problem.message)] : []),
    ...warningLines(warnings, paint),
  ];
  if (refusal) return [[...head, ...planLines(plan?.resources ?? [], paint)], ...driftLists(result.drift, paint)];
  const touched = resources.filter(({ op, failed, reasons }) => op !== "same" || failed.length + reasons.length > 0);
  const nothing = problem === undefined ? ["Everything is as declared."] : [];
  return [
    [...head, ...(touched.length === 0 ? nothing : resultLines(touched, paint))],
    ...failedLists(touched, paint),
    ...changeLists("also changed", otherChanges, paint),
  ];
}

const OUTCOMES: Readonly<Record<DeployResult["outcome"], Tone>> = {
  deployed: "deployed",
  unchanged: "deployed",
  refused: "drifted",
  failed: "failed",
  paused: "pending",
  cancelled: "pending",
};

function planLines(resources: readonly PlannedResource[], paint: Paint): string[] {
  if (resources.length === 0) return [];
  const rows = resources.map(({ name, op, moved, unknown }): Row => {
    const count = unknown === undefined ? String(countMoved(moved)) : `unknown (${unknown.join(", ")})`;
    return { cells: [name, op, count] };
  });
  return tableLines(["resource", "would", "devices moved"], rows, paint);
}

function resultLines(resources: readonly DeployedResource[], paint: Paint): string[] {
  const head = ["resource", "did", "version", "moved", "failed", "not there yet", "rolled back"];
  const rows = resources.map((one): Row => {
    const { name, op, version, moved, failed, reasons, pendingDeviceIds, rolledBackDeviceIds } = one;
    const did = reasons.length > 0 ? `${op}, failed` : op;
    const at = version === undefined ? "" : (version ?? "not deployed");
    const counts = [countMoved(moved), failed.length, pendingDeviceIds.length, rolledBackDeviceIds.length].map(String);
    const tone = reasons.length > 0 || failed.length > 0 ? "failed" : undefined;
    return {
      cells: [name, did, at, ...counts],
      tone,
      below: [...one.calls.map(({ why }) => why), ...moved.map(movedLine)],
    };
  });
  return tableLines(head, rows, paint);
}

/** `v1.2.2 → v1.2.3: 575e..., 575f... and 10 more` */
function movedLine({ from, to, deviceIds }: Moved): string {
  const way = `${from === undefined ? "" : `${from ?? "not deployed"} → `}${to ?? "not deployed"}`;
  return `${way}: ${joinNames(deviceIds)}`;
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
    drift.map(({ deviceId, name: device, expected, actual, unfinished, changedBy, changedAt }): Row => {
      const who = unfinished ? "unfinished run" : (changedBy ?? "unknown");
      const versions = [expected ?? "not deployed", actual ?? "not deployed"];
      return { cells: [device ?? deviceId, name, ...versions, who, changedAt ?? ""], tone: "drifted" };
    }),
  );
  return listOf(["device", "resource", "declared", "is", "by", "when"], rows, paint);
}

function failedLists(
  resources: readonly { readonly name: string; readonly failed: readonly FailedDevice[] }[],
  paint: Paint,
): Block[] {
  const rows = resources.flatMap(({ name, failed }) =>
    failed.map(({ deviceId, name: device, attemptedVersion, error, at }): Row => {
      const cells = [device ?? deviceId, name, attemptedVersion ?? "not deployed", at ?? ""];
      return { cells, tone: "failed", below: [error] };
    }),
  );
  return listOf(["device", "resource", "could not run", "since"], rows, paint);
}

function changeLists(title: string, changes: readonly Change[], paint: Paint): Block[] {
  if (changes.length === 0) return [];
  const lines = changes.map(({ op, name, type }) => visibleText(`  ${op} ${name} (${type})`));
  return [[paint("muted", `${title} ${changes.length}:`), ...capLines(lines)]];
}

function warningLines(warnings: readonly string[] = [], paint: Paint): string[] {
  return warnings.map((warning) => paint("drifted", `Warning: ${visibleText(warning)}`));
}

interface Row {
  readonly cells: readonly string[];
  readonly tone?: Tone;
  /** Lines of their own below it. */
  readonly below?: readonly string[];
}

/** More would hide what stands above. */
const ROWS = 20;

function listOf(head: readonly string[], rows: readonly Row[], paint: Paint): Block[] {
  if (rows.length === 0) return [];
  const more = rows.length > ROWS ? [`and ${rows.length - ROWS} more: ${countOf(rows.length, "device")} in all`] : [];
  return [[...tableLines(head, rows.slice(0, ROWS), paint), ...more]];
}

function tableLines(head: readonly string[], rows: readonly Row[], paint: Paint): string[] {
  const texts = rows.map(({ cells }) => cells.map((cell) => shortened(visibleText(cell))));
  const [first = "", ...lines] = aligned([head, ...texts]);
  return [
    paint("muted", first),
    ...lines.flatMap((line, index) => {
      const { tone, below = [] } = rows[index] ?? {};
      const details = capLines(below).map((text) => paint("muted", `  ${visibleText(text)}`));
      return [tone === undefined ? line : paint(tone, line), ...details];
    }),
  ];
}
