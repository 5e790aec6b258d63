/** The sentences a person reads, in one place. Pure: time is an argument. */
import { countOf, deviceTitle, formatAgo, joinNames, versionOrNothing } from "../words.js";
import type { LosantId } from "../losant/types.js";
import type { DeviceView, Fleet } from "../resource/fleet.js";
import type { Move } from "../decision/plan.js";
import type { Drift } from "../resource/state.js";

/** `device line-3 (575e...): v1.2.4 -> v1.2.3 by user 5b00... 2h ago` */
export function driftLine(drift: Drift, fleet: Fleet, now: Date): string {
  const { deviceId } = drift;
  return `device ${deviceTitle(deviceId, fleet.get(deviceId)?.name)}: ${change(drift)}${whoAndWhen(drift, now)}`;
}

/** One line for all devices to which the same happened: `40 devices (line-1, line-2 and 38 more): v1.2.4 -> v1.2.3 by ...` */
export function driftLines(drift: readonly Drift[], fleet: Fleet, now: Date): string[] {
  const alike = Map.groupBy(drift, (entry) => `${change(entry)}${whoAndWhen(entry, now)}`);
  return [...alike].flatMap(([what, entries]) => {
    const [first] = entries;
    if (first === undefined || entries.length === 1) return entries.map((entry) => driftLine(entry, fleet, now));
    const names = entries.map(({ deviceId }) => fleet.get(deviceId)?.name ?? deviceId);
    return [`${countOf(entries.length, "device")} (${joinNames(names)}): ${what}`];
  });
}

export function takeoverLine(view: DeviceView, now: Date): string {
  return `device ${deviceTitle(view.deviceId, view.name)} is at ${versionOrNothing(view.desired)}${whoAndWhen(view, now, ", set")}`;
}

/** `released v1.2.4 to 40 devices, 2 offline, 3 not reported yet; removed from 1 device` */
export function releasedLine(moves: readonly Move[], fleet: Fleet): string {
  const targets = [...new Set(moves.map((move) => move.to))];
  return targets
    .map((to) => {
      const moved = moves.filter((move) => move.to === to);
      const views = moved.map(({ deviceId }) => fleet.get(deviceId));
      const offline = views.filter((view) => view?.connected === false).length;
      // A device that is offline reports when it connects; one that failed is named by itself.
      const silent = views.filter(
        (view) => view?.connected !== false && view?.failure === undefined && (view?.current ?? null) !== to,
      ).length;
      const what = to === null ? "removed from" : `released ${versionOrNothing(to)} to`;
      const parts = [
        `${what} ${countOf(moved.length, "device")}`,
        ...(offline > 0 ? [`${offline} offline`] : []),
        ...(silent > 0 ? [silent === moved.length ? "not reported yet" : `${silent} not reported yet`] : []),
      ];
      return parts.join(", ");
    })
    .join("; ");
}

/** `Telemetry is removed from 12 devices (line-1, line-2 and 10 more), by remove (1 call)` */
export function removedLine({ moves, calls, fleet }: RemovedFrom, flowId: LosantId): string {
  const flowName = [...fleet.values()].find((view) => view.flowName !== undefined)?.flowName ?? `workflow ${flowId}`;
  const names = moves.map(({ deviceId }) => fleet.get(deviceId)?.name ?? deviceId);
  const verbs = [...new Set(calls.map((call) => call.verb))].join(" and ");
  const count = countOf(calls.length, "call");
  return `${flowName} is removed from ${countOf(moves.length, "device")} (${joinNames(names)}), by ${verbs} (${count})`;
}

interface RemovedFrom {
  readonly moves: readonly Move[];
  readonly calls: readonly { readonly verb: string }[];
  readonly fleet: Fleet;
}

function change({ expectedVersion: from, desiredVersion: to, changedBy }: Drift): string {
  if (to === null)
    return changedBy === undefined ? `${versionOrNothing(from)} is missing` : `${versionOrNothing(from)} removed`;
  return from === null ? `${versionOrNothing(to)} deployed` : `${versionOrNothing(from)} -> ${versionOrNothing(to)}`;
}

interface Change {
  readonly changedBy?: string;
  readonly changedAt?: string;
}

function whoAndWhen({ changedBy, changedAt }: Change, now: Date, lead = ""): string {
  if (changedBy === undefined) return "";
  return `${lead} by ${changedBy}${changedAt === undefined ? "" : ` ${formatAgo(new Date(changedAt), now)}`}`;
}
