/**
 * The plan in the preview: one line on each EdgeDeployment's row that says what `pulumi up` would move, and warnings.
 *
 * In a preview Pulumi calls neither create nor update, and check and diff make no calls by design. So the program reads
 * Losant, beside the registration of its resources; only the end of the program waits for it. What cannot be read is left
 * out, and one message says so. What does not exist fails the preview. `pulumi config set losant:preflight false`
 * turns it off.
 */
import * as pulumi from "@pulumi/pulumi";
import type { EdgeDeploymentArgs } from "../args.js";
import type { Program } from "../program/program.js";
import { atProgramEnd } from "../program/program.js";
import { createActivity } from "../program/activity.js";
import type { Activity } from "../program/activity.js";
import type { Registered } from "../program/registrations.js";
import type { PreviewedResource } from "./previewed-resource.js";

atProgramEnd(async (program, state) => {
  if (!pulumi.runtime.isDryRun() || !program.settings.preflight) return;
  const { previewEnd } = await import("./removals.js");
  await previewEnd(program, state);
});

/** Busy while plans of the run have yet to ask for their devices: all of them read their devices together. */
const activities = new WeakMap<Program, Activity>();

export function preflight(
  program: Program,
  registered: Registered,
  resource: PreviewedResource,
  declared: Partial<EdgeDeploymentArgs>,
): void {
  // Unit tests with Pulumi's mocks have no engine, and should reach no network.
  if (!pulumi.runtime.isDryRun() || pulumi.runtime.getEngine() === undefined) return;
  if (!program.settings.preflight) return;
  // A program ends when its registrations are done. This keeps it alive until the plan is printed.
  const release = pulumi.runtime.rpcKeepAlive();
  const activity = activities.get(program) ?? createActivity();
  activities.set(program, activity);
  const arrival = Promise.withResolvers<void>();
  void activity.lookUp(() => arrival.promise);
  const beforeDevices = (): Promise<void> => {
    arrival.resolve();
    return activity.whenIdle();
  };
  void import("./resource-plan.js")
    .then(({ previewPlan }) => previewPlan(program, registered, resource, declared, beforeDevices))
    .catch((error: unknown) => pulumi.log.debug(`no plan in the preview: ${String(error)}`))
    .finally(() => {
      arrival.resolve();
      release();
    });
}
