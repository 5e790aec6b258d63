/**
 * What was done and what was found, for programs: one debug line, which people see with `pulumi --debug` only and the
 * pipeline (`pulumi-losant/pipeline`) reads from the engine's events. State and outputs cannot hold it: they say how
 * things are, and would change with every run. Pure.
 */
import type { LosantId, Version } from "./losant/types.js";
import type { Fleet } from "./observe.js";
import type { Call, Move } from "./plan.js";
import type { Drift } from "./state.js";

export type RunRecord = ApplyRecord | FoundRecord | PlannedRecord | ProblemsRecord;

/** After the calls of a create, an update or a delete, also where they did not get to the end. */
export interface ApplyRecord {
  readonly kind: "applied";
  /** The id of the resource. */
  readonly id: string;
  /** The write calls that Losant took, or may have taken. */
  readonly calls: readonly CallRecord[];
  readonly moved: readonly MovedRecord[];
  readonly names: Names;
}

/** After a read that found drift. */
export interface FoundRecord {
  readonly kind: "found";
  readonly id: string;
  /** No device of the resource carries the flow any more: the state forgets it, and only this line says who did it. */
  readonly gone: boolean;
  readonly drift: readonly Drift[];
  readonly names: Names;
}

/** From the plan in a preview. */
export interface PlannedRecord {
  readonly kind: "planned";
  readonly urn: string;
  /** Each call's own sentence. */
  readonly calls: readonly string[];
  readonly moved: readonly MovedRecord[];
}

/** Devices that a rollout counted as failed, whatever became of them afterwards (a rollback hides them in the outputs). */
export interface ProblemsRecord {
  readonly kind: "problems";
  readonly id: string;
  readonly version: Version;
  /** `error`: Losant's own words where there are any, else what is wrong. */
  readonly devices: readonly {
    readonly deviceId: LosantId;
    readonly error: string;
    readonly at?: string | undefined;
  }[];
  readonly names: Names;
}

/** Device id -> name, of drifted and failed devices: names may change, so the state has none. */
export type Names = Readonly<Record<LosantId, string>>;

export interface CallRecord {
  readonly verb: Call["verb"];
  readonly why: string;
}

/** Devices whose desired version differs after the calls from what it was before them, as Losant shows both. */
export interface MovedRecord {
  readonly from: Version;
  readonly to: Version;
  readonly deviceIds: readonly LosantId[];
}

const MARK = "pulumi-losant record ";

export function recordLine(record: RunRecord): string {
  return MARK + JSON.stringify(record);
}

/** @returns undefined for any other line */
export function recordIn(line: string): RunRecord | undefined {
  if (!line.startsWith(MARK)) return undefined;
  try {
    return JSON.parse(line.slice(MARK.length)) as RunRecord;
  } catch {
    return undefined;
  }
}

export function namesOf(fleet: Fleet, deviceIds: Iterable<LosantId>): Names {
  const named = [...deviceIds].map((deviceId) => [deviceId, fleet.get(deviceId)?.name] as const);
  return Object.fromEntries(named.filter((entry): entry is [LosantId, string] => entry[1] !== undefined));
}

export function movedBetween(before: Fleet, after: Fleet, owned: ReadonlySet<LosantId>): MovedRecord[] {
  return grouped(
    [...owned].map((deviceId) => ({
      deviceId,
      from: before.get(deviceId)?.desired ?? null,
      to: after.get(deviceId)?.desired ?? null,
    })),
  );
}

/** Devices that go the same way together; those that stay are left out. */
export function grouped(moves: readonly Move[]): MovedRecord[] {
  const groups = new Map<string, { from: Version; to: Version; deviceIds: LosantId[] }>();
  for (const { deviceId, from, to } of moves) {
    if (from === to) continue;
    const key = JSON.stringify([from, to]);
    const group = groups.get(key) ?? { from, to, deviceIds: [] };
    groups.set(key, group);
    group.deviceIds.push(deviceId);
  }
  return [...groups.values()].map((group) => ({ ...group, deviceIds: group.deviceIds.toSorted() }));
}
