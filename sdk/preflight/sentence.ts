/**
 * The one line of the plan. Pure: it words what the planner found, and plans nothing itself.
 *
 * "joins" and "leaves" are about the resource: devices that the stack's last snapshot did not, or did, have as its own.
 * Where that snapshot cannot be read, the line says only what Losant shows: which devices do not carry the workflow yet.
 */
import type { Inputs } from "../../provider/inputs.js";
import type { LosantId } from "../../provider/losant/types.js";
import { joiningOf } from "../../provider/membership.js";
import type { Fleet } from "../../provider/observe.js";
import type { Call, Move, Plan } from "../../provider/plan.js";
import { ownedBy } from "../../provider/state.js";
import type { Saved } from "../../provider/state.js";
import { counted } from "../../provider/describe.js";
import type { PreviousState } from "./previous.js";
import type { Devices } from "./reads.js";

export interface Prospect {
  readonly inputs: Inputs;
  /** What this resource was last applied as; undefined where it is new. */
  readonly before: Saved | undefined;
  /** Undefined where it cannot be read; then `before` says nothing. */
  readonly state: PreviousState | undefined;
  readonly leaving: readonly LosantId[];
  readonly fleet: Fleet;
  readonly devices: Devices | undefined;
  readonly plan: Plan;
  /** What it was last applied as, where it changes its workflow or application now. */
  readonly replaced?: Saved | undefined;
}

/** Names beyond these are counted. */
const MAX_NAMES = 3;

export function prospectLine(prospect: Prospect): string {
  const { inputs, plan } = prospect;
  const parts = [
    plan.moves.length === 0 ? "nothing to do" : moving(inputs, plan),
    offline(prospect),
    membership(prospect),
    strays(prospect),
    replaced(prospect),
  ];
  return parts.filter(Boolean).join("; ");
}

/** `v1.2.3 -> v1.2.4 on 40 devices by replace (1 call)` */
function moving({ version, rollout }: Inputs, { moves, calls }: Plan): string {
  const there = moves.filter((move) => move.to === version);
  const what = there.length === 0 ? removal(moves) : version === null ? removal(there) : arrival(version, there);
  const verbs = [...new Set(calls.map((call) => call.verb))].join(" and ");
  // A rollout goes out in batches of its own choosing, so its calls cannot be told from here.
  return rollout === undefined ? `${what} by ${verbs} (${callsOf(calls)})` : `${what} as a rollout`;
}

function arrival(version: string, moves: readonly Move[]): string {
  const from = versionsOf(moves);
  return `${from === "" ? "" : `${from} -> `}${version} on ${counted(moves.length)}`;
}

function removal(moves: readonly Move[]): string {
  return `${versionsOf(moves)} removed from ${counted(moves.length)}`;
}

function versionsOf(moves: readonly Move[]): string {
  return [...new Set(moves.map((move) => move.from))]
    .filter((from) => from !== null)
    .toSorted()
    .join(", ");
}

function callsOf(calls: readonly Call[]): string {
  return calls.length === 1 ? "1 call" : `${calls.length} calls`;
}

function offline({ plan, fleet, devices }: Prospect): string {
  const count = plan.moves.filter(
    ({ deviceId }) => (fleet.get(deviceId)?.connected ?? devices?.get(deviceId)?.connected) === false,
  ).length;
  return count === 0 ? "" : `${count} offline`;
}

/** `1 joins (line-7), 1 leaves (line-3)` */
function membership(prospect: Prospect): string {
  const { inputs, before, state, leaving, fleet } = prospect;
  if (state === undefined) {
    const without = inputs.deviceIds.filter((id) => (fleet.get(id)?.desired ?? null) === null);
    const some = without.length > 0 && without.length < inputs.deviceIds.length && inputs.version !== null;
    return some ? `${without.length} without it until now (${names(prospect, without)})` : "";
  }
  // A resource that is new as a whole says so on its row, and a renamed one has the devices of the old name.
  const joining = before === undefined ? [] : joiningOf(inputs, before);
  const kept = new Set([...inputs.deviceIds, ...leaving]);
  const handed = ownedBy(before).filter((id) => !kept.has(id));
  return [
    counting(prospect, joining, "joins", "join"),
    counting(prospect, leaving, "leaves", "leave"),
    counting(prospect, handed, "goes to another resource", "go to other resources"),
  ]
    .filter(Boolean)
    .join(", ");
}

function counting(prospect: Prospect, ids: readonly LosantId[], one: string, many: string): string {
  return ids.length === 0 ? "" : `${ids.length} ${ids.length === 1 ? one : many} (${names(prospect, ids)})`;
}

/** Devices of nobody here that `exclusive` takes the workflow from. */
function strays(prospect: Prospect): string {
  const { inputs, leaving, plan } = prospect;
  const ours = new Set([...inputs.deviceIds, ...leaving]);
  const others = plan.moves.map((move) => move.deviceId).filter((id) => !ours.has(id));
  return others.length === 0
    ? ""
    : `exclusive: removed from ${counted(others.length)} that others deployed to (${names(prospect, others)})`;
}

function replaced({ replaced: old }: Prospect): string {
  if (old === undefined) return "";
  return `workflow ${old.inputs.flowId} is removed from its ${counted(old.inputs.deviceIds.length)}`;
}

function names(prospect: Prospect, ids: readonly LosantId[]): string {
  const shown = ids.slice(0, MAX_NAMES).map((id) => nameOf(prospect, id));
  return ids.length > MAX_NAMES ? `${shown.join(", ")} and ${ids.length - MAX_NAMES} more` : shown.join(", ");
}

export function nameOf({ fleet, devices }: Pick<Prospect, "fleet" | "devices">, id: LosantId): string {
  return fleet.get(id)?.name ?? devices?.get(id)?.name ?? id;
}
