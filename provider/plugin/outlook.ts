/**
 * What a preview says on the row of a resource: the plan, and warnings. The decision is the one that `pulumi up` makes.
 *
 * What cannot be read is left out, and one message says so. What does not exist fails the preview.
 */
import { decide } from "../decision/decide.js";
import { createPlanReads } from "../lookup/plan-reads.js";
import type { PlanReads, VersionFacts } from "../lookup/plan-reads.js";
import { warningText } from "../messages/preview-warnings.js";
import { createMissing, failureText } from "../preview/missing.js";
import { PreviewFailure } from "../lookup/preview-failure.js";
import { redactorOf } from "../messages/redact.js";
import { recordLine, warnedRecord } from "../messages/run-record.js";
import { isQuiet, planLine, unknownLine } from "../preview/plan-line.js";
import { flowText, plannedRecord } from "../preview/plan-preview.js";
import type { PlanPreview } from "../preview/plan-preview.js";
import { unfinishedWarnings } from "../preview/unfinished.js";
import { uncheckedOf, warningsOf } from "../preview/warnings.js";
import { parseInputs } from "../resource/checked-inputs.js";
import { hasUnknown } from "../resource/inputs.js";
import { savedOf, shownIn } from "../resource/state.js";
import { capLines } from "../words.js";
import type { PluginContext } from "./context.js";
import { handoverOf } from "./run.js";
import type { Verb } from "./run.js";
import type { Plain } from "./wire.js";

const MISSING: VersionFacts = { kind: "missing" };

export interface Previewed {
  readonly verb: Verb;
  /** Undefined for a resource that is new. */
  readonly id?: string;
  readonly news: Plain;
  readonly olds?: Plain;
}

/** @throws Error for an application, a workflow or a version that does not exist */
export async function showOutlook(context: PluginContext, previewed: Previewed): Promise<void> {
  const { verb, news } = previewed;
  if (!context.settings.preflight) return;
  const unknown = Object.keys(news).filter((name) => !name.startsWith("__") && hasUnknown(news[name]));
  if (unknown.length > 0) {
    verb.log.info(unknownLine(unknown));
    return;
  }
  try {
    await showPlan(context, previewed);
  } catch (error) {
    if (!(error instanceof PreviewFailure)) {
      verb.log.debug(`no plan in the preview: ${String(error)}`);
      return;
    }
    // Without its cause, whose message shows the secrets.
    // oxlint-disable-next-line preserve-caught-error
    throw new Error(
      failureText(error, (input) => verb.secret.has(input)),
      { cause: error },
    );
  }
}

async function showPlan(context: PluginContext, { verb, id = verb.urn, news, olds = {} }: Previewed): Promise<void> {
  const inputs = parseInputs(news);
  const before = savedOf(olds);
  const reads: PlanReads = createPlanReads({
    lookup: context.planLookup,
    log: context.engine.logFor(),
    beforeDevices: context.gathered,
  });
  const missing = createMissing(context.isWholePreview, (input) => verb.secret.has(input));
  const fleet = await missing.noting(reads.fleet(inputs), undefined);
  if (fleet === undefined) {
    for (const warning of missing.warnings) verb.log.warn(warningText(warning));
    if (missing.warnings.length > 0) verb.log.debug(recordLine(warnedRecord(verb.urn, missing.warnings)));
    return;
  }
  const handover = handoverOf(context, verb);
  handover.identified(id, handover.registrationOf(inputs));
  const decision = decide({
    inputs,
    before,
    fleet,
    program: handover.viewFrom(id, inputs),
    allowFleetWideCalls: context.settings.replace === "exact",
    ignoresVersion: verb.ignoreChanges?.includes("version"),
  });
  const secret = new Set([...verb.secret, ...(before?.facts?.secret ?? [])]);
  const now = new Date(context.clock.now());
  const planned: PlanPreview = { inputs, before, isStateKnown: true, now, decision, fleet, secret };
  const { moves } = decision.plan;
  const flowName = flowText(planned);
  const flowShown = flowName === inputs.flowId ? flowName : `"${flowName}"`;
  const version = await missing.noting(reads.version(inputs, moves, flowShown), MISSING);
  if (version === undefined && fleet.size === 0) await missing.noting(reads.flow(inputs), undefined);
  await reads.health(inputs);

  verb.log.debug(recordLine(plannedRecord(verb.urn, planned, context.settings.apiUrl)));
  const devices = await reads.devices(inputs, moves);
  const preview: PlanPreview = { ...planned, devices };
  const { text } = redactorOf({ secret: [...secret] }, [inputs, before?.inputs]);
  const line = text(planLine(preview));
  if (!isQuiet(preview, line)) verb.log.info(line);
  const left = shownIn(olds).drift.filter(({ unfinished }) => unfinished === true);
  const checked = { ...preview, version, now };
  const unfinished = unfinishedWarnings(preview, left, now).map((lines) => ({ code: "unfinished", lines }) as const);
  // The read that came before has said it.
  const said = context.settings.refreshBeforeUpdate ? [] : unfinished;
  const warnings = [...warningsOf(checked), ...context.stopsBefore.planned(verb, preview)];
  for (const warning of [...missing.warnings, ...said, ...warnings]) {
    verb.log.warn(await reads.named(inputs.applicationId, capLines(warning.lines).join("\n")));
  }
  const all = [...missing.warnings, ...unfinished, ...warnings, ...uncheckedOf(checked)];
  verb.log.debug(recordLine(warnedRecord(verb.urn, all)));
}
