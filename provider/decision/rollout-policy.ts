/**
 * What a rollout does next: release these, wait, done, or failed because. Pure: values in, one step out; time is an
 * argument. Nothing is remembered between two runs: which devices are already at the version asked is read from Losant,
 * so an interrupted rollout goes on from what is live, and a device that was released is never released again.
 *
 * The rules, worst case first:
 *
 * | situation                                                  | step                                               |
 * | ---------------------------------------------------------- | -------------------------------------------------- |
 * | more failures than `maxFailures`                           | failed: nothing more is released, whatever waits   |
 * | a released device is not settled, its time is not up       | wait                                               |
 * | all released are settled, others are left, rest not over   | wait (a failure in the rest still ends it)         |
 * | all released are settled, others are left, rest over       | release up to the next batch's size                |
 * | all are released and settled                               | done                                               |
 *
 * A device is settled once it runs the version, failed, or is offline and `offline` is "ignore". It failed when it says
 * so, when its time is up, when somebody moved it elsewhere in the meantime, and, with `offline: "fail"`, when it is
 * offline, released or not.
 *
 * "ignore" never lets a version through unproven. It means devices that were offline all along: one that was online
 * after its release and then fell silent may have been cut off BY the version, so it is waited for. And an ignored
 * device does not count towards the size of a batch: where the canary turns out to be offline, another one is taken.
 */
import type { RolloutInputs } from "../resource/inputs.js";
import type { LosantId, Version } from "../losant/types.js";
import type { DeviceView } from "../resource/fleet.js";

export interface Strategy {
  /** How many devices have the version after each batch: rising, the last one is all of them. */
  readonly sizes: readonly number[];
  readonly timeoutMs: number;
  readonly pauseMs: number;
  readonly maxFailures: number;
  readonly offline: "ignore" | "wait" | "fail";
}

export type DeviceState =
  /** Not released. */
  | "waiting"
  /** Released, online (or unknown), no report yet. */
  | "moving"
  /** Released and offline ever since. */
  | "offline"
  /** Was online after its release, and is offline now. */
  | "lost"
  /** Runs the version, with the content that the version has now. */
  | "done"
  /** Reported an error for the version. */
  | "failed"
  /** Was released, and Losant shows another version wanted there. */
  | "elsewhere";

export interface DeviceStatus {
  readonly deviceId: LosantId;
  readonly state: DeviceState;
  /** False only where Losant says that it is not. */
  readonly connected: boolean;
  /** When its time began, in milliseconds; undefined while it waits. */
  readonly releasedAt?: number;
}

export interface Situation {
  readonly statuses: readonly DeviceStatus[];
  /** Since when all released devices are settled, in milliseconds: the rest counts from here. */
  readonly settledAt?: number;
}

export type FailureKind = "failed" | "late" | "offline" | "elsewhere";

export interface DeviceProblem {
  readonly deviceId: LosantId;
  readonly kind: FailureKind;
}

export type RolloutStep =
  | { readonly kind: "release"; readonly batch: number; readonly deviceIds: readonly LosantId[] }
  | { readonly kind: "wait"; readonly batch: number; readonly until: number; readonly resting: boolean }
  | { readonly kind: "done"; readonly batch: number; readonly problems: readonly DeviceProblem[] }
  | { readonly kind: "failed"; readonly batch: number; readonly problems: readonly DeviceProblem[] };

/** Percentages are of all devices, and rounded up: of ten devices `"25%"` are three. */
export function strategyOf(rollout: RolloutInputs, devices: number): Strategy {
  const { batches = ["100%"], timeoutSeconds = 600, pauseSeconds = 0, maxFailures = 0, offline = "ignore" } = rollout;
  return {
    sizes: sizesOf(batches, devices),
    timeoutMs: timeoutSeconds * 1000,
    pauseMs: pauseSeconds * 1000,
    // Rounded down: "5%" of ten devices may not be one of them.
    maxFailures: Math.floor(absoluteCount(maxFailures, devices)),
    offline,
  };
}

/** Cumulative and rising, up to all devices. A batch that adds no device is left out. */
function sizesOf(batches: readonly (number | string)[], devices: number): number[] {
  const sizes: number[] = [];
  for (const batch of [...batches, devices]) {
    const size = Math.min(Math.ceil(absoluteCount(batch, devices)), devices);
    if (size > (sizes.at(-1) ?? 0)) sizes.push(size);
  }
  return sizes;
}

