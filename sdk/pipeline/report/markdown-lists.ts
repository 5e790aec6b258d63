/** Pieces that pages of drift and of deployments share. Pure. */
import { code, foldedIfLong, table, text } from "./markdown-text.js";
import type { ResourceHealth } from "./resource-results.js";
import type { FailedDevice } from "./resource-results.js";

export function driftList(resources: readonly ResourceHealth[]): string[] {
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

export function failedList(
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

export function warningBlocks(warnings: readonly string[] = []): string[] {
  return warnings.map((warning) => `**Warning**: ${text(warning)}`);
}

export function changeLine({
  op,
  type,
  name,
}: {
  readonly op: string;
  readonly type: string;
  readonly name: string;
}): string {
  return `- ${op} ${code(name)} (${text(type)})`;
}

function deviceCell({ deviceId, name }: { readonly deviceId: string; readonly name?: string }): string {
  return name === undefined ? code(deviceId) : `${text(name)} ${code(deviceId)}`;
}
