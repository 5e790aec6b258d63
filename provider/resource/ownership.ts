/** Which devices a resource owns, and which device should be at which version. Pure. */
import type { Inputs } from "./inputs.js";
import type { LosantId, Version } from "../losant/types.js";
import type { DeviceView, Fleet } from "./fleet.js";
import type { Saved } from "./state.js";

export interface Intent {
  readonly desired: ReadonlyMap<LosantId, Version>;
  readonly owned: ReadonlySet<LosantId>;
}

/** Every device that the state owns, also one that is handed over and not taken yet. */
export function ownedBy(saved: Saved | undefined): readonly LosantId[] {
  return saved ? [...saved.inputs.deviceIds, ...saved.leaving, ...(saved.handedOver?.keys() ?? [])] : [];
}

export interface IntentInput {
  /** Undefined where the resource is deleted. */
  readonly inputs: Inputs | undefined;
  /** Devices owned until now that the declaration does not name. */
  readonly leaving: readonly LosantId[];
  /** Used for `exclusive`: every other device that carries the flow is owned then, and loses it. */
  readonly fleet: Fleet;
  /** May `exclusive` take the flow from this device? @default yes */
  readonly mayStop?: (deviceId: LosantId) => boolean;
  /** These stay at the version that Losant shows. */
  readonly keepsVersionOf?: ReadonlySet<LosantId>;
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

export function carries(view: DeviceView | undefined): boolean {
  return view !== undefined && (view.desired !== null || view.current !== null);
}

/** Do both want one device at different versions? */
export function contradicts(one: Intent, other: Intent): boolean {
  return [...other.desired].some(([id, version]) => one.desired.has(id) && one.desired.get(id) !== version);
}

/** The intent without the devices that somebody has moved since the calls: those are not moved again. */
export function withoutMovedAway(intent: Intent, before: Fleet, now: Fleet): Intent {
  const isMovedAway = ([deviceId, version]: readonly [LosantId, Version]): boolean => {
    const [was, is] = [before.get(deviceId), now.get(deviceId)];
    return (
      is !== undefined && is.desired !== version && is.changedFrom === version && is.lastChange !== was?.lastChange
    );
  };
  const moved = new Set([...intent.desired].filter(isMovedAway).map(([deviceId]) => deviceId));
  if (moved.size === 0) return intent;
  return { ...intent, desired: new Map([...intent.desired].filter(([deviceId]) => !moved.has(deviceId))) };
}
