/** The page of a deployment. Pure. */
import { countOf } from "../../../provider/words.js";
import { workflowCell } from "./links.js";
import { changeList, differenceList, driftList, failedList, warningBlocks } from "./markdown-lists.js";
import { deviceList, keptRemarks, movedList, planBlocks, wayCell } from "./markdown-plan.js";
import { capped, code, folded, quoted, table, text } from "./markdown-text.js";
import { markOf } from "./marks.js";
import { countMoved } from "./moved-devices.js";
import type { DeployResult } from "./results.js";
import type { DeployedResource, PlannedResource, ReportedHealth } from "./resource-results.js";

export function deployBlocks(result: DeployResult, most: number): string[] {
  const { stack, outcome, refusal, problem, plan, resources, otherChanges } = result;
  const title = `## ${text(stack)}: ${outcome} (${result.durationSeconds} s) ${markOf(result)}`;
  if (refusal && outcome === "refused") {
    return [
      title,
      ...warningBlocks(result.warnings),
      `**Refused by \`${refusal.gate}\`**, nothing was moved.`,
      quoted(refusal.reason),
      ...differenceList(refusal.changes, most),
      ...driftList(result.drift, most),
      ...(plan === undefined ? [] : planBlocks(plan, most)),
    ];
  }
  const touched = resources.filter(
    ({ op, failed, reasons }) => op !== "same" || failed.length > 0 || reasons.length > 0,
  );
  const planned = new Map(plan?.resources.map((resource) => [resource.urn, resource.names]));
  // The rollout of a set is in no plan: the devices are those of its members.
  const known = [...planned.values()].filter((one) => one !== undefined);
  const ofAll: Names = known.length === 0 ? undefined : Object.assign({}, ...known);
  const names = { get: (urn: string): Names => (planned.has(urn) ? planned.get(urn) : ofAll) };
  return [
    title,
    ...(refusal ? [`**A part was refused by \`${refusal.gate}\`.**`, quoted(refusal.reason)] : []),
    ...differenceList(refusal?.changes, most),
    ...(problem ? [quoted(problem.message)] : []),
    ...warningBlocks(result.warnings),
    ...(touched.length === 0 ? (problem ? [] : ["Everything is as declared."]) : [resultTable(touched, most)]),
    ...(result.writeCalls !== undefined && resources.some(hasSharedCall)
      ? [`Write calls of the run: ${result.writeCalls}, some of them for several resources.`]
      : []),
    ...judgedList(touched, most),
    ...failedList(touched, most),
    ...touched.flatMap((resource) =>
      resource.moved.map((group) =>
        movedList(
          `${resource.name}: ${countOf(group.deviceIds.length, "device")} moved`,
          group,
          { ...resource, names: names.get(resource.urn) },
          most,
        ),
      ),
    ),
    ...touched.flatMap((resource) => strayLists(resource, names.get(resource.urn), most)),
    ...callList(touched, most),
    ...changeList(countOf(otherChanges.length, "other change"), otherChanges, most),
  ];
}

function resultTable(resources: DeployResult["resources"], most: number): string {
  return table(
    ["", "resource", "workflow", "did", "from → to", "moved", "failed", "not there yet", "rolled back", ""],
    resources.map((resource) => [
      rowMark(resource),
      code(resource.name),
      workflowCell(resource),
      resource.reasons.length > 0 ? `${resource.op}, failed` : resource.op,
      resource.moved.length === 0 ? declaredCell(resource) : resource.moved.map(wayCell).join("<br>"),
      String(countMoved(resource.moved)),
      String(resource.failed.length),
      String(resource.pendingDeviceIds.length),
      String(resource.rolledBackDeviceIds.length),
      keptRemarks(resource).join("<br>"),
    ]),
    most,
  );
}

/** Devices that were moved and are not where they should be, for another reason than a failure. */
function strayLists(resource: DeployedResource, names: Names, most: number): string[] {
  const { name, pendingDeviceIds, rolledBackDeviceIds } = resource;
  const list = (deviceIds: readonly string[], what: string): string[] =>
    deviceIds.length === 0
      ? []
      : [
          deviceList(
            `${name}: ${countOf(deviceIds.length, "device")} ${what}`,
            deviceIds,
            { ...resource, names },
            most,
          ),
        ];
  return [...list(pendingDeviceIds, "not there yet"), ...list(rolledBackDeviceIds, "rolled back")];
}

type Names = PlannedResource["names"];

function rowMark({
  reasons,
  failed,
  failuresAccepted,
  pendingDeviceIds,
  rolledBackDeviceIds,
}: DeployedResource): string {
  if (reasons.length > 0 || (failed.length > 0 && !failuresAccepted)) return "❌";
  return failed.length + pendingDeviceIds.length + rolledBackDeviceIds.length > 0 ? "⚠️" : "✅";
}

function declaredCell({ version }: DeployedResource): string {
  return version === undefined ? "" : code(version ?? "not deployed");
}

function judgedList(resources: readonly DeployedResource[], most: number): string[] {
  const lines = resources.flatMap(({ name, judged }) =>
    judged === undefined ? [] : [`- ${code(name)}: ${judgedText(judged)}`],
  );
  if (lines.length === 0) return [];
  return [["Judged on:", "", ...capped(lines, most, (more) => `- ${more}`)].join("\n")];
}

/** `12 devices watched for 60 s each: 3 errors on 1 of them (0 a device allowed), up to 4 of 900 runs failed (2 % ...)` */
function judgedText({ devices, settleSeconds, errors, failedRuns, baseline }: ReportedHealth): string {
  const more = baseline ? " more than before" : "";
  const found = [
    ...(errors === undefined
      ? []
      : [`${countOf(errors.count, "error")} on ${errors.devices} of them (${errors.max}${more} a device allowed)`]),
    ...(failedRuns === undefined
      ? []
      : [
          `up to ${failedRuns.failed} of ${countOf(failedRuns.runs, "run")} failed (${failedRuns.max} %${more} a device allowed)`,
        ]),
  ];
  return `${countOf(devices, "device")} watched for ${settleSeconds} s each: ${found.join("; ")}`;
}

function hasSharedCall({ calls }: DeployedResource): boolean {
  return calls.some(({ shared = 1 }) => shared > 1);
}

function callList(resources: readonly DeployedResource[], most: number): string[] {
  const calls = resources.flatMap(({ name, calls: own }) => own.map((call) => `- ${code(name)}: ${callText(call)}`));
  if (calls.length === 0) return [];
  return [
    folded(
      `Calls: ${calls.length}`,
      capped(calls, most, (more) => `- ${more}`),
    ),
  ];
}

function callText({ why, shared = 1 }: DeployedResource["calls"][number]): string {
  return `${text(why)}${shared > 1 ? ` (one call for ${shared} resources)` : ""}`;
}
