import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { healthIn } from "../engine/health.js";
import { planFileOf } from "../engine/plan-contents.js";
import { planIn } from "../engine/planned.js";
import type { EngineFacts } from "../engine/engine-events.js";
import { checkGates, refusalOf } from "../gates/gates.js";
import type { Gates } from "../gates/gates.js";
import type { PlanFile } from "../report/plan-file.js";
import type { Plan, PlanReport } from "../report/results.js";
import { redacted } from "../report/token-redactor.js";
import { listenerOf } from "./listener.js";
import { pendingWarnings } from "./pending-operations.js";
import type { RunOptions } from "./run-options.js";
import { redactorFor, stopwatch } from "./run-stack.js";
import { wholePreview } from "./whole-preview.js";

/** What {@link plan} answers. */
export interface Planned {
  readonly report: PlanReport;
  /** For `planText`, and for the gate `approved` of {@link deploy}; missing if the preview failed. */
  readonly file?: PlanFile;
}

/**
 * What {@link deploy} would do: a preview with a refresh. It changes neither Losant nor the state. The file that it gives
 * is what a person approves: `deploy` with it compares first, and runs only where nothing differs.
 *
 * @param gates - as for `deploy`: the report says whether they would refuse. The windows count only when `deploy` runs
 * @throws Error if the value of a gate is not valid
 *
 * @example
 * ```ts
 * const { report, file } = await plan(stack, { maxDevices: 50 });
 * console.log(toMarkdown(report));
 * if (file !== undefined) await writeFile("plan.json", planText(file));
 * // After the approval:
 * const approved = planFrom(await readFile("plan.json", "utf8"));
 * const result = await deploy(stack, { maxDevices: 50, approved });
 * ```
 */
export async function plan(stack: Stack, gates: Gates = {}, options: RunOptions = {}): Promise<Planned> {
  checkGates(gates);
  const elapsed = stopwatch();
  const { facts, problem } = await wholePreview(stack, options);
  const drift = healthIn(facts);
  const found = problem === undefined ? foundIn(stack, facts, elapsed().startedAt) : undefined;
  if (found !== undefined) tellPlan(stack, found.plan, options);
  const refusal = found && (await refusalOf(gates, found.plan, drift, { current: found.file }));
  const warnings = found === undefined ? [] : await pendingWarnings(stack);
  const redact = redactorFor(stack);
  const report: PlanReport = {
    ...elapsed(),
    kind: "plan",
    stack: stack.name,
    ...(found === undefined ? {} : { plan: found.plan, hash: found.file.hash }),
    ...(refusal === undefined ? {} : { refusal }),
    drift,
    ...(problem === undefined ? {} : { problem }),
    ...(warnings.length === 0 ? {} : { warnings }),
  };
  return { report: redacted(report, redact), ...(found === undefined ? {} : { file: found.file }) };
}

/** @internal */
export function tellPlan(stack: Stack, found: Plan, options: RunOptions): void {
  listenerOf(options)({
    stack: stack.name,
    phase: "preview",
    type: "plan",
    plan: redacted(found, redactorFor(stack)),
  });
}

/**
 * The plan of a preview, for reports and as a file.
 *
 * @internal
 */
export function foundIn(
  stack: Stack,
  facts: EngineFacts,
  createdAt: string,
): { readonly plan: Plan; readonly file: PlanFile } {
  const found = planIn(facts);
  return { plan: found, file: planFileOf(facts, found, { stack: stack.name, createdAt }, redactorFor(stack)) };
}
