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
 * | a released device runs it, and is not proven healthy       | wait (`rollout-health.ts`)                         |
 * | all released are settled, others are left, somebody pauses | wait until told to go on (a failure still ends it)  |
 * | all released are settled, others are left, rest not over   | wait (a failure in the rest still ends it)         |
 * | all released are settled, others are left, rest over, ...  |                                                    |
 * | ... outside of the windows                                 | wait for the next one, or pause: `outside`         |
 * | ... inside, or there are none                              | release up to the next batch's size                |
 * | all are released and settled                               | done                                               |
 *
 * A device is settled once it runs the version and is healthy, failed, or is offline and `offline` is "ignore". It failed
 * when it says so, when its time is up, when somebody moved it elsewhere in the meantime, when it throws more errors than
 * `health` allows or its health cannot be known, and, with `offline: "fail"`, when it is offline, released or not.
 *
 * A canary that is named goes first, and no other device takes its place. Where all of it is offline it is waited for,
 * whatever `offline` says: a canary of which no device runs the version has proven nothing.
 *
 * "ignore" never lets a version through unproven. It means devices that were offline all along: one that was online
 * after its release and then fell silent may have been cut off BY the version, so it is waited for. And an ignored
 * device does not count towards the size of a batch: where a canary that is not named turns out to be offline, another
 * one is taken.
 */
import type { LosantId, RuntimeError } from "../losant/types.js";
import type { DeviceStatus } from "./device-status.js";
import { failsTooOften, isUnhealthy, throwsTooMuch, unjudgedBecause, watchedUntil } from "./rollout-health.js";
import type { HealthReading, RunCount, Watched } from "./rollout-health.js";
import { openingAt } from "./rollout-windows.js";
import type { Opening } from "./rollout-windows.js";
import type { Strategy } from "./rollout-strategy.js";

export interface Situation {
  readonly statuses: readonly DeviceStatus[];
  /** Since when all released devices are settled, in milliseconds: the rest counts from here. */
  readonly settledAt?: number;
  readonly health?: HealthReading;
  /** Who has paused the rollout: no batch begins until it is told to go on. */
  readonly heldBy?: string;
}

export type DeviceProblem =
  | { readonly deviceId: LosantId; readonly kind: "failed" | "late" | "offline" | "elsewhere" }
  /** Threw more errors than allowed, or more of its runs failed. */
  | UnhealthyDevice
  /** Runs the version, and its errors could not be read for too long. */
  | { readonly deviceId: LosantId; readonly kind: "unjudged"; readonly trouble?: string };

export interface UnhealthyDevice {
  readonly deviceId: LosantId;
  readonly kind: "unhealthy";
  /** Empty where they are no more than allowed. */
  readonly errors: readonly RuntimeError[];
  /** Undefined where no more of them failed than allowed. */
  readonly runs?: RunCount;
  /** Why it is not known what the version before did, where that would have been allowed. */
  readonly beforeTrouble?: string;
}

/**
 * `devices`: until they run the version. `health`: until they are proven healthy. `rest`: the pause after a batch.
 * `resume`: until a person lets it go on. `window`: until it opens.
 */
export type WaitsFor = "devices" | "health" | "rest" | "resume" | "window";

/** The next batch may not begin now: its windows are closed. */
export interface Paused {
  readonly kind: "paused";
  readonly batch: number;
  readonly problems: readonly DeviceProblem[];
  /** The window that opens next. */
  readonly opening?: Opening;
}

export type RolloutStep =
  | { readonly kind: "release"; readonly batch: number; readonly deviceIds: readonly LosantId[] }
  | {
      readonly kind: "wait";
      readonly batch: number;
      readonly until: number;
      readonly waitsFor: WaitsFor;
      /** Who has paused it. */
      readonly heldBy?: string;
    }
  | Paused
  | { readonly kind: "done"; readonly batch: number; readonly problems: readonly DeviceProblem[] }
  | { readonly kind: "failed"; readonly batch: number; readonly problems: readonly DeviceProblem[] };

export function nextStep(strategy: Strategy, situation: Situation, now: number): RolloutStep {
  const { statuses, settledAt, heldBy } = situation;
  const rules = rulesFor(strategy, situation, now);
  const problems = statuses.flatMap((status) => problemOf(rules, status) ?? []);
  const released = statuses.filter(({ state }) => state !== "waiting");
  const counted = released.filter((status) => rules.isCanary(status) || !isIgnored(rules, status)).length;
  const batch = batchOf(strategy, counted);
  if (problems.length > strategy.maxFailures) return { kind: "failed", batch, problems };

  const unsettled = unsettledIn(rules, released, problems);
  if (unsettled.length > 0) {
    return {
      kind: "wait",
      batch,
      until: unsettled.reduce((soonest, one) => Math.min(soonest, deadlineOf(rules, one)), Infinity),
      waitsFor: unsettled.every(({ state }) => state === "done") ? "health" : "devices",
    };
  }

  const waiting = statuses.filter(({ state }) => state === "waiting").toSorted(inOrder(rules));
  if (waiting.length === 0) return { kind: "done", batch: strategy.sizes.length, problems };
  if (heldBy !== undefined) return { kind: "wait", batch, until: Infinity, waitsFor: "resume", heldBy };
  const restedAt = (settledAt ?? -Infinity) + strategy.pauseMs;
  if (now < restedAt) return { kind: "wait", batch, until: restedAt, waitsFor: "rest" };

  const closed = closedUntil(strategy, now);
  if (closed?.outside === "stop") return { kind: "paused", batch, problems, opening: closed.opening };
  if (closed !== undefined) return { kind: "wait", batch, until: closed.opening?.from ?? Infinity, waitsFor: "window" };

  // Others may have the version already: the canary is still what comes next.
  const canary = waiting.filter(rules.isCanary).map(({ deviceId }) => deviceId);
  if (canary.length > 0) return { kind: "release", batch: 1, deviceIds: canary };
  const size = strategy.sizes.find((one) => one > counted) ?? statuses.length;
  const deviceIds = waiting.slice(0, size - counted).map(({ deviceId }) => deviceId);
  return { kind: "release", batch: batchOf(strategy, size), deviceIds };
}

