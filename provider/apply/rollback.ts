/**
 * After a failed rollout with `onFailure: "rollback"`: each device that it moved goes back to ITS OWN earlier version,
 * and that is waited for too. It stays a failure: the declared version does not run.
 */
import { capLines, countOf } from "../words.js";
import type { Decision } from "../decision/decide.js";
import { Unfinished } from "./unfinished.js";
import type { LosantId, Version } from "../losant/types.js";
import type { RolloutApproval } from "./approval-check.js";
import type { Fleet, FlowRef } from "../resource/fleet.js";
import { problemLine } from "../messages/rollout-messages.js";
import { GOING_BACK } from "../messages/rollout-progress.js";
import { runLoop } from "./rollout-loop.js";
import { statusesOf } from "./rollout-state.js";
import type { RolloutState } from "./rollout-state.js";
import { Interrupted, TimeOver } from "../run-end.js";
import type { ResourcePorts } from "../ports.js";

export interface Rollback extends Pick<RolloutApproval, "allowsWayBack"> {
  readonly rollout: RolloutState;
  /** The devices that the rollout moved -> where each was before. */
  readonly earlier: ReadonlyMap<LosantId, Version>;
  /** The one decision: which devices are owned when the rollback starts. */
  readonly decideOn: (fleet: Fleet) => Decision;
  /** See `RolloutRequest`. */
  readonly isHalfWay?: (live: Version, was: Version) => boolean;
  /** Why: one sentence, and one line a device. */
  readonly head: string;
  readonly lines: readonly string[];
}

/** @returns the error to throw: what was reached, and why it had to go back */
export async function rollBack(ports: ResourcePorts, flow: FlowRef, rollback: Rollback): Promise<Unfinished> {
  const { rollout, earlier, decideOn, head, lines, allowsWayBack, isHalfWay = () => false } = rollback;
  let back = new Map<LosantId, Version>();
  let elsewhere: readonly LosantId[] = [];
  let stay = "";
  const mayGoBack = (deviceId: LosantId): boolean =>
    allowsWayBack({ deviceId, from: rollout.wanted.get(deviceId) ?? null, to: earlier.get(deviceId) ?? null });
  /** Once the calls are made. */
  let way: RolloutState | undefined;
  try {
    const { fleet } = await ports.session.commit({
      flow,
      looksFirst: true,
      isWayBack: true,
      log: ports.log,
      resourceId: ports.resourceId,
      ask: (live) => {
        // On the very look that the calls rest on. Devices that somebody has moved meanwhile stay where they are.
        const { owned } = decideOn(live).intent;
        const isOnTheWay = (id: LosantId): boolean => {
          const [at, was] = [live.get(id)?.desired ?? null, earlier.get(id)];
          return at === (rollout.wanted.get(id) ?? null) || (was !== undefined && isHalfWay(at, was));
        };
        // A second attempt goes on with what the first one meant.
        if (back.size === 0) {
          back = new Map([...earlier].filter(([id]) => owned.has(id) && isOnTheWay(id) && mayGoBack(id)));
          elsewhere = [...earlier].flatMap(([id, was]) => (isOnTheWay(id) || isAt(live, id, was) ? [] : [id]));
        }
        const onTheWay = [...rollout.wanted.keys()].filter(isOnTheWay);
        const kept = onTheWay.filter((id) => !earlier.has(id)).length;
        const held = onTheWay.filter((id) => earlier.has(id) && !mayGoBack(id)).length;
        stay =
          (kept === 0 ? "" : `; ${countOf(kept, "device")} had it before and keep it`) +
          (held === 0
            ? ""
            : `; ${countOf(held, "device")} got it from an earlier run, not by the approved plan, and keep it`);
        const still = new Map([...back].filter(([id, version]) => isOnTheWay(id) || isAt(live, id, version)));
        return { desired: still, owned };
      },
    });
    ports.log.info(
      `${head}: ${countOf(back.size, "device")} ${back.size === 1 ? "goes back to where it was" : "go back to where they were"}`,
    );
    const now = ports.clock.now();
    const going: RolloutState = {
      // A failure does not stop a way back, so that all of it is tried; offline devices are not waited for.
      strategy: {
        ...rollout.strategy,
        sizes: [back.size],
        canary: undefined,
        health: undefined,
        windows: undefined,
        maxFailures: back.size,
        offline: "ignore",
      },
      wanted: back,
      seen: { releasedAt: new Map([...back.keys()].map((id) => [id, now])), online: new Set() },
      fleet,
      begun: true,
      isWayBack: true,
      batches: [],
    };
    way = going;
    const { problems } = await runLoop(
      ports,
      flow,
      going,
      () => Promise.reject(new Error("a way back has one batch, which is released already")),
      GOING_BACK,
    );
    rollout.fleet = going.fleet;
    const offline = statusesOf(going).filter(({ state }) => state === "offline").length;
    const follow = offline === 0 ? "" : `, ${offline} of them offline, to follow when they connect`;
    const left =
      elsewhere.length === 0 ? "" : `; ${countOf(elsewhere.length, "device")} moved by hand meanwhile: not touched`;
    const notBack = problems.length === 0 ? "" : `, ${problems.length} of them did not follow`;
    const message = `${head}. Rolled back: ${countOf(back.size, "device")} returned to ${back.size === 1 ? "its earlier version" : "their earlier versions"}${follow}${notBack}${stay}${left}`;
    const notFollowed = problems.map((problem) =>
      problemLine(problem, back.get(problem.deviceId) ?? null, going.fleet),
    );
    const movedAway = elsewhere.map((deviceId) =>
      problemLine({ deviceId, kind: "elsewhere" }, rollout.wanted.get(deviceId) ?? null, going.fleet),
    );
    // A device that was moved by hand may be what has failed.
    const all = new Set([message, ...lines, ...notFollowed, ...movedAway]);
    return new Unfinished(message, rollout.fleet, capLines([...all]));
  } catch (error) {
    if ((error instanceof Interrupted || error instanceof TimeOver) && way !== undefined) {
      const how = error instanceof TimeOver ? "Out of time" : "Interrupted";
      const message = `${head}. ${how} on the way back: Losant wants their earlier versions on ${countOf(back.size, "device")}, and does not show yet that all of them run it`;
      const why = error instanceof TimeOver ? [error.message] : [];
      return new Unfinished(message, way.fleet, capLines([message, ...why, ...lines]));
    }
    const isUnseen = error instanceof Unfinished && error.fleet === undefined;
    const fleet = isUnseen ? undefined : error instanceof Unfinished ? error.fleet : rollout.fleet;
    const why = error instanceof Unfinished ? error.reasons : [error instanceof Error ? error.message : String(error)];
    const message = `${head}. The way back failed too: see what is live with \`pulumi refresh\``;
    return new Unfinished(message, fleet, capLines([message, ...why, ...lines]));
  }
}

function isAt(fleet: Fleet, id: LosantId, version: Version): boolean {
  return (fleet.get(id)?.desired ?? null) === version;
}
