/** Reports takeovers, releases, failures and drift to the person who runs Pulumi, and records to the pipeline. */
import { capLines, countOf, countRepeats } from "../words.js";
import { namingActors } from "./actors.js";
import type { Actors } from "./actors.js";
import { driftLines, releasedLine, takeoverLine } from "./format.js";
import { visibleText } from "../text/visible-text.js";
import type { Log } from "./log.js";
import type { LosantId, Version } from "../losant/types.js";
import type { DeviceView, Fleet } from "../resource/fleet.js";
import type { Move } from "../decision/plan.js";
import { problemText } from "./rollout-messages.js";
import { deviceNames, movedBetween, recordLine } from "./run-record.js";
import type { CallRecord, HeldRecord, JudgedRecord } from "./run-record.js";
import { judgedOf } from "../decision/rollout-health.js";
import type { HealthRules } from "../decision/rollout-health.js";
import type { DeviceStatus } from "../decision/device-status.js";
import type { DeviceProblem, Paused } from "../decision/rollout-policy.js";
import type { Approval } from "../resource/approved-plan.js";
import type { Live } from "../resource/live.js";
import type { Outputs } from "../resource/state.js";

/** Where the messages of one resource go, and the clock for their times. */
export interface Reporter {
  readonly log: Log;
  readonly clock: { now(): number };
  /** Names the resource in records. */
  readonly resourceId: string;
}

interface Released {
  readonly calls: readonly CallRecord[];
  readonly moves: readonly Move[];
  readonly fleet: Fleet;
}

/** Messages appear on the stack's row, so each begins with the name of its resource. Records for programs do not. */
export function namedLog(log: Log, given: string | undefined): Log {
  if (given === undefined) return log;
  const name = visibleText(given);
  return {
    debug: (message) => log.debug(message),
    info: (message) => log.info(`${name}: ${message}`),
    warn: (message) => log.warn(`${name}: ${message}`),
    // Progress says by itself where the name stands.
    progress: (message, row) => log.progress(message, row),
  };
}

/** @param isOwnWriter - is this how Losant logs the writes of this stack? */
export function takeoverRefusal(
  taken: readonly DeviceView[],
  now: number,
  isOwnWriter: (changedBy: string | undefined) => boolean,
): Error {
  const lines = capLines(taken.map((view) => takeoverLine(view, new Date(now))));
  const them = taken.length === 1 ? "it" : "them";
  return new Error(
    `${countOf(taken.length, "device")} already deployed at another version, and this resource does not own ${them}. ` +
      `Nothing was changed. To take ${them} over, set adopt: true; otherwise leave ${them} out of deviceIds.` +
      `${interruptedRunHint(taken, isOwnWriter)}\n${lines.join("\n")}`,
  );
}

/** Losant logs the token of a write, but not the run. A killed create leaves nothing else. */
function interruptedRunHint(
  taken: readonly DeviceView[],
  isOwnWriter: (changedBy: string | undefined) => boolean,
): string {
  const wayOut = "set adopt: true for one `pulumi up` to continue it";
  if (taken.some((view) => isOwnWriter(view.changedBy))) {
    return ` The API token of this stack set ${taken.length === 1 ? "it" : "some of them"}: if an interrupted run did, ${wayOut}.`;
  }
  const byToken = taken.some((view) => view.changedBy?.startsWith("apiToken ") === true);
  return byToken ? ` An API token set it: if an interrupted run of this stack did, ${wayOut}.` : "";
}

/** @param actors - the names of who had moved these devices */
export function reportTakeover(
  { log, clock }: Pick<Reporter, "log" | "clock">,
  taken: readonly DeviceView[],
  actors: Actors,
): void {
  if (taken.length === 0) return;
  const lines = capLines(taken.map((view) => takeoverLine(view, new Date(clock.now()))));
  log.info(namingActors(`takes over ${countOf(taken.length, "device")}:\n${lines.join("\n")}`, actors));
}

export function reportReleased({ log }: Pick<Reporter, "log">, { calls, moves, fleet }: Released): void {
  if (calls.length === 0) return;
  const why = calls.map((call) => (call.shared === undefined ? call.why : `${call.why}, for ${call.shared} resources`));
  log.info(`${releasedLine(moves, fleet)} (${capLines(countRepeats(why)).join("; ")})`);
}

/** The rollout of a set has moved the devices of its member: the record says so under the id of the member. */
export function reportMovedBySet(
  { log, resourceId }: Reporter,
  { before, calls, deviceIds }: BySet,
  fleet: Fleet,
): void {
  if (calls.length === 0 || before === undefined) return;
  const moved = movedBetween(before, fleet, deviceIds);
  log.debug(recordLine({ kind: "applied", id: resourceId, calls, moved, names: {} }));
}

