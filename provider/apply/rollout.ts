/**
 * A rollout from beginning to end. It is in hand of the flow's session only while it releases a batch, so that other
 * resources of one flow go on meanwhile.
 *
 * Nothing is undone on a signal. The first interrupt ends the rollout where it is, and the state says what is live. A
 * plugin process that is killed leaves Losant as it is. The next run goes on from there in both cases.
 */
import { capLines, versionOrNothing } from "../words.js";
import type { Decision } from "../decision/decide.js";
import { Unfinished } from "./unfinished.js";
import type { RolloutInputs } from "../resource/inputs.js";
import type { LosantId, Version } from "../losant/types.js";
import type { Fleet, FlowRef } from "../resource/fleet.js";
import { movesOf } from "../decision/plan.js";
import type { Outcome } from "../ports.js";
import { headline, interruptedBy, pausedText, problemLine, summaryLine } from "../messages/rollout-messages.js";
import { goalOf } from "../messages/rollout-progress.js";
import { rolloutApproval } from "./approval-check.js";
import type { RolloutApproval } from "./approval-check.js";
import { rollBack } from "./rollback.js";
import { runLoop, statusesOf } from "./rollout-loop.js";
import type { RolloutState, LoopEnd } from "./rollout-loop.js";
import { batchOf } from "../decision/rollout-policy.js";
import type { DeviceProblem } from "../decision/rollout-policy.js";
import { batchTable } from "../messages/rollout-table.js";
import { strategyOf } from "../decision/rollout-strategy.js";
import type { Strategy } from "../decision/rollout-strategy.js";
import { createHealthWatch, judgedSince } from "./health-watch.js";
import type { HealthWatch, JudgedRun } from "./health-watch.js";
import { untilWindowOpens } from "./window-wait.js";
import type { Intent } from "../resource/ownership.js";
import type { Saved } from "../resource/state.js";
import { reportJudged, reportPaused, reportProblems, reportTakeover } from "../messages/report.js";
import { actorsOf, withActorNames } from "./named-actors.js";
import { endOf, Interrupted, isInterrupted, unlessInterrupted } from "../run-end.js";
import type { ResourcePorts } from "../ports.js";

export interface RolloutRequest {
  readonly version: Version;
  readonly deviceIds: readonly LosantId[];
  readonly rollout: RolloutInputs;
  /** What the state says of before. */
  readonly before: Saved | undefined;
  /** The one decision, on what is live. */
  readonly decideOn: (fleet: Fleet) => Decision;
  /** Throws to refuse takeovers. */
  readonly refuse: (decision: Pick<Decision, "takeovers">) => void;
  /** @default by the ports, for this one workflow */
  readonly approval?: RolloutApproval;
  /** Where a device was before this update. @default where it is, or where Losant's log says that an interrupted run took it from */
  readonly earlierOf?: (deviceId: LosantId) => Version;
  /** The rollout of a set has just moved the devices and judged them: those that are there need no more. */
  readonly isProven?: boolean;
  /** Told once devices are to be moved. */
  readonly onMove?: () => void;
}

/**
 * Moves the devices batch by batch, and does what is left (devices that leave) once all of that has succeeded.
 *
 * @returns how the last step went: the removal from devices that leave
 * @throws Unfinished where the rollout stopped or was rolled back; the client's own error where nothing had moved
 */
