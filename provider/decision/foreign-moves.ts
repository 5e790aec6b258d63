/** Devices that no resource here owns, and that moved while calls were made. Pure. */
import { versionOrNothing } from "../words.js";
import type { LosantId } from "../losant/types.js";
import type { Fleet } from "../resource/fleet.js";

export interface ForeignMove {
  readonly deviceId: LosantId;
  readonly line: string;
}

/**
 * Foreign devices that moved between two listings, also those that came back or lost the flow.
 *
 * @param isOurs - was the device owned by a resource that was at work between the listings?
 */
export function foreignMoves(before: Fleet, after: Fleet, isOurs: (deviceId: LosantId) => boolean): ForeignMove[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((deviceId) => !isOurs(deviceId))
    .flatMap((deviceId) => {
      const [was, is] = [before.get(deviceId), after.get(deviceId)];
      const [from, to] = [was?.desired ?? null, is?.desired ?? null];
      const cameBack = from === to && was !== undefined && is !== undefined && was.lastChange !== is.lastChange;
      if (from === to && !cameBack) return [];
      const name = is?.name ?? was?.name;
      const device = name === undefined ? deviceId : `${name} (${deviceId})`;
      const who = is?.changedBy === undefined ? "" : ` (by ${is.changedBy})`;
      const what = cameBack
        ? `moved away from ${versionOrNothing(from)} and came back${who}`
        : `moved from ${versionOrNothing(from)} to ${versionOrNothing(to)}${who}`;
      return [{ deviceId, line: `device ${device} is not managed here and ${what} while this ran: look at it` }];
    });
}
