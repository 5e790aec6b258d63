/**
 * The plan in the preview: one line on each EdgeDeployment's row that says what `pulumi up` would move, and warnings.
 *
 * Pulumi calls neither create nor update in a preview, and check and diff make no calls by design, so it is the program
 * that looks, beside the registration of its resources: nothing waits for it but the end of the program. It never fails
 * a preview; what it cannot read it leaves out and says so once. `pulumi config set losant:preflight false` turns it off.
 */
import * as pulumi from "@pulumi/pulumi";
import type { EdgeDeployment, EdgeDeploymentArgs } from "../edge-deployment.js";
import { currentProgram } from "../program.js";

export function preflight(resource: EdgeDeployment, declared: Partial<EdgeDeploymentArgs>): void {
  // Unit tests with Pulumi's mocks have no engine, and should reach no network.
  if (!pulumi.runtime.isDryRun() || pulumi.runtime.getEngine() === undefined) return;
  const program = currentProgram();
  if (!program.settings.preflight) return;
  // A program ends when its registrations are done; this holds it until the line is said.
  const release = pulumi.runtime.rpcKeepAlive();
  void import("./run.js")
    .then(({ foretell }) => foretell(program, resource, declared))
    .catch((error: unknown) => pulumi.log.debug(`no plan in the preview: ${String(error)}`))
    .finally(release);
}
