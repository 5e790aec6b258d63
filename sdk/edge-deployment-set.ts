/**
 * Several workflows on the same devices, moved together and rolled back together.
 *
 * The decision. Pulumi hands a provider one resource at a time, with `--parallel 1` not even the next one before the first
 * is done, and with `--target` some of them never. So members that wait for each other could wait for ever, and a member
 * cannot know whether the others will come. Therefore the set has one resource more, its rollout, on which all members
 * depend. It moves the devices of all workflows in one call: batch 1 of each workflow, then all of them are judged, then
 * batch 2, and any failure takes back all of them. The members follow once it has succeeded, find their devices there and
 * make no call. What became of the members of a rollout that failed or was killed is in Losant, where the next `pulumi up`
 * looks (`provider/set-lifecycle.ts`).
 *
 * What does not hold: with `--target` of one member that member moves alone, and a warning says so. A refresh after a
 * rollout that was cut short shows devices that it moved as drift, until the next `up`. A device that leaves the set loses
 * each workflow after the rollout, workflow by workflow.
 */
import * as pulumi from "@pulumi/pulumi";
import type { EdgeDeploymentArgs, RolloutArgs } from "./args.js";
import { deviceIdsOf } from "./declared-devices.js";
import { declaredRollout } from "./declared-rollout.js";
import { EdgeDeployment } from "./edge-deployment.js";
import { requireReachableProvider } from "./program/plugin-reach.js";
import { currentProgram } from "./program/program.js";
import { isSecretInput } from "./program/resolve-input.js";
import { providerStub } from "./provider-stub.js";

/** One workflow of an {@link EdgeDeploymentSet}. */
export interface EdgeDeploymentSetWorkflow {
  /** The id of the edge workflow. */
  readonly flowId: pulumi.Input<string>;
  /** The version that the devices run; `null`: the workflow must not run on them. */
  readonly version: pulumi.Input<string | null>;
}

/** What an {@link EdgeDeploymentSet} declares. */
export interface EdgeDeploymentSetArgs extends Pick<
  EdgeDeploymentArgs,
  "applicationId" | "deviceIds" | "deviceTags" | "adopt" | "maxDevices"
> {
  /**
   * The workflows, by names of your own: each becomes an EdgeDeployment `<name of the set>-<name>`. A batch gets them in
   * this order.
   * @example { telemetry: { flowId: telemetryId, version: "v1.2.4" }, vibration: { flowId: vibrationId, version: "v1.0.0" } }
   */
  readonly workflows: Readonly<Record<string, EdgeDeploymentSetWorkflow>>;
  /** The one rollout of all of them. @default all devices in one batch, which is waited for */
  readonly rollout?: pulumi.Input<RolloutArgs>;
}

/**
 * Several workflows on the same devices, as EdgeDeployments that move together and are rolled back together: a batch gets
 * all workflows, a device has succeeded when all of them run, and where one fails all of them go back.
 *
 * @example
 * ```ts
 * new losant.EdgeDeploymentSet("gateways", {
 *   deviceTags: [{ key: "site", value: "graz" }],
 *   workflows: {
 *     telemetry: { flowId: "f10000000000000000000001", version: "v1.2.4" },
 *     vibration: { flowId: "f10000000000000000000002", version: "v1.0.0" },
 *   },
 *   rollout: { batches: [1, "25%", "100%"], onFailure: "rollback" },
 * });
 * ```
 */
export class EdgeDeploymentSet extends pulumi.ComponentResource {
  /** The members, by the names of `workflows`. */
  readonly deployments: Readonly<Record<string, EdgeDeployment>>;

  constructor(name: string, args: EdgeDeploymentSetArgs, opts?: pulumi.ComponentResourceOptions) {
    requireReachableProvider();
    super("losant:index:EdgeDeploymentSet", name, {}, opts);
    const { workflows, rollout = {}, maxDevices, ...devices } = args;
    const rolledOut = new SetRollout(name, args, { parent: this });
    this.deployments = Object.fromEntries(
      Object.entries(workflows).map(([member, workflow]) => [
        member,
        EdgeDeployment.memberOf(
          name,
          `${name}-${member}`,
          { ...devices, ...workflow, rollout, ...(maxDevices === undefined ? {} : { maxDevices }) },
          { parent: this, dependsOn: [rolledOut] },
        ),
      ]),
    );
    this.registerOutputs({});
  }
}

/** Moves the devices of a set. */
class SetRollout extends pulumi.dynamic.Resource {
  constructor(set: string, args: EdgeDeploymentSetArgs, opts: pulumi.CustomResourceOptions) {
    const program = currentProgram();
    const { applicationId, workflows, rollout = {}, adopt, maxDevices } = args;
    const deviceIds = deviceIdsOf(program, `EdgeDeploymentSet "${set}"`, args) ?? [];
    const declared = { applicationId, deviceIds, rollout };
    const props = {
      ...(applicationId === undefined ? {} : { applicationId }),
      ...(adopt === undefined ? {} : { adopt }),
      ...(maxDevices === undefined ? {} : { maxDevices }),
      deviceIds,
      workflows,
      rollout: declaredRollout(program, set, declared),
      ...program.registrations.inputOfSet(set, secretInputs(args)),
    };
    super(providerStub, set, props, opts, "losant", "SetRollout");
  }
}

/** Inputs whose values messages blank. */
async function secretInputs({
  applicationId,
  deviceIds,
  workflows,
}: EdgeDeploymentSetArgs): Promise<readonly string[]> {
  const all: readonly (readonly [name: string, value: pulumi.Input<unknown>])[] = [
    ["applicationId", applicationId],
    ["deviceIds", deviceIds],
    ...Object.values(workflows).flatMap(({ flowId, version }) => [
      ["flowId", flowId] as const,
      ["version", version] as const,
    ]),
  ];
  const found = await Promise.all(all.map(async ([name, value]) => ((await isSecretInput(value)) ? [name] : [])));
  return [...new Set(found.flat())].toSorted();
}
