/** Holds what is about to be written to the approved plan. The decision itself is `decision/approved-moves.ts`. */
import { refusedMoves } from "../decision/approved-moves.js";
import type { Move } from "../decision/plan.js";
import type { LosantId } from "../losant/types.js";
import { notApproved, NotApproved } from "../messages/approval-refusal.js";
import type { Log } from "../messages/log.js";
import { recordLine } from "../messages/run-record.js";
import type { Approval } from "../resource/approved-plan.js";
import type { ResourcePorts } from "../ports.js";
import { flowKeyOf } from "../resource/fleet.js";
import type { Fleet, FlowRef } from "../resource/fleet.js";

export interface ApprovalCheck {
  readonly approval: Approval | undefined;
  /** `<applicationId>/<flowId>` */
  readonly flow: string;
  readonly moves: readonly Move[];
  readonly isWayBack?: (deviceId: LosantId) => boolean;
  /** The look that the moves rest on. */
  readonly fleet: Fleet;
}

/** @returns the refusal; undefined where all of the moves may be made */
export function refusalOfMoves({ approval, flow, moves, isWayBack, fleet }: ApprovalCheck): NotApproved | undefined {
  if (approval === undefined) return undefined;
  const refused = refusedMoves(approval, flow, moves, isWayBack);
  return refused.length === 0 ? undefined : notApproved(approval, refused, fleet);
}

/** For the pipeline: what was refused, and why. */
export function recordRefusal(log: Log, id: string | undefined, error: unknown): void {
  if (id !== undefined && error instanceof NotApproved) {
    log.debug(recordLine({ kind: "refused", id, changes: error.changes }));
  }
}

/** What the approved plan says of a rollout. */
export interface RolloutApproval {
  /**
   * Each batch is held to the plan before its calls. What is not approved already now stops the rollout before its first
   * batch.
   *
   * @throws NotApproved
   */
  readonly assertMoves: (moves: readonly Move[], fleet: Fleet) => void;
  /** May the device go back? What an earlier run has moved is not in the plan of this one. */
  readonly allowsWayBack: (move: Move) => boolean;
}

export function rolloutApproval(
  { approval, log, resourceId }: Pick<ResourcePorts, "approval" | "log" | "resourceId">,
  ref: FlowRef,
): RolloutApproval {
  const flow = flowKeyOf(ref);
  return {
    assertMoves: (moves, fleet) => {
      const refusal = refusalOfMoves({ approval, flow, moves, fleet });
      if (refusal === undefined) return;
      recordRefusal(log, resourceId, refusal);
      throw refusal;
    },
    allowsWayBack: (move) => refusedMoves(approval, flow, [move], () => true).length === 0,
  };
}