export async function rollOut(ports: ResourcePorts, flow: FlowRef, request: RolloutRequest): Promise<Outcome> {
  const { version, rollout, decideOn } = request;
  const { clock, log } = ports;
  const began = clock.now();
  const first = await unlessInterrupted(ports, ports.flows.fresh(flow));
  if (first === undefined) throw endOf(ports);
  const decision = decideOn(first);
  request.refuse(decision);
  const approval = request.approval ?? rolloutApproval(ports, flow);
  approval.assertMoves(decision.plan.moves, first);
  reportTakeover(ports, decision.takeovers, await actorsOf(ports, flow.applicationId, decision.takeovers));
  // Where the program ignores the version, devices that are owned already stay where they are.
  const deviceIds = request.deviceIds.filter((id) => decision.intent.desired.get(id) === version);
  const strategy = strategyOf(rollout, deviceIds);

  const there = deviceIds.filter((id) => isAt(first, id, version));
  const goesOn = request.isProven !== true && !isSettled(request);
  if (there.length === deviceIds.length && !goesOn) return finish(first);
  if (there.length < deviceIds.length) request.onMove?.();

  /** Where each device that this update moves was before it. */
  const beforeRun = earlierRun(request);
  const earlier = new Map<LosantId, Version>(
    there.flatMap((id): [LosantId, Version][] => {
      if (request.earlierOf === undefined) return movedByEarlierRun(id, first, version, beforeRun);
      const was = request.earlierOf(id);
      return was === version ? [] : [[id, was]];
    }),
  );
  const releasedAt = new Map(there.map((id) => [id, began]));
  const progress: RolloutState = {
    strategy,
    wanted: new Map(deviceIds.map((id) => [id, version])),
    seen: { releasedAt, online: new Set() },
    fleet: first,
    watch: await watchOf(ports, flow, request, {
      strategy,
      there: new Set(there),
      began,
      releasedAt,
      earlierOf: (id) => earlier.get(id) ?? null,
    }),
    // What an interrupted run had released has not had its rest; devices that have been there for long need none.
    begun: goesOn && there.length > 0,
    batches: [],
  };
  const release = (ids: readonly LosantId[]): Promise<Fleet> =>
    releaseTo(ports, flow, request, ids, (fleet) => {
      for (const id of ids) {
        earlier.set(id, request.earlierOf === undefined ? (fleet.get(id)?.desired ?? null) : request.earlierOf(id));
      }
    });
  const touched = (): number => [...earlier.keys()].filter((id) => progress.seen.releasedAt.has(id)).length;

  let ended: LoopEnd;
  try {
    ended = await runLoop(ports, flow, progress, release, goalOf(version));
  } catch (error) {
    if (error instanceof Unfinished) {
      // What could not be looked at is not known, and nothing is said of it.
      if (error.fleet === undefined) throw error;
      progress.fleet = error.fleet;
    } else if (touched() === 0) {
      throw error;
    }
    reportJudged(ports, strategy.health, statusesOf(progress));
    const isAsked = error instanceof Interrupted;
    const batch = batchOf(strategy, statusesOf(progress).filter(({ state }) => state !== "waiting").length);
    const how = isAsked ? interruptedBy(error) : "stopped";
    const reasons = error instanceof Unfinished ? error.reasons : isAsked ? [] : [messageOf(error)];
    sayBatches([]);
    throw stopped(headline(version, strategy, statusesOf(progress), [], batch, how), reasons);
  }

  reportJudged(ports, strategy.health, statusesOf(progress));
  reportProblems(ports, version, ended.problems, progress.fleet);
  if (ended.kind !== "done") sayBatches(ended.problems);
  const lines = ended.problems.map((problem) => problemLine(problem, version, progress.fleet));
  if (ended.kind === "done") {
    if (lines.length > 0) {
      log.warn(await withActorNames(ports, flow.applicationId, `within maxFailures:\n${capLines(lines).join("\n")}`));
    }
    const summary = summaryLine(version, strategy, statusesOf(progress), clock.now() - began);
    log.info([summary, ...tableOf(ended.problems)].join("\n"));
    return finish(progress.fleet).catch((error: unknown) => {
      if (error instanceof Unfinished || touched() === 0) throw error;
      // The devices are released: the resource exists, whatever became of those that leave.
      const message = `the rollout of ${versionOrNothing(version)} is done, and devices that leave keep the workflow: ${messageOf(error)}`;
      throw new Unfinished(message, progress.fleet, [message], error);
    });
  }
  if (ended.kind === "paused") {
    const text = pausedText(version, strategy, statusesOf(progress), ended, clock.now());
    reportPaused(ports, ended.opening);
    if (touched() === 0) throw new Error([`${text} Nothing was changed.`, ...capLines(lines)].join("\n"));
    throw new Unfinished(text, progress.fleet, capLines([text, ...lines]));
  }
  const head = headline(version, strategy, statusesOf(progress), ended.problems, ended.batch);
  if (!deviceIds.some((id) => progress.seen.releasedAt.has(id))) {
    throw new Error([`${head}. Nothing was changed.`, ...capLines(lines)].join("\n"));
  }
  if (rollout.onFailure === "rollback" && isInterrupted(ports)) {
    throw stopped(head, [`nothing was rolled back: ${endOf(ports).message}`, ...lines]);
  }
  if (rollout.onFailure === "rollback") {
    throw await rollBack(ports, flow, { rollout: progress, earlier, decideOn, head, lines, ...approval });
  }
  throw stopped(head, lines);

  /**
   * Devices that leave lose the flow only now. A device that was moved elsewhere since the last look is not pulled back.
   *
   * @param last - what has just been read: where it shows nothing to do, nothing is read again
   */
  async function finish(last: Fleet): Promise<Outcome> {
    const named = new Set(deviceIds);
    const rest = (fleet: Fleet): Intent =>
      only(decideOn(fleet).intent, (id) => !named.has(id) || isAt(fleet, id, version));
    if (movesOf({ ...rest(last), observed: last }).length === 0) return { fleet: last, calls: [], moves: [] };
    await untilWindowOpens(ports, strategy);
    return ports.session.commit({ flow, ask: rest, looksFirst: true, log, resourceId: ports.resourceId });
  }

  function tableOf(problems: readonly DeviceProblem[]): string[] {
    const { batches } = progress;
    const isHealthJudged = progress.watch !== undefined;
    return batchTable({ batches, statuses: statusesOf(progress), problems, isHealthJudged, now: clock.now() });
  }

  function sayBatches(problems: readonly DeviceProblem[]): void {
    const table = tableOf(problems);
    if (table.length > 0) log.info(["batches so far:", ...table].join("\n"));
  }

  function stopped(head: string, lines: readonly string[]): Unfinished {
    const message = `${head}. It stays there; the next \`pulumi up\` goes on from there.`;
    return new Unfinished(message, progress.fleet, capLines([message, ...lines]));
  }
}

