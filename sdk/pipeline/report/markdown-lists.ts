/** Pieces that pages of drift and of deployments share. Pure. */
import { capped, code, folded, foldedIfLong, isFolded, table, text } from "./markdown-text.js";
import { deviceCell } from "./links.js";
import { whoMoved } from "./moved-devices.js";
import type { Change, FailedDevice, ResourceHealth, ResourceResult } from "./resource-results.js";
import type { PlanDifference } from "./results.js";

/** @param most - of all these: how many entries a list has before it counts the rest */
export function driftList(resources: readonly ResourceHealth[], most: number): string[] {
  const rows = resources.flatMap((resource) =>
    resource.drift.map((entry) => [
      code(resource.name),
      deviceCell(entry.deviceId, entry.name, resource),
      code(entry.expected ?? "not deployed"),
      code(entry.actual ?? "not deployed"),
      entry.unfinished ? "unfinished run" : text(whoMoved(entry)),
      text(entry.changedAt ?? ""),
    ]),
  );
  if (rows.length === 0) return [];
  const head = ["resource", "device", "expected", "actual", "who", "when"];
  return [...groupsOf(head, rows, [0, 2, 3, 4], most), ...foldedIfLong("Drift", rows.length, table(head, rows, most))];
}

export function failedList(
  resources: readonly (ResourceResult & { readonly failed: readonly FailedDevice[] })[],
  most: number,
): string[] {
  const rows = resources.flatMap((resource) =>
    resource.failed.map((entry) => [
      code(resource.name),
      deviceCell(entry.deviceId, entry.name, resource),
      code(entry.attemptedVersion ?? "not deployed"),
      text(entry.error),
      text(entry.at ?? ""),
    ]),
  );
  if (rows.length === 0) return [];
  const head = ["resource", "device", "version", "error", "since"];
  return [
    ...groupsOf(head, rows, [0, 2, 3], most),
    ...foldedIfLong("Failed devices", rows.length, table(head, rows, most)),
  ];
}

/** Above a list that is folded away: the devices with equal cells in these columns, counted; the largest group first. */
function groupsOf(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  columns: readonly number[],
  most: number,
): string[] {
  if (!isFolded(rows.length)) return [];
  const groups = [...Map.groupBy(rows, (row) => JSON.stringify(columns.map((column) => row[column]))).values()];
  // Where nearly each device stands alone, the groups say no more than the list.
  if (groups.length > rows.length / 2) return [];
  const cells = groups
    .toSorted((a, b) => b.length - a.length)
    .map((group) => [String(group.length), ...columns.map((column) => group[0]?.[column] ?? "")]);
  return [table(["devices", ...columns.map((column) => head[column] ?? "")], cells, most)];
}

export function warningBlocks(warnings: readonly string[] = []): string[] {
  return warnings.map((warning) => `⚠️ **Warning**: ${text(warning)}`);
}

/** Folded away; nothing where there are none. */
export function changeList(title: string, changes: readonly Change[], most: number): string[] {
  if (changes.length === 0) return [];
  const lines = changes.map(({ op, type, name }) => `- ${op} ${code(name)} (${text(type)})`);
  return [
    folded(
      title,
      capped(lines, most, (more) => `- ${more}`),
    ),
  ];
}

/** What changed since a plan was approved. */
export function differenceList(changes: readonly PlanDifference[] = [], most: number): string[] {
  if (changes.length === 0) return [];
  const rows = changes.map(({ what, resource = "", deviceId, name, was, is, who }) => [
    code(resource),
    deviceId === undefined ? text(what) : `${name === undefined ? "" : `${text(name)} `}${code(deviceId)}`,
    text(was),
    text(is),
    text(who ?? "unknown"),
  ]);
  const head = ["resource", "what", "was", "is", "who"];
  return foldedIfLong("Changed since the approval", rows.length, table(head, rows, most));
}