interface BySet {
  readonly before?: Fleet;
  readonly calls: readonly CallRecord[];
  readonly deviceIds: ReadonlySet<LosantId>;
}

/** A member of a set moves, and the set does not. */
export function aloneText(set: string): string {
  return `moves without the other workflows of the set "${set}": its rollout is not a part of this command, or has nothing to do`;
}

/** Names for the reports of a pipeline: outputs have the ids of failed devices, and names may change. */
export function reportFailures({ log, resourceId }: Reporter, { failures }: Outputs, fleet: Fleet): void {
  if (failures.length === 0) return;
  const names = deviceNames(
    fleet,
    failures.map((failure) => failure.deviceId),
  );
  log.debug(recordLine({ kind: "applied", id: resourceId, calls: [], moved: [], names }));
}

export function reportProblems(
  { log, resourceId }: Reporter,
  version: Version,
  problems: readonly DeviceProblem[],
  fleet: Fleet,
): void {
  if (problems.length === 0) return;
  const devices = problems.map((problem) => {
    const failure = problem.kind === "failed" ? fleet.get(problem.deviceId)?.failure : undefined;
    const error = problemText(problem, version, fleet);
    return { deviceId: problem.deviceId, error, ...(failure?.at === undefined ? {} : { at: failure.at }) };
  });
  const names = deviceNames(
    fleet,
    problems.map(({ deviceId }) => deviceId),
  );
  log.debug(recordLine({ kind: "problems", id: resourceId, version, devices, names }));
}

/** For a pipeline: what the rollout was judged on. */
export function reportJudged(
  { log, resourceId }: Pick<Reporter, "log" | "resourceId">,
  rules: HealthRules | undefined,
  statuses: readonly DeviceStatus[],
): void {
  const { devices, errors, throwing, runs } = judgedOf(statuses.map(({ watched }) => watched));
  if (rules === undefined || devices === 0) return;
  const { maxErrors, maxFailedPercent, settleMs, baseline } = rules;
  const record: JudgedRecord = {
    kind: "judged",
    id: resourceId,
    settleSeconds: settleMs / 1000,
    devices,
    ...(maxErrors === undefined ? {} : { errors: { count: errors, devices: throwing, max: maxErrors } }),
    ...(maxFailedPercent === undefined ? {} : { failedRuns: { ...runs, max: maxFailedPercent } }),
    ...(baseline ? { baseline } : {}),
  };
  log.debug(recordLine(record));
}

/** For a pipeline, which goes on later: nothing is wrong. */
export function reportPaused(
  { log, resourceId }: Pick<Reporter, "log" | "resourceId">,
  opening: Paused["opening"],
): void {
  const until = opening !== undefined ? { until: new Date(opening.from).toISOString() } : {};
  log.debug(recordLine({ kind: "paused", id: resourceId, ...until }));
}

/** For the pipeline: a plugin that does not say so knows nothing of approved plans. */
export function reportHeld(log: Log, front: HeldRecord["front"], approval: Approval | undefined): void {
  if (approval === undefined) return;
  const plan = "plan" in approval ? { plan: approval.plan } : {};
  log.debug(recordLine({ kind: "held", front, ...plan }));
}

/** @param actors - the names of who moved these devices */
export function reportDrift(
  ports: Pick<Reporter, "log" | "clock">,
  id: string,
  { inputs, outputs: { drift }, gone, moved }: Live,
  fleet: Fleet,
  actors: Actors,
): void {
  const { unfinishedRollout } = inputs;
  if (unfinishedRollout !== undefined) ports.log.warn(`rollout unfinished: ${unfinishedRollout}`);
  if (drift.length === 0) return;
  const devices = drift.map((entry) => entry.deviceId);
  const names = deviceNames(fleet, devices);
  const known = actors.size === 0 ? {} : { actors: Object.fromEntries(actors) };
  ports.log.debug(recordLine({ kind: "found", id, gone, drift, names, ...known }));
  // Devices that an unfinished rollout has not reached differ too, but they were not moved.
  const shown = unfinishedRollout === undefined ? drift : moved;
  const now = new Date(ports.clock.now());
  const flowName = [...fleet.values()].find((view) => view.flowName !== undefined)?.flowName;
  const lead = `drift${flowName === undefined ? "" : ` of ${flowName}`}: `;
  for (const line of capLines(driftLines(shown, fleet, now))) ports.log.warn(lead + namingActors(line, actors));
}
