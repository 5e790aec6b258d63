/**
 * What was done and what was found, for programs: one debug line, which people see with `pulumi --debug` only and the
 * pipeline (`pulumi-losant/pipeline`) reads from the engine's events. State and outputs cannot hold it: they say how
 * things are, and would change with every run. Pure.
 */
import type { LosantId, Version } from "./losant/types.js";
import type { Fleet } from "./observe.js";
import type { Call } from "./plan.js";
import type { Drift } from "./state.js";

export type RunRecord = {
  /** The id of the resource. */
  readonly id: string;
} & (
  | {
      /** The write calls that Losant took, or may have taken. */
      readonly calls: readonly CallRecord[];
      readonly moved: readonly MovedRecord[];
    }
  | {
      /** No device of the resource carries the flow any more: the state forgets it, and only this line says who did it. */
      readonly gone: readonly Drift[];
    }
);

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

export function movedBetween(before: Fleet, after: Fleet, owned: ReadonlySet<LosantId>): MovedRecord[] {
  const groups = new Map<string, { from: Version; to: Version; deviceIds: LosantId[] }>();
  for (const deviceId of [...owned].toSorted()) {
    const from = before.get(deviceId)?.desired ?? null;
    const to = after.get(deviceId)?.desired ?? null;
    if (from === to) continue;
    const key = JSON.stringify([from, to]);
    const group = groups.get(key) ?? { from, to, deviceIds: [] };
    groups.set(key, group);
    group.deviceIds.push(deviceId);
  }
  return [...groups.values()];
}
