/**
 * What Losant lists for one flow, as values the rest of the provider decides on. Pure.
 *
 * Volatile fields (connection info, lastUpdated, log tails, etags) become facts here and go no further.
 */
import type { DeploymentLog, EdgeDeploymentRow, LosantId, Version } from "../losant/types.js";

export interface FlowRef {
  readonly applicationId: LosantId;
  readonly flowId: LosantId;
}

export interface Failure {
  readonly attemptedVersion: Version;
  readonly error: string;
  /** When the device first reported it, ISO 8601. A device tries again at each connect and logs each try. */
  readonly at?: string;
}

export interface DeviceView extends Versions {
  readonly deviceId: LosantId;
  readonly name?: string;
  readonly flowName?: string;
  /** Unknown on private installs that do not list connections. */
  readonly connected?: boolean;
  /** When it last connected or disconnected, ISO 8601. */
  readonly connectionTime?: string;
  /** False where the device runs older content under the same version name. */
  readonly sameContent: boolean;
  readonly failure?: Failure;
  /** Who set the desired version, e.g. `user 5b0044f0a3a3b90006c0a5e1`, and when. */
  readonly changedBy?: string;
  readonly changedAt?: string;
  /** What the desired version was before that; undefined where Losant does not tell. */
  readonly changedFrom?: Version;
  /** Identifies the newest log entry that changed the desired version. */
  readonly lastChange?: string;
}

export type Fleet = ReadonlyMap<LosantId, DeviceView>;

export function toFleet(rows: readonly EdgeDeploymentRow[]): Fleet {
  return fleetOf(rows.map(toDeviceView));
}

export function fleetOf(views: readonly DeviceView[]): Fleet {
  return new Map(views.map((view) => [view.deviceId, view]));
}

/** Does a listing of this version show the device? Losant's filter matches the desired and the current version. */
export function touches({ desired, current }: Versions, version: string): boolean {
  return desired === version || current === version;
}

/**
 * Lays a listing of one version over an earlier listing of the whole flow.
 *
 * @returns undefined where a device that had to do with the version is missing in it: what became of that one, only a
 *   listing of the whole flow says
 */
export function layOver(before: Fleet, ofVersion: Fleet, version: string): Fleet | undefined {
  for (const view of before.values()) {
    if (touches(view, version) && !ofVersion.has(view.deviceId)) return undefined;
  }
  return new Map([...before, ...ofVersion]);
}

export function toDeviceView(row: EdgeDeploymentRow): DeviceView {
  const logs = byDate(row.logs);
  const lastMove = logs.findLast((log) => isSchedule(log) && (log.newValue ?? null) !== (log.previousValue ?? null));
  const lastSchedule = logs.findLast((log) => isSchedule(log) && (log.newValue ?? null) === row.desiredVersion);
  return {
    deviceId: row.deviceId.toLowerCase(),
    name: row.deviceName,
    flowName: row.flowName,
    connected: row.connected,
    connectionTime: row.connectionTime,
    desired: row.desiredVersion,
    current: row.currentVersion,
    sameContent: !row.desiredEtag || !row.currentEtag || row.desiredEtag === row.currentEtag,
    failure: row.desiredVersion === row.currentVersion ? undefined : failureOf(logs, row.desiredVersion),
    changedBy: lastSchedule?.sourceType && [lastSchedule.sourceType, lastSchedule.sourceId].filter(Boolean).join(" "),
    changedAt: lastSchedule?.date,
    changedFrom: lastSchedule?.previousValue,
    lastChange: lastMove && JSON.stringify([lastMove.date, lastMove.previousValue, lastMove.newValue]),
  };
}

function isSchedule(log: DeploymentLog): boolean {
  return log.changeType === "desired";
}

function dateOf(log: DeploymentLog | undefined): string {
  return log?.date ?? "";
}

/** Losant does not document the order. ISO 8601 dates compare as texts. */
function byDate(logs: readonly DeploymentLog[]): readonly DeploymentLog[] {
  const isSorted = logs.every((log, index) => index === 0 || dateOf(logs[index - 1]) <= dateOf(log));
  if (isSorted) return logs;
  return logs.toSorted((a, b) => (dateOf(a) < dateOf(b) ? -1 : dateOf(a) > dateOf(b) ? 1 : 0));
}

/**
 * An error is not final: the device tries again at its next connect. So only the newest report counts, and only if it is
 * about the version wanted now and not older than the last schedule.
 */
function failureOf(logs: readonly DeploymentLog[], desired: Version): Failure | undefined {
  const since = logs.findLast(isSchedule)?.date ?? "";
  const reports = logs.filter((log) => log.changeType === "current" && (log.date ?? "") >= since);
  const newest = reports.at(-1);
  if (!newest?.error || (newest.attemptedValue ?? null) !== desired) return undefined;
  const first = reports.find((log) => log.error === newest.error && (log.attemptedValue ?? null) === desired);
  return { attemptedVersion: desired, error: newest.error, at: first?.date };
}

/** What Losant shows of one device for the flow; a device without a row is `{desired: null, current: null}`. */
export interface Versions {
  readonly desired: Version;
  readonly current: Version;
}

/** `<applicationId>/<flowId>`, in lower case. */
export function flowKeyOf(flow: { readonly applicationId: LosantId; readonly flowId: LosantId }): string {
  return `${flow.applicationId}/${flow.flowId}`.toLowerCase();
}
