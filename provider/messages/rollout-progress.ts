/**
 * How far a rollout is, for those who watch: one line a rollout, one a device under way, one a batch where nobody watches.
 * Each begins with the name of the resource, and fits into a terminal of 80 columns. Pure.
 */
import { countOf, formatDuration, versionOrNothing } from "../words.js";
import { visibleText } from "../text/visible-text.js";
import type { LosantId, Version } from "../losant/types.js";
import type { Fleet } from "../resource/fleet.js";
import type { DeviceStatus } from "../decision/device-status.js";
import type { DeviceProblem, RolloutStep } from "../decision/rollout-policy.js";

/** A rollout at one moment. */
export interface ProgressView {
  /** The name of the resource. */
  readonly name: string | undefined;
  /** `v1.2.4`, or what happens otherwise. */
  readonly goal: string;
  readonly statuses: readonly DeviceStatus[];
  /** The released devices that are waited for. */
  readonly awaited: readonly DeviceStatus[];
  readonly problems: readonly DeviceProblem[];
  readonly step: RolloutStep;
  readonly batches: number;
  readonly fleet: Fleet;
  readonly now: number;
}

/** What is left of 80 columns beside Pulumi's tree. */
const WIDTH = 70;
const MAX_NAME = 24;
const MAX_GOAL = 16;
const MAX_DEVICE = 30;

/** The goal of devices that return to where they were. */
export const GOING_BACK = "going back";
const REMOVAL = "removal";

export function goalOf(version: Version): string {
  return version === null ? REMOVAL : versionOrNothing(version);
}

/** `hall-a  v1.2.4  9/12 · 1 failed · waits for line-4, line-7 (offline 2h) · 9m left` */
export function progressLine(view: ProgressView): string {
  const lead = leadOf(view);
  const left = timeLeft(view);
  const candidates = [3, 2, 1, 0].flatMap((most) => {
    const parts = [lead, ...failedPart(view), ...waitPart(view, most)];
    return left === undefined ? [parts] : [[...parts, left], parts];
  });
  return fitted(candidates.map((parts) => parts.join(" · ")));
}

/** `hall-a  v1.2.4  1/12 · batch 2/3: line-2, line-3`, when it begins. */
export function batchLine(view: ProgressView, deviceIds: readonly LosantId[]): string {
  const batch = `batch ${view.step.batch}/${view.batches}`;
  const names = deviceIds.map((id) => nameOf(view, id));
  return fitted([3, 2, 1, 0].map((most) => `${leadOf(view)} · ${batch}: ${listed(names, most)}`));
}

/** `hall-b  v1.0.0  waits for hall-a (group graz)` */
export function waitingLine(name: string, goal: string, before: string, group: string): string {
  const lead = `${cut(name, MAX_NAME)}  ${cut(goal, MAX_GOAL)}  waits for ${cut(before, MAX_NAME)}`;
  return fitted([`${lead} (group ${visibleText(group)})`, lead]);
}

/** One device under way, or one that has failed. */
export interface DeviceRow {
  readonly deviceId: LosantId;
  /** What does not change while the row is shown. */
  readonly label: string;
  readonly text: string;
}

/** At most so many devices under way, those that have failed first, then those that are offline. */
export function deviceRows(view: ProgressView, most: number): readonly DeviceRow[] {
  const failed = view.problems.map((problem): DeviceRow => {
    const text = fitted([`${rowLead(view, problem.deviceId)}  ${troubleText(view, problem)}`]);
    return { deviceId: problem.deviceId, label: text, text };
  });
  const under = view.awaited
    .toSorted((a, b) => Number(a.connected) - Number(b.connected))
    .map((status): DeviceRow => {
      const lead = rowLead(view, status.deviceId);
      const label = fitted([`${lead}  ${wayTo(view.goal)}`]);
      return { deviceId: status.deviceId, label, text: fitted([`${lead}  ${wayText(view, status)}`]) };
    });
  return [...failed, ...under].slice(0, most);
}

/** What a device is doing. */
function wayTo(goal: string): string {
  if (goal === GOING_BACK) return "goes back";
  return goal === REMOVAL ? "loses the workflow" : `to ${cut(goal, MAX_GOAL)}`;
}

