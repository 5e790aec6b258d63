/** The outputs of an EdgeDeployment: the same of both fronts. */
import type * as pulumi from "@pulumi/pulumi";
import type { RolloutInputs } from "../provider/resource/inputs.js";
import type { DeviceFailure, Drift, Status } from "../provider/resource/state.js";

export interface EdgeDeploymentOutputs {
  readonly applicationId: pulumi.Output<string>;
  readonly flowId: pulumi.Output<string>;
  /** `null`: the workflow must not run on the devices. */
  readonly version: pulumi.Output<string | null>;
  /** Sorted, without repeats; the devices that `deviceTags` found are among them. */
  readonly deviceIds: pulumi.Output<string[]>;
  readonly exclusive: pulumi.Output<boolean | undefined>;
  readonly adopt: pulumi.Output<boolean | undefined>;
  readonly maxDevices: pulumi.Output<number | undefined>;
  readonly rollout: pulumi.Output<RolloutInputs | undefined>;
  /**
   * `deployed`: every device runs the version. `pending`: some devices have not reported it yet (`pendingDeviceIds`).
   * `failed`: a device could not run it (`failures`). `drifted`: a device was moved outside of this program (`drift`).
   * `unknown`: `pulumi up` made calls and could not read the result from Losant; the next `pulumi up` reads it.
   */
  readonly status: pulumi.Output<Status>;
  /** How many devices are declared, `deviceTags` included. */
  readonly deviceCount: pulumi.Output<number>;
  /** Devices that have not reported the version yet, for example because they are offline. */
  readonly pendingDeviceIds: pulumi.Output<string[]>;
  /** Devices that could not run the version, with Losant's own error: the first 1,000. Losant tries again when they next connect. */
  readonly failures: pulumi.Output<DeviceFailure[]>;
  /** Devices that were moved outside of this program, with who and when, as of the last refresh: the first 1,000. */
  readonly drift: pulumi.Output<Drift[]>;
}

/** Pulumi makes an output only of a property that is named at the registration. */
export const OUTPUT_NAMES: Readonly<Record<keyof EdgeDeploymentOutputs, undefined>> = {
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
