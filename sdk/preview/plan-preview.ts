/** What the lines and warnings about one resource are made of, and how its devices and versions are named. Pure. */
import type { Decision } from "../../provider/decision/decide.js";
import type { Inputs } from "../../provider/resource/inputs.js";
import type { LosantId, Version } from "../../provider/losant/types.js";
import type { Fleet } from "../../provider/resource/fleet.js";
import { movedBy } from "../../provider/decision/plan.js";
import { grouped } from "../../provider/messages/run-record.js";
import type { PlannedRecord } from "../../provider/messages/run-record.js";
import { SECRET } from "../../provider/messages/redact.js";
import type { Saved } from "../../provider/resource/state.js";
import type { DevicesById } from "../../provider/lookup/device-reader.js";

export interface PlanPreview {
  /** What is declared; of a resource that is removed, what was. */
  readonly inputs: Inputs;
  /** What this resource was last applied as; undefined where it is new, or where the state cannot be read. */
  readonly before: Saved | undefined;
  readonly isStateKnown: boolean;
  readonly decision: Decision;
  readonly fleet: Fleet;
  readonly devices?: DevicesById;
  /** The workflow that it changes from, and how many devices lose that one. */
  readonly replaced?: { readonly flowId: LosantId; readonly leaving: number };
  /** Inputs whose values are not shown. */
  readonly secret: ReadonlySet<string>;
}

/** More names than these are counted. */
const MAX_NAMES = 3;

/** `line-1, line-2, line-3 and 9 more` */
export function deviceNamesText(preview: PlanPreview, ids: readonly LosantId[], most = MAX_NAMES): string {
  if (hidesInput(preview, "deviceIds")) return SECRET;
  const shown = ids.slice(0, most).map((id) => deviceNameText(preview, id));
  return ids.length > most ? `${shown.join(", ")} and ${ids.length - most} more` : shown.join(", ");
}

export function deviceNameText(preview: PlanPreview, id: LosantId): string {
  const { fleet, devices } = preview;
  if (hidesInput(preview, "deviceIds")) return SECRET;
  return fleet.get(id)?.name ?? devices?.get(id)?.name ?? id;
}

/** `line-1 (575e...)` */
export function previewDeviceTitle(preview: PlanPreview, id: LosantId): string {
  const name = deviceNameText(preview, id);
  return name === id || hidesInput(preview, "deviceIds") ? name : `${name} (${id})`;
}

export function versionText(preview: PlanPreview, version: Version): string {
  return version === null ? "nothing" : hidesInput(preview, "version") ? SECRET : version;
}

/** The workflow's name, else its id. */
export function flowText(preview: PlanPreview, flowId: LosantId = preview.inputs.flowId): string {
  if (hidesInput(preview, "flowId")) return SECRET;
  const named = [...preview.fleet.values()].find((view) => view.flowName !== undefined);
  return flowId === preview.inputs.flowId ? (named?.flowName ?? flowId) : flowId;
}

export function hidesInput({ secret }: Pick<PlanPreview, "secret">, input: string): boolean {
  return secret.has(input);
}

/** For the gates and reports of a pipeline, which need the numbers also where the values are secret. */
export function plannedRecord(urn: string, preview: PlanPreview): PlannedRecord {
  const { calls, moves } = preview.decision.plan;
  const hidesVersion = hidesInput(preview, "version");
  const hidesIds = hidesInput(preview, "deviceIds");
  if (!hidesVersion && !hidesIds) {
    return { kind: "planned", urn, calls: calls.map(({ why }) => why), moved: grouped(moves) };
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
  };
}
