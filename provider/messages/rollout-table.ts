/** What each batch of a rollout came to, as a table at its end. Pure. */
import { capLines, formatDuration } from "../words.js";
import type { LosantId } from "../losant/types.js";
import type { DeviceStatus } from "../decision/device-status.js";
import type { DeviceProblem } from "../decision/rollout-policy.js";

/** A batch as it was released in this run. */
export interface ReleasedBatch {
  /** From 1. */
  readonly number: number;
  readonly deviceIds: readonly LosantId[];
  readonly releasedAt: number;
  /** When its devices ran the version or were given up; undefined where the run ended before. */
  settledAt?: number;
}

export interface BatchResults {
  readonly batches: readonly ReleasedBatch[];
  readonly statuses: readonly DeviceStatus[];
  readonly problems: readonly DeviceProblem[];
  readonly isHealthJudged: boolean;
  readonly now: number;
}

const COLUMNS = ["batch", "released", "runs", "failed", "offline", "errors", "time"];

/**
 * One line a batch, below a line of titles; empty where this run has released nothing. Devices that had the version before
 * are the batch `before`.
 */
export function batchTable(results: BatchResults): string[] {
  const { statuses } = results;
  const batches = [...Map.groupBy(results.batches, ({ number }) => number).values()].map(together);
  if (batches.length === 0) return [];
  const released = new Set(batches.flatMap(({ deviceIds }) => deviceIds));
  const before = statuses.filter(({ deviceId, state }) => state !== "waiting" && !released.has(deviceId));
  const rows = [
    ...(before.length === 0 ? [] : [["before", ...countsOf(results, before), "-"]]),
    ...batches.map((batch) => {
      const ids = new Set(batch.deviceIds);
      const own = statuses.filter(({ deviceId }) => ids.has(deviceId));
      const time = formatDuration((batch.settledAt ?? results.now) - batch.releasedAt);
      return [String(batch.number), ...countsOf(results, own), time];
    }),
  ];
  const widths = COLUMNS.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const lineOf = (cells: readonly string[]): string =>
    cells.map((cell, column) => cell.padStart(widths[column] ?? 0)).join("  ");
  return [lineOf(COLUMNS), ...capLines(rows.map(lineOf))].map((line) => `  ${line}`);
}

/** Where a device of a batch is offline, another one is released in its place. */
function together(releases: readonly ReleasedBatch[]): ReleasedBatch {
  const [first, ...more] = releases;
  const last = releases.at(-1);
  if (first === undefined || last === undefined) throw new Error("a batch without a release");
  const deviceIds = [...first.deviceIds, ...more.flatMap((one) => one.deviceIds)];
  return { ...first, deviceIds, settledAt: last.settledAt };
}

function countsOf({ problems, isHealthJudged }: BatchResults, statuses: readonly DeviceStatus[]): string[] {
  const failing = new Set(problems.map(({ deviceId }) => deviceId));
  const well = statuses.filter(({ deviceId }) => !failing.has(deviceId));
  const errors = statuses.reduce((sum, { watched }) => sum + (watched?.errors.length ?? 0), 0);
  return [
    String(statuses.length),
    String(well.filter(({ state }) => state === "done").length),
    String(statuses.length - well.length),
    String(well.filter(({ state, connected }) => state !== "done" && !connected).length),
    isHealthJudged ? String(errors) : "-",
  ];
}
