/**
 * What a preview knows only at the end of the program: which devices stop because the program dropped their resource, and
 * which stop because the resource that takes them was declared too late.
 *
 * With `--target`, Pulumi keeps dropped resources. A program cannot see that option: the lines are for an `up` without it.
 */
import * as pulumi from "@pulumi/pulumi";
import { visibleLines } from "../../provider/text/visible-text.js";
import { decide } from "../../provider/decision/decide.js";
import { PreviewFailure } from "../../provider/lookup/preview-failure.js";
import { recordLine, warnedRecord } from "../../provider/messages/run-record.js";
import type { PreviousResource, PreviousState } from "../program/previous-state.js";
import type { Program } from "../program/program.js";
import { lateTakerWarnings } from "./late-takers.js";
import { plannedRecord } from "../../provider/preview/plan-preview.js";
import type { PlanPreview } from "../../provider/preview/plan-preview.js";
import { previews, stackHolders } from "./resource-plan.js";
import { programView } from "./program-view.js";
import { createReads } from "./reads.js";
import { removalLine } from "../../provider/preview/plan-line.js";

export async function previewEnd(program: Program, state: PreviousState): Promise<void> {
  const { registrations } = program;
  for (const registered of registrations.all) {
    const planned = previews.get(registered);
    if (planned === undefined) continue;
    const late = lateTakerWarnings(registered, planned.preview, registrations.all);
    for (const warning of late) void pulumi.log.warn(visibleLines(warning), planned.resource);
    if (late.length === 0) continue;
    const urn = (await registered.urns)?.[0] ?? "";
    const warnings = late.map((line) => ({ code: "stops", lines: [line] }) as const);
    void pulumi.log.debug(recordLine(warnedRecord(urn, warnings)), planned.resource);
  }
  const declared = await Promise.all(registrations.all.map(async ({ urns }) => urns));
  const kept = new Set(declared.flatMap((urns) => urns ?? []));
  const dropped = registrations.managed(state).filter(({ urn }) => !kept.has(urn));
  await Promise.all(dropped.map((previous) => previewRemoval(program, state, previous)));
}

async function previewRemoval(program: Program, state: PreviousState, previous: PreviousResource): Promise<void> {
  const { urn, name, saved, secret } = previous;
  const { inputs } = saved;
  // The row of the delete in the preview: no resource of the program has it.
  const row = { urn: pulumi.output(urn) } as unknown as pulumi.Resource;
  try {
    const fleet = await createReads(program).fleet(inputs);
    if (fleet === undefined) return;
    const decision = decide({
      inputs: undefined,
      before: saved,
      fleet,
      program: programView({
        flow: inputs,
        registrations: program.registrations.all,
        self: undefined,
        urns: [urn],
        holders: (await stackHolders(program, state))(inputs),
      }),
      allowFleetWideCalls: program.settings.replace === "exact",
    });
    const preview: PlanPreview = { inputs, before: saved, isStateKnown: true, decision, fleet, secret };
    const isRetained = saved.facts?.retainOnDelete === true;
    const none = { ...preview, decision: { ...decision, plan: { calls: [], moves: [] } } };
    void pulumi.log.debug(recordLine(plannedRecord(urn, isRetained ? none : preview, program.settings.apiUrl)), row);
    void pulumi.log.info(visibleLines(removalLine(name, preview)), row);
  } catch (error) {
    if (!(error instanceof PreviewFailure)) throw error;
    const line = `${name} is removed, but the preview cannot tell which devices lose the workflow: ${error.message}`;
    void pulumi.log.warn(visibleLines(line), row);
    void pulumi.log.debug(recordLine(warnedRecord(urn, [{ code: "unchecked", lines: [line] }])), row);
  }
}
