import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { deploy } from "./deploy.js";
import { EXIT_CODES, exitCodeOf } from "../report/exit-codes.js";
import { checkGates } from "../gates/gates.js";
import type { Gates } from "../gates/gates.js";
import { holdAfter, holdTermsOf } from "./hold.js";
import type { Between } from "./hold.js";
import { stopwatch } from "./run-stack.js";
import type { RunOptions } from "./run-options.js";
import type { DeployResult, Hold, PromoteResult } from "../report/results.js";

export interface PromoteOptions extends RunOptions {
  /** For all stages, or for each by the name of its stack. @default drift refuses, no other limit */
  readonly gates?: Gates | ((stackName: string) => Gates);
  /** The hold after each stage but the last. @default none */
  readonly between?: Between;
}

/**
 * Deploys stacks one after the other, staging first. A stage starts only when the stage before it is done, none of its
 * devices failed, and the hold passed. Otherwise the promotion stops.
 *
 * You can call it again: stages that are as declared run a preview and an `up` without changes, and a hold counts from the
 * last change of its stage.
 *
 * @throws Error if there is no stack, or a setting is not valid
 *
 * @example
 * ```ts
 * const result = await promote([staging, production], {
 *   gates: { maxDevices: 200 },
 *   between: { holdSeconds: 600, check: noFailures() },
 * });
 * process.exitCode = exitCodeOf(result);
 * ```
 */
export async function promote(stacks: readonly Stack[], options: PromoteOptions = {}): Promise<PromoteResult> {
  if (stacks.length === 0)
    throw new Error("promote: no stack given. Give the stacks in order, for example staging, production");
  const { gates = {}, between, ...run } = options;
  const terms = holdTermsOf(between);
  const gatesFor = typeof gates === "function" ? gates : () => gates;
  for (const stack of stacks) checkGates(gatesFor(stack.name));

  const elapsed = stopwatch();
  const stages: DeployResult[] = [];
  const holds: Hold[] = [];
  const ended = (): PromoteResult => {
    const notReached = stacks.slice(stages.length).map((stack) => stack.name);
    const done = notReached.length === 0 && stages.every((stage) => exitCodeOf(stage) === EXIT_CODES.ok);
    return { ...elapsed(), kind: "promote", outcome: done ? "done" : "stopped", stages, holds, notReached };
  };
  for (const [index, stack] of stacks.entries()) {
    const result = await deploy(stack, gatesFor(stack.name), run);
    stages.push(result);
    const next = stacks[index + 1];
    if (exitCodeOf(result) !== EXIT_CODES.ok || next === undefined) break;
    if (between === undefined) continue;
    const hold = await holdAfter({ stack, result, next, signal: run.signal }, terms, run);
    holds.push(hold);
    if (hold.outcome !== "passed") break;
  }
  return ended();
}
