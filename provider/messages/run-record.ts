/**
 * What was done and what was found, for programs: one debug line, which people see with `pulumi --debug` only and the
 * pipeline (`pulumi-losant/pipeline`) reads from the engine's events. State and outputs cannot hold it: they say how
 * things are, and would change with every run. Pure.
 */
import * as z from "zod";
import type { LosantId, Version } from "../losant/types.js";
import type { Fleet } from "../resource/fleet.js";
import type { Call, Move } from "../decision/plan.js";
import type { Drift } from "../resource/state.js";
import { batchRecord, reachedRecord } from "./rollout-records.js";
import type { BatchRecord, ReachedRecord } from "./rollout-records.js";
import { WARNING_CODES, warningText } from "./preview-warnings.js";
import type { PreviewWarning, WarningCode } from "./preview-warnings.js";

export type RunRecord =
  | ApplyRecord
  | BatchRecord
  | FoundRecord
  | HeldRecord
  | JudgedRecord
  | PausedRecord
  | PlannedRecord
  | ProblemsRecord
  | ReachedRecord
  | RefusedRecord
  | StoppedRecord
  | WarnedRecord;

/** After the calls of a create, an update or a delete, also where they did not get to the end. */
export interface ApplyRecord {
  readonly kind: "applied";
  /** The id of the resource. */
  readonly id: string;
  /** The write calls that Losant took, or may have taken. */
  readonly calls: readonly CallRecord[];
  readonly moved: readonly MovedRecord[];
  readonly names: Names;
  /** Of the rollout of a set: which of its workflows these are about, by number. */
  readonly part?: number;
}

/** After a read that found drift. */
export interface FoundRecord {
  readonly kind: "found";
  readonly id: string;
  /** No device of the resource carries the flow any more: the state forgets it, and only this line says who did it. */
  readonly gone: boolean;
  readonly drift: readonly Drift[];
  readonly names: Names;
  /** Who moved devices, by name: `user 5b00...` -> `Ann Example`. Only those whose names the token may read. */
  readonly actors?: Readonly<Record<string, string>>;
}

/** From the plan in a preview. */
export interface PlannedRecord {
  readonly kind: "planned";
  readonly urn: string;
  /** Each call's own sentence. */
  readonly calls: readonly string[];
  readonly moved: readonly MovedRecord[];
  /** Of the devices that move. Missing where device ids are secret, and in records of older releases. */
  readonly names?: Names;
  /** The workflow's name, where it is known and not secret. */
  readonly flowName?: string;
  /** The address of Losant's web page. Missing where it is not known: for an own installation. */
  readonly ui?: string;
}

/** After the plan of a resource: its warnings. An empty list says that there is none. */
export interface WarnedRecord {
  readonly kind: "warned";
  readonly urn: string;
  readonly warnings: readonly { readonly code: WarningCode; readonly text: string }[];
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
    readonly at?: string;
  }[];
  readonly names: Names;
}

/** What the devices of a rollout were judged on, in numbers; also where the rollout failed. */
export interface JudgedRecord extends JudgedHealth {
  readonly kind: "judged";
  readonly id: string;
}

export interface JudgedHealth {
  /** How long each device had to run the version, in seconds. */
  readonly settleSeconds: number;
  /** Devices that ran the version while they were watched. */
  readonly devices: number;
  /** Missing where errors were not judged. `max`: what one device might have. */
  readonly errors?: { readonly count: number; readonly devices: number; readonly max: number };
  /** Missing where runs were not judged. `failed`: at most so many. `max`: the percentage that might fail on one device. */
  readonly failedRuns?: { readonly runs: number; readonly failed: number; readonly max: number };
  /** What the version before did was allowed besides. */
  readonly baseline?: true;
}

/** A rollout that ended before its end though nothing was wrong: a later run goes on. */
export interface PausedRecord {
  readonly kind: "paused";
  readonly id: string;
  /** When the next window opens, ISO 8601. */
  readonly until?: string;
}

/** A person has told the rollouts of the run to stop. */
export interface StoppedRecord {
  readonly kind: "stopped";
  readonly by: string;
}

/** Once for each configuration of a plugin: which approved plan it is held to. A plugin of an older release says nothing. */
export interface HeldRecord {
  readonly kind: "held";
  readonly front: "dynamic" | "native";
  /** The hash of the plan; missing where the plan cannot be read. */
  readonly plan?: string;
}

/** A resource whose devices would have moved otherwise than approved. */
export interface RefusedRecord {
  readonly kind: "refused";
  readonly id: string;
  readonly changes: readonly RefusedChange[];
}

/** One device that would have moved otherwise than approved. */
export interface RefusedChange {
  readonly deviceId: LosantId;
  readonly name?: string;
  /** What is approved for it. */
  readonly was: string;
  readonly is: string;
  /** Who set the version that it has, and when, from Losant's log. */
  readonly who?: string;
}

