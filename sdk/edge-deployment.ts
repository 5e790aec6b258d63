import { EDGE_DEPLOYMENT_TYPE } from "../provider/type-token.js";
import * as pulumi from "@pulumi/pulumi";
import { declaredDevices } from "./declared-devices.js";
import { declaredRollout } from "./declared-rollout.js";
import type { EdgeDeploymentArgs } from "./args.js";
import { OUTPUT_NAMES } from "./outputs.js";
import type { EdgeDeploymentOutputs } from "./outputs.js";
import { optionProblem, optionWarnings } from "./program/resource-options.js";
import { urnsOf } from "./program/resolve-input.js";
import { userError } from "./program/user-error.js";
import { preflight } from "./preview/index.js";
import { requireReachableProvider } from "./program/plugin-reach.js";
import { currentProgram } from "./program/program.js";
import { providerStub } from "./provider-stub.js";

/**
 * Declares which version of an edge workflow runs on which devices.
 *
 * `pulumi preview` shows which devices would move, and which were moved by hand. `pulumi up` moves exactly those devices,
 * with the fewest API calls, and no other device. Destroying the resource removes the workflow from its devices.
 *
 * Without `rollout`, `pulumi up` releases the version and does not wait for the devices: see `status`.
 *
 * @example
 * ```ts
 * import * as losant from "pulumi-losant";
 *
 * const telemetry = new losant.EdgeDeployment("telemetry", {
 *   applicationId: "575ec8687ae143cd83dc4a97",
 *   flowId: "575ed18f7ae143cd83dc4aa6",
 *   version: "v1.2.4",
 *   deviceIds: ["575ecf887ae143cd83dc4aa2"],
 * });
 * export const status = telemetry.status;
 * ```
 *
 * @example The workflow must not run on these devices. If it is deployed there by hand, the preview shows drift.
 * ```ts
 * new losant.EdgeDeployment("no-telemetry", { flowId, version: null, deviceIds: testBench });
 * ```
 */
export class EdgeDeployment extends pulumi.dynamic.Resource implements EdgeDeploymentOutputs {
  /** The type by which policies find this resource: `validateResourceOfType(EdgeDeployment, ...)`. */
  static readonly __pulumiType = EDGE_DEPLOYMENT_TYPE;

  declare public readonly applicationId: EdgeDeploymentOutputs["applicationId"];
  declare public readonly flowId: EdgeDeploymentOutputs["flowId"];
  declare public readonly version: EdgeDeploymentOutputs["version"];
  declare public readonly deviceIds: EdgeDeploymentOutputs["deviceIds"];
  declare public readonly exclusive: EdgeDeploymentOutputs["exclusive"];
  declare public readonly adopt: EdgeDeploymentOutputs["adopt"];
  declare public readonly maxDevices: EdgeDeploymentOutputs["maxDevices"];
  declare public readonly rollout: EdgeDeploymentOutputs["rollout"];
  declare public readonly status: EdgeDeploymentOutputs["status"];
  declare public readonly deviceCount: EdgeDeploymentOutputs["deviceCount"];
  declare public readonly pendingDeviceIds: EdgeDeploymentOutputs["pendingDeviceIds"];
  declare public readonly failures: EdgeDeploymentOutputs["failures"];
  declare public readonly drift: EdgeDeploymentOutputs["drift"];

  constructor(name: string, args: EdgeDeploymentArgs, opts?: pulumi.CustomResourceOptions) {
    requireReachableProvider();
    const program = currentProgram();
    const { deviceTags: _, ...rest } = args;
    if (opts?.id !== undefined) {
      // A resource that is only looked up (`get`) declares nothing.
      program.registrations.addLookup(name);
      super(providerStub, name, { ...OUTPUT_NAMES, ...rest }, opts, "losant", "EdgeDeployment");
      return;
    }
    const problem = optionProblem(name, opts);
    if (problem !== undefined) throw userError(problem);
    const registered = program.registrations.add(name, opts, setOf.get(args));
    const devices = { ...rest, ...declaredDevices(program, registered, args) };
    const rollout = declaredRollout(program, name, devices);
    const declared = { ...devices, ...(rollout === undefined ? {} : { rollout }) };
    const props = { ...OUTPUT_NAMES, ...declared, ...program.registrations.input(registered) };
    super(providerStub, name, props, opts, "losant", "EdgeDeployment");
    registered.urns = urnsOf(this);
    if (pulumi.runtime.isDryRun()) void warnOfOptions(this, registered.urns, opts);
    preflight(program, registered, this, declared);
  }

  /**
   * Reads what is deployed, without managing it. Fails if the workflow runs on none of the devices.
   *
   * @param id - `<applicationId>/<flowId>` (every device that carries the workflow now),
   *   `<applicationId>/<flowId>/<deviceId>,<deviceId>...`, or the id of an EdgeDeployment in the state
   * @example
   * ```ts
   * const live = losant.EdgeDeployment.get("live", "575ec8687ae143cd83dc4a97/575ed18f7ae143cd83dc4aa6");
   * export const liveVersion = live.version;
   * ```
   */
  static get(name: string, id: pulumi.Input<pulumi.ID>, opts?: pulumi.CustomResourceOptions): EdgeDeployment {
    return new EdgeDeployment(name, {} as EdgeDeploymentArgs, { ...opts, id });
  }

  /** @internal */
  static memberOf(
    set: string,
    name: string,
    args: EdgeDeploymentArgs,
    opts: pulumi.CustomResourceOptions,
  ): EdgeDeployment {
    setOf.set(args, set);
    return new EdgeDeployment(name, args, opts);
  }

  /** True if `value` is an EdgeDeployment, also one of another copy of this package. */
  static override isInstance(value: unknown): value is EdgeDeployment {
    // Like the resources that Pulumi generates: a policy asks with an object that has the type alone.
    return (value as { __pulumiType?: unknown } | null | undefined)?.__pulumiType === EDGE_DEPLOYMENT_TYPE;
  }
}

/** The arguments of members -> the name of their EdgeDeploymentSet. */
const setOf = new WeakMap<EdgeDeploymentArgs, string>();

/** Pulumi cannot deliver a message about a resource whose registration fails, and prints that failure a second time. */
async function warnOfOptions(
  resource: EdgeDeployment,
  urns: Promise<readonly string[] | undefined>,
  options?: pulumi.CustomResourceOptions,
): Promise<void> {
  const warnings = optionWarnings(options);
  if (warnings.length === 0 || (await urns) === undefined) return;
  for (const warning of warnings) void pulumi.log.warn(warning, resource);
}