function absoluteCount(amount: number | string, devices: number): number {
  if (typeof amount === "number") return amount;
  // Through whole numbers: 0.07 * 100 is a little more than 7, and would be rounded up.
  return Number(((Number.parseFloat(amount) * devices) / 100).toFixed(6));
}

export interface Observations {
  /** Devices that were released in this run, or had the version when it began -> when their time began. */
  readonly releasedAt: ReadonlyMap<LosantId, number>;
  /** Of those, the ones that were online in some listing. */
  readonly online: ReadonlySet<LosantId>;
}

export function statusOf(
  deviceId: LosantId,
  view: DeviceView | undefined,
  version: Version,
  { releasedAt, online }: Observations,
): DeviceStatus {
  const connected = view?.connected !== false;
  const since = releasedAt.get(deviceId);
  const state = stateOf(view, version, since !== undefined, online.has(deviceId));
  return { deviceId, state, connected, releasedAt: since };
}

function stateOf(view: DeviceView | undefined, version: Version, released: boolean, wasOnline: boolean): DeviceState {
  if ((view?.desired ?? null) !== version) return released ? "elsewhere" : "waiting";
  if (runsVersion(view, version)) return "done";
  if (view?.failure !== undefined) return "failed";
  if (view?.connected !== false) return "moving";
  return wasOnline ? "lost" : "offline";
}

/** Current = the version asked, and the same content where Losant tells. */
export function runsVersion(view: DeviceView | undefined, version: Version): boolean {
  return (view?.current ?? null) === version && (version === null || view?.sameContent === true);
}

export function nextStep(strategy: Strategy, { statuses, settledAt }: Situation, now: number): RolloutStep {
  const problems = statuses.flatMap((status) => problemOf(strategy, status, now) ?? []);
  const released = statuses.filter(({ state }) => state !== "waiting");
  const counted = released.filter((status) => !isIgnored(strategy, status)).length;
  const batch = batchOf(strategy, counted);
  if (problems.length > strategy.maxFailures) return { kind: "failed", batch, problems };

  const failing = new Set(problems.map(({ deviceId }) => deviceId));
  const unsettled = released.filter((status) => isAwaited(strategy, status) && !failing.has(status.deviceId));
  if (unsettled.length > 0) {
    return {
      kind: "wait",
      batch,
      until: unsettled.reduce((soonest, one) => Math.min(soonest, deadlineOf(strategy, one)), Infinity),
      resting: false,
    };
  }

  const waiting = statuses.filter(({ state }) => state === "waiting").toSorted(onlineFirstThenById);
  if (waiting.length === 0) return { kind: "done", batch: strategy.sizes.length, problems };
  const restedAt = (settledAt ?? -Infinity) + strategy.pauseMs;
  if (now < restedAt) return { kind: "wait", batch, until: restedAt, resting: true };

  const size = strategy.sizes.find((one) => one > counted) ?? statuses.length;
  const deviceIds = waiting.slice(0, size - counted).map(({ deviceId }) => deviceId);
  return { kind: "release", batch: batchOf(strategy, size), deviceIds };
}

/** The number of the batch, from 1, that has this many devices released. */
export function batchOf({ sizes }: Strategy, released: number): number {
  const index = sizes.findIndex((size) => size >= released);
  return (index === -1 ? sizes.length - 1 : index) + 1;
}

function problemOf(strategy: Strategy, status: DeviceStatus, now: number): DeviceProblem | undefined {
  const { deviceId, state, connected } = status;
  if (state === "done") return undefined;
  if (state === "failed" || state === "elsewhere") return { deviceId, kind: state };
  if (strategy.offline === "fail" && !connected) return { deviceId, kind: "offline" };
  const isLate = isAwaited(strategy, status) && now >= deadlineOf(strategy, status);
  return isLate ? { deviceId, kind: "late" } : undefined;
}

function isAwaited({ offline }: Strategy, { state }: DeviceStatus): boolean {
  return state === "moving" || state === "lost" || (state === "offline" && offline === "wait");
}

function isIgnored({ offline }: Strategy, { state }: DeviceStatus): boolean {
  return state === "offline" && offline === "ignore";
}

function deadlineOf({ timeoutMs }: Strategy, { releasedAt = -Infinity }: DeviceStatus): number {
  return releasedAt + timeoutMs;
}

/** An offline device proves nothing, so it is the canary only where no other device is left. */
function onlineFirstThenById(a: DeviceStatus, b: DeviceStatus): number {
  return Number(b.connected) - Number(a.connected) || (a.deviceId < b.deviceId ? -1 : 1);
}