/** Device id -> name, of drifted and failed devices: names may change, so the state has none. */
export type Names = Readonly<Record<LosantId, string>>;

/**
 * A call that serves several resources is in the record of each of them. `call`, `verb`, `why` and `shared` together
 * identify it.
 */
export interface CallRecord {
  readonly verb: Call["verb"];
  readonly why: string;
  /** How many resources of the run share this one call; missing where it serves this resource alone. */
  readonly shared?: number;
  /** The number of the call within the plugin process. */
  readonly call?: number;
}

/** Devices whose desired version differs after the calls from what it was before them, as Losant shows both. */
export interface MovedRecord {
  readonly from: Version;
  readonly to: Version;
  readonly deviceIds: readonly LosantId[];
}

const MARK = "pulumi-losant record ";

const ids = z.array(z.string());
const version = z.string().nullable();
const names = z.record(z.string(), z.string());
const moved: z.ZodType<MovedRecord> = z.object({ from: version, to: version, deviceIds: ids });
const count = z.int().positive();

const applied = z.object({
  kind: z.literal("applied"),
  id: z.string(),
  calls: z.array(
    z.object({
      verb: z.enum(["release", "replace", "remove"]),
      why: z.string(),
      shared: count.optional(),
      call: z.int().nonnegative().optional(),
    }),
  ),
  moved: z.array(moved),
  names,
  part: z.int().nonnegative().optional(),
});

const found = z.object({
  kind: z.literal("found"),
  id: z.string(),
  gone: z.boolean(),
  drift: z.array(
    z.object({
      deviceId: z.string(),
      expectedVersion: version,
      desiredVersion: version,
      changedBy: z.string().optional(),
      changedAt: z.string().optional(),
      unfinished: z.literal(true).optional(),
    }),
  ),
  names,
  actors: names.optional(),
});

const planned = z.object({
  kind: z.literal("planned"),
  urn: z.string(),
  calls: ids,
  moved: z.array(moved),
  names: names.optional(),
  flowName: z.string().optional(),
  ui: z.string().optional(),
});

const warned = z.object({
  kind: z.literal("warned"),
  urn: z.string(),
  warnings: z.array(z.object({ code: z.enum(WARNING_CODES).catch("other"), text: z.string() })),
});

const problems = z.object({
  kind: z.literal("problems"),
  id: z.string(),
  version,
  devices: z.array(z.object({ deviceId: z.string(), error: z.string(), at: z.string().optional() })),
  names,
});

const counted = z.int().nonnegative();
const judged = z.object({
  kind: z.literal("judged"),
  id: z.string(),
  settleSeconds: z.number(),
  devices: counted,
  errors: z.object({ count: counted, devices: counted, max: counted }).optional(),
  failedRuns: z.object({ runs: z.number(), failed: z.number(), max: z.number() }).optional(),
  baseline: z.literal(true).optional(),
});

const paused = z.object({
  kind: z.literal("paused"),
  id: z.string(),
  until: z.string().optional(),
});

const stopped = z.object({ kind: z.literal("stopped"), by: z.string() });

const held = z.object({ kind: z.literal("held"), front: z.enum(["dynamic", "native"]), plan: z.string().optional() });

const refused = z.object({
  kind: z.literal("refused"),
  id: z.string(),
  changes: z.array(
    z.object({
      deviceId: z.string(),
      name: z.string().optional(),
      was: z.string(),
      is: z.string(),
      who: z.string().optional(),
    }),
  ),
});

/** The compiler checks that the schema agrees with the interfaces above. */
const record: z.ZodType<RunRecord> = z.discriminatedUnion("kind", [
  applied,
  batchRecord,
  found,
  held,
  judged,
  paused,
  planned,
  problems,
  reachedRecord,
  refused,
  stopped,
  warned,
]);

export function warnedRecord(urn: string, warnings: readonly PreviewWarning[]): WarnedRecord {
  return { kind: "warned", urn, warnings: warnings.map((one) => ({ code: one.code, text: warningText(one) })) };
}

export function recordLine(value: RunRecord): string {
  return MARK + JSON.stringify(value);
}

/**
 * Any program may write to the engine's log. A line that only looks like a record is ignored, and so is a record of another
 * release that lacks a field.
 *
 * @returns undefined for any other line
 */
export function recordIn(line: string): RunRecord | undefined {
  if (!line.startsWith(MARK)) return undefined;
  try {
    return record.safeParse(JSON.parse(line.slice(MARK.length))).data;
  } catch {
    return undefined;
  }
}

export function deviceNames(fleet: Fleet, deviceIds: Iterable<LosantId>): Names {
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
