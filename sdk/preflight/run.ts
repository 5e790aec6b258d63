/** The plan of one resource, from what is declared, what the stack had before, and what Losant shows now. */
import * as pulumi from "@pulumi/pulumi";
import { capped } from "../../provider/execute.js";
import { checkInputs } from "../../provider/inputs.js";
import type { Inputs } from "../../provider/inputs.js";
import { leavingOf, takenOver } from "../../provider/membership.js";
import { plan } from "../../provider/plan.js";
import { grouped, recordLine } from "../../provider/record.js";
import { intentOf } from "../../provider/state.js";
import type { EdgeDeployment, EdgeDeploymentArgs } from "../edge-deployment.js";
import { valueOf } from "../known.js";
import type { Program } from "../program.js";
import { readState } from "./previous.js";
import { createReads } from "./reads.js";
import { prospectLine } from "./sentence.js";
import { warningsOf } from "./warnings.js";

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

export async function foretell(
  program: Program,
  resource: EdgeDeployment,
  declared: Partial<EdgeDeploymentArgs>,
): Promise<void> {
  const reads = createReads(program);
  void ahead(program, reads, declared);
  const urn = await valueOf(resource.urn);
  if (urn === undefined) return;
  const inputs = await inputsOf(program, resource, declared);
  if (inputs === undefined) return;

  const [fleet, state] = await Promise.all([reads.fleet(inputs), readState(program)]);
  if (fleet === undefined) return;
  const { __aliases: aliases } = resource as unknown as { readonly __aliases?: pulumi.Input<string[]> };
  const before = state?.saved([urn.value, ...((await valueOf(aliases))?.value ?? [])]);
  const sameFlow = before?.inputs.applicationId === inputs.applicationId && before.inputs.flowId === inputs.flowId;
  // A resource that changes its workflow is replaced: it starts with nothing there.
  const owner = sameFlow ? before : undefined;
  const leaving = leavingOf(inputs, owner, (deviceId) => program.claims.isClaimed(inputs, deviceId));
  const outlook = plan({
    ...intentOf(inputs, leaving, fleet),
    observed: fleet,
    wide: program.settings.replace === "exact",
  });
  const calls = outlook.calls.map((call) => call.why);
  const record = recordLine({ kind: "planned", urn: urn.value, calls, moved: grouped(outlook.moves) });
  void pulumi.log.debug(record, resource);
  const [version, devices] = await Promise.all([
    reads.version(inputs, outlook.moves),
    reads.devices(inputs, outlook.moves, fleet),
  ]);
  const prospect = { inputs, before: owner, state, leaving, fleet, devices, plan: outlook };
  const replaced = before !== undefined && !sameFlow ? before : undefined;
  void pulumi.log.info(prospectLine({ ...prospect, replaced }), resource);
  const taken =
    state === undefined ? [] : takenOver(inputs, owner, fleet, (deviceId) => state.isOwned(inputs, deviceId));
  for (const warning of warningsOf({ ...prospect, version, taken, now: new Date() })) {
    void pulumi.log.warn(capped(warning).join("\n"), resource);
  }
}

/** The flow's listing starts while Pulumi still registers the resource. */
async function ahead(
  program: Program,
  reads: ReturnType<typeof createReads>,
  declared: Partial<EdgeDeploymentArgs>,
): Promise<void> {
  const [application, flow] = await Promise.all([valueOf(declared.applicationId), valueOf(declared.flowId)]);
  const applicationId = application && (application.value ?? program.settings.applicationId);
  const flowId = flow?.value;
  if (!isId(applicationId) || !isId(flowId)) return;
  await reads.fleet({ applicationId: applicationId.toLowerCase(), flowId: flowId.toLowerCase() });
}

/**
 * The inputs as Pulumi will apply them: after transforms, `ignoreChanges` and `check`. Where the registration does not
 * show one, what the program declares. Undefined while one is not known, or where `check` has refused it.
 */
async function inputsOf(
  program: Program,
  resource: EdgeDeployment,
  declared: Partial<EdgeDeploymentArgs>,
): Promise<Inputs | undefined> {
  const entries: [string, unknown][] = [];
  for (const name of DECLARED) {
    const known = (await valueOf<unknown>(resource[name])) ?? (await valueOf<unknown>(declared[name]));
    if (known === undefined) return undefined;
    entries.push([name, known.value]);
  }
  const { inputs, failures } = checkInputs(Object.fromEntries(entries), program.settings.applicationId);
  return failures.length > 0 ? undefined : (inputs as unknown as Inputs);
}

function isId(value: unknown): value is string {
  return typeof value === "string" && /^[A-Fa-f\d]{24}$/.test(value);
}
