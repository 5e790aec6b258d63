/** The devices that an EdgeDeployment declares: tags become ids here, and no device is declared twice. */
import * as pulumi from "@pulumi/pulumi";
import type { GetDevicesResult } from "../provider/lookup/types.js";
import { quoteValue } from "../provider/words.js";
import type { EdgeDeploymentArgs } from "./args.js";
import { GET_DEVICES } from "./data/devices.js";
import { withValue } from "./given-list.js";
import { isMocked, mockedCall } from "./program/mocks.js";
import { isSecretInput, resolveIfKnown } from "./program/resolve-input.js";
import { userError } from "./program/user-error.js";
import type { Program } from "./program/program.js";
import type { Registered } from "./program/registrations.js";

type Declared = Pick<EdgeDeploymentArgs, "deviceIds" | "flowId">;

/**
 * `deviceTags` are resolved in the program, so that a preview shows joining and leaving devices as a plain difference of
 * ids, and the provider never has Losant choose devices.
 *
 * @throws RunError where another resource of this program declares one of the devices for the workflow; where that is
 *   known only later, the input is rejected with it
 */
export function declaredDevices(program: Program, registered: Registered, args: EdgeDeploymentArgs): Declared {
  const { flowId } = args;
  const deviceIds = deviceIdsOf(program, `EdgeDeployment "${registered.name}"`, args);
  registered.settled = noteSecrets(registered, { ...args, deviceIds });
  void noteFlow(program, registered, args);
  const known = knownClaim(args);
  if (known !== undefined) {
    claim(program, registered, known);
    return deviceIds === undefined ? { flowId } : { flowId, deviceIds };
  }
  const checked = async <T>(value: T): Promise<T> => {
    claim(program, registered, await settledClaim({ ...args, deviceIds }));
    return value;
  };
  // Where single ids are outputs, the list stays as it is: as one output, a preview would know none of them.
  return deviceIds === undefined || Array.isArray(deviceIds)
    ? { flowId: pulumi.output(flowId).apply(checked), ...(deviceIds === undefined ? {} : { deviceIds }) }
    : {
        flowId,
        deviceIds: pulumi
          .output(deviceIds)
          .apply((ids) => checked(withValue(`EdgeDeployment "${registered.name}"`, "deviceIds", ids))),
      };
}

/** Pulumi hands a Set or a Map over as an empty object. */
function noList(resource: string, property: string, what: string, value: unknown): Error {
  return userError(
    `${resource}, ${property}: ${quoteValue(value)} is not a list of ${what}: give an array; a Set as [...set]`,
  );
}

type Devices = Pick<EdgeDeploymentArgs, "applicationId" | "deviceIds" | "deviceTags">;

/** @param what - the resource, as messages name it */
export function deviceIdsOf(program: Program, what: string, args: Devices): EdgeDeploymentArgs["deviceIds"] {
  return args.deviceTags === undefined ? args.deviceIds : withTagged(program, what, args);
}

function withTagged(program: Program, resource: string, args: Devices): pulumi.Output<string[]> {
  const { deviceIds = [], deviceTags, applicationId } = args;
  return pulumi
    .output({ deviceIds, tags: deviceTags, applicationId })
    .apply(async ({ deviceIds: named, tags, applicationId: given }) => {
      const ids = withValue(resource, "deviceIds", named);
      const wanted = withValue(resource, "deviceTags", tags);
      if (!Array.isArray(ids)) throw noList(resource, "deviceIds", "device ids", ids);
      if (!Array.isArray(wanted)) throw noList(resource, "deviceTags", "tags", wanted);
      // A list of no tags means the ids alone.
      if (wanted.length === 0) return [...ids];
      const what = `${resource}, deviceTags`;
      const query = { applicationId: given, tags: wanted };
      const found = await program.lookUp(async () => {
        const mocked = mockedCall<GetDevicesResult>({ ...GET_DEVICES, what, args: query });
        if (mocked !== undefined) return mocked;
        const { findDevices } = await import("../provider/lookup/devices.js");
        return findDevices(program, what, query);
      });
      return [...new Set([...ids, ...found.ids])];
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
  const [application, flow, devices, whole] = await Promise.all(inputs.map((input) => resolveIfKnown(input)));
  // An application that is not known yet is not the default one.
  return {
    applicationId: application === undefined ? null : application.value,
    flowId: flow?.value,
    deviceIds: devices?.value,
    exclusive: whole?.value,
  };
}

function claim({ settings, overlap, registrations }: Program, registered: Registered, claimed: Claimed): void {
  const { applicationId = settings.applicationId, flowId, deviceIds, exclusive } = claimed;
  // What is not even an id is answered by `check`, with the property it stands in.
  if (typeof applicationId !== "string" || typeof flowId !== "string" || !isTexts(deviceIds)) return;
  const resource = registered.name;
  // Under mocks each test declares its resources anew, and nothing says where one test ends.
  const problem = isMocked()
    ? undefined
    : overlap.claim({ resource, applicationId, flowId, deviceIds, exclusive: exclusive === true });
  if (problem !== undefined) throw userError(problem);
  registrations.declare(registered, {
    applicationId: applicationId.toLowerCase(),
    flowId: flowId.toLowerCase(),
    deviceIds: new Set(deviceIds.map((id) => id.toLowerCase())),
  });
}

/** Inputs whose values messages blank. */
const SECRET_INPUTS = ["applicationId", "flowId", "version", "deviceIds"] as const;

async function noteSecrets({ secret }: Registered, args: EdgeDeploymentArgs): Promise<void> {
  await Promise.all(
    SECRET_INPUTS.map(async (name) => {
      if (await isSecretInput(args[name])) secret.add(name);
    }),
  );
}

/** For messages about a resource whose devices are not known. */
async function noteFlow(program: Program, registered: Registered, args: EdgeDeploymentArgs): Promise<void> {
  const [application, flow] = await Promise.all([resolveIfKnown(args.applicationId), resolveIfKnown(args.flowId)]);
  if (application === undefined || flow === undefined) return;
  const applicationId = application.value ?? program.settings.applicationId;
  if (applicationId !== undefined) registered.flowKey ??= `${applicationId}/${flow.value}`.toLowerCase();
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((entry) => typeof entry === "string");
}
