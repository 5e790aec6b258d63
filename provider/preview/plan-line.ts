/**
 * The plan of one resource as one line. Pure: it words the decision, and decides nothing.
 *
 * A device "joins" if the resource did not have it in the stack's last state, and "leaves" if only that state has it.
 * Without that state, the line says what Losant shows: which devices do not carry the workflow yet.
 * The calls are those of this resource alone. `pulumi up` makes fewer where resources of one workflow share a call.
 */
import { isDeepStrictEqual } from "node:util";
import { countOf } from "../words.js";
import type { LosantId } from "../losant/types.js";
import type { Call, Move } from "../decision/plan.js";
import { SECRET } from "../messages/redact.js";
import { rolloutText } from "./rollout-text.js";
import { flowText, hidesInput, deviceNamesText, versionText } from "./plan-preview.js";
import type { PlanPreview } from "./plan-preview.js";

const NOTHING = "nothing to do";

/** Is there nothing to say? A row without a line is a resource that stays as it is. */
export function isQuiet(preview: PlanPreview, line: string): boolean {
  const { before, inputs } = preview;
  return line === NOTHING && before !== undefined && isDeepStrictEqual(settingsIn(before.inputs), settingsIn(inputs));
}

/** Without the inputs that nobody gave. */
function settingsIn(inputs: PlanPreview["inputs"]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== undefined));
}

export function planLine(preview: PlanPreview): string {
  const parts = [
    preview.decision.plan.moves.length === 0 ? NOTHING : moving(preview),
    offline(preview),
    membership(preview),
    strays(preview),
    replaced(preview),
  ];
  return parts.filter(Boolean).join("; ");
}

/** Of a resource whose inputs are outputs of resources that `up` creates or changes. */
export function unknownLine(inputs: readonly string[]): string {
  const replacing = inputs.filter((name) => name === "applicationId" || name === "flowId");
  const rest = replacing.length === 0 ? "" : `; another ${replacing.join(" or ")} than before replaces the resource`;
  return `what will move is not known before \`pulumi up\`, because ${inputs.join(", ")} ${inputs.length === 1 ? "is" : "are"} not${rest}`;
}

/** `v1.2.3 -> v1.2.4 on 40 devices by replace (1 call)` */
function moving(preview: PlanPreview): string {
  const { inputs, decision } = preview;
  const { version, rollout } = inputs;
  const { moves, calls } = decision.plan;
  const there = moves.filter((move) => move.to === version);
  const what =
    there.length === 0 || version === null
      ? removal(preview, there.length === 0 ? moves : there)
      : arrival(preview, there);
  // A rollout looks again before each batch, so its calls are not known yet.
  return rollout === undefined ? `${what} ${byCalls(calls)}` : `${what} as a rollout${rolloutText(preview, rollout)}`;
}

function byCalls(calls: readonly Call[]): string {
  const verbs = [...new Set(calls.map((call) => call.verb))].join(" and ");
  return `by ${verbs} (${countOf(calls.length, "call")})`;
}

function arrival(preview: PlanPreview, moves: readonly Move[]): string {
  const from = versionsOf(preview, moves);
  const to = versionText(preview, preview.inputs.version);
  return `${from === "" ? "" : `${from} -> `}${to} on ${countOf(moves.length, "device")}`;
}

function removal(preview: PlanPreview, moves: readonly Move[]): string {
  return `${versionsOf(preview, moves)} removed from ${countOf(moves.length, "device")}`;
}

function versionsOf(preview: PlanPreview, moves: readonly Move[]): string {
  const versions = moves.flatMap((move) => (move.from === null ? [] : versionText(preview, move.from)));
  return [...new Set(versions)].toSorted().join(", ");
}

function offline({ decision, fleet, devices }: PlanPreview): string {
  const count = decision.plan.moves.filter(
    ({ deviceId }) => (fleet.get(deviceId)?.connected ?? devices?.get(deviceId)?.connected) === false,
  ).length;
  return count === 0 ? "" : `${count} offline`;
}

