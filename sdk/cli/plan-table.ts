/** A plan as people read it in a terminal. Pure. */
import type { Plan, PlanDifference } from "../pipeline/report/results.js";
import type { Change, Moved, PlannedResource, PlanWarning } from "../pipeline/report/resource-results.js";
import { visibleText } from "../../provider/text/visible-text.js";
import { capLines, deviceTitle, joinNames } from "../../provider/words.js";
import type { Paint } from "./paint.js";
import { listOf, tableLines } from "./table-lines.js";
import type { Block, TableRow } from "./table-lines.js";

/** Warnings, what moves from where to where, and other changes. */
export function planTableBlocks({ resources, warnings = [], otherChanges }: Plan, paint: Paint): Block[] {
  const rows = resources.flatMap(planRows);
  const table =
    rows.length === 0 ? [] : [tableLines(["resource", "workflow", "id", "would", "from → to", "devices"], rows, paint)];
  const warned = warnings.length === 0 ? [] : [capLines(warnings.flatMap((one) => planWarningLines(one, paint)))];
  return [...warned, ...table, ...changeLists("would also change", otherChanges, paint)];
}

function planRows(resource: PlannedResource): TableRow[] {
  const { name, flowId, flowName = "", op, moved, unknown, batches, calls = [] } = resource;
  const rollout = batches === undefined ? [] : [`batches: ${batches.join(", ")}`];
  const head = [name, flowName, flowId, op];
  const rows = moved.map((group): TableRow => {
    const below = [deviceLine(group, resource.names)];
    return { cells: [...head, wayText(group), String(group.deviceIds.length)], below };
  });
  if (unknown !== undefined) rows.push({ cells: [...head, "unknown", unknown.join(", ")], tone: "drifted" });
  if (rows.length === 0) rows.push({ cells: [...head, "nothing moves", "0"] });
  const last = rows.pop();
  return last === undefined ? rows : [...rows, { ...last, below: [...(last.below ?? []), ...rollout, ...calls] }];
}

function wayText({ from, to }: Pick<Moved, "from" | "to">): string {
  return `${from === undefined ? "unknown" : (from ?? "not deployed")} → ${to ?? "not deployed"}`;
}

/** `line-1 (575ecf887ae143cd83dc4aa2), line-2 (575ecf887ae143cd83dc4aa3) and 10 more` */
function deviceLine({ deviceIds }: Moved, names: PlannedResource["names"] = {}): string {
  return joinNames(
    deviceIds.map((deviceId) => deviceTitle(deviceId, Object.hasOwn(names, deviceId) ? names[deviceId] : undefined)),
  );
}

/** `v1.2.2 → v1.2.3: line-1 (575ecf887ae143cd83dc4aa2) and 10 more` */
export function movedLine(group: Moved, names: PlannedResource["names"]): string {
  const { from, to } = group;
  const way = `${from === undefined ? "" : `${from ?? "not deployed"} → `}${to ?? "not deployed"}`;
  return `${way}: ${deviceLine(group, names)}`;
}

function planWarningLines({ code, resource, message }: PlanWarning, paint: Paint): string[] {
  const [head = "", ...devices] = message.split("\n");
  const about = resource === undefined ? "" : `${resource}: `;
  return [
    paint("drifted", visibleText(`${code}: ${about}${head}`)),
    ...devices.map((device) => paint("muted", `  ${visibleText(device)}`)),
  ];
}

/** What changed since a plan was approved. */
export function differenceLists(changes: readonly PlanDifference[] = [], paint: Paint): Block[] {
  const rows = changes.map(({ what, resource = "", deviceId, name, was, is, who }): TableRow => {
    const about = deviceId === undefined ? what : (name ?? "");
    return { cells: [resource, about, deviceId ?? "", was, is, who ?? "unknown"], tone: "drifted" };
  });
  return listOf(["resource", "what", "id", "was", "is", "who"], rows, paint, "difference");
}

export function changeLists(title: string, changes: readonly Change[], paint: Paint): Block[] {
  if (changes.length === 0) return [];
  const lines = changes.map(({ op, name, type }) => visibleText(`  ${op} ${name} (${type})`));
  return [[paint("muted", `${title} ${changes.length}:`), ...capLines(lines)]];
}

export function warningLines(warnings: readonly string[] = [], paint: Paint): string[] {
  return warnings.map((warning) => paint("drifted", `Warning: ${visibleText(warning)}`));
}
