/**
 * May this move be made under the approved plan? The one decision, asked before every call. Pure.
 *
 * | the move                                                  | without a plan | with a plan            |
 * | --------------------------------------------------------- | -------------- | ---------------------- |
 * | from -> to, approved for this device of this workflow     | made           | made                   |
 * | to -> from, as the way back of a failed rollout           | made           | made                   |
 * | the device was approved from another version, or to one   | made           | refused                |
 * | the device is not in the plan                             | made           | refused                |
 * | any, where the plan cannot be read                        | made           | refused                |
 *
 * With an approved plan every call names its devices: a fleet-wide call also moves whatever has come to the old version
 * since the last look.
 */
import type { LosantId } from "../losant/types.js";
import type { Approval, Way } from "../resource/approved-plan.js";
import type { Move } from "./plan.js";

/** A move that is not approved, with what is approved for the device: nothing, where it is not in the plan. */
export interface RefusedMove extends Move {
  readonly approved: readonly Way[];
}

/**
 * @param flow - `<applicationId>/<flowId>`
 * @param isWayBack - does the move return the device to where a failed rollout took it from?
 * @returns the moves that may not be made; none without an approved plan
 */
export function refusedMoves(
  approval: Approval | undefined,
  flow: string,
  moves: readonly Move[],
  isWayBack: (deviceId: LosantId) => boolean = () => false,
): RefusedMove[] {
  if (approval === undefined) return [];
  if ("unreadable" in approval) return moves.map((move) => ({ ...move, approved: [] }));
  const ways = approval.ways.get(flow);
  return moves.flatMap((move) => {
    const approved = ways?.get(move.deviceId) ?? [];
    const [from, to] = isWayBack(move.deviceId) ? [move.to, move.from] : [move.from, move.to];
    return approved.some((way) => way.from === from && way.to === to) ? [] : [{ ...move, approved }];
  });
}

/** A fleet-wide call reaches devices that nobody has looked at, so an approved plan has none. */
export function mayReachAll(approval: Approval | undefined): boolean {
  return approval === undefined;
}
