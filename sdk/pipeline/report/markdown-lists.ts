/** Pieces that pages of drift and of deployments share. Pure. */
import { capped, code, folded, foldedIfLong, table, text } from "./markdown-text.js";
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
  return foldedIfLong("Drift", rows.length, table(head, rows, most));
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
  return foldedIfLong("Failed devices", rows.length, table(head, rows, most));
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
