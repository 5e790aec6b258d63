/** The page of a deployment. Pure. */
import { countOf } from "../../../provider/words.js";
import { SECRET } from "../../../provider/messages/redact.js";
import { changeList, driftList, failedList, warningBlocks } from "./markdown-lists.js";
import { capped, code, folded, quoted, table, text } from "./markdown-text.js";
import { countMoved } from "./moved-devices.js";
import type { DeployResult } from "./results.js";
import type { DeployedResource } from "./resource-results.js";
import type { PlannedResource } from "./resource-results.js";
import type { Moved } from "./resource-results.js";

export function deployBlocks(result: DeployResult, most: number): string[] {
  const { stack, outcome, refusal, problem, plan, resources, otherChanges } = result;
  const title = `## ${text(stack)}: ${outcome} (${result.durationSeconds} s)`;
  if (refusal) {
    return [
      title,
      ...warningBlocks(result.warnings),
      `**Refused by \`${refusal.gate}\`**, nothing was moved.`,
      quoted(refusal.reason),
      ...driftList(result.drift, most),
      ...(plan === undefined || plan.resources.length === 0 ? [] : [planTable(plan.resources, most)]),
    ];
  }
  const touched = resources.filter(
    ({ op, failed, reasons }) => op !== "same" || failed.length > 0 || reasons.length > 0,
  );
  return [
    title,
    ...(problem ? [quoted(problem.message)] : []),
    ...warningBlocks(result.warnings),
    ...(touched.length === 0 ? (problem ? [] : ["Everything is as declared."]) : [resultTable(touched, most)]),
    ...(result.writeCalls !== undefined && resources.some(hasSharedCall)
      ? [`Write calls of the run: ${result.writeCalls}, some of them for several resources.`]
      : []),
    ...failedList(touched, most),
    ...touched.flatMap(({ name, moved }) => moved.map((group) => movedList(name, group, most))),
    ...changeList(`${otherChanges.length} other changes`, otherChanges, most),
  ];
}

function planTable(resources: readonly PlannedResource[], most: number): string {
  return table(
    ["resource", "would", "devices moved", "calls"],
    resources.map((resource) => [
      code(resource.name),
      resource.op,
      plannedCount(resource),
      [...capped((resource.calls ?? []).map(text), most), ...remarks(resource)].join("<br>"),
    ]),
    most,
  );
}

function plannedCount({ moved, unknown }: PlannedResource): string {
  const count = countMoved(moved);
  if (unknown === undefined) return String(count);
  return `unknown${count === 0 ? "" : `, at least ${count}`} (${unknown.map(code).join(", ")})`;
}

function resultTable(resources: DeployResult["resources"], most: number): string {
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
      [...capped(resource.calls.map(callCell), most), ...remarks(resource)].join("<br>"),
    ]),
    most,
  );
}

function remarks({ retainedDeviceIds = [], handedOverDeviceIds = [] }: PlannedResource | DeployedResource): string[] {
  const retained = retainedDeviceIds.length;
  return [
    ...(retained === 0
      ? []
      : [`${countOf(retained, "device")} ${retained === 1 ? "keeps" : "keep"} the workflow (retainOnDelete)`]),
    ...(handedOverDeviceIds.length === 0 ? [] : [`${countOf(handedOverDeviceIds.length, "device")} handed over`]),
  ];
}

function hasSharedCall({ calls }: DeployedResource): boolean {
  return calls.some(({ shared = 1 }) => shared > 1);
}

function callCell({ why, shared = 1 }: DeployedResource["calls"][number]): string {
  return `${text(why)}${shared > 1 ? ` (one call for ${shared} resources)` : ""}`;
}

function movedList(name: string, { from, to, deviceIds }: Moved, most: number): string {
  const way = `${from === undefined ? "" : `${from ?? "not deployed"} → `}${to ?? "not deployed"}`;
  const named = deviceIds.filter((deviceId) => deviceId !== SECRET);
  const secret = deviceIds.length - named.length;
  const ids = [
    ...capped(named.map(code), most),
    ...(secret > 0 ? [`${countOf(secret, "device")} with a secret id`] : []),
  ];
  return folded(`${name}: ${countOf(deviceIds.length, "device")} moved, ${way}`, [ids.join(" ")]);
}
