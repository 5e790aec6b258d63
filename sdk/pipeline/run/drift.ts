import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { changesOf, healthIn, isClean } from "../engine/health.js";
import { pendingWarnings } from "./pending-operations.js";
import { PipelineError } from "../report/pipeline-error.js";
import { redacted } from "../report/token-redactor.js";
import { redactorFor, runStack, stopwatch } from "./run-stack.js";
import { runFailureOf } from "./run-failure.js";
import type { RunOptions } from "./run-options.js";
import type { DriftReport } from "../report/results.js";

/**
 * Is every device where the last `pulumi up` wanted it? Runs a preview with a refresh: it changes neither Losant nor the
 * state. Devices that have not reported the version yet (offline, slow) are `pendingDeviceIds`, not drift.
 *
 * @param stack - any stack of the Automation API: inline or local program, any backend. Give its workspace a `workDir`
 *   from which `pulumi-losant` can be loaded
 * @throws PipelineError if the stack cannot be read: it is then not "clean"
 *
 * @example
 * ```ts
 * import { LocalWorkspace } from "@pulumi/pulumi/automation/index.js";
 * import { detectDrift, exitCodeOf, toMarkdown } from "pulumi-losant/pipeline";
 *
 * const stack = await LocalWorkspace.selectStack({ stackName: "production", workDir: "." });
 * const report = await detectDrift(stack);
 * console.log(toMarkdown(report));
 * process.exitCode = exitCodeOf(report); // 0 clean, 2 drift
 * ```
 */
export async function detectDrift(stack: Stack, options: RunOptions = {}): Promise<DriftReport> {
  const report = await driftOf(stack, options);
  if (report.problem) throw new PipelineError(report.problem);
  return report;
}

/** The same for reports on several stacks: one that cannot be read, or that throws, must not hide the others. */
export async function driftOf(stack: Stack, options: RunOptions): Promise<DriftReport> {
  const elapsed = stopwatch();
  const redact = redactorFor(stack);
  const found = await foundBy(stack, options).catch((error: unknown) => ({
    resources: [],
    changes: [],
    problem: runFailureOf(error, stack.name, redact),
  }));
  return redacted({ ...elapsed(), kind: "drift", stack: stack.name, ...found }, redact);
}

type Found = Pick<DriftReport, "clean" | "resources" | "changes" | "problem" | "warnings">;

async function foundBy(stack: Stack, options: RunOptions): Promise<Found> {
  const { facts, problem } = await runStack(stack, "preview", options);
  const resources = healthIn(facts);
  const changes = changesOf(facts);
  if (problem !== undefined) return { resources, changes, problem };
  const warnings = await pendingWarnings(stack);
  return { clean: isClean(resources), resources, changes, ...(warnings.length === 0 ? {} : { warnings }) };
}
