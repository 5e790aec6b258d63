/** `pulumi-losant plan`, and the file that `deploy --plan` reads. */
import { readFileSync, statSync } from "node:fs";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { plan } from "../pipeline/run/plan.js";
import { planFrom, planText, tooLargeForPlan } from "../pipeline/report/plan-file.js";
import type { PlanFile } from "../pipeline/report/plan-file.js";
import type { RunOptions } from "../pipeline/run/run-options.js";
import type { PlanReport } from "../pipeline/report/results.js";
import { gatesOf } from "./gate-options.js";
import type { GateOptions } from "./gate-options.js";
import { writeText } from "./output.js";
import { UsageError } from "./usage-error.js";

export async function planned(
  stack: Stack,
  { out, ...options }: GateOptions & { readonly out?: string },
  run: RunOptions,
): Promise<PlanReport> {
  const { report, file } = await plan(stack, gatesOf(options), run);
  if (out !== undefined && file !== undefined) writeText(out, planText(file));
  return report;
}

/** @throws UsageError for a file that cannot be read, is no plan, or was edited */
export function planFile(path: string): PlanFile {
  try {
    // Asked before it is read: a file of gigabytes would not fit into memory.
    const large = tooLargeForPlan(statSync(path).size);
    if (large !== undefined) throw new Error(large);
    return planFrom(readFileSync(path, "utf8"));
  } catch (error) {
    throw new UsageError(`--plan: ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** @throws UsageError for several: a plan is of one stack */
export function one(stacks: readonly Stack[], command: string): Stack {
  const [stack, other] = stacks;
  if (stack === undefined || other !== undefined) {
    throw new UsageError(`${command}: a plan is of one stack: give --stack once, and run it for each stack`);
  }
  return stack;
}