function leadOf({ name, goal, statuses }: ProgressView): string {
  const done = statuses.filter(({ state }) => state === "done").length;
  return `${cut(name ?? "rollout", MAX_NAME)}  ${cut(goal, MAX_GOAL)}  ${done}/${statuses.length}`;
}

function rowLead(view: ProgressView, deviceId: LosantId): string {
  return `${cut(view.name ?? "rollout", MAX_NAME)}  ${nameOf(view, deviceId)}`;
}

/** Each of them has a row of its own. */
function failedPart({ problems }: ProgressView): string[] {
  return problems.length === 0 ? [] : [`${problems.length} failed`];
}

function waitPart(view: ProgressView, most: number): string[] {
  const { step, awaited } = view;
  if (step.kind === "paused") return ["no window is open"];
  if (step.kind !== "wait") return [];
  switch (step.waitsFor) {
    case "devices": {
      const named = awaited
        .filter(({ state }) => state !== "done")
        .toSorted((a, b) => Number(b.connected) - Number(a.connected))
        .map((status) => `${nameOf(view, status.deviceId)}${offlineNote(view, status)}`);
      return [`waits for ${listed(named, most)}`];
    }
    case "health":
      return [
        `watches ${listed(
          awaited.map(({ deviceId }) => nameOf(view, deviceId)),
          most,
        )}`,
      ];
    case "rest":
      return [`rests after batch ${step.batch}`];
    case "resume":
      return [`paused by ${cut(step.heldBy ?? "somebody", MAX_DEVICE)}`];
    case "window":
      return ["waits for the window"];
  }
}

function timeLeft({ step, now }: ProgressView): string | undefined {
  return step.kind === "wait" && step.until !== Infinity ? `${formatDuration(step.until - now)} left` : undefined;
}

/** ` (offline 2h)` */
function offlineNote({ fleet, now }: ProgressView, { deviceId, connected }: DeviceStatus): string {
  if (connected) return "";
  const since = Date.parse(fleet.get(deviceId)?.connectionTime ?? "");
  return Number.isNaN(since) || since > now ? " (offline)" : ` (offline ${largestUnit(now - since)})`;
}

/** `2h`: it changes seldom. */
function largestUnit(ms: number): string {
  return formatDuration(ms).split(" ")[0] ?? "";
}

function wayText(view: ProgressView, status: DeviceStatus): string {
  const reports = view.fleet.get(status.deviceId)?.current ?? null;
  if (status.state === "done") return `runs ${view.goal}, is watched`;
  return `still reports ${versionOrNothing(reports)}${offlineNote(view, status)}`;
}

function troubleText(view: ProgressView, problem: DeviceProblem): string {
  const seen = view.fleet.get(problem.deviceId);
  switch (problem.kind) {
    case "failed":
      return `failed: ${seen?.failure?.error ?? "no reason given"}`;
    case "late":
      return `late: still reports ${versionOrNothing(seen?.current)}`;
    case "offline":
      return "offline";
    case "elsewhere":
      return `moved to ${versionOrNothing(seen?.desired)}`;
    case "unhealthy":
      return problem.runs === undefined || problem.errors.length > 0
        ? `threw ${countOf(problem.errors.length, "error")}`
        : `up to ${problem.runs.failed} of ${countOf(problem.runs.runs, "run")} failed`;
    case "unjudged":
      return "its health is not known";
  }
}

function nameOf({ fleet }: ProgressView, deviceId: LosantId): string {
  return cut(fleet.get(deviceId)?.name ?? deviceId, MAX_DEVICE);
}

/** `line-4, line-7 and 10 more`; the count alone with `most` 0. */
function listed(names: readonly string[], most: number): string {
  if (most === 0) return countOf(names.length, "device");
  const rest = names.length - most;
  return rest <= 0 ? names.join(", ") : `${names.slice(0, most).join(", ")} and ${rest} more`;
}

/** The first that fits; else the last, cut. */
function fitted(texts: readonly string[]): string {
  return texts.find((text) => text.length <= WIDTH) ?? cut(texts.at(-1) ?? "", WIDTH);
}

/** On one line, whatever a name holds. */
function cut(name: string, most: number): string {
  const text = visibleText(name);
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
