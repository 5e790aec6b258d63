/**
 * The agent on a device. It takes a desired version while it is connected, and reports the outcome. A failure leaves the
 * current version running and is not final: the agent tries again at its next connect (Losant's page on edge
 * deployments; how reports look is inferred from the fields of edgeDeployment.json).
 */
import * as semver from "semver";
import type { LogEntry, Row, SimulatedApplication, SimulatedDevice } from "./entities.js";
import { addLogEntry, beginRuns } from "./records.js";
import type { Scheduler } from "./scheduler.js";

/** What an agent needs besides its application. */
export interface AgentContext {
  readonly scheduler: Scheduler;
  readonly reportDelayMs: number;
  /** ISO 8601. */
  now(): string;
}

/** A connected agent reports after its delay. Others are notified again when they connect. */
export function notifyAgent(application: SimulatedApplication, row: Row, context: AgentContext): void {
  const device = application.devices.get(row.deviceId);
  if (!device?.connected || isUpToDate(row)) return;
  const delay = device.behaviour.kind === "late" ? device.behaviour.afterMs : context.reportDelayMs;
  context.scheduler.after(delay, () => report(application, device, row, context.now()));
}

function report(application: SimulatedApplication, device: SimulatedDevice, row: Row, date: string): void {
  if (!device.connected || isUpToDate(row)) return;
  row.tries += 1;
  const base = {
    sourceType: "device",
    sourceId: device.id,
    date,
    changeType: "current",
    previousValue: row.currentVersion,
    ...(row.currentEtag === null ? {} : { previousEtag: row.currentEtag }),
  } as const satisfies Partial<LogEntry>;
  const error = errorOf(application, device, row);
  if (error === undefined) {
    addLogEntry(application, row, {
      ...base,
      newValue: row.desiredVersion,
      ...(row.desiredEtag === null ? {} : { newEtag: row.desiredEtag }),
    });
    row.currentVersion = row.desiredVersion;
    row.currentEtag = row.desiredEtag;
    beginRuns(application, row, Date.parse(date));
    throwErrors(application, device, row, date);
  } else {
    addLogEntry(application, row, {
      ...base,
      newValue: row.currentVersion,
      ...(row.currentEtag === null ? {} : { newEtag: row.currentEtag }),
      attemptedValue: row.desiredVersion,
      ...(row.desiredEtag === null ? {} : { attemptedEtag: row.desiredEtag }),
      error,
    });
  }
}

/** The errors of a device that throws; it has begun to run its version. */
function throwErrors(
  { errors }: SimulatedApplication,
  { id, behaviour }: SimulatedDevice,
  row: Row,
  time: string,
): void {
  const { flowId, currentVersion: version } = row;
  if (behaviour.kind !== "throwing" || version === null || behaviour.versions?.includes(version) === false) return;
  const { message, nodeLabel = "Function", times = 1 } = behaviour;
  for (let count = 0; count < times; count += 1) {
    errors.push({
      time,
      flowId,
      deviceId: id,
      version,
      nodeId: `node-${nodeLabel}`,
      nodeLabel,
      name: "Error",
      message,
    });
  }
}

function isUpToDate(row: Row): boolean {
  return row.currentVersion === row.desiredVersion && row.currentEtag === row.desiredEtag;
}

/** Why the device cannot run the desired version. A removal always works. */
function errorOf(
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
