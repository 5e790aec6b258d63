/** The arguments of the resource and of the data functions that may be outputs: types only, so any file may import them. */
import type * as pulumi from "@pulumi/pulumi";
import type { RolloutInputs } from "../provider/resource/inputs.js";
import type { DeviceTagArgs, GetEdgeDeploymentsArgs } from "../provider/lookup/types.js";

/** As {@link GetDevicesArgs}, with outputs of other resources allowed. */
export interface GetDevicesOutputArgs {
  /** @default config `losant:applicationId`, then the environment variable `LOSANT_APPLICATION_ID` */
  readonly applicationId?: pulumi.Input<string | undefined>;
  /** ANY of them selects a device; within one, key AND value have to match. */
  readonly tags?: pulumi.Input<readonly pulumi.Input<DeviceTagArgs>[] | undefined>;
  /** A device's name, with `*` for anything: `line-*`. Case-sensitive. */
  readonly name?: pulumi.Input<string | undefined>;
  readonly ids?: pulumi.Input<readonly pulumi.Input<string>[] | undefined>;
  /**
   * Only devices of this class; `any` for all. Only edge compute devices run edge workflows.
   * @default "edgeCompute"
   */
  readonly deviceClass?: pulumi.Input<string | undefined>;
}

/** As {@link GetEdgeWorkflowArgs}, with outputs of other resources allowed. */
export interface GetEdgeWorkflowOutputArgs {
  /** @default config `losant:applicationId`, then the environment variable `LOSANT_APPLICATION_ID` */
  readonly applicationId?: pulumi.Input<string | undefined>;
  /** The whole name, case-sensitive. Give `name` or `id`, not both. */
  readonly name?: pulumi.Input<string | undefined>;
  /** Give `name` or `id`, not both. */
  readonly id?: pulumi.Input<string | undefined>;
  /** A version that has to exist; the call fails otherwise. */
  readonly version?: pulumi.Input<string | undefined>;
}

/** As {@link GetEdgeDeploymentsArgs}, with outputs of other resources allowed. */
export type GetEdgeDeploymentsOutputArgs = {
  readonly [Name in keyof GetEdgeDeploymentsArgs]?: pulumi.Input<GetEdgeDeploymentsArgs[Name]>;
};

/** As {@link GetEdgeDeploymentArgs}, with outputs of other resources allowed. */
export interface GetEdgeDeploymentOutputArgs {
  /** @default config `losant:applicationId`, then the environment variable `LOSANT_APPLICATION_ID` */
  readonly applicationId?: pulumi.Input<string | undefined>;
  /** The deployment's own id, as `getEdgeDeployments` shows it. */
  readonly id: pulumi.Input<string>;
}

/**
 * What an {@link EdgeDeployment} declares. Wrong values fail the preview, with the property and what to change. Two
 * resources of one program that declare the same device for the same workflow are refused.
 */
export interface EdgeDeploymentArgs {
  /**
   * The id of the Losant application, 24 hexadecimal characters. A change replaces the resource.
   * @default config `losant:applicationId`, then the environment variable `LOSANT_APPLICATION_ID`
   * @example "575ec8687ae143cd83dc4a97"
   */
  readonly applicationId?: pulumi.Input<string>;
  /**
   * The id of the edge workflow ("flow"), 24 hexadecimal characters; `getEdgeWorkflow` finds it by name. A change
   * replaces the resource.
   * @example (await losant.getEdgeWorkflow({ name: "Telemetry" })).id
   */
  readonly flowId: pulumi.Input<string>;
  /**
   * The version of the workflow that the devices run, 1 to 255 characters. `null`: the workflow must not run on them. A
   * version that does not exist fails the preview. A change moves the devices.
   * @example "v1.2.4"
   */
  readonly version: pulumi.Input<string | null>;
  /**
   * The ids of the edge compute devices, as a set: order and repeats do not matter. `deviceIds` and `deviceTags` together
   * have to give at least one device, unless `exclusive` is true and `version` is null.
   * @example ["575ecf887ae143cd83dc4aa2", "575ecf887ae143cd83dc4aa3"]
   */
  readonly deviceIds?: pulumi.Input<readonly pulumi.Input<string>[]>;
  /**
   * Edge compute devices by tag, in addition to `deviceIds`. ANY of the tags selects a device; within one tag, key AND
   * value have to match. The program looks them up at every run (token scope `devices.get`), so a preview shows who joins
   * and who leaves as a difference of `deviceIds`. A tag that matches no device is an error.
   * @example [{ key: "site", value: "graz" }]
   */
  readonly deviceTags?: pulumi.Input<readonly pulumi.Input<DeviceTagArgs>[]>;
  /**
   * True: this resource owns the whole workflow. Any other device that carries it is drift, and `pulumi up` removes the
   * workflow from it.
   * @default false
   */
  readonly exclusive?: pulumi.Input<boolean>;
  /**
   * What happens to a device that joins and already has ANOTHER version of the workflow. False: it is refused, with who
   * put it there. True: it is taken over.
   * @default false
   */
  readonly adopt?: pulumi.Input<boolean>;
  /**
   * The largest number of devices, 1 or more: the preview fails if the resource targets more. It protects from a tag that
   * matches too much.
   * @default no limit
   * @example 50
   */
  readonly maxDevices?: pulumi.Input<number>;
  /**
   * Releases a version in batches, and waits for the devices of a batch before the next one. Times are in seconds.
   * @default all devices at once, without waiting for them
   * @example { batches: [1, "25%", "100%"], timeoutSeconds: 300, onFailure: "rollback" }
   */
  readonly rollout?: pulumi.Input<RolloutArgs>;
}

/** As the output `rollout`, with a canary that may be chosen by tags. */
export interface RolloutArgs extends Omit<RolloutInputs, "canary"> {
  /**
   * The devices that get the version first, as a batch of their own: some of the devices of the resource, by id or by tag
   * (ANY of the tags selects a device).
   * @default the first batch goes to online devices, in the order of their ids
   * @example { deviceTags: [{ key: "ring", value: "canary" }] }
   */
  readonly canary?: {
    readonly deviceIds?: readonly string[];
    readonly deviceTags?: readonly DeviceTagArgs[];
  };
}
