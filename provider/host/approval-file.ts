/** The file with the moves of an approved plan: `deploy --plan` writes it, and the plugin of its run reads it. */
import { readFileSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { APPROVED_PLAN, approvalIn, approvalPointer, approvalText, pointedAt } from "../resource/approved-plan.js";
import type { Approval, ApprovedMoves } from "../resource/approved-plan.js";
import { newPrivateFile } from "./private-file.js";

export interface ApprovalFile {
  /** What the environment of the run needs. */
  readonly variables: Readonly<Record<string, string>>;
  readonly remove: () => void;
}

/** @param plan - the hash of the plan */
export function writeApproval(plan: string, moves: readonly ApprovedMoves[], temporary?: string): ApprovalFile {
  const text = approvalText(plan, moves);
  const path = newPrivateFile("approved.json", text, temporary);
  return {
    variables: { [APPROVED_PLAN]: approvalPointer(path, text) },
    remove: () => rmSync(dirname(path), { recursive: true, force: true }),
  };
}

/** @returns undefined for a run without an approved plan; never throws: what cannot be read approves nothing */
export function approvalFrom(env: (name: string) => string | undefined): Approval | undefined {
  const pointer = env(APPROVED_PLAN);
  if (pointer === undefined || pointer === "") return undefined;
  const found = pointedAt(pointer);
  if (found === undefined) return { unreadable: `${APPROVED_PLAN} names no file` };
  try {
    return approvalIn(readFileSync(found.path, "utf8"), found.hash);
  } catch {
    return { unreadable: "its file is gone" };
  }
}
