/** Where each device was before the first call of a run, and where it is after the last one. Pure. */
import { SECRET } from "../../../provider/messages/redact.js";
import type { ApplyRecord } from "../../../provider/messages/run-record.js";
import type { DeployedResource } from "../report/resource-results.js";
import type { Moved } from "../report/resource-results.js";

type Version = string | null;

interface DeviceMove {
  readonly deviceId: string;
  readonly from: Version;
  to: Version;
}

type NetMoves = Pick<DeployedResource, "moved" | "rolledBackDeviceIds">;

/**
 * A device that ends where it began was rolled back. If the ids are secret, a later move continues with a device that is
 * where the move begins. If the versions are secret, too, devices cannot be matched, and each move counts.
 */
export function netMoves(records: readonly Pick<ApplyRecord, "moved">[]): NetMoves {
  const named = new Map<string, DeviceMove>();
  const unnamed: DeviceMove[] = [];
  for (const { moved } of records) {
    // One record names each device once, so it continues moves of earlier records only.
    const before = [...unnamed];
    for (const { from, to, deviceIds } of moved) {
      for (const deviceId of deviceIds) {
        const known = deviceId === SECRET ? takeFrom(before, from) : named.get(deviceId);
        if (known) {
          known.to = to;
          continue;
        }
        const move = { deviceId, from, to };
        if (deviceId === SECRET) unnamed.push(move);
        else named.set(deviceId, move);
      }
    }
  }
  const all = [...[...named.values()].toSorted((a, b) => (a.deviceId < b.deviceId ? -1 : 1)), ...unnamed];
  return {
    moved: grouped(all.filter((move) => !isRoundTrip(move))),
    rolledBackDeviceIds: all.filter(isRoundTrip).map(({ deviceId }) => deviceId),
  };
}

/** Takes the last move that ended at `version` out of the list. */
function takeFrom(moves: DeviceMove[], version: Version): DeviceMove | undefined {
  if (version === SECRET) return undefined;
  const index = moves.findLastIndex(({ to }) => to === version);
  return index === -1 ? undefined : moves.splice(index, 1)[0];
}

/** Two secret versions can be different versions. */
function isRoundTrip({ from, to }: DeviceMove): boolean {
  return from === to && from !== SECRET;
}

function grouped(all: readonly DeviceMove[]): Moved[] {
  const groups = new Map<string, Moved>();
  for (const { deviceId, from, to } of all) {
    const key = JSON.stringify([from, to]);
    const group = groups.get(key) ?? { from, to, deviceIds: [] };
    groups.set(key, group);
    group.deviceIds.push(deviceId);
  }
  return [...groups.values()];
}