/** Who is under way at this moment, for those who watch: the released devices that are waited for, and what has failed. */
export function underWay(
  strategy: Strategy,
  situation: Situation,
  now: number,
): { readonly awaited: readonly DeviceStatus[]; readonly problems: readonly DeviceProblem[] } {
  const rules = rulesFor(strategy, situation, now);
  const problems = situation.statuses.flatMap((status) => problemOf(rules, status) ?? []);
  const released = situation.statuses.filter(({ state }) => state !== "waiting");
  return { awaited: unsettledIn(rules, released, problems), problems };
}

function unsettledIn(
  rules: Rules,
  released: readonly DeviceStatus[],
  problems: readonly DeviceProblem[],
): readonly DeviceStatus[] {
  const failing = new Set(problems.map(({ deviceId }) => deviceId));
  return released.filter((status) => isAwaited(rules, status) && !failing.has(status.deviceId));
}

/** Undefined where a batch may begin now. */
export function closedUntil(
  { windows }: Pick<Strategy, "windows">,
  now: number,
): { readonly outside: "stop" | "wait"; readonly opening: Opening | undefined } | undefined {
  if (windows === undefined) return undefined;
  const opening = openingAt(windows.list, now);
  return opening !== undefined && opening.from <= now ? undefined : { outside: windows.outside, opening };
}

/** The strategy, and what it means for the statuses of this moment. */
interface Rules extends Strategy {
  readonly now: number;
  /** Until when a device that runs the version is waited for; undefined once it is proven healthy. */
  readonly watchedUntil: (status: DeviceStatus) => number | undefined;
  readonly unjudgedBecause: (status: DeviceStatus) => string | undefined;
  readonly isCanary: (status: DeviceStatus) => boolean;
  /** Does the named canary run the version, as far as it has to? */
  readonly isCanaryProven: boolean;
}

function rulesFor(strategy: Strategy, { statuses, health = {} }: Situation, now: number): Rules {
  const { timeoutMs } = strategy;
  const isCanary = ({ deviceId }: DeviceStatus): boolean => strategy.canary?.has(deviceId) === true;
  const canary = statuses.filter(isCanary);
  return {
    ...strategy,
    isCanary,
    isCanaryProven:
      canary.length === 0 ||
      canary.some(({ state, watched }) => state === "done" && !isUnhealthy(strategy.health, watched)),
    now,
    watchedUntil: ({ watched }) => watchedUntil(strategy.health, watched, health, { now, timeoutMs }),
    unjudgedBecause: ({ watched }) => unjudgedBecause(strategy.health, watched, health),
  };
}

/** The number of the batch, from 1, that has this many devices released. */
export function batchOf({ sizes }: Strategy, released: number): number {
  const index = sizes.findIndex((size) => size >= released);
  return (index === -1 ? sizes.length - 1 : index) + 1;
}

function problemOf(rules: Rules, status: DeviceStatus): DeviceProblem | undefined {
  const { deviceId, state, connected, watched } = status;
  if (state === "failed" || state === "elsewhere") return { deviceId, kind: state };
  // An error of the version is one, whatever the device has reported of its versions since.
  if (watched !== undefined && isUnhealthy(rules.health, watched)) {
    return unhealthy(rules, deviceId, watched);
  }
  if (state === "done") {
    const isUnjudged = isAwaited(rules, status) && rules.now >= deadlineOf(rules, status);
    return isUnjudged ? { deviceId, kind: "unjudged", trouble: rules.unjudgedBecause(status) } : undefined;
  }
  if (rules.offline === "fail" && !connected) return { deviceId, kind: "offline" };
  const isLate = isAwaited(rules, status) && rules.now >= deadlineOf(rules, status);
  return isLate ? { deviceId, kind: "late" } : undefined;
}

function unhealthy({ health }: Rules, deviceId: LosantId, watched: Watched): UnhealthyDevice {
  const { errors, runs, before } = watched;
  return {
    deviceId,
    kind: "unhealthy",
    errors: throwsTooMuch(health, watched) ? errors : [],
    ...(runs !== undefined && failsTooOften(health, watched) ? { runs } : {}),
    ...(before?.trouble === undefined ? {} : { beforeTrouble: before.trouble }),
  };
}

function isAwaited(rules: Rules, status: DeviceStatus): boolean {
  const { state } = status;
  if (state === "done") return rules.watchedUntil(status) !== undefined;
  return state === "moving" || state === "lost" || (state === "offline" && !isIgnored(rules, status));
}

function isIgnored(rules: Rules, status: DeviceStatus): boolean {
  if (status.state !== "offline" || rules.offline === "wait") return false;
  return rules.isCanaryProven || !rules.isCanary(status);
}

function deadlineOf(rules: Rules, status: DeviceStatus): number {
  if (status.state === "done") return rules.watchedUntil(status) ?? -Infinity;
  return (status.releasedAt ?? -Infinity) + rules.timeoutMs;
}

/** An offline device proves nothing, so it is the canary only where it is named, or no other device is left. */
function inOrder({ isCanary }: Rules): (a: DeviceStatus, b: DeviceStatus) => number {
  return (a, b) =>
    Number(isCanary(b)) - Number(isCanary(a)) ||
    Number(b.connected) - Number(a.connected) ||
    (a.deviceId < b.deviceId ? -1 : 1);
}
