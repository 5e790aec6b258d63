import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { countCalls } from "../engine/call-count.js";
import { deployedIn, isPaused, otherChangesIn, stoppedBy } from "../engine/deployed.js";
import { deviceNamesIn } from "../engine/device-events.js";
import type { EngineFacts } from "../engine/engine-events.js";
import { writeApproval } from "../../../provider/host/approval-file.js";
import type { ApprovalFile } from "../../../provider/host/approval-file.js";
import { refusalInRun } from "../gates/approval-gate.js";
import { approvedMovesIn, isAllRefused, refusedIn, unheldIn } from "../gates/held-run.js";
import { checkGates, refusalOf } from "../gates/gates.js";
import type { Gates } from "../gates/gates.js";
import { healthIn } from "../engine/health.js";
import { pendingWarnings } from "./pending-operations.js";
import { foundIn, tellPlan } from "./plan.js";
import { redacted } from "../report/token-redactor.js";
import { redactorFor, runStack, stopwatch } from "./run-stack.js";
import { runFailureOf, stoppedFrom } from "./run-failure.js";
import { wholePreview } from "./whole-preview.js";
import type { RunOptions } from "./run-options.js";
import type { PlanFile } from "../report/plan-file.js";
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
  const ending = await heldTo(gates.approved, (held) =>
    deployed(stack, gates, options, { startedAt: elapsed().startedAt, ...held }),
  ).catch((error: unknown): Ending => failure(runFailureOf(error, stack.name, redactorFor(stack))));
  // A preview that failed may have found the stack locked: then its problem is the message.
  const warnings = ending.plan === undefined ? [] : await pendingWarnings(stack);
  const withWarnings = warnings.length === 0 ? {} : { warnings };
  const nothing = { resources: [], otherChanges: [], drift: [] };
  return redacted(
    { ...nothing, ...ending, ...withWarnings, ...elapsed(), kind: "deploy", stack: stack.name },
    redactorFor(stack),
  );
}

/** The plugin reads the approved plan from a file that is there for this run alone. */
async function heldTo<T>(
  approved: PlanFile | undefined,
  run: (held: Partial<Pick<ApprovalFile, "variables">>) => Promise<T>,
): Promise<T> {
  if (approved === undefined) return run({});
  const held = writeApproval(approved.hash, approvedMovesIn(approved));
  try {
    return await run(held);
  } finally {
    held.remove();
  }
}

interface Run extends Partial<Pick<ApprovalFile, "variables">> {
  readonly startedAt: string;
}

async function deployed(
  stack: Stack,
  gates: Gates,
  options: RunOptions,
  { startedAt, variables }: Run,
): Promise<Ending> {
  const { approved } = gates;
  const previewed = await wholePreview(stack, options, variables);
  const drift = healthIn(previewed.facts);
  if (previewed.problem) return { ...failure(previewed.problem), drift };
  const { plan, file: current } = foundIn(stack, previewed.facts, startedAt);
  tellPlan(stack, plan, options);

  const unheld = approved === undefined ? [] : unheldIn(previewed.facts, approved);
  const now = (options.now ?? Date.now)();
  const refusal = await refusalOf(gates, plan, drift, { now, current, unheld });
  if (refusal) return { outcome: "refused", refusal, drift, plan };

  const { facts, problem } = await runStack(stack, "up", options, { variables, names: deviceNamesIn(plan) });
  const done = {
    drift,
    plan,
    resources: deployedIn(facts),
    otherChanges: otherChangesIn(facts),
    writeCalls: countCalls(facts.records.flatMap((record) => (record.kind === "applied" ? record.calls : []))),
  };
  const by = stoppedBy(facts);
  if (problem && by !== undefined) return { outcome: "cancelled", problem: stoppedFrom(by), ...done };
  const changes = refusedIn(facts);
  if (approved !== undefined && problem !== undefined && changes.length > 0 && problem.code !== "cancelled") {
    const late = { refusal: refusalInRun(approved, changes), ...done };
    return isAllRefused(facts) ? { outcome: "refused", ...late } : { outcome: "failed", problem, ...late };
  }
  if (problem && isPaused(facts)) return { outcome: "paused", problem, ...done };
  if (problem) return { ...failure(problem), ...done };
  return { outcome: changedAnything(facts) ? "deployed" : "unchanged", ...done };
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
