/**
 * Keeps the values of secret inputs out of what people and pipelines read. A dynamic provider is handed secrets as plain
 * values and Pulumi does not blank them in messages, so the program says which inputs are secret. Pure.
 */
import { IDS_IN_TEXT } from "../losant/ids.js";
import type { Inputs } from "../resource/inputs.js";
import type { Version } from "../losant/types.js";
import type { Log } from "./log.js";
import { recordIn, recordLine } from "./run-record.js";
import type { DeviceView, Fleet } from "../resource/fleet.js";
import type { DeviceFailure, Drift, SavedFacts } from "../resource/state.js";

export const SECRET = "[secret]";

export interface Redactor {
  readonly text: (text: string) => string;
  /**
   * The fleet as messages may show it: without names where the ids are secret, since a name says as much as an id. Where
   * the version is secret, the versions that Losant shows on the devices are blanked from now on: one of them was secret
   * a moment ago.
   */
  readonly fleet: (fleet: Fleet) => Fleet;
}

const asIs: Redactor = { text: (text) => text, fleet: (fleet) => fleet };

/** @param inputs - the inputs before and now: their secret values are blanked */
export function redactorOf({ secret }: SavedFacts, inputs: readonly (Inputs | undefined)[]): Redactor {
  if (secret === undefined || secret.length === 0) return asIs;
  const known = inputs.filter((one): one is Inputs => one !== undefined);
  const ids = new Set(known.flatMap((one) => idsOf(secret, one)));
  const devices = new Set(known.flatMap(({ deviceIds }) => deviceIds));
  const hidesVersion = secret.includes("version");
  const versions = new Set(hidesVersion ? known.flatMap((one) => one.version ?? []) : []);
  const withoutNames = (view: DeviceView): DeviceView => ({
    ...view,
    name: secret.includes("deviceIds") && devices.has(view.deviceId) ? undefined : view.name,
    flowName: secret.includes("flowId") ? undefined : view.flowName,
  });
  const text = (whole: string): string =>
    // A version may be a part of another one.
    [...versions]
      .toSorted((a, b) => b.length - a.length)
      .reduce(
        (rest, version) => rest.replaceAll(version, SECRET),
        whole.replaceAll(IDS_IN_TEXT, (id) => (ids.has(id.toLowerCase()) ? SECRET : id)),
      );
  return {
    text,
    fleet: (fleet) => {
      if (hidesVersion) {
        for (const deviceId of devices) for (const version of versionsOf(fleet.get(deviceId))) versions.add(version);
      }
      return new Map([...fleet].map(([id, view]) => [id, withoutNames(view)]));
    },
  };
}

function versionsOf(view: DeviceView | undefined): string[] {
  const { desired, current, changedFrom, failure } = view ?? {};
  return [desired, current, changedFrom, failure?.attemptedVersion].filter((version) => typeof version === "string");
}

function idsOf(secret: readonly string[], { applicationId, flowId, deviceIds }: Inputs): readonly string[] {
  return [
    ...(secret.includes("deviceIds") ? deviceIds : []),
    ...(secret.includes("flowId") ? [flowId] : []),
    ...(secret.includes("applicationId") ? [applicationId] : []),
  ];
}

export function redactedLog(log: Log, redactor: Redactor): Log {
  if (redactor === asIs) return log;
  const { text } = redactor;
  return {
    debug: (message) => log.debug(redactedRecord(message, text)),
    info: (message) => log.info(text(message)),
    warn: (message) => log.warn(text(message)),
    progress: (message, row) => log.progress(text(message), row && { key: text(row.key), label: text(row.label) }),
  };
}

/** Fields of the record itself, which never hold the value of an input. */
const OF_THE_RECORD = new Set(["kind", "id", "urn", "verb"]);

/** Value by value, so that a record stays readable for programs. */
function redactedRecord(message: string, text: (value: string) => string): string {
  const record = recordIn(message);
  if (record === undefined) return text(message);
  const within = (value: unknown): unknown => {
    if (typeof value === "string") return text(value);
    if (Array.isArray(value)) return value.map(within);
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [text(name), OF_THE_RECORD.has(name) ? inner : within(inner)]),
    );
  };
  return recordLine(within(record) as typeof record);
}

/** That a device is not deployed is no secret. */
function blankVersion(version: Version): Version {
  return version === null ? null : SECRET;
}

/** Properties that Pulumi shows and that name devices or versions. Of inputs and of outputs; each may be missing. */
interface Shown extends Partial<Pick<Inputs, "applicationId" | "flowId" | "version" | "deviceIds">> {
  readonly drift?: readonly Drift[];
  readonly failures?: readonly DeviceFailure[];
  readonly pendingDeviceIds?: readonly string[];
  readonly unfinishedRollout?: string;
}

export function blankedDrift({ secret = [] }: SavedFacts): <T extends Shown>(props: T) => T {
  const hidesIds = secret.includes("deviceIds");
  const hidesVersion = secret.includes("version");
  if (!hidesIds && !hidesVersion) return (props) => props;
  const blank = (entry: Drift): Drift => ({
    ...entry,
    ...(hidesIds ? { deviceId: SECRET } : {}),
    ...(hidesVersion
      ? { expectedVersion: blankVersion(entry.expectedVersion), desiredVersion: blankVersion(entry.desiredVersion) }
      : {}),
  });
  return (props) => {
    const { applicationId = "", flowId = "", deviceIds = [], version = null } = props;
    const { text } = redactorOf({ secret }, [{ applicationId, flowId, deviceIds, version }]);
    const { drift, failures, pendingDeviceIds, unfinishedRollout } = props;
    return {
      ...props,
      ...(drift === undefined ? {} : { drift: drift.map(blank) }),
      ...(failures === undefined
        ? {}
        : {
            failures: failures.map((failure) => ({
              ...failure,
              // The error text of a device may contain its id or the version.
              error: text(failure.error),
              ...(hidesIds ? { deviceId: SECRET } : {}),
              ...(hidesVersion ? { attemptedVersion: blankVersion(failure.attemptedVersion) } : {}),
            })),
          }),
      ...(unfinishedRollout === undefined || version === null || !hidesVersion
        ? {}
        : { unfinishedRollout: unfinishedRollout.replaceAll(version, SECRET) }),
      ...(pendingDeviceIds === undefined || !hidesIds ? {} : { pendingDeviceIds: pendingDeviceIds.map(() => SECRET) }),
    };
  };
}
