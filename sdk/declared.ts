/** What an EdgeDeployment hands over for its devices: tags become ids here, and no device is declared twice. */
import * as pulumi from "@pulumi/pulumi";
import type { EdgeDeploymentArgs } from "./edge-deployment.js";
import { valueOf } from "./known.js";
import { problemOf } from "./problem.js";
import { currentProgram } from "./program.js";
import type { Program } from "./program.js";

type Declared = Pick<EdgeDeploymentArgs, "deviceIds" | "flowId">;

/**
 * `deviceTags` are resolved in the program, so that a preview shows joining and leaving devices as a plain difference of
 * ids, and the provider never has Losant choose devices.
 *
 * @throws RunError where another resource of this program declares one of the devices for the workflow; where that is
 *   known only later, the input is rejected with it
 */
export function declaredDevices(name: string, args: EdgeDeploymentArgs): Declared {
  const program = currentProgram();
  const { flowId } = args;
  const deviceIds = args.deviceTags === undefined ? args.deviceIds : withTagged(program, name, args);
  const known = knownClaim(args);
  if (known !== undefined) {
    claim(program, name, known);
    return deviceIds === undefined ? { flowId } : { flowId, deviceIds };
  }
  const checked = async <T>(value: T): Promise<T> => {
    claim(program, name, await settledClaim({ ...args, deviceIds }));
    return value;
  };
  // Where single ids are outputs, the list stays as it is: passed on as one output, a preview would know none of them.
  return deviceIds === undefined || Array.isArray(deviceIds)
    ? { flowId: pulumi.output(flowId).apply(checked), ...(deviceIds === undefined ? {} : { deviceIds }) }
    : { flowId, deviceIds: pulumi.output(deviceIds).apply(checked) };
}

function withTagged(program: Program, name: string, args: EdgeDeploymentArgs): pulumi.Output<string[]> {
  const { deviceIds = [], deviceTags, applicationId } = args;
  return pulumi
    .output({ deviceIds, tags: deviceTags, applicationId })
    .apply(async ({ deviceIds: named, tags, applicationId: given }) => {
      // An expression that gave no tags means the ids alone.
      if (tags === undefined || tags === null) return [...named];
      const { findDevices } = await import("./find-devices.js");
      const found = await findDevices(program, `EdgeDeployment "${name}", deviceTags`, { applicationId: given, tags });
      return [...new Set([...named, ...found.ids])];
    });
}

/** What is claimed, as far as it is known; not all of it is what it should be. */
interface Claimed {
  readonly applicationId?: unknown;
  readonly flowId?: unknown;
  readonly deviceIds?: unknown;
  readonly exclusive?: unknown;
}

/** Undefined where something has to be waited for. */
function knownClaim({ applicationId, flowId, deviceIds = [], deviceTags, exclusive }: EdgeDeploymentArgs) {
  const claimed: Claimed = { applicationId, flowId, deviceIds, exclusive };
  const plain = deviceTags === undefined && isTexts(deviceIds);
  return plain && [applicationId, flowId, exclusive].every((value) => typeof value !== "object") ? claimed : undefined;
}

async function settledClaim({
  applicationId,
  flowId,
  deviceIds = [],
  exclusive,
}: EdgeDeploymentArgs): Promise<Claimed> {
  const inputs = [applicationId, flowId, deviceIds, exclusive] as pulumi.Input<unknown>[];
  const [application, flow, devices, whole] = await Promise.all(inputs.map((input) => valueOf(input)));
  // An application that is not known yet is not the default one.
  return {
    applicationId: application === undefined ? null : application.value,
    flowId: flow?.value,
    deviceIds: devices?.value,
    exclusive: whole?.value,
  };
}

function claim(program: Program, resource: string, claimed: Claimed): void {
  const { applicationId = program.settings.applicationId, flowId, deviceIds, exclusive } = claimed;
  // What is not even an id is answered by `check`, with the property it stands in.
  if (typeof applicationId !== "string" || typeof flowId !== "string" || !isTexts(deviceIds)) return;
  const problem = program.claims.claim({ resource, applicationId, flowId, deviceIds, exclusive: exclusive === true });
  if (problem !== undefined) throw problemOf(problem);
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === "string");
}
