import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { countCalls } from "../engine/call-count.js";
import { deployedIn, isPaused, otherChangesIn, stoppedBy } from "../engine/deployed.js";
import type { EngineFacts } from "../engine/engine-events.js";
import { checkGates, refusalOf } from "../gates/gates.js";
import type { Gates } from "../gates/gates.js";
import { healthIn } from "../engine/health.js";
import { pendingWarnings } from "./pending-operations.js";
import { foundIn } from "./plan.js";
import { redacted } from "../report/token-redactor.js";
import { redactorFor, runStack, stopwatch } from "./run-stack.js";
import { stoppedFrom } from "./run-failure.js";
import type { RunOptions } from "./run-options.js";
import type { DeployResult, Problem } from "../report/results.js";

/**
 * Deploys a stack in a CI job: a preview with a refresh shows what drifted and what would move, the gates decide, and only
 * then `pulumi up` runs. It waits for the `rollout`s of the program.
 *
 * There is a result in every case; see `outcome` and {@link exitCodeOf}. A gate refuses before anything moves. After
 * `paused`, `failed` and `cancelled`, call it again: it continues from what runs in Losant.
 *
 * @param gates - what must hold; drift refuses unless `allowDrift` is given
 * @throws Error if the value of a gate is not valid
 *
 * @example
 * ```ts
 * import { LocalWorkspace } from "@pulumi/pulumi/automation/index.js";
 * import { deploy, exitCodeOf, toMarkdown } from "pulumi-losant/pipeline";
 *
 * const stack = await LocalWorkspace.selectStack({ stackName: "production", workDir: "." });
 * const result = await deploy(stack, { maxDevices: 50 });
 * console.log(toMarkdown(result));
 * process.exitCode = exitCodeOf(result);
 * ```
 */
export async function deploy(stack: Stack, gates: Gates = {}, options: RunOptions = {}): Promise<DeployResult> {
  checkGates(gates);
  const elapsed = stopwatch();
  const redact = redactorFor(stack);
  const ended = async (result: Ending): Promise<DeployResult> => {
    // A preview that failed may have found the stack locked: then its problem is the message.
    const warnings = result.plan === undefined ? [] : await pendingWarnings(stack);
    const withWarnings = warnings.length === 0 ? {} : { warnings };
    const nothing = { resources: [], otherChanges: [], drift: [] };
    return redacted(
      { ...nothing, ...result, ...withWarnings, ...elapsed(), kind: "deploy", stack: stack.name },
      redact,
    );
  };

  const previewed = await runStack(stack, "preview", options);
  const drift = healthIn(previewed.facts);
  if (previewed.problem) return ended({ ...failure(previewed.problem), drift });
  const { plan, file: current } = foundIn(stack, previewed.facts, elapsed().startedAt);

  const refusal = await refusalOf(gates, plan, drift, { now: (options.now ?? Date.now)(), current });
  if (refusal) return ended({ outcome: "refused", refusal, drift, plan });

  const { facts, problem } = await runStack(stack, "up", options);
  const done = {
    drift,
    plan,
    resources: deployedIn(facts),
    otherChanges: otherChangesIn(facts),
    writeCalls: countCalls(facts.records.flatMap((record) => (record.kind === "applied" ? record.calls : []))),
  };
  const by = stoppedBy(facts);
  if (problem && by !== undefined) return ended({ outcome: "cancelled", problem: stoppedFrom(by), ...done });
  if (problem && isPaused(facts)) return ended({ outcome: "paused", problem, ...done });
  if (problem) return ended({ ...failure(problem), ...done });
  return ended({ outcome: changedAnything(facts) ? "deployed" : "unchanged", ...done });
}

type Ending = Pick<DeployResult, "outcome"> &
  Partial<Pick<DeployResult, "refusal" | "problem" | "drift" | "plan" | "resources" | "otherChanges" | "writeCalls">>;

function failure(problem: Problem): Pick<DeployResult, "outcome" | "problem"> {
  return { outcome: problem.code === "cancelled" ? "cancelled" : "failed", problem };
}

function changedAnything(facts: EngineFacts): boolean {
  const resources = deployedIn(facts);
  return resources.some(({ op }) => op !== "same") || otherChangesIn(facts).length > 0;
}
