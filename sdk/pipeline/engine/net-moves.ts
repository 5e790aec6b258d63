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
type MovesRecord = Pick<ApplyRecord, "moved" | "part">;

/**
 * Of the workflows of a set each is taken by itself. A device that went back in one of them and not in another one is
 * among the moved ones only.
 *
 * A device that ends where it began was rolled back. If the ids are secret, a later move continues with a device that is
 * where the move begins. If the versions are secret, too, devices cannot be matched, and each move counts.
 */
export function netMoves(records: readonly MovesRecord[]): NetMoves {
  const all = [...Map.groupBy(records, ({ part }) => part).values()].map(netMovesOfOne);
  const stayed = new Set(all.flat().flatMap((move) => (isRoundTrip(move) ? [] : [move.deviceId])));
  const back = all.map((moves) =>
    moves.filter((move) => isRoundTrip(move) && (all.length === 1 || !stayed.has(move.deviceId))),
  );
  return {
    moved: all.flatMap((moves) => grouped(moves.filter((move) => !isRoundTrip(move)))),
    rolledBackDeviceIds: distinct(back.map((moves) => moves.map(({ deviceId }) => deviceId))),
  };
}

/** A device once, in whichever workflows it went back. Secret devices are counted where most of them are. */
function distinct(lists: readonly (readonly string[])[]): string[] {
  const named = new Set(lists.flat().filter((deviceId) => deviceId !== SECRET));
  const unnamed = Math.max(0, ...lists.map((list) => list.filter((deviceId) => deviceId === SECRET).length));
  return [...named, ...Array.from({ length: unnamed }, () => SECRET)];
}

function netMovesOfOne(records: readonly MovesRecord[]): readonly DeviceMove[] {
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
  return [...[...named.values()].toSorted((a, b) => (a.deviceId < b.deviceId ? -1 : 1)), ...unnamed];
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
