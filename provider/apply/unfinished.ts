/** How an operation ends that has changed something and is not done. */
import type { Move } from "../decision/plan.js";
import type { LosantId } from "../losant/types.js";
import type { Fleet } from "../resource/fleet.js";
import { versionOrNothing, countOf, capLines } from "../words.js";

/** The wanted versions do not show, or a call failed after others had gone through. */
export class Unfinished extends Error {
  override readonly name = "Unfinished";
  /** What is live; undefined where Losant could not be looked at after the calls. */
  readonly fleet: Fleet | undefined;
  readonly reasons: readonly string[];
  /** The failed call; undefined where every call was taken. */
  readonly fault: unknown;

  constructor(message: string, fleet: Fleet | undefined, reasons: readonly string[], fault?: unknown) {
    super(message);
    this.fleet = fleet;
    this.reasons = reasons;
    this.fault = fault;
  }
}

/**
 * Losant took the calls, and some devices do not show them.
 *
 * @param absent - devices that the application does not have
 */
export function unshown(
  left: readonly Move[],
  fleet: Fleet,
  fault: unknown,
  absent: ReadonlySet<LosantId> = new Set(),
): Unfinished {
  const because = fault instanceof Error ? fault.message : undefined;
  const reasons = left.map(({ deviceId, from, to }) =>
    absent.has(deviceId)
      ? `device ${deviceId} is not in the application: it was deleted, or it belongs to another one`
      : `device ${deviceId}: wanted at ${versionOrNothing(to)}, Losant shows ${versionOrNothing(from)}`,
  );
  const gone = left.filter(({ deviceId }) => absent.has(deviceId)).length;
  const message =
    because ??
    (gone === left.length
      ? `${countOf(gone, "device")} not in the application. Take ${gone === 1 ? "it" : "them"} out of deviceIds.`
      : `Losant accepted the calls but does not show them on ${countOf(left.length, "device")}. ` +
        "Are these edge compute devices of this application?");
  return new Unfinished(message, fleet, capLines([message, ...reasons]), fault);
}

/** Losant could not be looked at after the calls: nothing is said about the devices. */
export function unseen(moves: readonly Move[], error: Error): Unfinished {
  const message =
    `calls were made for ${countOf(moves.length, "device")}, and what Losant shows since then is not known: ${error.message} ` +
    "The next `pulumi up` looks again.";
  return new Unfinished(message, undefined, [message], error);
}
