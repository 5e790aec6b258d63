/** The plan of one resource, from what is declared, what the stack had before, and what Losant shows now. */
import { visibleLines } from "../../provider/text/visible-text.js";
import { isLosantId } from "../../provider/losant/ids.js";
import * as pulumi from "@pulumi/pulumi";
import { decide } from "../../provider/decision/decide.js";
import type { ProgramView } from "../../provider/decision/decide.js";
import { checkInputs } from "../../provider/resource/inputs.js";
import type { Inputs } from "../../provider/resource/inputs.js";
import type { PlanReads, VersionFacts } from "../../provider/lookup/plan-reads.js";
import { createMissing, failureText } from "../../provider/preview/missing.js";
import { PreviewFailure } from "../../provider/lookup/preview-failure.js";
import { warningText, WHOLE_PREVIEW } from "../../provider/messages/preview-warnings.js";
import type { PreviewWarning } from "../../provider/messages/preview-warnings.js";
import { recordLine, warnedRecord } from "../../provider/messages/run-record.js";
import type { Drift, Saved } from "../../provider/resource/state.js";
import type { EdgeDeploymentArgs } from "../args.js";
import { resolveIfKnown } from "../program/resolve-input.js";
import { holdersOf } from "../program/previous-state.js";
import type { PreviousResource, PreviousState } from "../program/previous-state.js";
import type { Program } from "../program/program.js";
import { isIgnored } from "../program/registrations.js";
import type { Registered } from "../program/registrations.js";
import { failPreview } from "./failure.js";
import { flowText, hidesInput, plannedRecord } from "../../provider/preview/plan-preview.js";
import type { PlanPreview } from "../../provider/preview/plan-preview.js";
import { programView } from "./program-view.js";
import { createReads } from "./reads.js";
import type { PreviewedResource } from "./previewed-resource.js";
import { isQuiet, planLine, unknownLine } from "../../provider/preview/plan-line.js";
import { unfinishedWarnings } from "../../provider/preview/unfinished.js";
import { uncheckedOf, warningsOf } from "../../provider/preview/warnings.js";

const DECLARED = [
  "applicationId",
  "flowId",
  "version",
  "deviceIds",
  "exclusive",
  "adopt",
  "maxDevices",
  "rollout",
] as const;

/** The plans of this run, for the messages at the end of the program. */
export const previews = new WeakMap<
  Registered,
  { readonly preview: PlanPreview; readonly resource: PreviewedResource }
>();

export async function previewPlan(
  program: Program,
  registered: Registered,
  resource: PreviewedResource,
  declared: Partial<EdgeDeploymentArgs>,
  beforeDevices: () => Promise<void>,
): Promise<void> {
  const reads = createReads(program, beforeDevices);
  void prefetchFleet(program, reads, declared);
  const urns = await registered.urns;
  if (urns === undefined) return;
  const found = await inputsOf(program, resource, declared);
  if ("unknown" in found) {
    if (found.unknown.length > 0) void pulumi.log.info(unknownLine(found.unknown), resource);
    return;
  }
  const { inputs } = found;
  try {
    await showPlan(program, reads, { registered, resource, urns, inputs });
  } catch (error) {
    if (!(error instanceof PreviewFailure)) throw error;
    failPreview(
      failureText(error, (input) => hidesInput(registered, input)),
      resource,
    );
  }
}

interface Subject {
  readonly registered: Registered;
  readonly resource: PreviewedResource;
  readonly urns: readonly string[];
  readonly inputs: Inputs;
}

