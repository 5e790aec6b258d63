/** The page of a plan, and the plan in the page of a deployment. Pure. */
import { countOf } from "../../../provider/words.js";
import { SECRET } from "../../../provider/messages/redact.js";
import { deviceCell, workflowCell } from "./links.js";
import { changeList, differenceList, driftList, warningBlocks } from "./markdown-lists.js";
import { capped, code, folded, quoted, table, text } from "./markdown-text.js";
import { markOf } from "./marks.js";
import { countMoved } from "./moved-devices.js";
import type { Plan, PlanReport } from "./results.js";
import type { KeptDevices, Moved, PlannedResource, PlanWarning, ResourceResult } from "./resource-results.js";

export function planReportBlocks(report: PlanReport, most: number): string[] {
  const { stack, plan, problem, refusal, drift, hash } = report;
  const mark = markOf(report);
  if (problem || plan === undefined) {
    return [`## ${text(stack)}: no plan ${mark}`, ...(problem ? [quoted(problem.message)] : [])];
  }
  return [
    `## ${text(stack)}: ${planHeadline(plan)} ${mark}`,
    ...(refusal
      ? [
          `**\`deploy\` would be refused by \`${refusal.gate}\`**`,
          quoted(refusal.reason),
          ...differenceList(refusal.changes, most),
        ]
      : []),
    ...warningBlocks(report.warnings),
    ...planBlocks(plan, most),
    ...driftList(drift, most),
    ...(hash === undefined ? [] : [`Plan ${code(hash)}`]),
  ];
}

/** `12 devices would move, 2 of them lose the workflow` */
export function planHeadline({
  resources,
  devicesMoved,
  devicesRemoved = 0,
  devicesUnknown,
  otherChanges,
}: Plan): string {
  const parts = [
    devicesMoved === 0 && devicesUnknown !== true
      ? "no device would move"
      : `${devicesUnknown === true ? "at least " : ""}${countOf(devicesMoved, "device")} would move`,
    ...(devicesRemoved > 0 ? [`${devicesRemoved} of them would lose the workflow`] : []),
    ...countOps(resources, "delete", "would be deleted"),
    ...(otherChanges.length > 0 ? [`${countOf(otherChanges.length, "other resource")} would change`] : []),
  ];
  return parts.join(", ");
}

function countOps(resources: readonly PlannedResource[], op: string, what: string): string[] {
  const count = resources.filter((resource) => resource.op === op).length;
  return count === 0 ? [] : [`${countOf(count, "resource")} ${what}`];
}

/** Warnings, what moves from where to where, the devices and the calls folded away. */
export function planBlocks(plan: Plan, most: number): string[] {
  const { resources, warnings = [], otherChanges } = plan;
  return [
    ...planWarningList(warnings, most),
    ...(resources.length === 0 ? [] : [planTable(plan, most)]),
    ...resources.flatMap((resource) =>
      resource.moved.map((group) =>
        movedList(`${resource.name}: ${countOf(group.deviceIds.length, "device")}`, group, resource, most),
      ),
    ),
    ...callList(resources, most),
    ...changeList(countOf(otherChanges.length, "other change"), otherChanges, most),
  ];
}

function planTable({ resources, warnings = [] }: Plan, most: number): string {
  const warned = new Set(warnings.map(({ resource }) => resource));
  const rows = resources.flatMap((resource) => {
    const mark = warned.has(resource.name) || resource.unknown !== undefined ? "⚠️" : "✅";
    const head = [mark, code(resource.name), workflowCell(resource), resource.op];
    const groups = resource.moved.map((group) => [
      ...head,
      wayCell(group),
      String(group.deviceIds.length),
      remarks(resource),
    ]);
    const open = unknownCell(resource);
    const isEmpty = groups.length === 0;
    if (open !== undefined) groups.push([...head, "unknown", open, isEmpty ? remarks(resource) : ""]);
    else if (isEmpty) groups.push([...head, "nothing moves", "0", remarks(resource)]);
    return groups;
  });
  return table(["", "resource", "workflow", "would", "from → to", "devices", ""], rows, most);
}

function unknownCell({ moved, unknown }: PlannedResource): string | undefined {
  if (unknown === undefined) return undefined;
  const count = countMoved(moved);
  return `unknown${count === 0 ? "" : `, at least ${count}`} (${unknown.map(code).join(", ")})`;
}

function remarks(resource: PlannedResource): string {
  const batches = resource.batches === undefined ? [] : [`batches: ${resource.batches.map(text).join(", ")}`];
  return [...batches, ...keptRemarks(resource)].join("<br>");
}

/** Devices that keep the workflow though their resource does not declare them any more. */
export function keptRemarks({ retainedDeviceIds = [], handedOverDeviceIds = [] }: KeptDevices): string[] {
  const retained = retainedDeviceIds.length;
  return [
    ...(retained === 0
      ? []
      : [`${countOf(retained, "device")} ${retained === 1 ? "keeps" : "keep"} the workflow (retainOnDelete)`]),
    ...(handedOverDeviceIds.length === 0 ? [] : [`${countOf(handedOverDeviceIds.length, "device")} handed over`]),
  ];
}

export function wayCell({ from, to }: Pick<Moved, "from" | "to">): string {
  return `${from === undefined ? "unknown" : versionCell(from)} → ${versionCell(to)}`;
}

function versionCell(version: string | null): string {
  return version === null ? "not deployed" : code(version);
}

/** The devices that go one way, folded away: names beside ids. */
export function movedList(
  title: string,
  { from, to, deviceIds }: Moved,
  where: ResourceResult & Pick<PlannedResource, "names">,
  most: number,
): string {
  const way = `${from === undefined ? "" : `${from ?? "not deployed"} → `}${to ?? "not deployed"}`;
  return deviceList(`${title}, ${way}`, deviceIds, where, most);
}

/** Devices, folded away: names beside ids. */
export function deviceList(
  title: string,
  deviceIds: readonly string[],
  where: ResourceResult & Pick<PlannedResource, "names">,
  most: number,
): string {
  const named = deviceIds.filter((deviceId) => deviceId !== SECRET);
  const secret = deviceIds.length - named.length;
  const cells = named.map((deviceId) => deviceCell(deviceId, nameOf(where.names, deviceId), where));
  const lines = [...capped(cells, most), ...(secret > 0 ? [`${countOf(secret, "device")} with a secret id`] : [])];
  return folded(title, [lines.join(where.names === undefined ? " " : "<br>\n")]);
}

function nameOf(names: Readonly<Record<string, string>> | undefined, deviceId: string): string | undefined {
  return names !== undefined && Object.hasOwn(names, deviceId) ? names[deviceId] : undefined;
}

function callList(resources: readonly PlannedResource[], most: number): string[] {
  const calls = resources.flatMap(({ name, calls: own = [] }) => own.map((call) => `- ${code(name)}: ${text(call)}`));
  if (calls.length === 0) return [];
  return [
    folded(
      `Calls: ${calls.length}`,
      capped(calls, most, (more) => `- ${more}`),
    ),
  ];
}

function planWarningList(warnings: readonly PlanWarning[], most: number): string[] {
  if (warnings.length === 0) return [];
  const lines = warnings.map(({ code: kind, resource, message }) => {
    const [head = "", ...devices] = message.split("\n");
    const about = resource === undefined ? "" : `${code(resource)}: `;
    const below = devices.map((device) => `  - ${text(device)}`);
    return [`- ⚠️ ${code(kind)} ${about}${text(head)}`, ...below].join("\n");
  });
  return [capped(lines, most, (more) => `- ${more}`).join("\n")];
}
