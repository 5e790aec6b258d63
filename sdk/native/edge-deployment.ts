import * as pulumi from "@pulumi/pulumi";
import { packageVersion } from "../../provider/losant/version.js";
import type { RolloutInputs } from "../../provider/resource/inputs.js";
import type { DeviceFailure, Drift, Status } from "../../provider/resource/state.js";
import { EDGE_DEPLOYMENT_TYPE, NATIVE_EDGE_DEPLOYMENT_TYPE } from "../../provider/type-token.js";
import type { EdgeDeploymentArgs } from "../args.js";

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
export class NativeEdgeDeployment extends pulumi.CustomResource {
  /** The type by which policies find this resource: `validateResourceOfType(EdgeDeployment, ...)`. */
  static readonly __pulumiType = NATIVE_EDGE_DEPLOYMENT_TYPE;

  declare public readonly applicationId: pulumi.Output<string>;
  declare public readonly flowId: pulumi.Output<string>;
  /** `null`: the workflow must not run on the devices. */
  declare public readonly version: pulumi.Output<string | null>;
  /** Sorted, without repeats; the devices that `deviceTags` found are among them. */
  declare public readonly deviceIds: pulumi.Output<string[]>;
  declare public readonly exclusive: pulumi.Output<boolean | undefined>;
  declare public readonly adopt: pulumi.Output<boolean | undefined>;
  declare public readonly maxDevices: pulumi.Output<number | undefined>;
  declare public readonly rollout: pulumi.Output<RolloutInputs | undefined>;
  /**
   * `deployed`: every device runs the version. `pending`: some devices have not reported it yet (`pendingDeviceIds`).
   * `failed`: a device could not run it (`failures`). `drifted`: a device was moved outside of this program (`drift`).
   * `unknown`: `pulumi up` made calls and could not read the result from Losant; the next `pulumi up` reads it.
   */
  declare public readonly status: pulumi.Output<Status>;
  /** How many devices are declared, `deviceTags` included. */
  declare public readonly deviceCount: pulumi.Output<number>;
  /** Devices that have not reported the version yet, for example because they are offline. */
  declare public readonly pendingDeviceIds: pulumi.Output<string[]>;
  /** Devices that could not run the version, with Losant's own error. */
  declare public readonly failures: pulumi.Output<DeviceFailure[]>;
  /** Devices that were moved outside of this program, with who and when, as of the last refresh. */
  declare public readonly drift: pulumi.Output<Drift[]>;

  constructor(name: string, args: EdgeDeploymentArgs, opts: pulumi.CustomResourceOptions = {}) {
    const ours: pulumi.CustomResourceOptions = {
      version: opts.version ?? packageVersion,
      // A resource of the dynamic provider is this one: nothing is replaced.
      aliases: [{ type: EDGE_DEPLOYMENT_TYPE }],
    };
    super(NATIVE_EDGE_DEPLOYMENT_TYPE, name, { ...OUTPUTS, ...args }, pulumi.mergeOptions(opts, ours));
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

/** Pulumi makes an output only of a property that is named here. */
const OUTPUTS = {
  applicationId: undefined,
  flowId: undefined,
  version: undefined,
  deviceIds: undefined,
  exclusive: undefined,
  adopt: undefined,
  maxDevices: undefined,
  rollout: undefined,
  status: undefined,
  deviceCount: undefined,
  pendingDeviceIds: undefined,
  failures: undefined,
  drift: undefined,
};
