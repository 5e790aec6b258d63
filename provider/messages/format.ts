/** The sentences a person reads, in one place. Pure: time is an argument. */
import type { LosantId } from "../losant/types.js";
import type { DeviceView, Fleet } from "../resource/fleet.js";
import type { Move } from "../decision/plan.js";
import type { Drift } from "../resource/state.js";

/** `device line-3 (575e...): v1.2.4 -> v1.2.3 by user 5b00... 2 h ago` */
export function driftLine(drift: Drift, fleet: Fleet, now: Date): string {
  const { deviceId } = drift;
  return `device ${nameOf(fleet.get(deviceId), deviceId)}: ${change(drift)}${whoAndWhen(drift, now)}`;
}

export function takeoverLine(view: DeviceView, now: Date): string {
  return `device ${nameOf(view, view.deviceId)} is at ${view.desired ?? "nothing"}${whoAndWhen(view, now, ", set")}`;
}

/** `released v1.2.4 to 40 devices, 2 offline; removed from 1 device` */
export function releasedLine(moves: readonly Move[], fleet: Fleet): string {
  const targets = [...new Set(moves.map((move) => move.to))];
  return targets
    .map((to) => {
      const moved = moves.filter((move) => move.to === to);
      const offline = moved.filter(({ deviceId }) => fleet.get(deviceId)?.connected === false).length;
      const what = to === null ? "removed from" : `released ${to} to`;
      return `${what} ${countDevices(moved.length)}${offline > 0 ? `, ${offline} offline` : ""}`;
    })
    .join("; ");
}

/** `Telemetry is removed from 12 devices (line-1, line-2 and 10 more), by remove (1 call)` */
export function removedLine({ moves, calls, fleet }: RemovedFrom, flowId: LosantId): string {
  const flowName = [...fleet.values()].find((view) => view.flowName !== undefined)?.flowName ?? `workflow ${flowId}`;
  const names = moves.map(({ deviceId }) => fleet.get(deviceId)?.name ?? deviceId);
  const verbs = [...new Set(calls.map((call) => call.verb))].join(" and ");
  const count = calls.length === 1 ? "1 call" : `${calls.length} calls`;
  return `${flowName} is removed from ${countDevices(moves.length)} (${joinNames(names)}), by ${verbs} (${count})`;
}

interface RemovedFrom {
  readonly moves: readonly Move[];
  readonly calls: readonly { readonly verb: string }[];
  readonly fleet: Fleet;
}

const MAX_NAMES = 3;

/** `line-1, line-2 and 10 more` */
export function joinNames(names: readonly string[]): string {
  if (names.length <= MAX_NAMES) return names.join(", ");
  return `${names.slice(0, MAX_NAMES - 1).join(", ")} and ${names.length - MAX_NAMES + 1} more`;
}

const MAX_LINES = 20;

/** At most 20 lines; the last one counts those that are left out. */
export function capLines(lines: readonly string[]): string[] {
  return lines.length <= MAX_LINES
    ? [...lines]
    : [...lines.slice(0, MAX_LINES - 1), `and ${lines.length - MAX_LINES + 1} more`];
}

export function countDevices(count: number): string {
  return count === 1 ? "1 device" : `${count} devices`;
}

function change({ expectedVersion: from, desiredVersion: to, changedBy }: Drift): string {
  if (to === null)
    return changedBy === undefined ? `${from ?? "nothing"} is not there` : `${from ?? "nothing"} removed`;
  return from === null ? `${to} deployed` : `${from} -> ${to}`;
}

function nameOf(view: DeviceView | undefined, deviceId: LosantId): string {
  return view?.name === undefined ? deviceId : `${view.name} (${deviceId})`;
}

interface Change {
  readonly changedBy?: string;
  readonly changedAt?: string;
}

function whoAndWhen({ changedBy, changedAt }: Change, now: Date, lead = ""): string {
  if (changedBy === undefined) return "";
  return `${lead} by ${changedBy}${changedAt === undefined ? "" : ` ${ago(new Date(changedAt), now)}`}`;
}

const UNITS: readonly (readonly [seconds: number, name: string])[] = [
  [86_400, "d"],
  [3_600, "h"],
  [60, "min"],
];

export function ago(then: Date, now: Date): string {
  const seconds = Math.round((now.getTime() - then.getTime()) / 1000);
  if (Number.isNaN(seconds)) return "";
  const unit = UNITS.find(([size]) => seconds >= size);
  return unit ? `${Math.floor(seconds / unit[0])} ${unit[1]} ago` : "just now";
}
