/**
 * Rollouts of one group go one after the other: none touches a device while another one may be restarting it.
 *
 * All resources of a program share one process, and a rollout is one call into it. So a queue in this process is enough,
 * and no other run is meant. Who waits, waits only for calls that are under way, and these end by themselves: there is
 * nothing to lock each other out, in whatever order and however many at a time Pulumi makes the calls.
 *
 * A rollout that does not get to its end stops those of its group that have not begun, whether they wait already or come
 * later in the same run: which of them Pulumi has handed over by then is chance.
 */
import { goalOf, waitingLine } from "../messages/rollout-progress.js";
import type { LosantId, Version } from "../losant/types.js";
import { assertMayWrite, unlessInterrupted } from "../run-end.js";
import type { ResourcePorts, RolloutGroups } from "../ports.js";

/** How often it looks whether Pulumi is still there while it waits, in milliseconds. Nothing depends on it. */
const LOOK_MS = 1_000;

export function createRolloutGroups(): RolloutGroups {
  const groups = new Map<string, { queue: { readonly name: string }[]; stoppedBy?: string; wake: (() => void)[] }>();
  return {
    join: (key, name) => {
      const group = groups.get(key) ?? { queue: [], wake: [] };
      groups.set(key, group);
      const self = { name };
      group.queue.push(self);
      return {
        before: () => (group.queue[0] === self ? undefined : group.queue[0]?.name),
        stoppedBy: () => group.stoppedBy,
        moved: () => new Promise((resolve) => void group.wake.push(resolve)),
        leave: (isDone) => {
          group.queue = group.queue.filter((one) => one !== self);
          if (!isDone) group.stoppedBy ??= name;
          for (const wake of group.wake.splice(0)) wake();
        },
      };
    },
  };
}

export interface GroupedRollout {
  readonly applicationId: LosantId;
  /** Undefined: it waits for nobody. */
  readonly group: string | undefined;
  readonly version: Version;
}

/**
 * Does the work when it is its turn. No time of the rollout runs before that.
 *
 * @throws Error where another rollout of the group did not get to its end; Interrupted. Nothing is begun then
 */
export async function inTurn<T>(
  ports: ResourcePorts,
  { applicationId, group, version }: GroupedRollout,
  work: () => Promise<T>,
): Promise<T> {
  if (group === undefined || ports.groups === undefined) return work();
  const { clock, log, rules, resourceName: name = "rollout" } = ports;
  const turn = ports.groups.join(`${applicationId}/${group}`, name);
  let isDone = false;
  try {
    for (let told: string | undefined; ;) {
      const stopped = turn.stoppedBy();
      if (stopped !== undefined) throw notBegun(group, stopped);
      await assertMayWrite(ports);
      const before = turn.before();
      if (before === undefined) break;
      if (before !== told) {
        const line = waitingLine(name, goalOf(version), before, group);
        log.progress(line, rules.isWatched === true ? { key: name, label: line } : undefined);
      }
      told = before;
      await unlessInterrupted(ports, Promise.race([turn.moved(), clock.sleep(LOOK_MS)]));
    }
    const result = await work();
    isDone = true;
    return result;
  } finally {
    turn.leave(isDone);
  }
}

function notBegun(group: string, stopped: string): Error {
  return new Error(
    `not begun, since the rollout of "${stopped}" in the same group "${group}" did not get to its end. ` +
      "Nothing was changed. Mend that one, and run `pulumi up` again.",
  );
}
