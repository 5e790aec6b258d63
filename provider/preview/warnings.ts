/** Warnings about what would go wrong at `pulumi up` or on a device. Pure; each warning is a list of lines. */
import { countOf } from "../words.js";
import * as semver from "semver";
import { takeoverLine } from "../messages/format.js";
import type { VersionFacts } from "../lookup/plan-reads.js";
import type { PreviewWarning } from "../messages/preview-warnings.js";
import type { DeviceView } from "../resource/fleet.js";
import { SECRET } from "../messages/redact.js";
import { hidesInput, deviceNamesText, previewDeviceTitle, versionText } from "./plan-preview.js";
import type { PlanPreview } from "./plan-preview.js";

export interface WarningInput extends PlanPreview {
  readonly version: VersionFacts | undefined;
  readonly now: Date;
}

export function warningsOf(checked: WarningInput): PreviewWarning[] {
  const [unknown = [], others = []] = deviceWarnings(checked);
  const all: PreviewWarning[] = [
    { code: "working-copy", lines: workingCopy(checked) },
    { code: "unknown-device", lines: unknown },
    { code: "wrong-class", lines: others },
    { code: "old-agent", lines: agentWarning(checked) },
    { code: "takeover", lines: takeover(checked) },
  ];
  return all.filter((warning) => warning.lines.length > 0);
}

/**
 * For gates only. A token without the scope to read versions or devices may be on purpose, so people get no warning at each
 * preview.
 */
export function uncheckedOf({ decision, devices, version, inputs }: WarningInput): PreviewWarning[] {
  const comes = inputs.version !== null && decision.plan.moves.some(({ to }) => to === inputs.version);
  if (!comes) return [];
  const gaps = [
    ...(version === undefined ? ["whether the version exists, and which agent it needs"] : []),
    ...(devices === undefined ? ["whether the devices exist, their class and their agents"] : []),
  ];
  return gaps.map((gap) => ({
    code: "unchecked",
    lines: [`not checked, because Losant did not let it be read: ${gap}`],
  }));
}

function workingCopy({ version }: WarningInput): string[] {
  return version?.kind === "workingCopy"
    ? ['version "develop" is the working copy, which can change at any time: use it only on test devices']
    : [];
}

function deviceWarnings(checked: WarningInput): string[][] {
  const { devices, inputs } = checked;
  if (devices === undefined) return [];
  const unknown = [...devices].filter(([, device]) => device === undefined).map(([id]) => id);
  const others = [...devices.values()].filter(
    (device) => device?.deviceClass !== undefined && device.deviceClass !== "edgeCompute",
  );
  const application = hidesInput(checked, "applicationId") ? SECRET : inputs.applicationId;
  return [
    lines(
      unknown,
      (count) => `${countOf(count, "device")} not in application ${application}`,
      (id) => previewDeviceTitle(checked, id),
    ),
    lines(
      others.flatMap((device) => device ?? []),
      (count) => `${countOf(count, "device")} not of the edge compute class: Losant deploys no workflow there`,
      ({ id, deviceClass }) => `${previewDeviceTitle(checked, id)} is of class ${deviceClass ?? "unknown"}`,
    ),
  ];
}

function agentWarning(checked: WarningInput): string[] {
  const { version, devices, inputs } = checked;
  const minimum = version?.minimumAgentVersion;
  const needed = minimum === undefined ? null : semver.coerce(minimum);
  if (needed === null || devices === undefined) return [];
  const old = [...devices.values()].flatMap((device) => {
    const has = device?.edgeAgentVersion === undefined ? null : semver.coerce(device.edgeAgentVersion);
    return device && has && semver.lt(has, needed) ? [device] : [];
  });
  return lines(
    old,
    (count) =>
      `${countOf(count, "device")} with an agent older than ${versionText(checked, inputs.version)} needs (${minimum ?? ""}): update the agent first`,
    ({ id, edgeAgentVersion }) => `${previewDeviceTitle(checked, id)} has ${edgeAgentVersion ?? ""}`,
  );
}

function takeover(checked: WarningInput): string[] {
  const { decision, inputs, isStateKnown, now } = checked;
  // Without the state it is not known which devices this resource owned.
  const taken = isStateKnown ? decision.takeovers : [];
  const them = taken.length === 1 ? "it" : "them";
  const what = `${countOf(taken.length, "device")} already deployed at another version, and this resource does not own ${them}`;
  const [head = "", ...devices] = lines(
    taken,
    () =>
      inputs.adopt === true
        ? `${what}: \`pulumi up\` takes ${them} over (adopt: true)`
        : `${what}: \`pulumi up\` will refuse. To take ${them} over, set adopt: true; otherwise leave ${them} out of deviceIds`,
    (view) => takeoverLine(shown(checked, view), now),
  );
  return head === "" ? [] : [head, ...interrupted(checked, taken), ...devices];
}

/** A killed run writes no state, so its devices look foreign. */
function interrupted(checked: WarningInput, taken: readonly DeviceView[]): string[] {
  const byToken = taken.filter(({ changedBy }) => changedBy?.startsWith("apiToken ") === true);
  if (byToken.length === 0 || checked.inputs.adopt === true) return [];
  const names = deviceNamesText(
    checked,
    byToken.map(({ deviceId }) => deviceId),
  );
  return [
    `${names}: set by an API token. If an interrupted run of this stack did it, set adopt: true for one \`pulumi up\``,
  ];
}

function shown(checked: WarningInput, view: DeviceView): DeviceView {
  return {
    ...view,
    ...(hidesInput(checked, "deviceIds") ? { deviceId: SECRET, name: undefined } : {}),
    ...(view.desired === null ? {} : { desired: versionText(checked, view.desired) }),
  };
}

function lines<T>(items: readonly T[], head: (count: number) => string, line: (item: T) => string): string[] {
  return items.length === 0 ? [] : [head(items.length), ...items.map(line)];
}
