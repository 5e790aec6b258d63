/** The messages of a rollout, while it runs and when it ends. Pure, except `throttled`, which knows the time. */
import { countOf, deviceTitle, formatDuration, versionOrNothing } from "../words.js";
import type { Log } from "./log.js";
import type { Version } from "../losant/types.js";
import type { Fleet } from "../resource/fleet.js";
import type { DeviceProblem, DeviceStatus, RolloutStep } from "../decision/rollout-policy.js";
import type { Strategy } from "../decision/rollout-strategy.js";

/** `v1.2.4: batch 2/3, 12/40 devices, 1 failed, 3 offline, 9m left` */
export function progressLine(
  version: Version,
  strategy: Strategy,
  statuses: readonly DeviceStatus[],
  step: RolloutStep,
  now: number,
): string {
  const parts = [
    `batch ${step.batch}/${strategy.sizes.length}`,
    `${having(statuses, "done")}/${countOf(statuses.length, "device")}`,
    ...some(having(statuses, "failed"), "failed"),
    ...some(statuses.filter((one) => !one.connected && one.state !== "done").length, "offline"),
    ...(step.kind === "wait"
      ? [`${formatDuration(step.until - now)} ${step.waitsFor === "rest" ? "of rest left" : "left"}`]
      : []),
  ];
  return `${versionOrNothing(version)}: ${parts.join(", ")}`;
}

/** `rolled out v1.2.4 to 40 devices in 3 batches, 4m: 38 run it, 2 offline get it when they connect` */
export function summaryLine(
  version: Version,
  strategy: Strategy,
  statuses: readonly DeviceStatus[],
  ms: number,
): string {
  const done = having(statuses, "done");
  const offline = statuses.filter((one) => !one.connected && one.state !== "done").length;
  const silent = statuses.length - done - offline - having(statuses, "failed") - having(statuses, "elsewhere");
  const parts = [
    `${done} ${version === null ? "no longer run it" : "run it"}`,
    ...some(offline, "offline, to follow when they connect"),
    ...some(having(statuses, "failed"), "failed"),
    ...some(silent, "no report yet"),
  ];
  const batches = countOf(strategy.sizes.length, "batch");
  const what = version === null ? "removed from" : `rolled out ${version} to`;
  return `${what} ${countOf(statuses.length, "device")} in ${batches}, ${formatDuration(ms)}: ${parts.join(", ")}`;
}

/** `rollout of v1.2.4 stopped in batch 2 of 3: 9 of 40 devices run it, 1 failed, 30 not released` */
export function headline(
  version: Version,
  strategy: Strategy,
  statuses: readonly DeviceStatus[],
  problems: readonly DeviceProblem[],
  batch: number,
): string {
  const of = (kind: DeviceProblem["kind"]): number => problems.filter((one) => one.kind === kind).length;
  const waiting = statuses.filter((one) => one.state === "waiting").length;
  const failing = new Set(problems.map((one) => one.deviceId));
  const under = statuses.filter(
    (one) => ["moving", "lost", "offline"].includes(one.state) && !failing.has(one.deviceId),
  ).length;
  const parts = [
    `${having(statuses, "done")} of ${countOf(statuses.length, "device")} ${version === null ? "no longer run it" : "run it"}`,
    ...some(of("failed"), "failed"),
    ...some(of("late"), `not done within ${formatDuration(strategy.timeoutMs)}`),
    ...some(of("offline"), "offline"),
    ...some(of("elsewhere"), "moved elsewhere"),
    ...some(under, "still under way"),
    ...some(waiting, "not released"),
  ];
  return `rollout of ${versionOrNothing(version)} stopped in batch ${batch} of ${strategy.sizes.length}: ${parts.join(", ")}`;
}

/** One line a device: what is wrong with it, in Losant's own words where it has some. */
export function problemLine({ deviceId, kind }: DeviceProblem, version: Version, fleet: Fleet): string {
  const view = fleet.get(deviceId);
  const device = `device ${deviceTitle(deviceId, view?.name)}`;
  const wanted = versionOrNothing(version);
  const reports = view?.current === undefined || view.current === null ? "no version" : view.current;
  switch (kind) {
    case "failed":
      return `${device} could not run ${wanted}: ${view?.failure?.error ?? "no reason given"}`;
    case "late":
      return view?.current === version
        ? `${device} still reports older content under the name ${wanted}`
        : `${device} still reports ${reports}${view?.connected === false ? ", and is offline" : ""}`;
    case "offline":
      return `${device} is offline`;
    case "elsewhere":
      return (
        `${device}: Losant wants ${versionOrNothing(view?.desired ?? null)} on it, not ${wanted}` +
        (view?.changedBy === undefined ? "; is it an edge compute device?" : ` (set by ${view.changedBy})`)
      );
  }
}

function having(statuses: readonly DeviceStatus[], state: DeviceStatus["state"]): number {
  return statuses.filter((one) => one.state === state).length;
}

function some(count: number, what: string): string[] {
  return count === 0 ? [] : [`${count} ${what}`];
}

/** Shows a line at most once every `everyMs` milliseconds and drops the lines in between. */
export function throttled(log: Log, now: () => number, everyMs: number): (line: string) => void {
  let shownAt = -Infinity;
  return (line) => {
    if (now() - shownAt < everyMs) return;
    shownAt = now();
    log.progress(line);
  };
}
