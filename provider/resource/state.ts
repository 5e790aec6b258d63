/**
 * What the state holds of a resource: what a person sees, and under `__losant` what that does not say. Pure.
 *
 * `handedOver` counts only while no other resource's state shows the device: whose `deviceIds` show it, owns it. The
 * giver cannot know that the taker's state is written, so the entry goes away with the giver's next refresh or update.
 */
import { randomBytes } from "node:crypto";
import * as z from "zod";
import { parseInputs } from "./checked-inputs.js";
import type { Inputs } from "./inputs.js";
import type { LosantId, Version } from "../losant/types.js";
import type { Failure } from "./fleet.js";
import { unlistedOf } from "./long-lists.js";
import type { Unlisted } from "./long-lists.js";

/** `unknown`: calls were made, and Losant could not be looked at afterwards. */
export type Status = "deployed" | "pending" | "failed" | "drifted" | "unknown";

export interface Drift {
  readonly deviceId: LosantId;
  /** What the device should be at; null: not deployed. */
  readonly expectedVersion: Version;
  /** What Losant shows as its desired version. */
  readonly desiredVersion: Version;
  readonly changedBy?: string;
  readonly changedAt?: string;
  /** The last rollout stopped before this device had its turn: nobody has moved it since. */
  readonly unfinished?: true;
}

export interface DeviceFailure extends Failure {
  readonly deviceId: LosantId;
}

/** Devices that another resource of the program declares, and whose state does not show them yet -> its name. */
export type HandedOver = ReadonlyMap<LosantId, string>;

/** What the visible properties do not say of the last create or update. */
export interface Applied {
  /** 1 in states of 0.1.0, which has `version`, `leaving` and `rollout` only. */
  readonly schema: number;
  /** The name of the resource in the program, for messages of a delete, which is told its id alone. */
  readonly name?: string;
  /** The declared version, only while `version` shows another one that somebody moved all devices to. */
  readonly version?: Version;
  /** Devices that are to lose the flow and had not when the last update ended. */
  readonly leaving?: readonly LosantId[];
  /** {@link HandedOver}, by the name of the taker. */
  readonly handedOver?: Readonly<Record<string, readonly LosantId[]>>;
  /** The last rollout stopped, or was rolled back, and what it should have reached does not run yet. */
  readonly rollout?: "unfinished";
  /** Calls were made, and what Losant shows since then is not known: the next run has to look. */
  readonly unverified?: true;
  /** The program ignores changes of `version`: another version on an owned device is no drift. */
  readonly ignoresVersion?: true;
  /** The devices keep the flow when the resource is deleted. */
  readonly retainOnDelete?: true;
  /** Inputs that are secret: messages blank their values. */
  readonly secret?: readonly string[];
  /** Who our own writes are logged as by Losant, for example `apiToken 5b0044f0a3a3b90006c0a5e1`. */
  readonly writer?: string;
  /** What the outputs of that name leave out, since it would be long. */
  readonly unlisted?: Unlisted;
}

/** Raised when the shape of `__losant` changes; `savedOf` reads older ones and refuses newer ones. */
export const STATE_SCHEMA = 2;
export const STATE_KEY = "__losant";

export interface Outputs extends Inputs {
  readonly status: Status;
  readonly deviceCount: number;
  readonly pendingDeviceIds: readonly LosantId[];
  /** In the state: the first 1,000. */
  readonly failures: readonly DeviceFailure[];
  /** In the state: the first 1,000. */
  readonly drift: readonly Drift[];
  readonly [STATE_KEY]: Applied;
}

/** What is known of a resource beside its inputs: facts of the program that have no input of their own. */
export interface SavedFacts {
  readonly name?: string;
  readonly ignoresVersion?: boolean;
  readonly retainOnDelete?: boolean;
  readonly secret?: readonly string[];
  readonly writer?: string;
}

export interface Saved {
  /** As declared when they were last applied. */
  readonly inputs: Inputs;
  readonly leaving: readonly LosantId[];
  readonly handedOver?: HandedOver;
  /** Did the rollout of these inputs stop before its end? */
  readonly unfinished?: boolean;
  /** Were calls made that could not be looked at afterwards? */
  readonly unverified?: boolean;
  readonly facts?: SavedFacts;
}

/**
 * The id of a new resource. It is random: a hash of the devices gave two resources one id where the first had handed its
 * devices to the second. Ids of 0.1.0 end in 8 digits and stay valid.
 */
export function newId({ applicationId, flowId }: Inputs): string {
  return `${applicationId}/${flowId}/${randomBytes(8).toString("hex")}`;
}

const ids = z.array(z.string());

