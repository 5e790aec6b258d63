/**
 * Lays what is live over the state. Pure.
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
import { versionOrNothing } from "../words.js";
import type { Inputs } from "./inputs.js";
import type { LosantId, Version } from "../losant/types.js";
import type { DeviceView, Failure, Fleet } from "./fleet.js";
import { carries, intentOf } from "./ownership.js";
import type { Intent } from "./ownership.js";
import { appliedOf, STATE_KEY } from "./state.js";
import type { DeviceFailure, Drift, Outputs, Saved, Status } from "./state.js";

export interface Live {
  readonly outputs: Outputs;
  /** Equal to the declared inputs where nothing drifted. */
  readonly inputs: Inputs & { readonly drift?: readonly Drift[]; readonly unfinishedRollout?: string };
  /** Drift that the last run did not leave behind: a person moved these devices. */
  readonly moved: readonly Drift[];
  /** No device of this resource carries the flow any more. */
  readonly gone: boolean;
}

/**
 * Lays what is live over what was applied: the state after a create, an update or a refresh.
 *
 * @param fleet - undefined where calls were made and Losant could not be looked at afterwards
 * @param before - the drift that the state shows; undefined right after a run, which has left all of it behind
 */
export function liveOf(saved: Saved, fleet: Fleet | undefined, before?: readonly Drift[]): Live {
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
  const differing = driftOf(intent, fleet);
  const drifted = new Set(differing.map((entry) => entry.deviceId));
  const onCourse = inputs.deviceIds.filter((id) => !drifted.has(id)).map((id) => ({ id, view: fleet.get(id) }));
  const failures = onCourse.flatMap(({ id, view }) => (view?.failure ? [toDeviceFailure(id, view.failure)] : []));
  const pendingDeviceIds = onCourse.filter(({ view }) => isPending(view)).map(({ id }) => id);
  const leaving = saved.leaving.filter((id) => (fleet.get(id)?.desired ?? null) !== null);
  const elsewhere = commonVersion(inputs, differing);
  const version = elsewhere === undefined ? inputs.version : elsewhere;
  // A refresh erases the init errors, and a failed device is no drift: only this mark makes the next `up` continue.
  // Health that was not judged to its end shows nowhere else either: only an update ends it.
  const judgesHealth = inputs.rollout?.health !== undefined && inputs.version !== null;
  const unfinished =
    saved.unfinished === true && (judgesHealth || differing.length + failures.length + pendingDeviceIds.length > 0);
  const drift = unfinished ? markedUnfinished(differing, before) : differing;
  const overlay = {
    ...(elsewhere === undefined && drift.length > 0 ? { drift } : {}),
    ...(unfinished ? { unfinishedRollout: unfinishedLine(inputs, drift, failures, pendingDeviceIds) } : {}),
  };
  const owned = [...intent.owned, ...handedOver.keys()];
  const moved = drift.filter((entry) => entry.unfinished !== true);
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

/** Says nothing about any device. */
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

/** Leaves the date out where Losant's log has none: Pulumi cannot transport `undefined`. */
function toDeviceFailure(deviceId: LosantId, { at, ...failure }: Failure): DeviceFailure {
  return { deviceId, ...failure, ...(at === undefined ? {} : { at }) };
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

/** What a stopped rollout left behind stays marked until somebody moves the device. */
function markedUnfinished(drift: readonly Drift[], before: readonly Drift[] | undefined): readonly Drift[] {
  const left = before && new Set(before.filter(({ unfinished }) => unfinished === true).map(moveOf));
  return drift.map((entry) => (left === undefined || left.has(moveOf(entry)) ? { ...entry, unfinished: true } : entry));
}

/** Equal for the same move: a later one, even to the same version, has another date. */
function moveOf({ deviceId, expectedVersion, desiredVersion, changedBy, changedAt }: Drift): string {
  return JSON.stringify([deviceId, expectedVersion, desiredVersion, changedBy, changedAt]);
}

/** The other version that every device of the resource was moved to, if it is one: then `version` shows the drift. */
function commonVersion(inputs: Inputs, drift: readonly Drift[]): Version | undefined {
  const [first] = drift;
  const ours = new Set(inputs.deviceIds);
  const allOfOurs = drift.length === ours.size && drift.every((entry) => ours.has(entry.deviceId));
  return first && allOfOurs && drift.every((d) => d.desiredVersion === first.desiredVersion)
    ? first.desiredVersion
    : undefined;
}

/** Losant wants the version, and the device has not reported it yet, or runs older content under that name. */
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
  const some = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  const rest = some.length > 0 ? some : ["their health is not judged to the end"];
  const there = Math.max(deviceIds.length - failures.length - pending.length - drift.length, 0);
  return `${there} of ${deviceIds.length} devices at ${versionOrNothing(version)}, ${rest.join(", ")}`;
}

function statusOf(drift: readonly Drift[], failures: readonly DeviceFailure[], pending: readonly LosantId[]): Status {
  if (drift.length > 0) return "drifted";
  if (failures.length > 0) return "failed";
  return pending.length > 0 ? "pending" : "deployed";
}
