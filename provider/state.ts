/**
 * What the state holds, and how what is live is laid over it. Pure.
 *
 * A refresh lays what is live over the properties a person sees, so that previews show it as a readable diff. What was
 * declared and no longer shows is kept under `__losant`. So a second refresh says the same as the first, and a device
 * that somebody moved away is still owned: a destroy, or a program that drops it, still removes the flow from it.
 *
 * A drifted device is NOT taken out of `deviceIds`. Pulumi hands the refreshed inputs back where a program says
 * `ignoreChanges: ["deviceIds"]`, and a device that somebody had moved by hand would then look dropped, and be stopped.
 * Drift stands under a name of its own, `drift`, in inputs and outputs; no program declares it, so the next preview
 * shows it going away.
 */
import { randomBytes } from "node:crypto";
import * as z from "zod";
import type { Inputs } from "./inputs.js";
import type { LosantId, Version } from "./losant/types.js";
import type { DeviceView, Failure, Fleet } from "./observe.js";

/** `unknown`: calls were made, and Losant could not be looked at afterwards. */
export type Status = "deployed" | "pending" | "failed" | "drifted" | "unknown";

export interface Drift {
  readonly deviceId: LosantId;
  /** What the device should be at; null: not deployed. */
  readonly expectedVersion: Version;
  /** What Losant shows as its desired version. */
  readonly desiredVersion: Version;
  readonly changedBy?: string | undefined;
  readonly changedAt?: string | undefined;
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
  readonly name?: string | undefined;
  /** The declared version, only while `version` shows another one that somebody moved all devices to. */
  readonly version?: Version | undefined;
  /** Devices that are to lose the flow and had not when the last update ended. */
  readonly leaving?: readonly LosantId[] | undefined;
  /** {@link HandedOver}, by the name of the taker. */
  readonly handedOver?: Readonly<Record<string, readonly LosantId[]>> | undefined;
  /** The last rollout stopped, or was rolled back, and what it should have reached does not run yet. */
  readonly rollout?: "unfinished" | undefined;
  /** Calls were made, and what Losant shows since then is not known: the next run has to look. */
  readonly unverified?: true | undefined;
  /** The program ignores changes of `version`: another version on an owned device is no drift. */
  readonly ignoresVersion?: true | undefined;
  /** The devices keep the flow when the resource is deleted. */
  readonly retainOnDelete?: true | undefined;
  /** Inputs that are secret: messages blank their values. */
  readonly secret?: readonly string[] | undefined;
  /** Who our own writes are logged as by Losant, for example `apiToken 5b0044f0a3a3b90006c0a5e1`. */
  readonly writer?: string | undefined;
}

/** Raised when the shape of `__losant` changes; `savedOf` reads older ones and refuses newer ones. */
export const STATE_SCHEMA = 2;
const STATE_KEY = "__losant";

export interface Outputs extends Inputs {
  readonly status: Status;
  readonly deviceCount: number;
  readonly pendingDeviceIds: readonly LosantId[];
  readonly failures: readonly DeviceFailure[];
  readonly drift: readonly Drift[];
  readonly [STATE_KEY]: Applied;
}

/** What is known of a resource beside its inputs: facts of the program that have no input of their own. */
export interface Facts {
  readonly name?: string | undefined;
  readonly ignoresVersion?: boolean | undefined;
  readonly retainOnDelete?: boolean | undefined;
  readonly secret?: readonly string[] | undefined;
  readonly writer?: string | undefined;
}

export interface Saved {
  /** As declared when they were last applied. */
  readonly inputs: Inputs;
  readonly leaving: readonly LosantId[];
  readonly handedOver?: HandedOver | undefined;
  /** Did the rollout of these inputs stop before its end? */
  readonly unfinished?: boolean | undefined;
  /** Were calls made that could not be looked at afterwards? */
  readonly unverified?: boolean | undefined;
  readonly facts?: Facts | undefined;
}

export interface Intent {
  readonly desired: ReadonlyMap<LosantId, Version>;
  readonly owned: ReadonlySet<LosantId>;
}

