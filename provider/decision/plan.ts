/**
 * The plan: which calls make what Losant shows into what the program declares. Pure: values in, calls out.
 *
 * Losant's three write calls differ in how much one call touches, and that is all this file is about:
 *
 * | call                               | it moves                               | allowed only if                          |
 * | ---------------------------------- | -------------------------------------- | ---------------------------------------- |
 * | release {version, deviceIds<=1000} | the listed devices                     | always exact                             |
 * | remove {deviceId}                  | one device, to "not deployed"          | always exact; used for a single device   |
 * | replace {oldVersion, newVersion}   | EVERY device on oldVersion             | each device that touches oldVersion is   |
 * |                                    |                                        | owned and wanted at newVersion           |
 * | remove {every: "device"}           | EVERY device that carries the flow     | each device that carries it, and each    |
 * |                                    |                                        | owned one, is owned and wanted at null   |
 *
 * "Touches" is wide on purpose. Losant does not document whether `oldVersion` is matched on the desired or on the
 * current version, and since API 1.30.1 it answers 202 and works later, so calls of one plan may overtake each other.
 * A device therefore touches a version when it desires it, runs it, or is wanted at it by this very plan. With that, no
 * order of the calls and no reading of the documentation can move a device that is not meant.
 *
 * The truth table (one test row a line; o = owned, f = foreign, `a>b` = desired a, wanted b):
 *
 * | situation                                            | calls                                   |
 * | ---------------------------------------------------- | --------------------------------------- |
 * | nothing differs                                      | none                                    |
 * | o 1>2, o 1>2                                         | replace 1 -> 2                          |
 * | o 1>2, f on 1                                        | release 2 to the owned                  |
 * | o 1>2, f desires 3 but still runs 1                  | release 2 to the owned                  |
 * | o 1>2, o 1>1 (a device of ours stays)                | release 2 to the one                    |
 * | o 1>2, o 2>1 (they trade places)                     | release 1, release 2                    |
 * | o 1>2, o null>2                                      | release 2 to both (1 call, not 2)       |
 * | 1000 x o 1>2, o null>2                               | replace 1 -> 2, release 2 (2 either way)|
 * | o 1>2, o 3>2                                         | release 2 to both (1 call, not 2)       |
 * | o null>1 x 2500                                      | release 1 three times                   |
 * | o 1>null, o 2>null, nobody else                      | remove every device                     |
 * | o 1>null (one device, whoever else is there)         | remove one device                       |
 * | 3 x o 1>null, f on 2                                 | replace 1 -> null                       |
 * | 3 x o 1>null, f on 1                                 | release null to the three               |
 * | any of the above, wide calls turned off              | releases, or remove for a single device |
 *
 * The wide calls rest on what was observed a moment before: a device that somebody deploys by hand in between is
 * reached too. The caller checks after writing and says so; `losant:replace: never` avoids it altogether.
 */
import { countOf, versionOrNothing } from "../words.js";
import type { LosantId, Version } from "../losant/types.js";
import type { Versions } from "../resource/fleet.js";

/** The most ids one release may name (`edgeDeploymentRelease.json`). */
export const MAX_DEVICES_PER_RELEASE = 1000;

export type Call = { readonly why: string } & (
  | { readonly verb: "release"; readonly version: Version; readonly deviceIds: readonly [LosantId, ...LosantId[]] }
  | { readonly verb: "replace"; readonly oldVersion: string; readonly newVersion: Version }
  | { readonly verb: "remove"; readonly deviceId: LosantId }
  | { readonly verb: "remove"; readonly every: "device" }
);

export interface CallPlan {
  readonly calls: readonly Call[];
  readonly moves: readonly Move[];
}

export interface Move {
  readonly deviceId: LosantId;
  readonly from: Version;
  readonly to: Version;
}

export interface PlanInput {
  readonly desired: ReadonlyMap<LosantId, Version>;
  readonly observed: ReadonlyMap<LosantId, Versions>;
  readonly owned: ReadonlySet<LosantId>;
  /** May calls be used that reach every device (replace, remove of the whole flow)? @default true */
  readonly allowFleetWideCalls?: boolean;
}

const NOT_DEPLOYED: Versions = { desired: null, current: null };

export function planCalls(input: PlanInput): CallPlan {
  const moves = movesOf(input);
  const targets = [...new Set(moves.map((move) => move.to))];
  return {
    calls: targets.flatMap((to) =>
      callsTowards(
        to,
        moves.filter((move) => move.to === to),
        input,
      ),
    ),
    moves,
  };
}

/** The devices that a call of the plan moves. */
export function movedBy(call: Call, moves: readonly Move[]): readonly LosantId[] {
  switch (call.verb) {
    case "release":
      return call.deviceIds;
    case "replace":
      return idsOf(moves.filter((move) => move.from === call.oldVersion && move.to === call.newVersion));
    case "remove":
      return "deviceId" in call ? [call.deviceId] : idsOf(moves.filter((move) => move.to === null));
  }
}

