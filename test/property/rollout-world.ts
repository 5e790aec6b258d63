/** A small Losant for the properties of rollouts: devices with habits, on the clock of the scheduler. */
import type {
  DeploymentFilter,
  DeploymentLog,
  EdgeDeploymentRow,
  LosantClient,
  LosantId,
  RunsAsked,
  Version,
} from "../../provider/losant/types.js";

export interface Habits {
  readonly start: Version;
  /** How long it takes to report, in seconds. */
  readonly delay: number;
  /** Cannot run v2. */
  readonly refuses: boolean;
  /** Offline until then, in seconds. */
  readonly offlineUntil: number;
  /** Throws this long after it began to run v2, in seconds. */
  readonly throwsAfter: number;
  /** Goes offline one second after it got a version, for so long. */
  readonly drops: number;
  /** Somebody takes it to another version then, in seconds. */
  readonly movedAt: number;
  /** The number of the resource that declares it; undefined: none. */
  readonly owner: number | undefined;
  /** Its resource did not declare it before. */
  readonly joins: boolean;
}

export interface Machine {
  readonly id: LosantId;
  readonly habits: Habits;
  desired: Version;
  current: Version;
  since: number;
  from: Version | undefined;
  error: string | undefined;
  erredAt: number;
  /** When it began to run its version. */
  ranAt: number;
  movedByHand: boolean;
}

export interface Write {
  readonly to: Version;
  readonly machines: readonly Machine[];
  /** Where each of them was before. */
  readonly from: readonly Version[];
  /** In milliseconds since the world began. */
  readonly at: number;
}

export const HAND = "v9";
export const FLOW = { applicationId: "a".repeat(24), flowId: "f".repeat(24) };

export interface World {
  readonly machines: readonly Machine[];
  readonly calls: { lists: number; writes: number };
  readonly client: LosantClient;
  /** What was to happen until now has happened. */
  evolve(): void;
  /** In milliseconds since the world began. */
  now(): number;
  isOnline(machine: Machine, at?: number): boolean;
  /** When it threw; undefined where it has not. */
  thrownAt(machine: Machine): number | undefined;
}

/** @param onWrite - told before a write takes effect, with the machines that it moves */
export function createWorld(habits: readonly Habits[], clock: () => number, onWrite: (write: Write) => void): World {
  const began = clock();
  const now = (): number => clock() - began;
  const machines: Machine[] = habits.map((one, index) => ({
    id: index.toString(16).padStart(24, "0"),
    habits: one,
    desired: one.start,
    current: one.start,
    since: -1,
    from: undefined,
    error: undefined,
    erredAt: -1,
    ranAt: -1,
    movedByHand: false,
  }));
  const calls = { lists: 0, writes: 0 };

  const isOnline = ({ habits: { offlineUntil, drops }, since }: Machine, at = now()): boolean => {
    const t = at / 1000;
    const dropped = since >= 0 && t >= since / 1000 + 1 && t < since / 1000 + 1 + drops;
    return t >= offlineUntil && !dropped;
  };

  function evolve(): void {
    for (const machine of machines) {
      const { habits: my } = machine;
      if (!machine.movedByHand && now() >= my.movedAt * 1000) {
        machine.movedByHand = true;
        wish(machine, HAND);
      }
      if (machine.desired === machine.current || machine.since < 0) continue;
      const heard = Math.max(machine.since, my.offlineUntil * 1000);
      if (now() < heard + (my.drops + my.delay) * 1000 || !isOnline(machine)) continue;
      if (!my.refuses || machine.desired !== "v2") Object.assign(machine, { current: machine.desired, ranAt: now() });
      else if (machine.error === undefined) Object.assign(machine, { error: "no room", erredAt: now() });
    }
  }

  function wish(machine: Machine, version: Version): void {
    if (machine.desired === version) return;
    Object.assign(machine, { desired: version, from: machine.desired, since: now(), error: undefined, erredAt: -1 });
  }

  async function call<T>(act: () => T): Promise<T> {
    evolve();
    const answer = act();
    evolve();
    return answer;
  }

  function write(to: Version, chosen: readonly Machine[]): void {
    const moving = chosen.filter((machine) => machine.desired !== to);
    onWrite({ to, machines: moving, from: moving.map(({ desired }) => desired), at: now() });
    calls.writes += 1;
    for (const machine of moving) wish(machine, to);
  }

  const list = () =>
    call(() => {
      calls.lists += 1;
      return machines.filter((m) => m.desired !== null || m.current !== null).map((m) => rowOf(m, isOnline(m), began));
    });
  /** Each throws once, so long after it began to run v2, if it still runs it then. */
  const thrownAt = ({ habits: { throwsAfter }, ranAt, current }: Machine): number | undefined =>
    current === "v2" && ranAt >= 0 && now() >= ranAt + throwsAfter * 1000 ? ranAt + throwsAfter * 1000 : undefined;
  const listVersionErrors = (_app: LosantId, _flow: LosantId, _version: string, since: number) =>
    call(() => {
      calls.lists += 1;
      const errors = machines.flatMap((machine) => {
        const at = thrownAt(machine);
        return at === undefined || began + at < since ? [] : [{ deviceId: machine.id, at: began + at }];
      });
      return { errors, isComplete: true };
    });
  /** By the second: from when a machine began to run v2 each run of it fails or succeeds. */
  const countVersionRuns = (_app: LosantId, _flow: LosantId, _version: string, { since, deviceId }: RunsAsked) =>
    call(() => {
      calls.lists += 1;
      const running = machines.filter(
        ({ id, current, ranAt }) => current === "v2" && ranAt >= 0 && (deviceId === undefined || id === deviceId),
      );
      const stretches = running.flatMap(({ ranAt, habits: { throwsAfter } }) => {
        const seconds = Math.max(Math.floor((now() - Math.max(ranAt, since - began)) / 1000), 0);
        return Array.from({ length: Math.min(seconds, 50) }, (_, index) => {
          const at = began + now() - index * 1000;
          const failed = at - began >= ranAt + throwsAfter * 1000;
          return { at, runs: 1, failedPaths: failed ? 1 : 0 };
        });
      });
      return { stretches, resolutionMs: 1000 };
    });
  const client = {
    listVersionErrors,
    countVersionRuns,
    listAllDeployments: list,
    mapDeployments: async <T>(
      _app: LosantId,
      { version }: DeploymentFilter,
      toItem: (row: EdgeDeploymentRow) => T,
    ): Promise<readonly T[]> =>
      (await list()).filter((row) => version === undefined || touches(row, version)).map(toItem),
    listDeploymentsUpTo: list,
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

  return { machines, calls, client, evolve, now, isOnline, thrownAt };
}

function touches({ desiredVersion, currentVersion }: EdgeDeploymentRow, version: string): boolean {
  return desiredVersion === version || currentVersion === version;
}

function rowOf(
  { id, desired, current, error, since, from, erredAt }: Machine,
  connected: boolean,
  began: number,
): EdgeDeploymentRow {
  const date = (ms: number): string => new Date(began + Math.max(ms, 0)).toISOString();
  const logs: DeploymentLog[] = [{ changeType: "desired", newValue: desired, previousValue: from, date: date(since) }];
  if (error !== undefined) {
    logs.push({ changeType: "current", newValue: current, attemptedValue: desired, error, date: date(erredAt) });
  }
  return { id, deviceId: id, flowId: FLOW.flowId, desiredVersion: desired, currentVersion: current, connected, logs };
}
