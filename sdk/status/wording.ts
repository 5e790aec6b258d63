/** The words for what runs where; the page and the table share them. Pure: time is an argument. */
import { actorTitle, formatAgo } from "../../provider/words.js";
import type { ApplicationStatus, CellState, StatusCell, StatusDevice } from "./fleet-status.js";
import type { Show } from "./arrange.js";
import { visibleText } from "../../provider/text/visible-text.js";

export const SHOW_WORDS: Readonly<Record<Show, string>> = {
  all: "All devices",
  failed: "Failed",
  drifted: "Drifted",
  pending: "Pending",
  deployed: "As wanted",
  empty: "No workflow",
  offline: "Offline",
};

const STATE_WORDS: Readonly<Record<CellState, string>> = {
  failed: "failed",
  drifted: "drifted",
  pending: "pending",
  deployed: "as wanted",
};

/** A version as people read it. */
export function versionWords(version: string | null): string {
  return version === null ? "nothing" : visibleText(version);
}

/** `v1.2.2 → v1.2.3` where the device does not run what is wanted, else the version. */
export function versionsInCell({ wanted, running }: StatusCell): string {
  return wanted === running ? versionWords(wanted) : `${versionWords(running)} → ${versionWords(wanted)}`;
}

/** `pending`, `removal pending`, `rollout stopped before it` */
export function stateWords(cell: StatusCell): string {
  if (cell.state !== "pending") return STATE_WORDS[cell.state];
  if (cell.unfinished === true && cell.wanted === cell.running) return "rollout stopped before it";
  if (cell.olderContent === true) return "older content";
  return cell.wanted === null ? "removal pending" : STATE_WORDS.pending;
}

/** `user "Ann Example"`, else `user 5b00…c0a5`: a full id fills a cell. */
export function actorWords({ by, byName }: Pick<StatusCell, "by" | "byName">): string {
  if (by === undefined) return "unknown";
  return visibleText(actorTitle(by, byName)).replace(/\b([0-9a-f]{4})[0-9a-f]{16,}([0-9a-f]{4})\b/i, "$1…$2");
}

/** `2h ago by user 5b00…c0a5`; empty where neither is known. */
export function whenAndWho(cell: StatusCell, now: Date): string {
  const { since, by } = cell;
  return [since === undefined ? "" : formatAgo(new Date(since), now), by === undefined ? "" : `by ${actorWords(cell)}`]
    .filter(Boolean)
    .join(" ");
}

/** All there is to say of a cell, as terms and their descriptions. */
export function cellFacts(cell: StatusCell, now: Date): [term: string, description: string][] {
  const { wanted, running, declared, since, by, byName, runningSince, failure, owners } = cell;
  const at = (date: string | undefined): string => (date === undefined ? "unknown" : dateWords(date, now));
  return [
    ["State", stateWords(cell)],
    ...(declared === undefined ? [] : [["Declared", versionWords(declared)] as [string, string]]),
    ["Wanted", versionWords(wanted)],
    ["Set", at(since)],
    ["By", by === undefined ? "unknown" : visibleText(byName === undefined ? by : `${actorTitle(by, byName)}, ${by}`)],
    ["Runs", `${versionWords(running)}${cell.olderContent === true ? ", with older content" : ""}`],
    ...(running === null ? [] : [["Reported", at(runningSince)] as [string, string]]),
    ...(failure === undefined ? [] : [["Error", visibleText(failure.error)] as [string, string]]),
    ...(failure?.at === undefined ? [] : [["Fails since", at(failure.at)] as [string, string]]),
    ...(owners === undefined ? [] : [["Owner", ownerWords(owners)] as [string, string]]),
  ];
}

/** `none` where no stack manages it; undefined owners are not known. */
export function ownerWords(owners: readonly string[] | undefined): string {
  if (owners === undefined) return "unknown";
  return owners.length === 0 ? "none" : owners.map(visibleText).join(", ");
}

/** `2026-11-26 14:03:59 UTC, 2h ago` */
export function dateWords(date: string, now: Date): string {
  const then = new Date(date);
  if (Number.isNaN(then.getTime())) return visibleText(date);
  return `${then.toISOString().slice(0, 19).replace("T", " ")} UTC, ${formatAgo(then, now)}`;
}

/** `2h ago`; a text that is no date stays as it is. */
export function agoWords(date: string, now: Date): string {
  return formatAgo(new Date(date), now) || visibleText(date);
}

export function deviceName({ id, name }: StatusDevice): string {
  return visibleText(name === undefined || name.trim() === "" ? id : name);
}

export function workflowName({ id, name }: { readonly id: string; readonly name?: string }): string {
  return visibleText(name === undefined || name.trim() === "" ? id : name);
}

export function connectionWords({ online, missing }: StatusDevice): string {
  if (missing === true) return "not in Losant";
  if (online === undefined) return "connection unknown";
  return online ? "online" : "offline";
}

/** `2 failed, 1 drifted`, or that all is well: devices, the worst first. */
export function verdict({ counts }: Pick<ApplicationStatus, "counts">): string {
  const bad = (["failed", "drifted", "pending"] as const)
    .filter((state) => counts[state] > 0)
    .map((state) => `${counts[state].toLocaleString("en")}\u00A0${state}`);
  if (bad.length > 0) return bad.join(", ");
  return counts.deployed === 0 ? "Nothing is deployed" : "All as wanted";
}