async function showPlan(
  program: Program,
  reads: PlanReads,
  { registered, resource, urns, inputs }: Subject,
): Promise<void> {
  const missing = createMissing(isWholePreview(), (input) => hidesInput(registered, input));
  const told = async (
    warnings: readonly PreviewWarning[],
    unchecked: readonly PreviewWarning[] = [],
  ): Promise<void> => {
    for (const warning of warnings) {
      void pulumi.log.warn(await reads.named(inputs.applicationId, warningText(warning)), resource);
    }
    void pulumi.log.debug(recordLine(warnedRecord(urns[0] ?? "", [...warnings, ...unchecked])), resource);
  };
  const [fleet, state] = await Promise.all([missing.noting(reads.fleet(inputs), undefined), program.previousState()]);
  const previous = state && previousOf(state, urns);
  if (fleet === undefined) {
    if (missing.warnings.length > 0) await told(missing.warnings);
    return;
  }
  const last = previous?.saved;
  const sameFlow = last?.inputs.applicationId === inputs.applicationId && last.inputs.flowId === inputs.flowId;
  // A resource that changes its workflow is replaced: the new one has no devices before.
  const before = sameFlow ? last : undefined;
  const holdersIn = state && (await stackHolders(program, state));
  const viewOn = (flow: Inputs): ProgramView =>
    programView({
      flow,
      registrations: program.registrations.all,
      self: registered,
      urns,
      holders: holdersIn?.(flow),
    });
  const allowFleetWideCalls = program.settings.replace === "exact";
  const decision = decide({
    inputs,
    before,
    fleet,
    program: viewOn(inputs),
    allowFleetWideCalls,
    ignoresVersion: isIgnored(registered, "version"),
  });
  const secret = new Set([...registered.secret, ...(previous?.secret ?? [])]);
  const now = new Date();
  const planned: PlanPreview = {
    inputs,
    before,
    isStateKnown: state !== undefined,
    now,
    decision,
    fleet,
    secret,
    replaced: sameFlow || last === undefined ? undefined : replacedBy(last, viewOn(last.inputs), registered),
  };
  const { moves } = decision.plan;
  const flowName = flowText(planned);
  const flowShown = flowName === inputs.flowId ? flowName : `"${flowName}"`;
  const version = await missing.noting(reads.version(inputs, moves, flowShown), MISSING);
  if (version === undefined && fleet.size === 0) await missing.noting(reads.flow(inputs), undefined);

  await reads.health(inputs);

  void pulumi.log.debug(recordLine(plannedRecord(urns[0] ?? "", planned, program.settings.apiUrl)), resource);
  const devices = await reads.devices(inputs, moves);
  const preview: PlanPreview = { ...planned, devices };
  previews.set(registered, { preview, resource });
  const line = visibleLines(planLine(preview));
  if (!isQuiet(preview, line)) void pulumi.log.info(line, resource);
  const checked = { ...preview, version, now };
  const unfinished = unfinishedWarnings(preview, previous === undefined ? [] : leftBehind(previous), now);
  const left = unfinished.map((lines) => ({ code: "unfinished", lines }) as const);
  await told([...missing.warnings, ...left, ...warningsOf(checked)], uncheckedOf(checked));
}

const MISSING: VersionFacts = { kind: "missing" };

function isWholePreview(): boolean {
  return (process.env[WHOLE_PREVIEW] ?? "") !== "";
}

/** The devices that a stopped rollout did not reach. States of 0.1.0 do not mark them. */
function leftBehind({ drift, isOld }: PreviousResource): readonly Drift[] {
  return isOld ? drift : drift.filter(({ unfinished }) => unfinished === true);
}

/** What the delete of the old resource stops. Its flow is not read for that. */
function replacedBy(last: Saved, program: ProgramView, { retainOnDelete }: Registered): PlanPreview["replaced"] {
  const { leaving } = decide({
    inputs: undefined,
    before: last,
    fleet: new Map(),
    program,
    allowFleetWideCalls: false,
  });
  return {
    flowId: last.inputs.flowId,
    leaving: leaving.length,
    isRetained: last.facts?.retainOnDelete === true,
    isToBeRetained: retainOnDelete,
  };
}

export function stackHolders(program: Program, state: PreviousState): Promise<ReturnType<typeof holdersOf>> {
  return program.once(["holders"], async () => holdersOf(program.registrations.managed(state)));
}

/** @throws PreviewFailure if the state cannot be understood */
function previousOf(state: PreviousState, urns: readonly string[]): PreviousResource | undefined {
  try {
    return state.find(urns);
  } catch (error) {
    throw new PreviewFailure(error instanceof Error ? error.message : String(error));
  }
}

/** Starts to list the flow while Pulumi still registers the resource. */
async function prefetchFleet(program: Program, reads: PlanReads, declared: Partial<EdgeDeploymentArgs>): Promise<void> {
  const [application, flow] = await Promise.all([
    resolveIfKnown(declared.applicationId),
    resolveIfKnown(declared.flowId),
  ]);
  const applicationId = application && (application.value ?? program.settings.applicationId);
  const flowId = flow?.value;
  if (!isLosantId(applicationId) || !isLosantId(flowId)) return;
  // The plan that waits for the answer reports the error.
  await reads.fleet({ applicationId: applicationId.toLowerCase(), flowId: flowId.toLowerCase() }).catch(() => {});
}

/**
 * The inputs as Pulumi will apply them: after transforms, `ignoreChanges` and `check`. An input that the registration does
 * not show is taken from the program.
 *
 * @returns the inputs that are not known yet; none where `check` refuses one
 */
async function inputsOf(
  program: Program,
  resource: PreviewedResource,
  declared: Partial<EdgeDeploymentArgs>,
): Promise<{ readonly inputs: Inputs } | { readonly unknown: readonly string[] }> {
  const entries: [string, unknown][] = [];
  const unknown: string[] = [];
  for (const name of DECLARED) {
    const known = (await resolveIfKnown<unknown>(resource[name])) ?? (await resolveIfKnown<unknown>(declared[name]));
    if (known === undefined) unknown.push(name);
    else entries.push([name, known.value]);
  }
  if (unknown.length > 0) return { unknown };
  const { inputs, failures } = checkInputs(Object.fromEntries(entries), program.settings.applicationId);
  return failures.length > 0 ? { unknown: [] } : { inputs: inputs as unknown as Inputs };
}
