/** A run that does not do exactly what was approved is refused. Pure. */
import { countOf, deviceTitle, joinNames } from "../../../provider/words.js";
import { changedSince } from "./approval.js";
import type { PlanFile } from "../report/plan-file.js";
import type { GateRefusal, PlanDifference } from "../report/results.js";
import type { ResourceHealth } from "../report/resource-results.js";

/** What the approved plan is compared with. */
export interface ApprovalMoment {
  /** The plan of now; undefined where there is none, and then nothing is as approved. */
  readonly current?: PlanFile;
  /** Resources whose plugin does not hold itself to the plan; undefined where no run would follow. */
  readonly unheld?: readonly string[];
}

export function approvalRefusal(
  approved: PlanFile,
  { current, unheld = [] }: ApprovalMoment,
  health: readonly ResourceHealth[],
): GateRefusal | undefined {
  const changes = current === undefined ? [] : changedSince(approved, current, health);
  if (current !== undefined && changes.length === 0) return unheldRefusal(unheld);
  return refused(approved, changes);
}

function unheldRefusal(unheld: readonly string[]): GateRefusal | undefined {
  if (unheld.length === 0) return undefined;
  const reason =
    `the plugin of ${joinNames(unheld)} does not hold itself to an approved plan. It is of another release than this one, or it ` +
    "was not started by this run. Use one release of pulumi-losant for both (native plugin: `npx pulumi-losant plugin install`), " +
    "without PULUMI_DEBUG_PROVIDERS.";
  return { gate: "approved", reason };
}

/** Where the seconds since the comparison have changed something, the plugin refuses it before the call. */
export function refusalInRun(approved: PlanFile, changes: readonly PlanDifference[]): GateRefusal {
  return refused(approved, changes, "since the comparison");
}

function refused(approved: PlanFile, changes: readonly PlanDifference[], when = ""): GateRefusal {
  const shown = changes.slice(0, SHOWN).map(differenceText);
  const rest = changes.length > SHOWN ? [`and ${changes.length - SHOWN} more`] : [];
  return {
    gate: "approved",
    reason: [
      `this is not what was approved at ${approved.createdAt}: ${countOf(changes.length, "difference")}${when === "" ? "" : ` ${when}`}`,
      ...shown,
      ...rest,
      "Make a new plan (pulumi-losant plan), and let it be approved.",
    ].join("\n"),
    changes: [...changes],
  };
}

/** A refusal is read by people; the report has all of them. */
const SHOWN = 20;

export function differenceText({ what, resource, deviceId, name, was, is, who }: PlanDifference): string {
  const about = [resource, deviceId === undefined ? what : deviceTitle(deviceId, name)].filter(Boolean).join(": ");
  return `${about} was ${was}, is ${is}${who === undefined ? "" : `, changed by ${who}`}`;
}
