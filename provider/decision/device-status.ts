/** What a device of a rollout is doing, from what Losant shows of it. Pure. */
import type { LosantId, Version } from "../losant/types.js";
import type { DeviceView } from "../resource/fleet.js";
import type { Watched } from "./rollout-health.js";

export type DeviceState =
  /** Not released. */
  | "waiting"
  /** Released, online (or unknown), no report yet. */
  | "moving"
  /** Released and offline ever since. */
  | "offline"
  /** Was online after its release, and is offline now. */
  | "lost"
  /** Runs the version, with the content that the version has now. */
  | "done"
  /** Reported an error for the version. */
  | "failed"
  /** Was released, and Losant shows another version wanted there. */
  | "elsewhere";

export interface DeviceStatus {
  readonly deviceId: LosantId;
  readonly state: DeviceState;
  /** False only where Losant says that it is not. */
  readonly connected: boolean;
  /** When its time began, in milliseconds; undefined while it waits. */
  readonly releasedAt?: number;
  /** Undefined where its health is not judged. */
  readonly watched?: Watched;
}

export interface Observations {
  /** Devices that were released in this run, or had the version when it began -> when their time began. */
  readonly releasedAt: ReadonlyMap<LosantId, number>;
  /** Of those, the ones that were online in some listing. */
  readonly online: ReadonlySet<LosantId>;
}

export function statusOf(
  deviceId: LosantId,
  view: DeviceView | undefined,
  version: Version,
  { releasedAt, online }: Observations,
): DeviceStatus {
  const connected = view?.connected !== false;
  const since = releasedAt.get(deviceId);
  const state = stateOf(view, version, since !== undefined, online.has(deviceId));
  return { deviceId, state, connected, releasedAt: since };
}

function stateOf(view: DeviceView | undefined, version: Version, released: boolean, wasOnline: boolean): DeviceState {
  if ((view?.desired ?? null) !== version) return released ? "elsewhere" : "waiting";
  if (runsVersion(view, version)) return "done";
  if (view?.failure !== undefined) return "failed";
  if (view?.connected !== false) return "moving";
  return wasOnline ? "lost" : "offline";
}

/** Current = the version asked, and the same content where Losant tells. */
export function runsVersion(view: DeviceView | undefined, version: Version): boolean {
  return (view?.current ?? null) === version && (version === null || view?.sameContent === true);
}
