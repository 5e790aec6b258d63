/**
 * A rollout from beginning to end. It is in hand of the flow's session only while it releases a batch, so that other
 * resources of one flow go on meanwhile.
 *
 * Nothing is undone on a signal. The first interrupt ends the rollout where it is, and the state says what is live. A
 * plugin process that is killed leaves Losant as it is. The next run goes on from there in both cases.
 */
import { strategyOf } from "../decision/rollout-strategy.js";
import { movesOf } from "../decision/plan.js";
import type { LosantId, Version } from "../losant/types.js";
import { reportTakeover } from "../messages/report.js";
import { goalOf } from "../messages/rollout-progress.js";
import type { Outcome, ResourcePorts } from "../ports.js";
import type { Fleet, FlowRef } from "../resource/fleet.js";
import type { Intent } from "../resource/ownership.js";
import { endOf, unlessInterrupted } from "../run-end.js";
import { rolloutApproval } from "./approval-check.js";
import { actorsOf } from "./named-actors.js";
import { whenCutShort, notTakenOff, sayDone, whenFailed, whenPaused } from "./rollout-end.js";
import type { RolloutRun } from "./rollout-end.js";
import { runLoop } from "./rollout-loop.js";
import type { RolloutState } from "./rollout-state.js";
import { earlierVersions, isSettled, watchOf } from "./rollout-start.js";
import type { RolloutRequest } from "./rollout-start.js";
import { untilWindowOpens } from "./window-wait.js";

/**
 * Moves the devices batch by batch, and does what is left (devices that leave) once all of that has succeeded.
 *
 * @returns how the last step went: the removal from devices that leave
 * @throws Unfinished where the rollout stopped or was rolled back; the client's own error where nothing had moved
 */
export async function rollOut(ports: ResourcePorts, flow: FlowRef, request: RolloutRequest): Promise<Outcome> {
  const { version, decideOn } = request;
  const began = ports.clock.now();
  const first = await unlessInterrupted(ports, ports.flows.fresh(flow));
  if (first === undefined) throw endOf(ports);
  const decision = decideOn(first);
  request.refuse(decision);
  const approval = request.approval ?? rolloutApproval(ports, flow);
  approval.assertMoves(decision.plan.moves, first);
  reportTakeover(ports, decision.takeovers, await actorsOf(ports, flow.applicationId, decision.takeovers));
  // Where the program ignores the version, devices that are owned already stay where they are.
  const deviceIds = request.deviceIds.filter((id) => decision.intent.desired.get(id) === version);
  const strategy = strategyOf(request.rollout, deviceIds);

  const there = deviceIds.filter((id) => isAt(first, id, version));
  const goesOn = request.isProven !== true && !isSettled(request);
  if (there.length === deviceIds.length && !goesOn) return finish(first);
  if (there.length < deviceIds.length) request.onMove?.();

  /** Where each device that this update moves was before it. */
  const earlier = earlierVersions(request, deviceIds, first);
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
  const run: RolloutRun = { ports, flow, version, progress, earlier, began };
  const ended = await runLoop(ports, flow, progress, release, goalOf(version)).catch((error: unknown) => {
    throw whenCutShort(run, error);
  });
  if (ended.kind === "paused") throw whenPaused(run, ended);
  if (ended.kind === "failed") throw await whenFailed(run, ended, { ...request, ...approval });
  await sayDone(run, ended.problems);
  return finish(progress.fleet).catch((error: unknown) => {
    throw notTakenOff(run, error);
  });

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
    return ports.session.commit({ flow, ask: rest, looksFirst: true, log: ports.log, resourceId: ports.resourceId });
  }
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
