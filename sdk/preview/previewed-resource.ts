import type * as pulumi from "@pulumi/pulumi";
import type { EdgeDeploymentArgs } from "../args.js";

/** A resource whose plan is shown: its row in the preview, and its inputs as Pulumi applies them. */
export type PreviewedResource = pulumi.CustomResource & {
  readonly [Input in Exclude<keyof EdgeDeploymentArgs, "deviceTags">]-?: pulumi.Output<unknown>;
};
