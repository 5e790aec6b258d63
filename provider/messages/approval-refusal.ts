/** How a run is refused that would move other devices than the approved plan. Pure. */
import { capLines, countOf, deviceTitle } from "../words.js";
import type { RefusedMove } from "../decision/approved-moves.js";
import type { Version } from "../losant/types.js";
import type { Approval } from "../resource/approved-plan.js";
import type { Fleet } from "../resource/fleet.js";
import type { RefusedChange } from "./run-record.js";

/** Nothing of the call was made. */
export class NotApproved extends Error {
  override readonly name = "NotApproved";
  readonly changes: readonly RefusedChange[];

  constructor(message: string, changes: readonly RefusedChange[]) {
    super(message);
    this.changes = changes;
  }
}

/** Quoted: a version may be called "not deployed". */
export function quotedVersion(version: Version | undefined): string {
  if (version === undefined) return "unknown";
  return version === null ? "not deployed" : JSON.stringify(version);
}

/** `"v1" -> "v2"` */
export function wayText({ from, to }: { readonly from?: Version; readonly to: Version }): string {
  return `${quotedVersion(from)} -> ${quotedVersion(to)}`;
}

export const NOT_IN_PLAN = "not in the plan";

/** @param fleet - the look that the calls would rest on: it says who moved a device */
export function notApproved(approval: Approval, refused: readonly RefusedMove[], fleet: Fleet): NotApproved {
  const changes = refused.map((move) => changeOf(move, fleet));
  const devices = countOf(refused.length, "device");
  const head =
    "unreadable" in approval
      ? `the approved plan cannot be read: ${approval.unreadable}. Without it no device may move (${devices} would)`
      : `${devices} would move otherwise than approved (plan ${approval.plan})`;
  const way = "Nothing of this call was made. Make a new plan (pulumi-losant plan), and let it be approved.";
  return new NotApproved([`${head}. ${way}`, ...capLines(changes.map(changeText))].join("\n"), changes);
}

function changeOf({ deviceId, approved, ...way }: RefusedMove, fleet: Fleet): RefusedChange {
  const { name, changedBy, changedAt } = fleet.get(deviceId) ?? {};
  const who = changedBy === undefined || changedAt === undefined ? changedBy : `${changedBy} at ${changedAt}`;
  return {
    deviceId,
    ...(name === undefined ? {} : { name }),
    was: approved.length === 0 ? NOT_IN_PLAN : approved.map(wayText).join(", "),
    is: wayText(way),
    ...(who === undefined ? {} : { who }),
  };
}

function changeText({ deviceId, name, was, is, who }: RefusedChange): string {
  return `device ${deviceTitle(deviceId, name)} was ${was}, is ${is}${who === undefined ? "" : `, set by ${who}`}`;
}
