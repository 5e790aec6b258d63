/** What the resource and the data functions take and answer: types only, so that any file may import them. */
import type * as pulumi from "@pulumi/pulumi";
import type { RolloutInputs } from "../provider/resource/inputs.js";
import type { DeviceTagArgs, GetEdgeDeploymentsArgs } from "../provider/lookup/types.js";

/** As {@link GetDevicesArgs}, with outputs of other resources allowed. */
export interface GetDevicesOutputArgs {
  readonly applicationId?: pulumi.Input<string | undefined>;
  readonly tags?: pulumi.Input<readonly pulumi.Input<DeviceTagArgs>[] | undefined>;
  readonly name?: pulumi.Input<string | undefined>;
  readonly ids?: pulumi.Input<readonly pulumi.Input<string>[] | undefined>;
  readonly deviceClass?: pulumi.Input<string | undefined>;
}

/** As {@link GetEdgeWorkflowArgs}, with outputs of other resources allowed. */
export interface GetEdgeWorkflowOutputArgs {
  readonly applicationId?: pulumi.Input<string | undefined>;
  readonly name?: pulumi.Input<string | undefined>;
  readonly id?: pulumi.Input<string | undefined>;
  readonly version?: pulumi.Input<string | undefined>;
}

/** As {@link GetEdgeDeploymentsArgs}, with outputs of other resources allowed. */
export type GetEdgeDeploymentsOutputArgs = {
  readonly [Name in keyof GetEdgeDeploymentsArgs]?: pulumi.Input<GetEdgeDeploymentsArgs[Name]>;
};
/** As {@link GetEdgeDeploymentArgs}, with outputs of other resources allowed. */
export interface GetEdgeDeploymentOutputArgs {
  readonly applicationId?: pulumi.Input<string | undefined>;
  readonly id: pulumi.Input<string>;
}

/** What an {@link EdgeDeployment} declares. Two of one program may not declare the same device for one workflow. */
export interface EdgeDeploymentArgs {
  /**
   * The Losant application. Changing it replaces the resource.
   * @default config `losant:applicationId`, then the environment variable `LOSANT_APPLICATION_ID`
   */
  readonly applicationId?: pulumi.Input<string>;
  /** The edge workflow ("flow"). Changing it replaces the resource. */
  readonly flowId: pulumi.Input<string>;
  /** The version of the workflow that runs on the devices; `null`: this workflow must not run on them. */
  readonly version: pulumi.Input<string | null>;
  /** The edge compute devices, as a set: order and repeats never matter. */
  readonly deviceIds?: pulumi.Input<readonly pulumi.Input<string>[]>;
  /**
   * Edge compute devices by tag, together with those of `deviceIds`. ANY of the tags selects a device; within one, key
   * AND value have to match. The program looks them up at every run (token scope `devices.get`), so a preview shows who
   * joins and who leaves as a difference of `deviceIds`. A tag that no device has is an error.
   */
  readonly deviceTags?: pulumi.Input<readonly pulumi.Input<DeviceTagArgs>[]>;
  /**
   * True: this resource owns the whole workflow. Any other device that carries it shows as drift, and `pulumi up`
   * removes the workflow from it.
   * @default false
   */
  readonly exclusive?: pulumi.Input<boolean>;
  /**
   * A device that joins and already has ANOTHER version of the workflow is refused, with who put it there; true takes
   * such devices over.
   * @default false
   */
  readonly adopt?: pulumi.Input<boolean>;
  /** The preview fails if more devices than this are targeted. @default no limit */
  readonly maxDevices?: pulumi.Input<number>;
  /** How a version goes out. @default everything is released at once, and nothing is waited for */
  readonly rollout?: pulumi.Input<RolloutInputs>;
}
