/** A small world for the properties of rollouts: devices with habits, and a clock that only moves when somebody sleeps. */
import type { Clock, Ports } from "../../provider/execute.js";
import type { DeploymentLog, EdgeDeploymentRow, LosantClient, LosantId, Version } from "../../provider/losant/types.js";
import { silent } from "../../provider/log.js";
import { createFlowReader } from "../../provider/observe.js";

export interface Habits {
  readonly start: Version;
  /** How long it takes to report, in seconds. */
  readonly delay: number;
  /** Cannot run v2. */
  readonly refuses: boolean;
  /** Offline until then, in seconds. */
  readonly offlineUntil: number;
  /** Goes offline one second after it got a version, for so long. */
  readonly drops: number;
  /** Somebody takes it to another version then, in seconds. */
  readonly movedAt: number;
  readonly owned: boolean;
}

export interface Machine {
  readonly id: LosantId;
  readonly habits: Habits;
  desired: Version;
  current: Version;
  since: number;
  from: Version | undefined;
  error: string | undefined;
  movedByHand: boolean;
}

export type Write = { readonly to: Version; readonly ids: readonly LosantId[]; readonly machines: readonly Machine[] };

export const HAND = "v9";

export interface World {
  readonly machines: readonly Machine[];
  readonly calls: { lists: number; writes: number };
  now(): number;
  isOnline(machine: Machine): boolean;
  ports(): Ports;
  /** Ends the run at the call of this number; undefined: never. */
  killAt(call: number | undefined, moment: "before" | "after"): Promise<never>;
}

/** @param onWrite - told before a write takes effect, with the machines that it moves */
export function createWorld(habits: readonly Habits[], onWrite: (write: Write) => void): World {
  let now = 0;
  const machines: Machine[] = habits.map((one, index) => ({
    id: index.toString(16).padStart(24, "0"),
    habits: one,
    desired: one.start,
    current: one.start,
    since: -1,
    from: undefined,
    error: undefined,
    movedByHand: false,
  }));
  const calls = { lists: 0, writes: 0 };
  let kill: { at: number; moment: "before" | "after"; killed: () => void } | undefined;

  const isOnline = ({ habits: { offlineUntil, drops }, since }: Machine): boolean => {
    const t = now / 1000;
    const dropped = since >= 0 && t >= since / 1000 + 1 && t < since / 1000 + 1 + drops;
    return t >= offlineUntil && !dropped;
  };

  function evolve(): void {
    for (const machine of machines) {
      const { habits: my } = machine;
      if (!machine.movedByHand && now >= my.movedAt * 1000) {
        machine.movedByHand = true;
        wish(machine, HAND);
      }
      if (machine.desired === machine.current || machine.since < 0) continue;
      const heard = Math.max(machine.since, my.offlineUntil * 1000);
      if (now < heard + (my.drops + my.delay) * 1000 || !isOnline(machine)) continue;
      if (my.refuses && machine.desired === "v2") machine.error = "no room";
      else machine.current = machine.desired;
    }
  }

  function wish(machine: Machine, version: Version): void {
    if (machine.desired === version) return;
    Object.assign(machine, { desired: version, from: machine.desired, since: now, error: undefined });
  }

  async function call<T>(act: () => T): Promise<T> {
    const number = calls.lists + calls.writes;
    const dies = kill !== undefined && number >= kill.at;
    // The world goes on, whether or not the call gets there.
    evolve();
    if (dies && kill?.moment === "before") return die();
    const answer = act();
    evolve();
    return dies ? die() : answer;
  }

  function die(): Promise<never> {
    kill?.killed();
    return new Promise(() => {});
  }

  function write(to: Version, chosen: readonly Machine[]): void {
    const moving = chosen.filter((machine) => machine.desired !== to);
    onWrite({ to, ids: moving.map(({ id }) => id), machines: moving });
    calls.writes += 1;
    for (const machine of moving) wish(machine, to);
  }

  const client = {
    listAllDeployments: () =>
      call(() => {
        calls.lists += 1;
        return machines.filter((m) => m.desired !== null || m.current !== null).map((m) => rowOf(m, isOnline(m)));
      }),
    release: (_app: LosantId, body: { version: Version; deviceIds: readonly LosantId[] }) =>
      call(() =>
        write(
          body.version,
          machines.filter(({ id }) => body.deviceIds.includes(id)),
        ),
      ),
    replace: (_app: LosantId, body: { oldVersion: string; newVersion: Version }) =>
      call(() =>
        write(
          body.newVersion,
          machines.filter(({ desired, current }) => desired === body.oldVersion || current === body.oldVersion),
        ),
      ),
    remove: (_app: LosantId, body: { deviceId?: LosantId }) =>
      call(() =>
        write(
          null,
          machines.filter(({ id }) => body.deviceId === undefined || body.deviceId === id),
        ),
      ),
  } as unknown as LosantClient;

  const clock: Clock = {
    now: () => now,
    sleep: async (ms) => {
      now += ms;
    },
  };

  return {
    machines,
    calls,
    now: () => now,
    isOnline,
    ports: () => ({
      client,
      flows: createFlowReader(client, { now: clock.now }),
      log: silent,
      clock,
      exclusively: (_key, task) => task(),
      rules: { wide: true, verifySeconds: 5 },
    }),
    killAt: (at, moment) =>
      new Promise<never>((_, reject) => {
        kill =
          at === undefined
            ? undefined
            : { at: at + calls.lists + calls.writes, moment, killed: () => reject(new Killed()) };
      }),
  };
}

export class Killed extends Error {}

function rowOf({ id, desired, current, error, since, from }: Machine, connected: boolean): EdgeDeploymentRow {
  const date = (ms: number): string => new Date(Math.max(ms, 0)).toISOString();
  const logs: DeploymentLog[] = [{ changeType: "desired", newValue: desired, previousValue: from, date: date(since) }];
  if (error !== undefined) {
    logs.push({ changeType: "current", newValue: current, attemptedValue: desired, error, date: date(since + 1) });
  }
  return {
    id,
    deviceId: id,
    flowId: "f".repeat(24),
    desiredVersion: desired,
    currentVersion: current,
    connected,
    logs,
  };
}
