/** What will go wrong at `pulumi up`, or on the device, told before. Pure; each warning is a list of lines. */
import * as semver from "semver";
import { counted, takeoverLine } from "../../provider/describe.js";
import type { LosantId } from "../../provider/losant/types.js";
import type { DeviceView } from "../../provider/observe.js";
import { didYouMean } from "../near.js";
import type { VersionFacts } from "./reads.js";
import { nameOf } from "./sentence.js";
import type { Prospect } from "./sentence.js";

export interface Suspects extends Prospect {
  readonly version: VersionFacts | undefined;
  /** Devices that join and have another version by somebody else's hand. */
  readonly taken: readonly DeviceView[];
  readonly now: Date;
}

export function warningsOf(suspects: Suspects): string[][] {
  return [versionWarning(suspects), ...deviceWarnings(suspects), agentWarning(suspects), takeover(suspects)].filter(
    (lines) => lines.length > 0,
  );
}

function versionWarning({ version, inputs, fleet }: Suspects): string[] {
  const flowName = [...fleet.values()].find((view) => view.flowName !== undefined)?.flowName;
  const flow = flowName === undefined ? inputs.flowId : `"${flowName}"`;
  if (version?.kind === "missing") {
    const asked = inputs.version ?? "";
    return [`workflow ${flow} has no version "${asked}": ${didYouMean(asked, version.others)}`];
  }
  return version?.kind === "workingCopy"
    ? ['version "develop" is the working copy, which anybody may change at any time: only for test devices']
    : [];
}

function deviceWarnings(suspects: Suspects): string[][] {
  const { devices, inputs } = suspects;
  if (devices === undefined) return [];
  const unknown = [...devices].filter(([, device]) => device === undefined).map(([id]) => id);
  const others = [...devices.values()].filter(
    (device) => device?.deviceClass !== undefined && device.deviceClass !== "edgeCompute",
  );
  return [
    lines(
      unknown,
      (count) => `${counted(count)} not in application ${inputs.applicationId}`,
      (id) => id,
    ),
    lines(
      others.flatMap((device) => device ?? []),
      (count) => `${counted(count)} not of the edge compute class: Losant deploys no workflow there`,
      ({ id, deviceClass }) => `${titled(suspects, id)} is of class ${deviceClass ?? "unknown"}`,
    ),
  ];
}

function agentWarning(suspects: Suspects): string[] {
  const { version, devices, inputs } = suspects;
  const minimum = version?.kind === "missing" ? undefined : version?.minimumAgentVersion;
  const needed = minimum === undefined ? null : semver.coerce(minimum);
  if (needed === null || devices === undefined) return [];
  const old = [...devices.values()].flatMap((device) => {
    const has = device?.edgeAgentVersion === undefined ? null : semver.coerce(device.edgeAgentVersion);
    return device && has && semver.lt(has, needed) ? [device] : [];
  });
  return lines(
    old,
    (count) =>
      `${counted(count)} with an agent older than ${inputs.version ?? ""} needs (${minimum ?? ""}): update the agent first`,
    ({ id, edgeAgentVersion }) => `${titled(suspects, id)} has ${edgeAgentVersion ?? ""}`,
  );
}

function takeover({ taken, inputs, now }: Suspects): string[] {
  const what = `${counted(taken.length)} already deployed at another version, by somebody else`;
  return lines(
    taken,
    () =>
      inputs.adopt === true
        ? `${what}: \`pulumi up\` takes over (adopt: true)`
        : `${what}: \`pulumi up\` will refuse. To take over: adopt: true; else leave them out of deviceIds`,
    (view) => takeoverLine(view, now),
  );
}

function lines<T>(items: readonly T[], head: (count: number) => string, line: (item: T) => string): string[] {
  return items.length === 0 ? [] : [head(items.length), ...items.map(line)];
}

function titled(suspects: Suspects, id: LosantId): string {
  const name = nameOf(suspects, id);
  return name === id ? id : `${name} (${id})`;
}
