/**
 * Shows how far a rollout is. On a terminal: a row for the rollout, and one for each device under way. A row that Pulumi
 * shows cannot be taken away again before the end, and on 80 columns only its beginning is seen, which cannot change
 * either. So the row of the rollout is a new one where there is news, and the devices that get a row are capped.
 *
 * Without a terminal: one line a batch.
 */
import { batchLine, deviceRows, progressLine } from "../messages/rollout-progress.js";
import type { ProgressView } from "../messages/rollout-progress.js";
import type { LosantId } from "../losant/types.js";
import type { Ports } from "../ports.js";

export type ProgressReport = (view: ProgressView) => void;

/** A row is refreshed at most this often. */
const EVERY_MS = 1_000;
/** A new row for the same batch, the first time; then each time twice as long. */
const NEWS_MS = 5_000;
/** Devices that have a row at one moment. */
const MOST_ROWS = 8;
/** Devices that get a row in all, as long as they have not failed. */
const MOST_DEVICES = 16;

export function createProgressReport({ log, rules }: Pick<Ports, "log" | "rules">): ProgressReport {
  return rules.isWatched === true ? live(log) : lineByLine(log);
}

function lineByLine(log: Ports["log"]): ProgressReport {
  let said = "";
  return (view) => {
    const { step } = view;
    const isWindow = step.kind === "wait" && step.waitsFor === "window";
    if (step.kind !== "release" && !isWindow) return;
    const key = `${step.kind} ${step.batch}`;
    if (key === said) return;
    said = key;
    log.progress(step.kind === "release" ? batchLine(view, step.deviceIds) : progressLine(view));
  };
}

function live(log: Ports["log"]): ProgressReport {
  let shownAt = -Infinity;
  let row: { readonly label: string; readonly about: string; readonly at: number; readonly restMs: number } | undefined;
  const devices = new Map<LosantId, { readonly label: string; readonly text: string }>();
  const known = new Set<LosantId>();

  return (view) => {
    const { step, now, problems } = view;
    const about = `${step.batch} ${problems.length}`;
    const isNews = step.kind === "release" || about !== row?.about;
    if (!isNews && now - shownAt < EVERY_MS) return;
    shownAt = now;
    const key = view.name ?? "rollout";
    const text = step.kind === "release" ? batchLine(view, step.deviceIds) : progressLine(view);
    if (row === undefined || isNews || (text !== row.label && now - row.at >= row.restMs)) {
      if (row !== undefined && row.label !== text) log.progress("", { key, label: row.label });
      row = { label: text, about, at: now, restMs: isNews ? NEWS_MS : (row?.restMs ?? NEWS_MS) * 2 };
    }
    log.progress(text, { key, label: row.label });
    showDevices(view, key);
  };

  function showDevices(view: ProgressView, lead: string): void {
    const failing = new Set(view.problems.map(({ deviceId }) => deviceId));
    const rows = deviceRows(view, MOST_ROWS).filter(
      ({ deviceId }) => failing.has(deviceId) || known.has(deviceId) || known.size < MOST_DEVICES,
    );
    const now = new Map(rows.map((one) => [one.deviceId, one]));
    for (const [deviceId, { label }] of devices) {
      if (now.get(deviceId)?.label === label) continue;
      log.progress("", { key: `${lead} ${deviceId}`, label });
      devices.delete(deviceId);
    }
    for (const { deviceId, label, text } of rows) {
      known.add(deviceId);
      if (devices.get(deviceId)?.text === text) continue;
      devices.set(deviceId, { label, text });
      log.progress(text, { key: `${lead} ${deviceId}`, label });
    }
  }
}
