/** The pause and the check between two stages of a promotion. */
import { countOf } from "../../../provider/words.js";
import { setTimeout as sleep } from "node:timers/promises";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { SECRET } from "../../../provider/messages/redact.js";
import { driftOf } from "./drift.js";
import type { Verdict } from "../gates/gates.js";
import { listenerOf } from "./listener.js";
import { CANCELLED } from "./run-failure.js";
import type { RunOptions } from "./run-options.js";
import type { DeployResult, Hold } from "../report/results.js";
import type { FailedDevice } from "../report/resource-results.js";

/** What a check gets. */
export interface Stage {
  readonly stack: Stack;
  readonly result: DeployResult;
  readonly next: Stack;
  readonly signal?: AbortSignal;
}

/** `true` or nothing: go on. `false`, or a sentence that says why: the promotion stops here. An error stops it, too. */
export type HoldCheck = (stage: Stage) => Verdict | Promise<Verdict>;

/** A time in seconds, a check that runs once, or both: then the check runs again and again until the time is over. */
export type Between =
  | number
  | HoldCheck
  | {
      /**
       * Counted from the last change of the stage, so that a promotion that is started again does not wait twice.
       * @default 0
       */
      readonly holdSeconds?: number;
      readonly check?: HoldCheck;
      /** @default 30 */
      readonly everySeconds?: number;
    };

interface HoldTerms {
  readonly holdSeconds: number;
  readonly everySeconds: number;
  readonly check: HoldCheck | undefined;
}

/** @throws Error that names the setting, its value and a valid one */
export function holdTermsOf(between: Between | undefined): HoldTerms {
  const given = typeof between === "number" ? { holdSeconds: between } : (between ?? {});
  const { holdSeconds = 0, everySeconds = 30, check } = typeof given === "function" ? { check: given } : given;
  if (!(holdSeconds >= 0)) throw new Error(`between: ${holdSeconds} is not a time: give seconds, 0 or more`);
  if (!(everySeconds > 0)) throw new Error(`everySeconds: ${everySeconds} is not a time: give seconds, more than 0`);
  return { holdSeconds, everySeconds, check };
}

export async function holdAfter(stage: Stage, terms: HoldTerms, options: RunOptions): Promise<Hold> {
  const { stack, signal } = stage;
  const started = Date.now();
  const ended = (outcome: Hold["outcome"], reason?: string): Hold => ({
    after: stack.name,
    outcome,
    ...(reason === undefined ? {} : { reason }),
    seconds: Math.round((Date.now() - started) / 100) / 10,
  });
  const tell = listenerOf(options);
  const emit = (message: string): void => tell({ stack: stack.name, phase: "hold", type: "progress", message });
  const until = terms.holdSeconds === 0 ? started : (await lastChange(stage)) + terms.holdSeconds * 1000;
  for (;;) {
    if (signal?.aborted) return ended("cancelled", CANCELLED.message);
    emit(`${Math.max(Math.ceil((until - Date.now()) / 1000), 0)} s until ${stage.next.name}`);
    const reason = terms.check && (await refusal(terms.check, stage));
    if (signal?.aborted) return ended("cancelled", CANCELLED.message);
    if (reason !== undefined) return ended("stopped", reason);
    const left = until - Date.now();
    if (left <= 0) return ended("passed");
    // Without a check nothing happens in between.
    const pause = terms.check ? Math.min(left, terms.everySeconds * 1000) : left;
    await sleep(pause, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  }
}

/** When the stage last changed: just now, or in an earlier run. */
async function lastChange({ stack, result }: Stage): Promise<number> {
  if (result.outcome !== "unchanged") return Date.now();
  try {
    const changed = (await stack.history(20, 1)).find(({ kind, resourceChanges }) => {
      const ops = Object.entries(resourceChanges ?? {});
      return kind === "update" && ops.some(([op, count]) => op !== "same" && (count ?? 0) > 0);
    });
    const end = changed?.endTime ? new Date(changed.endTime).getTime() : Number.NaN;
    return Number.isNaN(end) ? Date.now() : end;
  } catch {
    // If the history cannot be read, the hold takes its whole time.
    return Date.now();
  }
}

async function refusal(check: HoldCheck, stage: Stage): Promise<string | undefined> {
  try {
    const verdict = await check(stage);
    if (verdict === undefined || verdict === true) return undefined;
    return verdict === false ? "the check between the stages answered false" : verdict;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/**
 * A check for {@link promote}: no device of the stage reports a failure, except those that the `maxFailures` of its
 * rollout accepted. It runs a preview with a refresh, so it changes nothing and needs no token of its own.
 *
 * @example
 * ```ts
 * await promote([staging, production], { between: { holdSeconds: 600, check: noFailures() } });
 * ```
 */
export function noFailures(): HoldCheck {
  return async ({ stack, result, signal }) => {
    const { problem, resources } = await driftOf(stack, { signal });
    if (problem) return `the devices of ${stack.name} cannot be checked: ${problem.message}`;
    // Failures at the end of the stage were accepted by the rollout's maxFailures; otherwise there is no hold.
    const failed = resources.flatMap(({ urn, failed: now }) =>
      newFailures(now, result.resources.find((resource) => resource.urn === urn)?.failed ?? []),
    );
    const [first] = failed;
    return (
      first &&
      `${countOf(failed.length, "device")} of ${stack.name} failed: ${first.name ?? first.deviceId}: ${first.error}`
    );
  };
}

/** Pure. Secret devices have no id: as many of them are new as there are more than before. */
export function newFailures(now: readonly FailedDevice[], accepted: readonly FailedDevice[]): FailedDevice[] {
  const left = new Map<string, number>();
  for (const { deviceId } of accepted) left.set(deviceId, (left.get(deviceId) ?? 0) + 1);
  return now.filter(({ deviceId }) => {
    const count = left.get(deviceId) ?? 0;
    if (deviceId === SECRET) left.set(deviceId, count - 1);
    return count <= 0;
  });
}
