/** Several stacks at once, one report. */
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import pMap from "p-map";
import { deploy } from "./deploy.js";
import { driftOf } from "./drift.js";
import { checkGates } from "../gates/gates.js";
import type { Gates } from "../gates/gates.js";
import { stopwatch } from "./run-stack.js";
import type { RunOptions } from "./run-options.js";
import type { DeploySummary, DriftSummary } from "../report/results.js";

export interface MultiStackOptions extends RunOptions {
  /** How many stacks run at once. Each is a Pulumi process of about 200 MB. @default 4 */
  readonly concurrency?: number;
}

const CONCURRENCY = 4;

/**
 * {@link detectDrift} for several stacks, for example one per application. A stack that cannot be read has a `problem` in
 * its report, and the summary is then not `clean`.
 *
 * @throws Error if `concurrency` is not valid; before anything runs
 *
 * @example
 * ```ts
 * const report = await detectDriftAll([graz, linz], { concurrency: 2 });
 * await writeFile("drift.md", toMarkdown(report));
 * ```
 */
export async function detectDriftAll(stacks: readonly Stack[], options: MultiStackOptions = {}): Promise<DriftSummary> {
  const elapsed = stopwatch();
  const reports = await pMap(stacks, (stack) => driftOf(stack, options), { concurrency: concurrencyOf(options) });
  const clean = reports.every((report) => report.clean === true);
  return { ...elapsed(), kind: "driftSummary", clean, stacks: reports };
}

/**
 * {@link deploy} for several stacks that do not depend on one another: one that is refused, fails or throws does not stop the
 * others, and each has its result. The gates apply to each stack. To deploy stacks in order, use {@link promote}.
 *
 * @throws Error if the value of a gate or of `concurrency` is not valid; before anything runs
 *
 * @example
 * ```ts
 * const { stacks } = await deployAll([graz, linz], { maxDevices: 50 }, { concurrency: 2 });
 * for (const { stack, outcome, problem } of stacks) console.log(stack, outcome, problem?.message ?? "");
 * ```
 */
export async function deployAll(
  stacks: readonly Stack[],
  gates: Gates = {},
  options: MultiStackOptions = {},
): Promise<DeploySummary> {
  checkGates(gates);
  const elapsed = stopwatch();
  const results = await pMap(stacks, (stack) => deploy(stack, gates, options), { concurrency: concurrencyOf(options) });
  return { ...elapsed(), kind: "deploySummary", stacks: results };
}

function concurrencyOf({ concurrency = CONCURRENCY }: MultiStackOptions): number {
  if (Number.isInteger(concurrency) && concurrency >= 1) return concurrency;
  throw new Error(`concurrency: ${concurrency} is not a number of stacks: give a whole number, 1 or more`);
}