/**
 * Asks once before anything is released: what cannot be read later stops here.
 *
 * @returns undefined where health is not judged
 */
async function watchOf(
  ports: ResourcePorts,
  flow: FlowRef,
  { version, before }: RolloutRequest,
  run: Pick<JudgedRun, "there" | "began" | "releasedAt"> & {
    readonly strategy: Strategy;
    readonly earlierOf: (deviceId: LosantId) => Version;
  },
): Promise<HealthWatch | undefined> {
  const rules = run.strategy.health;
  if (rules === undefined || version === null) return undefined;
  const reads = [
    ...(rules.maxErrors === undefined ? [] : [ports.flows.versionErrors(flow, version, run.began)]),
    ...(rules.maxFailedPercent === undefined ? [] : [ports.flows.versionRuns(flow, version, { since: run.began })]),
  ];
  const found = await unlessInterrupted(ports, Promise.all<{ readonly end?: number }>(reads));
  if (found === undefined) throw endOf(ports);
  const end = found.find((one) => one.end !== undefined)?.end;
  const aheadMs = end === undefined ? 0 : end - ports.clock.now();
  const since = judgedSince({ version, before, aheadMs, ...run });
  return createHealthWatch(ports, { flow, version, rules, aheadMs, since, before: run.earlierOf });
}

/** Did the last update with this very version and these devices get to its end? */
function isSettled({ version, deviceIds, before }: RolloutRequest): boolean {
  if (before === undefined || before.unfinished === true || before.unverified === true) return false;
  if (before.inputs.version !== version) return false;
  const known = new Set(before.inputs.deviceIds);
  return deviceIds.every((id) => known.has(id));
}

/** The devices that a run of this same update may have moved before it was interrupted, and where they were. */
function earlierRun({ version, before }: RolloutRequest): { readonly from: Version; readonly ids: Set<LosantId> } {
  if (before === undefined || before.inputs.version === version) return { from: null, ids: new Set() };
  return { from: before.inputs.version, ids: new Set(before.inputs.deviceIds) };
}

/**
 * A device that stands at the version already, while the state says that this resource had it at another one: a run of
 * this same update moved it and was interrupted before it could say so. Losant's log knows where it came from.
 */
function movedByEarlierRun(
  id: LosantId,
  fleet: Fleet,
  version: Version,
  { from, ids }: ReturnType<typeof earlierRun>,
): [LosantId, Version][] {
  if (!ids.has(id)) return [];
  const changedFrom = fleet.get(id)?.changedFrom;
  return [[id, changedFrom === undefined || changedFrom === version ? from : changedFrom]];
}

/**
 * One batch, decided on a look of its own: a device that joins and that somebody has moved meanwhile is not taken over
 * without `adopt`. The other devices that stand at the version already are in the plan too, without a move: so the
 * planner can see where the last batch makes one `replace` of it, and nobody who was moved elsewhere is released again.
 *
 * @param noteEarlier - gets what is live before the calls
 */
async function releaseTo(
  ports: ResourcePorts,
  flow: FlowRef,
  { version, deviceIds: all, decideOn, refuse }: RolloutRequest,
  deviceIds: readonly LosantId[],
  noteEarlier: (fleet: Fleet) => void,
): Promise<Fleet> {
  const batch = new Set(deviceIds);
  const named = new Set(all);
  let isFirst = true;
  const { fleet: after } = await ports.session.commit({
    flow,
    looksFirst: true,
    log: ports.log,
    resourceId: ports.resourceId,
    ask: (fleet) => {
      const { takeovers, intent } = decideOn(fleet);
      refuse({ takeovers: takeovers.filter((view) => batch.has(view.deviceId)) });
      if (isFirst) noteEarlier(fleet);
      isFirst = false;
      return only(intent, (id) => batch.has(id) || (named.has(id) && isAt(fleet, id, version)));
    },
  });
  return after;
}

function only({ desired, owned }: Intent, isMeant: (deviceId: LosantId) => boolean): Intent {
  return { desired: new Map([...desired].filter(([id]) => isMeant(id))), owned };
}

function isAt(fleet: Fleet, id: LosantId, version: Version): boolean {
  return (fleet.get(id)?.desired ?? null) === version;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