const applied: z.ZodType<Applied> = z.object({
  schema: z.int(),
  name: z.string().optional(),
  version: z.string().nullable().optional(),
  leaving: ids.optional(),
  handedOver: z.record(z.string(), ids).optional(),
  rollout: z.literal("unfinished").optional(),
  unverified: z.literal(true).optional(),
  ignoresVersion: z.literal(true).optional(),
  retainOnDelete: z.literal(true).optional(),
  secret: ids.optional(),
  writer: z.string().optional(),
});

/**
 * What was last applied, from the outputs in the state; undefined for a resource known by its id alone.
 *
 * @throws Error where a newer release wrote the state
 */
export function savedOf(props: Readonly<Record<string, unknown>>): Saved | undefined {
  const { applicationId, flowId, deviceIds, version } = props;
  if (applicationId === undefined || flowId === undefined || deviceIds === undefined || version === undefined) {
    return undefined;
  }
  const { deviceIds: declared, ...inputs } = parseInputs(props);
  const known = appliedIn(props[STATE_KEY]);
  const { name, ignoresVersion, retainOnDelete, secret, writer } = known;
  return {
    inputs: {
      ...inputs,
      version: known.version === undefined ? inputs.version : known.version,
      deviceIds: [...new Set(declared.map((id) => id.toLowerCase()))].toSorted(),
    },
    leaving: known.leaving ?? [],
    handedOver: new Map(
      Object.entries(known.handedOver ?? {}).flatMap(([taker, devices]) => devices.map((id) => [id, taker] as const)),
    ),
    ...(known.rollout === "unfinished" ? { unfinished: true } : {}),
    ...(known.unverified === true ? { unverified: true } : {}),
    facts: { name, ignoresVersion, retainOnDelete, secret, writer },
  };
}

const driftEntry: z.ZodType<Drift> = z.object({
  deviceId: z.string(),
  expectedVersion: z.string().nullable(),
  desiredVersion: z.string().nullable(),
  changedBy: z.string().optional(),
  changedAt: z.string().optional(),
  unfinished: z.literal(true).optional(),
});

const shown = z.object({
  drift: z.array(driftEntry).nullish(),
  [STATE_KEY]: z
    .object({
      schema: z.int().optional(),
      unlisted: z.object({ drift: unlistedOf(driftEntry).optional() }).optional(),
    })
    .nullish(),
});

/**
 * The drift that the state shows, and which release wrote it.
 *
 * @throws Error where the drift was not written by this package
 */
export function shownIn(props: Readonly<Record<string, unknown>>): {
  readonly drift: readonly Drift[];
  readonly schema?: number;
} {
  const parsed = shown.safeParse(props);
  if (!parsed.success) throw notWritten("drift", parsed.error);
  const { drift, [STATE_KEY]: known } = parsed.data;
  return { drift: [...(drift ?? []), ...(known?.unlisted?.drift ?? [])], schema: known?.schema };
}

function notWritten(name: string, error: z.ZodError): Error {
  return new Error(`the state holds a ${name} that pulumi-losant has not written: ${z.prettifyError(error)}`);
}

const schemaOnly = z.object({ schema: z.number() });

function appliedIn(value: unknown): Applied {
  if (value === undefined || value === null) return { schema: STATE_SCHEMA };
  const schema = schemaOnly.safeParse(value).data?.schema ?? 0;
  if (schema > STATE_SCHEMA) {
    throw new Error(
      `the state was written by a newer release of pulumi-losant (its schema is ${schema}, this release knows up to ${STATE_SCHEMA}): update pulumi-losant`,
    );
  }
  const parsed = applied.safeParse(value);
  if (parsed.success) return parsed.data;
  throw notWritten(STATE_KEY, parsed.error);
}

/** Only what there is to say: an `undefined` cannot travel to Pulumi. */
export function appliedOf({ leaving, handedOver, facts = {} }: Saved): Applied {
  const { name, ignoresVersion, retainOnDelete, secret, writer } = facts;
  return {
    schema: STATE_SCHEMA,
    ...(name === undefined ? {} : { name }),
    ...(leaving.length > 0 ? { leaving } : {}),
    ...(handedOver !== undefined && handedOver.size > 0 ? { handedOver: byTaker(handedOver) } : {}),
    ...(ignoresVersion === true ? { ignoresVersion } : {}),
    ...(retainOnDelete === true ? { retainOnDelete } : {}),
    ...(secret !== undefined && secret.length > 0 ? { secret } : {}),
    ...(writer === undefined ? {} : { writer }),
  };
}

function byTaker(handedOver: HandedOver): Record<string, LosantId[]> {
  const takers = new Map<string, LosantId[]>();
  for (const [deviceId, taker] of handedOver) {
    const devices = takers.get(taker) ?? [];
    takers.set(taker, devices);
    devices.push(deviceId);
  }
  return Object.fromEntries([...takers].map(([taker, devices]) => [taker, devices.toSorted()]));
}
