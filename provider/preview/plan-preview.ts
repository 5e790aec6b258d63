/** The facts behind the lines and warnings about one resource, and how its devices and versions are shown. Pure. */
import { deviceTitle, joinNames, versionOrNothing } from "../words.js";
import type { Decision } from "../decision/decide.js";
import type { Inputs } from "../resource/inputs.js";
import type { LosantId, Version } from "../losant/types.js";
import type { Fleet } from "../resource/fleet.js";
import { movedBy } from "../decision/plan.js";
import { grouped } from "../messages/run-record.js";
import type { PlannedRecord } from "../messages/run-record.js";
import { SECRET } from "../messages/redact.js";
import type { Saved } from "../resource/state.js";
import type { DevicesById } from "../lookup/device-reader.js";
import { losantPageOf } from "../losant/api-url.js";

export interface PlanPreview {
  /** What the program declares; for a removed resource, what it declared last. */
  readonly inputs: Inputs;
  /** The last state; undefined if the resource is new or the state cannot be read. */
  readonly before: Saved | undefined;
  readonly isStateKnown: boolean;
  readonly decision: Decision;
  readonly fleet: Fleet;
  readonly devices?: DevicesById;
  /** The former workflow, if the resource changes its workflow, and how many devices lose it. */
  readonly replaced?: {
    readonly flowId: LosantId;
    readonly leaving: number;
    /** Pulumi goes by what the last `pulumi up` was told of `retainOnDelete`, and not by the program of now. */
    readonly isRetained: boolean;
    readonly isToBeRetained: boolean;
  };
  /** When the preview is made. */
  readonly now?: Date;
  /** Inputs whose values are not shown. */
  readonly secret: ReadonlySet<string>;
}

/** `line-1, line-2 and 10 more`, as `pulumi up` words it. */
export function deviceNamesText(preview: PlanPreview, ids: readonly LosantId[]): string {
  if (hidesInput(preview, "deviceIds")) return SECRET;
  return joinNames(ids.map((id) => deviceNameText(preview, id)));
}

export function deviceNameText(preview: PlanPreview, id: LosantId): string {
  if (hidesInput(preview, "deviceIds")) return SECRET;
  return nameOf(preview, id) ?? id;
}

/** `line-1 (575e...)` */
export function previewDeviceTitle(preview: PlanPreview, id: LosantId): string {
  return hidesInput(preview, "deviceIds") ? SECRET : deviceTitle(id, nameOf(preview, id));
}

function nameOf({ fleet, devices }: PlanPreview, id: LosantId): string | undefined {
  return fleet.get(id)?.name ?? devices?.get(id)?.name;
}

export function versionText(preview: PlanPreview, version: Version): string {
  return version !== null && hidesInput(preview, "version") ? SECRET : versionOrNothing(version);
}

/** The workflow's name, else its id. */
export function flowText(preview: PlanPreview, flowId: LosantId = preview.inputs.flowId): string {
  if (hidesInput(preview, "flowId")) return SECRET;
  return flowId === preview.inputs.flowId ? (flowNameOf(preview) ?? flowId) : flowId;
}

function flowNameOf({ fleet }: PlanPreview): string | undefined {
  return [...fleet.values()].find((view) => view.flowName !== undefined)?.flowName;
}

export function hidesInput({ secret }: Pick<PlanPreview, "secret">, input: string): boolean {
  return secret.has(input);
}

/**
 * For the gates and reports of a pipeline. They need the counts even if the values are secret.
 *
 * @param apiUrl - where the API is; missing where it does not matter
 */
export function plannedRecord(urn: string, preview: PlanPreview, apiUrl?: string): PlannedRecord {
  const { calls, moves } = preview.decision.plan;
  const hidesVersion = hidesInput(preview, "version");
  const hidesIds = hidesInput(preview, "deviceIds");
  const ui = apiUrl === undefined ? undefined : losantPageOf(apiUrl);
  const flowName = hidesInput(preview, "flowId") ? undefined : flowNameOf(preview);
  const shownIn = { ...(flowName === undefined ? {} : { flowName }), ...(ui === undefined ? {} : { ui }) };
  if (!hidesVersion && !hidesIds) {
    const names = namesOf(preview);
    return { kind: "planned", urn, calls: calls.map(({ why }) => why), moved: grouped(moves), ...names, ...shownIn };
  }
  const shown = (version: Version): Version => (version === null || !hidesVersion ? version : SECRET);
  return {
    kind: "planned",
    urn,
    calls: calls.map((call) => `${call.verb}: ${movedBy(call, moves).length} of the devices`),
    moved: grouped(moves).map(({ from, to, deviceIds }) => ({
      from: shown(from),
      to: shown(to),
      deviceIds: hidesIds ? deviceIds.map(() => SECRET) : deviceIds,
    })),
    ...(hidesIds ? {} : namesOf(preview)),
    ...shownIn,
  };
}

/** Of the devices that move. */
function namesOf({ decision, fleet, devices }: PlanPreview): Pick<PlannedRecord, "names"> {
  const named = decision.plan.moves.flatMap(({ deviceId }) => {
    const name = fleet.get(deviceId)?.name ?? devices?.get(deviceId)?.name;
    return name === undefined ? [] : [[deviceId, name] as const];
  });
  return named.length === 0 ? {} : { names: Object.fromEntries(named) };
}
