/**
 * The other end: the agent on a device. It gets to know of a wish while it is connected, and reports what came of it.
 * A failure leaves the current version running, and is not final: the agent tries again at its next connect (Losant's
 * page on edge deployments; the wording of reports is inferred from the fields of edgeDeployment.json).
 */
import * as semver from "semver";
import type { SimulatedApplication, SimulatedDevice, LogEntry, Row } from "./entities.js";
import type { Scheduler } from "./scheduler.js";
import { note } from "./records.js";

/** What the agent of a device needs of the world around it. */
export interface Surroundings {
  readonly later: Scheduler;
  readonly reportDelayMs: number;
  /** ISO 8601. */
  now(): string;
}

/** A connected agent takes the wish and reports later; another one learns of it at its next connect. */
export function notifyAgent(application: SimulatedApplication, row: Row, around: Surroundings): void {
  const device = application.devices.get(row.deviceId);
  if (!device?.connected || isDone(row)) return;
  const delay = device.behaviour.kind === "late" ? device.behaviour.afterMs : around.reportDelayMs;
  around.later.after(delay, () => report(application, device, row, around.now()));
}

function report(application: SimulatedApplication, device: SimulatedDevice, row: Row, date: string): void {
  if (!device.connected || isDone(row)) return;
  row.tries += 1;
  const base = {
    sourceType: "device",
    sourceId: device.id,
    date,
    changeType: "current",
    previousValue: row.currentVersion,
    ...(row.currentEtag === null ? {} : { previousEtag: row.currentEtag }),
  } as const satisfies Partial<LogEntry>;
  const error = refusal(application, device, row);
  if (error === undefined) {
    note(row, {
      ...base,
      newValue: row.desiredVersion,
      ...(row.desiredEtag === null ? {} : { newEtag: row.desiredEtag }),
    });
    row.currentVersion = row.desiredVersion;
    row.currentEtag = row.desiredEtag;
  } else {
    note(row, {
      ...base,
      newValue: row.currentVersion,
      ...(row.currentEtag === null ? {} : { newEtag: row.currentEtag }),
      attemptedValue: row.desiredVersion,
      ...(row.desiredEtag === null ? {} : { attemptedEtag: row.desiredEtag }),
      error,
    });
  }
}

function isDone(row: Row): boolean {
  return row.currentVersion === row.desiredVersion && row.currentEtag === row.desiredEtag;
}

/** Why the device cannot run what it should; removing a workflow always works. */
function refusal(
  { flows }: SimulatedApplication,
  device: SimulatedDevice,
  { flowId, desiredVersion, tries }: Row,
): string | undefined {
  if (desiredVersion === null) return undefined;
  const { behaviour, edgeAgentVersion } = device;
  if (behaviour.kind === "failing" && (behaviour.versions?.includes(desiredVersion) ?? true)) {
    return tries >= (behaviour.succeedsOnTry ?? Infinity) ? undefined : behaviour.error;
  }
  const needed = flows.get(flowId)?.versions.get(desiredVersion)?.minimumAgentVersion;
  if (needed === undefined || semver.gte(edgeAgentVersion, needed)) return undefined;
  return `Agent ${edgeAgentVersion} does not support this workflow version, ${needed} or newer is needed`;
}