export interface Live {
  readonly outputs: Outputs;
  /** Equal to the declared inputs where nothing drifted. */
  readonly inputs: Inputs & { readonly drift?: readonly Drift[]; readonly unfinishedRollout?: string };
  /** The drift that the last run did not leave behind: somebody moved these devices. */
  readonly moved: readonly Drift[];
  /** No device of this resource carries the flow any more. */
  readonly gone: boolean;
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
  const outputs = props as Partial<Outputs>;
  const { applicationId, flowId, deviceIds, version } = outputs;
  if (applicationId === undefined || flowId === undefined || deviceIds === undefined || version === undefined) {
    return undefined;
  }
  const known = appliedIn(outputs[STATE_KEY]);
  const { name, ignoresVersion, retainOnDelete, secret, writer } = known;
  return {
    inputs: {
      applicationId,
      flowId,
      version: known.version === undefined ? version : known.version,
      deviceIds: [...new Set(deviceIds.map((id) => id.toLowerCase()))].toSorted(),
      ...settingsOf(outputs),
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

function appliedIn(value: unknown): Applied {
  if (value === undefined || value === null) return { schema: STATE_SCHEMA };
  const { schema } = value as { readonly schema?: unknown };
  if (typeof schema === "number" && schema > STATE_SCHEMA) {
    throw new Error(
      `the state was written by a newer release of pulumi-losant (its schema is ${schema}, this release knows up to ${STATE_SCHEMA}): update pulumi-losant`,
    );
  }
  const parsed = applied.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Error(
    `the state holds a ${STATE_KEY} that pulumi-losant has not written: ${z.prettifyError(parsed.error)}`,
  );
}

function settingsOf(props: Partial<Inputs>): Pick<Inputs, "exclusive" | "adopt" | "maxDevices" | "rollout"> {
  const { exclusive, adopt, maxDevices, rollout } = props;
  return {
    ...(exclusive === undefined ? {} : { exclusive }),
    ...(adopt === undefined ? {} : { adopt }),
    ...(maxDevices === undefined ? {} : { maxDevices }),
    ...(rollout === undefined ? {} : { rollout }),
  };
}

/** Every device the state speaks of as ours, also one that is handed over and that nobody has taken yet. */
export function ownedBy(saved: Saved | undefined): readonly LosantId[] {
  return saved ? [...saved.inputs.deviceIds, ...saved.leaving, ...(saved.handedOver?.keys() ?? [])] : [];
}

export interface IntentInput {
  /** Undefined where the resource is deleted. */
  readonly inputs: Inputs | undefined;
  /** Devices owned until now that the declaration does not name. */
  readonly leaving: readonly LosantId[];
  /** Read for `exclusive`: then every other device that carries the flow is owned, and to lose it. */
  readonly fleet: Fleet;
  /** May `exclusive` take the flow from this device? @default yes */
  readonly mayStop?: ((deviceId: LosantId) => boolean) | undefined;
  /** These stay at the version that Losant shows. */
  readonly keepsVersionOf?: ReadonlySet<LosantId> | undefined;
}

/** Which device should be at which version, and which devices may be touched at all. */
export function intentOf({ inputs, leaving, fleet, mayStop, keepsVersionOf }: IntentInput): Intent {
  const desired = new Map<LosantId, Version>();
  if (inputs?.exclusive === true) {
    for (const view of fleet.values()) {
      if (carries(view) && (mayStop?.(view.deviceId) ?? true)) desired.set(view.deviceId, null);
    }
  }
  for (const deviceId of leaving) desired.set(deviceId, null);
  for (const deviceId of inputs?.deviceIds ?? []) {
    const stays = keepsVersionOf?.has(deviceId) === true;
    desired.set(deviceId, stays ? (fleet.get(deviceId)?.desired ?? null) : (inputs?.version ?? null));
  }
  return { desired, owned: new Set(desired.keys()) };
}

/**
 * Lays what is live over what was applied: the state after a create, an update or a refresh.
 *
 * @param fleet - undefined where calls were made and Losant could not be looked at afterwards
 * @param left - after a rollout that stopped: the drift that it left behind. @default all of it, right after the run
 */
export function liveOf(saved: Saved, fleet: Fleet | undefined, left?: readonly Drift[]): Live {
  const { inputs, facts = {} } = saved;
  if (fleet === undefined) return unknownLive(saved);
  const keepsVersionOf = facts.ignoresVersion === true ? new Set(inputs.deviceIds) : undefined;
  const handedOver = saved.handedOver ?? new Map<LosantId, string>();
  const intent = intentOf({
    inputs,
    leaving: saved.leaving,
    fleet,
    mayStop: (id) => !handedOver.has(id),
    keepsVersionOf,
  });
  const drift = driftOf(intent, fleet);
  const drifted = new Set(drift.map((entry) => entry.deviceId));
  const onCourse = inputs.deviceIds.filter((id) => !drifted.has(id)).map((id) => ({ id, view: fleet.get(id) }));
  const failures = onCourse.flatMap(({ id, view }) => (view?.failure ? [toDeviceFailure(id, view.failure)] : []));
  const pendingDeviceIds = onCourse.filter(({ view }) => isPending(view)).map(({ id }) => id);
  const leaving = saved.leaving.filter((id) => (fleet.get(id)?.desired ?? null) !== null);
  const elsewhere = commonVersion(inputs, drift);
  const version = elsewhere === undefined ? inputs.version : elsewhere;
  // A refresh erases the init errors, and a failed device is no drift: this mark alone makes the next `up` go on.
  const unfinished = saved.unfinished === true && drift.length + failures.length + pendingDeviceIds.length > 0;
  const overlay = {
    ...(elsewhere === undefined && drift.length > 0 ? { drift } : {}),
    ...(unfinished ? { unfinishedRollout: unfinishedLine(inputs, drift, failures, pendingDeviceIds) } : {}),
  };
  const owned = [...intent.owned, ...handedOver.keys()];
  const leftBehind = new Set((left ?? drift).map(driftKeyOf));
  const moved = unfinished ? drift.filter((entry) => !leftBehind.has(driftKeyOf(entry))) : drift;
  return {
    outputs: {
      ...inputs,
      version,
      status: statusOf(moved, failures, unfinished ? inputs.deviceIds : pendingDeviceIds),
      deviceCount: inputs.deviceIds.length,
      pendingDeviceIds,
      failures,
      drift,
      [STATE_KEY]: {
        ...appliedOf({ ...saved, leaving }),
        ...(elsewhere === undefined ? {} : { version: inputs.version }),
        ...(unfinished ? { rollout: "unfinished" as const } : {}),
      },
    },
    inputs: { ...inputs, version, ...overlay },
    moved,
    gone: inputs.version !== null && !owned.some((id) => carries(fleet.get(id))),
  };
}

/** Nothing is claimed of any device. */
function unknownLive(saved: Saved): Live {
  const { inputs } = saved;
  return {
    outputs: {
      ...inputs,
      status: "unknown",
      deviceCount: inputs.deviceIds.length,
      pendingDeviceIds: [],
      failures: [],
      drift: [],
      [STATE_KEY]: {
        ...appliedOf(saved),
        ...(saved.unfinished === true ? { rollout: "unfinished" as const } : {}),
        unverified: true,
      },
    },
    inputs,
    moved: [],
    gone: false,
  };
}

/** Only what there is to say: an `undefined` cannot travel to Pulumi. */
function appliedOf({ leaving, handedOver, facts = {} }: Saved): Applied {
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

/** Without a date where Losant's log has none: an `undefined` cannot travel to Pulumi. */
function toDeviceFailure(deviceId: LosantId, { at, ...failure }: Failure): DeviceFailure {
  return { deviceId, ...failure, ...(at === undefined ? {} : { at }) };
}

function carries(view: DeviceView | undefined): boolean {
  return view !== undefined && (view.desired !== null || view.current !== null);
}

function driftOf(intent: Intent, fleet: Fleet): Drift[] {
  return [...intent.desired]
    .filter(([deviceId, expected]) => (fleet.get(deviceId)?.desired ?? null) !== expected)
    .map(([deviceId, expectedVersion]) => {
      const view = fleet.get(deviceId);
      return {
        deviceId,
        expectedVersion,
        desiredVersion: view?.desired ?? null,
        ...(view?.changedBy === undefined ? {} : { changedBy: view.changedBy }),
        ...(view?.changedAt === undefined ? {} : { changedAt: view.changedAt }),
      };
    })
    .toSorted((a, b) => (a.deviceId < b.deviceId ? -1 : 1));
}

/** Equal for the same move: a later one, even to the same version, has another date. */
function driftKeyOf({ deviceId, expectedVersion, desiredVersion, changedBy, changedAt }: Drift): string {
  return JSON.stringify([deviceId, expectedVersion, desiredVersion, changedBy, changedAt]);
}

/** The one other version that every device of the resource was moved to; then that is the readable drift. */
function commonVersion(inputs: Inputs, drift: readonly Drift[]): Version | undefined {
  const [first] = drift;
  const ours = new Set(inputs.deviceIds);
  const allOfOurs = drift.length === ours.size && drift.every((entry) => ours.has(entry.deviceId));
  return first && allOfOurs && drift.every((d) => d.desiredVersion === first.desiredVersion)
    ? first.desiredVersion
    : undefined;
}

/** Lag: Losant wants the device there, and the device is not there yet, or runs older content of that name. */
export function isPending(view: DeviceView | undefined): boolean {
  return (
    view !== undefined &&
    !view.failure &&
    (view.current !== view.desired || (!view.sameContent && view.desired !== null))
  );
}

/** For the preview, which shows it going away: no program declares it. */
function unfinishedLine(
  { version, deviceIds }: Inputs,
  drift: readonly Drift[],
  failures: readonly DeviceFailure[],
  pending: readonly LosantId[],
): string {
  const counts = [
    [failures.length, "failed"],
    [pending.length, "pending"],
    [drift.length, "not released"],
  ] as const;
  const rest = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  const there = Math.max(deviceIds.length - failures.length - pending.length - drift.length, 0);
  return `${there} of ${deviceIds.length} devices at ${version ?? "nothing"}, ${rest.join(", ")}`;
}

function statusOf(drift: readonly Drift[], failures: readonly DeviceFailure[], pending: readonly LosantId[]): Status {
  if (drift.length > 0) return "drifted";
  if (failures.length > 0) return "failed";
  return pending.length > 0 ? "pending" : "deployed";
}
