/** A run that does not do exactly what was approved is refused. Pure. */
import { countOf, deviceTitle } from "../../../provider/words.js";
import { changedSince } from "./approval.js";
import type { PlanFile } from "../report/plan-file.js";
import type { GateRefusal, PlanDifference } from "../report/results.js";
import type { ResourceHealth } from "../report/resource-results.js";

/** @param current - the plan of now; undefined where there is none, and then nothing is as approved */
export function approvalRefusal(
  approved: PlanFile,
  current: PlanFile | undefined,
  health: readonly ResourceHealth[],
): GateRefusal | undefined {
  const changes = current === undefined ? [] : changedSince(approved, current, health);
  if (current !== undefined && changes.length === 0) return undefined;
  const shown = changes.slice(0, SHOWN).map(differenceText);
  const rest = changes.length > SHOWN ? [`and ${changes.length - SHOWN} more`] : [];
  return {
    gate: "approved",
    reason: [
      `this is not what was approved at ${approved.createdAt}: ${countOf(changes.length, "difference")}`,
      ...shown,
      ...rest,
      "Make a new plan (pulumi-losant plan), and let it be approved.",
    ].join("\n"),
    changes,
  };
}

/** A refusal is read by people; the report has all of them. */
const SHOWN = 20;

export function differenceText({ what, resource, deviceId, name, was, is, who }: PlanDifference): string {
  const about = [resource, deviceId === undefined ? what : deviceTitle(deviceId, name)].filter(Boolean).join(": ");
  return `${about} was ${was}, is ${is}${who === undefined ? "" : `, changed by ${who}`}`;
}
