/**
 * What a program declares, as the lifecycle takes it. Tags become ids here, so that a preview shows joining and leaving
 * devices as a difference of ids, and `absent: true` stands for the version null, which many languages cannot send.
 */
import { canaryByTags } from "../lookup/canary.js";
import { findDevices } from "../lookup/devices.js";
import type { LookupContext } from "../lookup/context.js";
import type { GetDevicesArgs } from "../lookup/types.js";
import { UserError } from "../lookup/user-error.js";
import { UNKNOWN_GUID, hasUnknown } from "../resource/inputs.js";
import type { CheckFailure } from "../resource/input-failures.js";
import { quoteValue } from "../words.js";
import type { Plain } from "./wire.js";

export interface Declared {
  readonly inputs: Plain;
  readonly failures: readonly CheckFailure[];
  /** Names of the inputs that are secret. */
  readonly secret: ReadonlySet<string>;
}

/** @param secret - names of the properties of `news` that are secret */
export async function declaredBy(news: Plain, secret: ReadonlySet<string>, lookup: LookupContext): Promise<Declared> {
  const { absent, deviceTags, ...inputs } = news;
  const failures: CheckFailure[] = [];
  const version = versionOf(inputs["version"], absent, failures);
  if (version !== undefined) inputs["version"] = version;
  if (deviceTags === null) {
    // An output that turns out to be null is no wish: taken for no tags, it would have devices lose the workflow.
    failures.push({ property: "deviceTags", reason: "it is null. Give a list, or leave deviceTags out" });
    inputs["deviceIds"] = UNKNOWN_GUID;
  } else if (deviceTags !== undefined && !(Array.isArray(deviceTags) && deviceTags.length === 0)) {
    // Without any tag, `check` says that no device is named.
    inputs["deviceIds"] = await withTagged(inputs, deviceTags, lookup, failures);
  }
  if (tagsOfCanary(inputs) !== undefined) inputs["rollout"] = await withCanary(inputs, lookup, failures);
  const renamed = [...secret].map((name) => ({ absent: "version", deviceTags: "deviceIds" })[name] ?? name);
  return { inputs, failures, secret: new Set(renamed) };
}

function versionOf(version: unknown, absent: unknown, failures: CheckFailure[]): unknown {
  if (absent === undefined || absent === null || absent === false) {
    if (version !== undefined) return version;
    failures.push({
      property: "version",
      reason: "no version: name the version of the workflow to run, or set absent: true to have the workflow removed",
    });
    return UNKNOWN_GUID;
  }
  if (absent === UNKNOWN_GUID) return UNKNOWN_GUID;
  if (absent !== true) {
    failures.push({ property: "absent", reason: `${quoteValue(absent)} is neither true nor false` });
  } else if (version !== undefined && version !== null) {
    failures.push({
      property: "absent",
      reason: `absent: true has the workflow removed, and version names one to run (${quoteValue(version)}): leave out one of the two`,
    });
  }
  return null;
}

async function withTagged(
  { applicationId, deviceIds = [] }: Plain,
  tags: unknown,
  lookup: LookupContext,
  failures: CheckFailure[],
): Promise<unknown> {
  if (hasUnknown(tags) || hasUnknown(applicationId) || !Array.isArray(deviceIds)) {
    return Array.isArray(deviceIds) ? UNKNOWN_GUID : deviceIds;
  }
  try {
    const found = await findDevices(lookup, "deviceTags", { applicationId, tags } as GetDevicesArgs);
    return [...new Set([...(deviceIds as unknown[]), ...found.ids])];
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    failures.push({ property: "deviceTags", reason: error.message });
    return UNKNOWN_GUID;
  }
}

function tagsOfCanary({ rollout }: Plain): unknown {
  const { canary } = (rollout ?? {}) as { readonly canary?: { readonly deviceTags?: unknown } };
  return canary?.deviceTags;
}

async function withCanary(inputs: Plain, lookup: LookupContext, failures: CheckFailure[]): Promise<unknown> {
  const rollout = inputs["rollout"] as { readonly canary: Plain };
  const { applicationId, deviceIds } = inputs;
  if (hasUnknown(rollout) || hasUnknown(deviceIds) || hasUnknown(applicationId)) return UNKNOWN_GUID;
  const { deviceTags, deviceIds: named = [], ...rest } = rollout.canary;
  const what = "rollout.canary.deviceTags";
  try {
    const ours = Array.isArray(deviceIds) ? deviceIds.map(String) : [];
    const chosen = await canaryByTags(lookup, what, { applicationId, tags: deviceTags } as GetDevicesArgs, ours);
    return { ...rollout, canary: { ...rest, deviceIds: Array.isArray(named) ? [...named, ...chosen] : named } };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    failures.push({ property: what, reason: error.message });
    return UNKNOWN_GUID;
  }
}
