/** The messages of a rollout when it ends; while it runs: `rollout-progress.ts`. Pure. */
import { countOf, deviceTitle, formatDuration, versionOrNothing } from "../words.js";
import type { Version } from "../losant/types.js";
import type { Fleet } from "../resource/fleet.js";
import type { DeviceStatus } from "../decision/device-status.js";
import type { DeviceProblem, Paused, UnhealthyDevice } from "../decision/rollout-policy.js";
import { judgedOf } from "../decision/rollout-health.js";
import type { HealthRules, RunCount } from "../decision/rollout-health.js";
import type { RuntimeError } from "../losant/types.js";
import type { Opening } from "../decision/rollout-windows.js";
import type { Strategy } from "../decision/rollout-strategy.js";

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
  const health = healthText(strategy.health, statuses);
  const batches = countOf(strategy.sizes.length, "batch");
  const what = version === null ? "removed from" : `rolled out ${version} to`;
  return `${what} ${countOf(statuses.length, "device")} in ${batches}, ${formatDuration(ms)}: ${parts.join(", ")}${health}`;
}

/** `; watched for 1m each: 3 errors on 2 of 12 devices, 5 a device are allowed` */
function healthText(rules: HealthRules | undefined, statuses: readonly DeviceStatus[]): string {
  const { devices, errors, throwing, runs } = judgedOf(statuses.map(({ watched }) => watched));
  if (rules === undefined || devices === 0) return "";
  const { maxErrors, maxFailedPercent, baseline } = rules;
  const more = baseline ? " more than before" : "";
  const found = [
    ...(maxErrors === undefined ? [] : [errorsText(errors, throwing, devices, `${maxErrors}${more} a device allowed`)]),
    ...(maxFailedPercent === undefined
      ? []
      : [`${runsText(runs)} failed${runs.failed === 0 ? "" : `, ${maxFailedPercent}%${more} a device allowed`}`]),
  ];
  return `; watched for ${formatDuration(rules.settleMs)} each: ${found.join("; ")}`;
}

function errorsText(errors: number, throwing: number, devices: number, allowed: string): string {
  if (errors === 0) return `no error on ${countOf(devices, "device")}`;
  return `${countOf(errors, "error")} on ${throwing} of ${countOf(devices, "device")}, ${allowed}`;
}

/** `rollout of v1.2.4 stopped in batch 2 of 3: 9 of 40 devices run it, 1 failed, 30 not released` */
export function headline(
  version: Version,
  strategy: Strategy,
  statuses: readonly DeviceStatus[],
  problems: readonly DeviceProblem[],
  batch: number,
  how = "stopped",
): string {
  const counts = countsText(version, strategy, statuses, problems);
  return `rollout of ${versionOrNothing(version)} ${how} in batch ${batch} of ${strategy.sizes.length}: ${counts}`;
}

/** `interrupted`, or `stopped by anna@laptop (\`pulumi-losant stop\`)`, for a headline. */
export function interruptedBy({ by }: { readonly by: string | undefined }): string {
  return by === undefined ? "interrupted" : `stopped by ${by} (\`pulumi-losant stop\`)`;
}

/** Why it ends though nothing is wrong, and how to go on. */
export function pausedText(
  version: Version,
  strategy: Strategy,
  statuses: readonly DeviceStatus[],
  { batch, problems, opening }: Paused,
  now: number,
): string {
  const counts = countsText(version, strategy, statuses, problems);
  const where = statuses.every(({ state }) => state === "waiting")
    ? "before its first batch"
    : `after batch ${batch} of ${strategy.sizes.length}`;
  const paused = `rollout of ${versionOrNothing(version)} paused ${where}: ${counts}`;
  return `${paused}. No window is open: ${windowText(opening, now)}. The next \`pulumi up\` within it goes on from there.`;
}

/** `the next one opens Fri 27 Nov, 22:00 (Europe/Vienna), in 5h 12m` */
export function windowText(opening: Opening | undefined, now: number): string {
  if (opening === undefined) return "none opens any more";
  return `the next one opens ${clockText(opening.from, opening.timeZone)}, in ${formatDuration(opening.from - now)}`;
}

/** `Fri 27 Nov, 22:00 (Europe/Vienna)` */
export function clockText(at: number, timeZone: string): string {
  const options = { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" } as const;
  const format = new Intl.DateTimeFormat("en-GB", { ...options, hourCycle: "h23", timeZone });
  return `${format.format(at)} (${timeZone})`;
}

function countsText(
  version: Version,
  strategy: Strategy,
  statuses: readonly DeviceStatus[],
  problems: readonly DeviceProblem[],
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
    ...some(of("unhealthy"), "unhealthy"),
    ...some(of("unjudged"), "of unknown health"),
    ...some(under, "still under way"),
    ...some(waiting, "not released"),
  ];
  return parts.join(", ");
}

/** Losant's own words, where the device reported an error; else what is wrong with it. */
export function problemText(problem: DeviceProblem, version: Version, fleet: Fleet): string {
  const failure = problem.kind === "failed" ? fleet.get(problem.deviceId)?.failure : undefined;
  return failure?.error ?? problemLine(problem, version, fleet);
}

/** One line a device: what is wrong with it, in Losant's own words where it has some. */
export function problemLine(problem: DeviceProblem, version: Version, fleet: Fleet): string {
  const { deviceId, kind } = problem;
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
    case "unhealthy":
      return `${device} runs ${wanted} and ${unhealthyText(problem)}`;
    case "unjudged":
      return `${device} runs ${wanted}, and its health is not known: ${problem.trouble ?? "its errors were not read"}`;
    case "elsewhere":
      return (
        `${device}: Losant wants ${versionOrNothing(view?.desired ?? null)} on it, not ${wanted}` +
        (view?.changedBy === undefined ? "; is it an edge compute device?" : ` (set by ${view.changedBy})`)
      );
  }
}

/** `threw 3 errors, ...; at most 7 of its 100 runs failed` */
function unhealthyText({ errors, runs, beforeTrouble }: UnhealthyDevice): string {
  const parts = [
    ...(errors.length > 0 || runs === undefined ? [`threw ${thrownText(errors)}`] : []),
    ...(runs === undefined ? [] : [`${runsText(runs)} failed`]),
    ...(beforeTrouble === undefined ? [] : [`what the version before did is not known (${beforeTrouble})`]),
  ];
  return parts.join("; ");
}

/** `up to 7 of 100 runs`: Losant counts failed paths, and a run may have several. */
function runsText({ runs, failed }: RunCount): string {
  return `${failed === 0 ? "none" : `up to ${failed}`} of ${countOf(runs, "run")}`;
}

/** `3 errors, the last in node "Read PLC": TypeError: no register 4` */
function thrownText(errors: readonly RuntimeError[]): string {
  const count = countOf(errors.length, "error");
  const [last] = errors;
  if (last === undefined) return count;
  const { nodeLabel, nodeId, name, message } = last;
  const node = nodeLabel === undefined ? nodeId : `"${nodeLabel}"`;
  const where = node === undefined ? "" : ` in node ${node}`;
  return `${count}${errors.length > 1 ? ", the last" : ""}${where}: ${[name, message].filter(Boolean).join(": ") || "no message"}`;
}

function having(statuses: readonly DeviceStatus[], state: DeviceStatus["state"]): number {
  return statuses.filter((one) => one.state === state).length;
}

function some(count: number, what: string): string[] {
  return count === 0 ? [] : [`${count} ${what}`];
}