/** `1 joins (line-7), 1 leaves (line-3), 2 go to ring-2 (line-4, line-5)` */
function membership(preview: PlanPreview): string {
  const { inputs, before, isStateKnown, decision, fleet } = preview;
  if (!isStateKnown) {
    const without = inputs.deviceIds.filter((id) => (fleet.get(id)?.desired ?? null) === null);
    const some = without.length > 0 && without.length < inputs.deviceIds.length && inputs.version !== null;
    return some ? `${without.length} without it so far (${deviceNamesText(preview, without)})` : "";
  }
  // All devices of a new resource join: its row in the preview says that already.
  const joining = before === undefined ? [] : decision.joining;
  return [
    counting(preview, joining, "joins", "join"),
    counting(preview, decision.leaving, "leaves", "leave"),
    handedOver(preview),
  ]
    .filter(Boolean)
    .join(", ");
}

/** `2 go to ring-2 (line-3, line-4)` */
function handedOver(preview: PlanPreview): string {
  const takers = Map.groupBy(preview.decision.handedOver, ([, taker]) => taker);
  return [...takers]
    .map(([taker, entries]) => {
      const ids = entries.map(([deviceId]) => deviceId);
      return counting(preview, ids, `goes to ${taker}`, `go to ${taker}`);
    })
    .join(", ");
}

function counting(preview: PlanPreview, ids: readonly LosantId[], one: string, many: string): string {
  return ids.length === 0 ? "" : `${ids.length} ${ids.length === 1 ? one : many} (${deviceNamesText(preview, ids)})`;
}

/** Foreign devices that lose the workflow because of `exclusive`. */
function strays(preview: PlanPreview): string {
  const { inputs, decision } = preview;
  const ours = new Set([...inputs.deviceIds, ...decision.leaving]);
  const others = decision.plan.moves.map((move) => move.deviceId).filter((id) => !ours.has(id));
  return others.length === 0
    ? ""
    : `exclusive: removed from ${countOf(others.length, "device")} that others deployed to (${deviceNamesText(preview, others)})`;
}

function replaced(preview: PlanPreview): string {
  const { replaced: old } = preview;
  if (old === undefined || old.leaving === 0) return "";
  const flow = hidesInput(preview, "flowId") ? SECRET : old.flowId;
  const devices = countOf(old.leaving, "device");
  if (old.isRetained) {
    return `workflow ${flow} keeps running on its ${devices}, because of retainOnDelete, and nothing manages it there any more`;
  }
  const late = old.isToBeRetained ? " (retainOnDelete is new: it counts from the next `pulumi up` on)" : "";
  return `workflow ${flow} is removed from its ${devices}${late}`;
}

/**
 * What a delete stops. No row of a preview says it:
 * `telemetry: Telemetry is removed from 12 devices (line-1, line-2 and 10 more), by remove (1 call)`
 */
export function removalLine(name: string, preview: PlanPreview): string {
  return `${name}: ${removalText(preview)}`;
}

/** The same, on a row that has the name. */
export function removalText(preview: PlanPreview): string {
  const { before, decision, fleet } = preview;
  const flow = flowText(preview);
  const carrying = [...decision.leaving, ...decision.handedOver.keys()].filter(
    (id) => (fleet.get(id)?.desired ?? null) !== null,
  );
  if (before?.facts?.retainOnDelete === true) {
    const them = `${countOf(carrying.length, "device")} (${deviceNamesText(preview, carrying)})`;
    return carrying.length === 0
      ? `${flow} runs on none of its devices`
      : `${flow} keeps running on ${them}, because of retainOnDelete, and nothing manages it there any more`;
  }
  const { moves, calls } = decision.plan;
  const removed = moves.map(({ deviceId }) => deviceId);
  const parts = [
    removed.length === 0
      ? ""
      : `${flow} is removed from ${countOf(removed.length, "device")} (${deviceNamesText(preview, removed)}), ${byCalls(calls)}`,
    offline(preview),
    handedOver(preview),
  ].filter(Boolean);
  return parts.length === 0 ? `${flow} is removed from no device: none of its devices carries it` : parts.join("; ");
}
