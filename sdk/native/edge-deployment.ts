import * as pulumi from "@pulumi/pulumi";
import { packageVersion } from "../../provider/losant/version.js";
import { EDGE_DEPLOYMENT_TYPE, NATIVE_EDGE_DEPLOYMENT_TYPE } from "../../provider/type-token.js";
import type { EdgeDeploymentArgs } from "../args.js";
import { givenLists } from "../given-list.js";
import { OUTPUT_NAMES } from "../outputs.js";
import type { EdgeDeploymentOutputs } from "../outputs.js";

/**
 * Declares which version of an edge workflow runs on which devices, by the native plugin (`npx pulumi-losant plugin
 * install`). Inputs and outputs are those of the `EdgeDeployment` of `pulumi-losant`, and so is the state: a program that
 * imports this class in its place keeps its resources.
 *
 * Unlike it, a plain `pulumi preview` shows drift, `import` and `customTimeouts` work, and a provider resource may be named.
 *
 * @example
 * ```ts
 * import * as pulumi from "@pulumi/pulumi";
 * import * as native from "pulumi-losant/native";
 *
 * const apiToken = new pulumi.Config().requireSecret("grazToken");
 * const graz = new native.Provider("graz", { apiToken });
 * new native.EdgeDeployment("telemetry", { flowId, version: "v1.2.4", deviceIds }, { provider: graz });
 * ```
 */
export class NativeEdgeDeployment extends pulumi.CustomResource implements EdgeDeploymentOutputs {
  /** The type by which policies find this resource: `validateResourceOfType(EdgeDeployment, ...)`. */
  static readonly __pulumiType = NATIVE_EDGE_DEPLOYMENT_TYPE;

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

  constructor(name: string, args: EdgeDeploymentArgs, opts: pulumi.CustomResourceOptions = {}) {
    const ours: pulumi.CustomResourceOptions = {
      version: opts.version ?? packageVersion,
      // A resource of the dynamic provider is this one: nothing is replaced.
      aliases: [{ type: EDGE_DEPLOYMENT_TYPE }],
    };
    const given = { ...args, ...givenLists(name, args) };
    super(NATIVE_EDGE_DEPLOYMENT_TYPE, name, { ...OUTPUT_NAMES, ...given }, pulumi.mergeOptions(opts, ours));
  }

  /**
   * Reads what is deployed, without managing it. Fails if the workflow runs on none of the devices.
   *
   * @param id - `<applicationId>/<flowId>` (every device that carries the workflow now),
   *   `<applicationId>/<flowId>/<deviceId>,<deviceId>...`, or the id of an EdgeDeployment in the state
   */
  static get(name: string, id: pulumi.Input<pulumi.ID>, opts?: pulumi.CustomResourceOptions): NativeEdgeDeployment {
    return new NativeEdgeDeployment(name, {} as EdgeDeploymentArgs, { ...opts, id });
  }

  /** True if `value` is a native EdgeDeployment, also one of another copy of this package. */
  static override isInstance(value: unknown): value is NativeEdgeDeployment {
    return (value as { __pulumiType?: unknown } | null | undefined)?.__pulumiType === NATIVE_EDGE_DEPLOYMENT_TYPE;
  }
}
