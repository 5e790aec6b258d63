/** The sentences a person reads, in one place. Pure: time is an argument. */
import type { LosantId } from "./losant/types.js";
import type { DeviceView, Fleet } from "./observe.js";
import type { Move } from "./plan.js";
import type { Drift } from "./state.js";

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
      return `${what} ${counted(moved.length)}${offline > 0 ? `, ${offline} offline` : ""}`;
    })
    .join("; ");
}

export function counted(count: number): string {
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
  readonly changedBy?: string | undefined;
  readonly changedAt?: string | undefined;
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
