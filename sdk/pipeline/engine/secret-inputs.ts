/**
 * Keeps secret inputs of a resource out of the reports. The engine hides the inputs themselves, but drift, failures and
 * moves can still name a device or a version. Counts stay. Pure.
 */
import { IDS_IN_TEXT } from "../../../provider/losant/ids.js";
import { SECRET } from "../../../provider/messages/redact.js";
import type { RunRecord } from "../../../provider/messages/run-record.js";
import type { EngineFacts, EngineStep } from "./engine-events.js";
import type { DriftEntry, FailureEntry, StateProps } from "./engine-state.js";
import type { Moved } from "../report/resource-results.js";

type Version = string | null;

export interface SecretInputsRedaction {
  /** Inputs whose values are secret. */
  readonly secret: readonly string[];
  readonly device: (deviceId: string) => string;
  /** `null` means not deployed, and is no secret. */
  readonly version: (version: Version) => Version;
  readonly text: (text: string) => string;
  readonly moved: (groups: readonly Moved[]) => Moved[];
}

export function redactionOfSecretInputs(step: EngineStep, facts: EngineFacts): SecretInputsRedaction {
  const sides = [step.old?.inputs, step.old?.outputs, step.new?.inputs, step.new?.outputs].filter(
    (side): side is StateProps => side !== undefined,
  );
  const secret = secretsIn(sides);
  const hidesIds = secret.includes("deviceIds");
  const hidesVersion = secret.includes("version");
  const device = (deviceId: string): string => (hidesIds ? SECRET : deviceId);
  const version = (value: Version): Version => (hidesVersion && value !== null ? SECRET : value);
  const shown = sides.flatMap(({ applicationId, flowId }) => [applicationId, flowId]);
  const versions = hidesVersion ? versionsIn(sides, recordsOf(step, facts)) : [];
  return {
    secret,
    device,
    version,
    text: (text) => {
      const withoutVersions = versions.reduce((rest, one) => rest.replaceAll(one, SECRET), text);
      if (!hidesIds) return withoutVersions;
      return withoutVersions.replaceAll(IDS_IN_TEXT, (id) => (shown.includes(id.toLowerCase()) ? id : SECRET));
    },
    moved: (groups) =>
      groups.map(({ from, to, deviceIds }) => ({
        ...(from === undefined ? {} : { from: version(from) }),
        to: version(to),
        deviceIds: deviceIds.map(device),
      })),
  };
}

/** For messages of the run that belong to no resource. */
export function redactionOfText(facts: EngineFacts): (text: string) => string {
  const redactions = [...facts.refreshed.values(), ...facts.steps.values()]
    .map((step) => redactionOfSecretInputs(step, facts))
    .filter(({ secret }) => secret.length > 0);
  return (text) => redactions.reduce((rest, redaction) => redaction.text(rest), text);
}

const INPUTS = ["applicationId", "deviceIds", "exclusive", "flowId", "rollout", "version"];

function secretsIn(sides: readonly StateProps[]): string[] {
  const named = sides.flatMap((side) => side.__losant?.secret ?? []);
  const hidden = sides.flatMap((side) => [...side.hidden].filter(([, how]) => how === "secret").map(([name]) => name));
  return [...new Set([...named, ...hidden])].filter((name) => INPUTS.includes(name)).toSorted();
}

/** Every version that a text could show. The longest first, since one may be part of another. */
function versionsIn(sides: readonly StateProps[], records: readonly RunRecord[]): string[] {
  const drift: DriftEntry[] = sides.flatMap((side) => [...(side.drift ?? [])]);
  const failures: FailureEntry[] = sides.flatMap((side) => [...(side.failures ?? [])]);
  const versions = [
    ...sides.flatMap((side) => [side.version, side.__losant?.version]),
    ...drift.flatMap((entry) => [entry.expectedVersion, entry.desiredVersion]),
    ...failures.map((entry) => entry.attemptedVersion),
    ...records.flatMap(versionsOf),
  ];
  return [...new Set(versions)]
    .filter((version): version is string => typeof version === "string" && version !== "" && version !== SECRET)
    .toSorted((a, b) => b.length - a.length);
}

function versionsOf(record: RunRecord): Version[] {
  switch (record.kind) {
    case "applied":
    case "planned":
      return record.moved.flatMap(({ from, to }) => [from, to]);
    case "found":
      return record.drift.flatMap(({ expectedVersion, desiredVersion }) => [expectedVersion, desiredVersion]);
    case "batch":
    case "problems":
      return [record.version];
    case "reached":
      return record.devices.map((device) => device.version);
    case "held":
    case "judged":
    case "paused":
    case "refused":
    case "stopped":
    case "warned":
      return [];
  }
}

function recordsOf(step: EngineStep, { records }: EngineFacts): RunRecord[] {
  const ids = new Set([step.old?.id, step.new?.id].filter(Boolean));
  return records.filter((record) => {
    if ("urn" in record) return record.urn === step.urn;
    return "id" in record && ids.has(record.id);
  });
}
