/**
 * What an unfinished rollout waits for, device by device, and which devices were moved by hand since.
 * Pure; each warning is a list of lines.
 */
import { countOf, formatAgo } from "../words.js";
import { driftLine } from "../messages/format.js";
import type { DeviceView } from "../resource/fleet.js";
import { redactorOf, SECRET } from "../messages/redact.js";
import { isPending } from "../resource/live.js";
import type { Drift } from "../resource/state.js";
import { flowText, hidesInput, previewDeviceTitle, versionText } from "./plan-preview.js";
import type { PlanPreview } from "./plan-preview.js";

/** @param drift - what differed when the state was written: the devices that the rollout had not reached */
export function unfinishedWarnings(preview: PlanPreview, drift: readonly Drift[], now: Date): string[][] {
  const { before, fleet } = preview;
  if (before?.unfinished !== true) return [];
  const { deviceIds, version } = before.inputs;
  // The error text of a device may contain its id or the version.
  const { text } = redactorOf({ secret: [...preview.secret] }, [preview.inputs, before.inputs]);
  const byHand: string[] = [];
  const waiting: string[] = [];
  for (const deviceId of deviceIds) {
    const view = fleet.get(deviceId);
    const desired = view?.desired ?? null;
    const title = previewDeviceTitle(preview, deviceId);
    if (desired !== version) {
      if (
        isByHand(
          preview,
          view,
          drift.find((entry) => entry.deviceId === deviceId),
        )
      ) {
        byHand.push(movedByHandLine(preview, deviceId, view, now));
      } else {
        waiting.push(`${title}: not released yet`);
      }
    } else if (view?.failure !== undefined) {
      const { error, at } = view.failure;
      waiting.push(`${title}: failed: ${text(error)}${at === undefined ? "" : ` (${formatAgo(new Date(at), now)})`}`);
    } else if (isPending(view)) {
      waiting.push(`${title}: ${view?.connected === false ? "offline" : "pending"}`);
    }
  }
  const rollout = `the rollout of ${versionText(preview, version)}`;
  return [
    // If the program declares another version now, nothing waits for this one.
    waiting.length === 0 || preview.inputs.version !== version
      ? []
      : [
          `${rollout} is unfinished: it waits for ${waiting.length} of ${countOf(deviceIds.length, "device")}`,
          ...waiting,
        ],
    byHand.length === 0
      ? []
      : [
          `drift of ${flowText(preview)}: ${countOf(byHand.length, "device")} moved by hand since ${rollout} ended`,
          ...byHand,
        ],
  ].filter((lines) => lines.length > 0);
}

/** A device that the rollout has not reached has another version too, but it was not moved. */
function isByHand({ before }: PlanPreview, view: DeviceView | undefined, known: Drift | undefined): boolean {
  if (view?.changedBy === undefined || view.changedBy === before?.facts?.writer) return false;
  return known === undefined || known.desiredVersion !== view.desired || known.changedAt !== view.changedAt;
}

function movedByHandLine(preview: PlanPreview, deviceId: string, view: DeviceView | undefined, now: Date): string {
  const version = preview.before?.inputs.version ?? null;
  const shown = (value: string | null): string | null => (value === null ? null : versionText(preview, value));
  const drift: Drift = {
    deviceId: hidesInput(preview, "deviceIds") ? SECRET : deviceId,
    expectedVersion: shown(version),
    desiredVersion: shown(view?.desired ?? null),
    changedBy: view?.changedBy,
    changedAt: view?.changedAt,
  };
  return driftLine(drift, hidesInput(preview, "deviceIds") ? new Map() : preview.fleet, now);
}