function idsOf(moves: readonly Move[]): LosantId[] {
  return moves.map((move) => move.deviceId);
}

/** Does the call reach devices that it does not name? */
export function isFleetWide(call: Call): boolean {
  return call.verb === "replace" || "every" in call;
}

/** Ownership is this one filter: no device outside `owned` gets into a move, whatever `desired` says. */
export function movesOf({ desired, observed, owned }: PlanInput): Move[] {
  const moves: Move[] = [];
  for (const [deviceId, to] of desired) {
    const from = (observed.get(deviceId) ?? NOT_DEPLOYED).desired;
    if (from !== to && owned.has(deviceId)) moves.push({ deviceId, from, to });
  }
  return moves.toSorted((a, b) => (a.deviceId < b.deviceId ? -1 : 1));
}

function callsTowards(to: Version, moves: readonly Move[], input: PlanInput): Call[] {
  const wide = input.allowFleetWideCalls ?? true;
  if (to === null && moves.length === 1) return narrowCalls(to, moves);
  if (wide && to === null && removingTheFlowIsExact(input)) {
    return [
      {
        verb: "remove",
        every: "device",
        why: `remove the flow: all ${countOf(moves.length, "device")} carrying it are owned`,
      },
    ];
  }
  const replaced = wide ? cheapestReplacements(to, moves, input) : [];
  const rest = moves.filter((move) => move.from === null || !replaced.includes(move.from));
  return [
    ...replaced.map((from): Call => {
      const moved = moves.filter((move) => move.from === from).length;
      return {
        verb: "replace",
        oldVersion: from,
        newVersion: to,
        why: `replace ${from} -> ${versionOrNothing(to)}: moves ${countOf(moved, "device")}, all owned`,
      };
    }),
    ...narrowCalls(to, rest),
  ];
}

/**
 * The old versions worth a replace: the largest exact groups, as many as make the fewest calls; with equal counts the
 * more replaces, because a replace does not grow with the fleet.
 */
function cheapestReplacements(to: Version, moves: readonly Move[], input: PlanInput): string[] {
  const sizes = new Map<string, number>();
  for (const { from } of moves) {
    if (from !== null) sizes.set(from, (sizes.get(from) ?? 0) + 1);
  }
  const exact = [...sizes]
    .filter(([from]) => replacingIsExact(from, to, input))
    .toSorted(([, a], [, b]) => b - a)
    .map(([from]) => from);
  const cost = (count: number): number => {
    const covered = exact.slice(0, count).reduce((sum, from) => sum + (sizes.get(from) ?? 0), 0);
    return count + Math.ceil((moves.length - covered) / MAX_DEVICES_PER_RELEASE);
  };
  let best = 0;
  for (let count = 1; count <= exact.length; count++) {
    if (cost(count) <= cost(best)) best = count;
  }
  return exact.slice(0, best);
}

function replacingIsExact(from: string, to: Version, input: PlanInput): boolean {
  return everyDevice(input, ({ desired, current }, wanted, owned) => {
    const touches = desired === from || current === from || wanted === from;
    return !touches || (owned && wanted === to);
  });
}

function removingTheFlowIsExact(input: PlanInput): boolean {
  return everyDevice(input, ({ desired, current }, wanted, owned) => {
    const touches = desired !== null || current !== null || (wanted !== undefined && wanted !== null);
    return !touches || (owned && wanted === null);
  });
}

/** @param wanted - undefined: the plan does not speak of this device */
type DeviceRule = (live: Versions, wanted: Version | undefined, owned: boolean) => boolean;

/** Holds the rule for each device that Losant shows or that the plan speaks of? */
function everyDevice({ desired, observed, owned }: PlanInput, holds: DeviceRule): boolean {
  for (const [id, live] of observed) if (!holds(live, desired.get(id), owned.has(id))) return false;
  for (const [id, wanted] of desired) {
    if (!observed.has(id) && !holds(NOT_DEPLOYED, wanted, owned.has(id))) return false;
  }
  return true;
}

function narrowCalls(to: Version, moves: readonly Move[]): Call[] {
  const [first, ...others] = moves;
  if (!first) return [];
  if (to === null && others.length === 0) {
    return [{ verb: "remove", deviceId: first.deviceId, why: `remove from device ${first.deviceId}` }];
  }
  const calls: Call[] = [];
  for (let start = 0; start < moves.length; start += MAX_DEVICES_PER_RELEASE) {
    const [head, ...tail] = moves.slice(start, start + MAX_DEVICES_PER_RELEASE).map((move) => move.deviceId);
    if (head === undefined) break;
    const count = countOf(tail.length + 1, "device");
    const why = to === null ? `remove from ${count} by name` : `release ${to} to ${count} by name`;
    calls.push({ verb: "release", version: to, deviceIds: [head, ...tail], why });
  }
  return calls;
}
