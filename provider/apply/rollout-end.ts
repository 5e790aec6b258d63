/** How a rollout ends: what is said and recorded, and the error that keeps what is live. */
import { batchOf } from "../decision/rollout-policy.js";
import type { DeviceProblem } from "../decision/rollout-policy.js";
import type { LosantId, Version } from "../losant/types.js";
import { reportJudged, reportPaused, reportProblems } from "../messages/report.js";
import { headline, interruptedBy, pausedText, problemLine, summaryLine } from "../messages/rollout-messages.js";
import { batchTable } from "../messages/rollout-table.js";
import type { ResourcePorts } from "../ports.js";
import type { FlowRef } from "../resource/fleet.js";
import { endOf, Interrupted, isInterrupted } from "../run-end.js";
import { capLines, versionOrNothing } from "../words.js";
import { withActorNames } from "./named-actors.js";
import { rollBack } from "./rollback.js";
import type { Rollback } from "./rollback.js";
import type { LoopEnd } from "./rollout-loop.js";
import { statusesOf } from "./rollout-state.js";
import type { RolloutState } from "./rollout-state.js";
import type { RolloutRequest } from "./rollout-start.js";
import { Unfinished } from "./unfinished.js";

export interface RolloutRun {
  readonly ports: ResourcePorts;
  readonly flow: FlowRef;
  readonly version: Version;
  readonly progress: RolloutState;
  /** The devices that this update moves -> where each was before it. */
  readonly earlier: ReadonlyMap<LosantId, Version>;
  readonly began: number;
}

/** The end of one kind. */
type EndOf<Kind extends LoopEnd["kind"]> = Extract<LoopEnd, { readonly kind: Kind }>;

/** @returns the error to throw where the rollout could not go on: it was interrupted, or Losant failed */
export function whenCutShort(run: RolloutRun, error: unknown): unknown {
  const { ports, version, progress } = run;
  const { strategy } = progress;
  if (error instanceof Unfinished) {
    // What could not be looked at is not known, and nothing is said of it.
    if (error.fleet === undefined) return error;
    progress.fleet = error.fleet;
  } else if (!hasMoved(run)) {
    return error;
  }
  reportJudged(ports, strategy.health, statusesOf(progress));
  const isAsked = error instanceof Interrupted;
  const batch = batchOf(strategy, statusesOf(progress).filter(({ state }) => state !== "waiting").length);
  const how = isAsked ? interruptedBy(error) : "stopped";
  const reasons = error instanceof Unfinished ? error.reasons : isAsked ? [] : [messageOf(error)];
  sayBatches(run, []);
  return stopped(run, headline(version, strategy, statusesOf(progress), [], batch, how), reasons);
}

/** All batches are through. */
export async function sayDone(run: RolloutRun, problems: readonly DeviceProblem[]): Promise<void> {
  const { ports, flow, version, progress, began } = run;
  record(run, problems);
  const lines = linesOf(run, problems);
  if (lines.length > 0) {
    const text = `within maxFailures:\n${capLines(lines).join("\n")}`;
    ports.log.warn(await withActorNames(ports, flow.applicationId, text));
  }
  const summary = summaryLine(version, progress.strategy, statusesOf(progress), ports.clock.now() - began);
  ports.log.info([summary, ...tableOf(run, problems)].join("\n"));
}

/** @returns the error to throw where the devices that leave could not be taken off: the others are released, and the resource exists */
export function notTakenOff(run: RolloutRun, error: unknown): unknown {
  if (error instanceof Unfinished || !hasMoved(run)) return error;
  const done = `the rollout of ${versionOrNothing(run.version)} is done`;
  const message = `${done}, and devices that leave keep the workflow: ${messageOf(error)}`;
  return new Unfinished(message, run.progress.fleet, [message], error);
}

/** @returns the error to throw where no window is open */
export function whenPaused(run: RolloutRun, ended: EndOf<"paused">): Error {
  const { ports, version, progress } = run;
  record(run, ended.problems);
  sayBatches(run, ended.problems);
  const lines = linesOf(run, ended.problems);
  const text = pausedText(version, progress.strategy, statusesOf(progress), ended, ports.clock.now());
  reportPaused(ports, ended.opening);
  if (!hasMoved(run)) return new Error([`${text} Nothing was changed.`, ...capLines(lines)].join("\n"));
  return new Unfinished(text, progress.fleet, capLines([text, ...lines]));
}

/** @returns the error to throw where too many devices have failed: they stay, or have gone back */
export async function whenFailed(
  run: RolloutRun,
  ended: EndOf<"failed">,
  { rollout, ...request }: Pick<RolloutRequest, "rollout"> & Pick<Rollback, "decideOn" | "allowsWayBack" | "isHalfWay">,
): Promise<Error> {
  const { ports, flow, version, progress, earlier } = run;
  record(run, ended.problems);
  sayBatches(run, ended.problems);
  const lines = linesOf(run, ended.problems);
  const head = headline(version, progress.strategy, statusesOf(progress), ended.problems, ended.batch);
  if (![...progress.wanted.keys()].some((id) => progress.seen.releasedAt.has(id))) {
    return new Error([`${head}. Nothing was changed.`, ...capLines(lines)].join("\n"));
  }
  if (rollout.onFailure !== "rollback") return stopped(run, head, lines);
  if (isInterrupted(ports)) return stopped(run, head, [`nothing was rolled back: ${endOf(ports).message}`, ...lines]);
  return rollBack(ports, flow, { ...request, rollout: progress, earlier, head, lines });
}

/** Has this update moved a device? */
function hasMoved({ earlier, progress }: RolloutRun): boolean {
  return [...earlier.keys()].some((id) => progress.seen.releasedAt.has(id));
}

function record({ ports, version, progress }: RolloutRun, problems: readonly DeviceProblem[]): void {
  reportJudged(ports, progress.strategy.health, statusesOf(progress));
  reportProblems(ports, version, problems, progress.fleet);
}

function linesOf({ version, progress }: RolloutRun, problems: readonly DeviceProblem[]): string[] {
  return problems.map((problem) => problemLine(problem, version, progress.fleet));
}

function tableOf({ ports, progress }: RolloutRun, problems: readonly DeviceProblem[]): string[] {
  const { batches, watch } = progress;
  const isHealthJudged = watch !== undefined;
  return batchTable({ batches, statuses: statusesOf(progress), problems, isHealthJudged, now: ports.clock.now() });
}

function sayBatches(run: RolloutRun, problems: readonly DeviceProblem[]): void {
  const table = tableOf(run, problems);
  if (table.length > 0) run.ports.log.info(["batches so far:", ...table].join("\n"));
}

function stopped({ progress }: RolloutRun, head: string, lines: readonly string[]): Unfinished {
  const message = `${head}. It stays there; the next \`pulumi up\` goes on from there.`;
  return new Unfinished(message, progress.fleet, capLines([message, ...lines]));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
