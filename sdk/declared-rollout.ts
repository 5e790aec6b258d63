/** The `rollout` that an EdgeDeployment declares: the tags of a canary become ids here, as `deviceTags` do. */
import * as pulumi from "@pulumi/pulumi";
import type { RolloutInputs } from "../provider/resource/inputs.js";
import type { EdgeDeploymentArgs, RolloutArgs } from "./args.js";
import type { Program } from "./program/program.js";

type Declaration = Pick<EdgeDeploymentArgs, "applicationId" | "deviceIds" | "rollout">;

/**
 * The provider sees ids alone, so a preview shows who becomes the canary, and who no longer is.
 *
 * @param declared - with the `deviceIds` that `deviceTags` have found
 */
export function declaredRollout(
  program: Program,
  name: string,
  { applicationId, deviceIds = [], rollout }: Declaration,
): pulumi.Input<RolloutInputs> | undefined {
  if (isPlain(rollout)) return rollout;
  return pulumi
    .output({ rollout, deviceIds, applicationId })
    .apply(async (known) => (await canaryById(program, name, known)) as RolloutInputs);
}

interface KnownDeclaration {
  readonly applicationId?: string;
  readonly deviceIds: readonly string[];
  readonly rollout: RolloutArgs | undefined;
}

/** @throws RunError where a tag selects no device, or none of the resource's devices */
export async function canaryById(
  program: Program,
  name: string,
  { applicationId, deviceIds, rollout }: KnownDeclaration,
): Promise<RolloutArgs | undefined> {
  // What is not an object is answered by `check`, with the property it stands in.
  if (typeof rollout?.canary !== "object" || rollout.canary?.deviceTags === undefined) return rollout;
  const { deviceTags, ...canary } = rollout.canary;
  const what = `EdgeDeployment "${name}", rollout.canary.deviceTags`;
  const chosen = await program.lookUp(async () => {
    const { canaryByTags } = await import("../provider/lookup/canary.js");
    return canaryByTags(program, what, { applicationId, tags: deviceTags }, deviceIds);
  });
  return { ...rollout, canary: { ...canary, deviceIds: [...(canary.deviceIds ?? []), ...chosen] } };
}

/** Nothing to wait for, and nothing to look up. */
function isPlain(rollout: Declaration["rollout"]): rollout is RolloutInputs | undefined {
  if (rollout === undefined || rollout === null || typeof rollout !== "object") return true;
  if (pulumi.Output.isInstance(rollout) || rollout instanceof Promise) return false;
  const { canary } = rollout;
  return canary === undefined || canary === null || (!isOutput(canary) && canary.deviceTags === undefined);
}

function isOutput(value: unknown): boolean {
  return pulumi.Output.isInstance(value) || value instanceof Promise;
}
