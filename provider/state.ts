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
import { createHash } from "node:crypto";
import type { Inputs } from "./inputs.js";
import type { LosantId, Version } from "./losant/types.js";
import type { DeviceView, Failure, Fleet } from "./observe.js";

export type Status = "deployed" | "pending" | "failed" | "drifted";

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

/** What the visible properties do not say of the last create or update. */
export interface Applied {
  readonly schema: typeof STATE_SCHEMA;
  /** The declared version, only while `version` shows another one that somebody moved all devices to. */
  readonly version?: Version | undefined;
  /** Devices that are to lose the flow and had not when the last update ended. */
  readonly leaving?: readonly LosantId[] | undefined;
  /** The last rollout stopped, or was rolled back, and what it should have reached does not run yet. */
  readonly rollout?: "unfinished" | undefined;
}

/** Raised when the shape of `__losant` changes; `savedOf` then upgrades what older releases saved. */
export const STATE_SCHEMA = 1;
const STATE_KEY = "__losant";

export interface Outputs extends Inputs {
  readonly status: Status;
  readonly deviceCount: number;
  readonly pendingDeviceIds: readonly LosantId[];
  readonly failures: readonly DeviceFailure[];
  readonly drift: readonly Drift[];
  readonly [STATE_KEY]: Applied;
}

export interface Saved {
  /** As declared when they were last applied. */
  readonly inputs: Inputs;
  readonly leaving: readonly LosantId[];
  /** Did the rollout of these inputs stop before its end? */
  readonly unfinished?: boolean | undefined;
}

export interface Intent {
  readonly desired: ReadonlyMap<LosantId, Version>;
  readonly owned: ReadonlySet<LosantId>;
}

export interface Live {
  readonly outputs: Outputs;
  /** Equal to the declared inputs where nothing drifted. */
  readonly inputs: Inputs & { readonly drift?: readonly Drift[]; readonly unfinishedRollout?: string };
  /** No device of this resource carries the flow any more. */
  readonly gone: boolean;
}

/** The id of a new resource; the hash tells resources of one flow apart and never changes afterwards. */
export function idOf(inputs: Inputs): string {
  const hash = createHash("sha256").update(inputs.deviceIds.join(",")).digest("hex").slice(0, 8);
  return `${inputs.applicationId}/${inputs.flowId}/${hash}`;
}

/** What was last applied, from the outputs in the state; undefined for a resource known by its id alone. */
export function savedOf(props: Readonly<Record<string, unknown>>): Saved | undefined {
  const outputs = props as Partial<Outputs>;
  const { applicationId, flowId, deviceIds, version } = outputs;
  if (applicationId === undefined || flowId === undefined || deviceIds === undefined || version === undefined) {
    return undefined;
  }
  const applied = outputs[STATE_KEY];
  return {
    inputs: {
      applicationId,
      flowId,
      version: applied?.version === undefined ? version : applied.version,
      deviceIds: [...new Set(deviceIds.map((id) => id.toLowerCase()))].toSorted(),
      ...settingsOf(outputs),
    },
    leaving: applied?.leaving ?? [],
    ...(applied?.rollout === "unfinished" ? { unfinished: true } : {}),
  };
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

/** Every device the state speaks of as ours. */
export function ownedBy(saved: Saved | undefined): readonly LosantId[] {
  return saved ? [...saved.inputs.deviceIds, ...saved.leaving] : [];
}

/**
 * Which device should be at which version, and which devices may be touched at all.
 *
 * @param leaving - devices owned until now that the declaration does not name
 * @param fleet - read only for `exclusive`: then every other device that carries the flow is owned, and to lose it
 */
export function intentOf(inputs: Inputs, leaving: readonly LosantId[], fleet: Fleet): Intent {
  const desired = new Map<LosantId, Version>();
  if (inputs.exclusive === true) {
    for (const view of fleet.values()) if (carries(view)) desired.set(view.deviceId, null);
  }
  for (const deviceId of leaving) desired.set(deviceId, null);
  for (const deviceId of inputs.deviceIds) desired.set(deviceId, inputs.version);
  return { desired, owned: new Set(desired.keys()) };
}

/** Lays what is live over what was applied: the state after a create, an update or a refresh. */
export function liveOf(saved: Saved, fleet: Fleet): Live {
  const { inputs } = saved;
  const intent = intentOf(inputs, saved.leaving, fleet);
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
  return {
    outputs: {
      ...inputs,
      version,
      status: statusOf(unfinished ? [] : drift, failures, unfinished ? inputs.deviceIds : pendingDeviceIds),
      deviceCount: inputs.deviceIds.length,
      pendingDeviceIds,
      failures,
      drift,
      [STATE_KEY]: {
        schema: STATE_SCHEMA,
        ...(elsewhere === undefined ? {} : { version: inputs.version }),
        ...(leaving.length > 0 ? { leaving } : {}),
        ...(unfinished ? { rollout: "unfinished" as const } : {}),
      },
    },
    inputs: { ...inputs, version, ...overlay },
    gone: inputs.version !== null && ![...intent.owned].some((id) => carries(fleet.get(id))),
  };
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

/** The one other version that every device of the resource was moved to; then that is the readable drift. */
function commonVersion(inputs: Inputs, drift: readonly Drift[]): Version | undefined {
  const [first] = drift;
  const allOfOurs =
    drift.length === inputs.deviceIds.length && drift.every((d) => inputs.deviceIds.includes(d.deviceId));
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
