/** Approved plans as the plugin gets them: through the text of their file. */
import { approvalIn, approvalPointer, approvalText, pointedAt } from "../../provider/resource/approved-plan.js";
import type { Approval, ApprovedMoves } from "../../provider/resource/approved-plan.js";

export const PLAN = `sha256:${"0".repeat(64)}`;

export function approvalOf(moves: readonly ApprovedMoves[]): Approval {
  const text = approvalText(PLAN, moves);
  return approvalIn(text, pointedAt(approvalPointer("/approved.json", text))?.hash ?? "");
}
