/** Rollouts of several resources of one flow, side by side; every write and every ending is judged as it comes. */
import { expect } from "@jest/globals";
import { batchesAsTheyCouldBe } from "../../provider/resource/batches.js";
import type { RolloutInputs } from "../../provider/resource/inputs.js";
import { strategyOf } from "../../provider/decision/rollout-strategy.js";
import type { Approval } from "../../provider/resource/approved-plan.js";
import { createEngine } from "../support/engine.js";
import type { Kept, Program, Report } from "../support/engine-model.js";
import type { Engine } from "../support/engine.js";
import { PROVIDER } from "../support/host.js";
import { createPlugin } from "../support/plugin.js";
import { createScheduler } from "../support/scheduler.js";
import type { Case } from "./rollout-cases.js";
import { createWorld, FLOW, HAND } from "./rollout-world.js";
import type { Machine, World, Write } from "./rollout-world.js";

export type Ending = "done" | "stopped" | "refused" | "skipped" | "killed";

/** One resource of the program. */
export interface Ring {
  readonly name: string;
  readonly machines: readonly Machine[];
  readonly ids: readonly string[];
  readonly rollout: RolloutInputs;
}

export interface Played {
  readonly world: World;
  readonly engine: Engine;
  readonly rings: readonly Ring[];
  readonly writes: readonly (Write & { readonly run: number })[];
  readonly run: number;
  readonly startedAt: number;
  readonly report: Report;
  readonly endingOf: (ring: Ring) => Ending;
  /** The same program again. */
  readonly up: () => Promise<Report>;
}

/**
 * How long ago something must have happened, so that whoever wrote knew of it, in milliseconds: looks are 12 s apart, and
 * a slow Losant takes some seconds to answer.
 */
const KNOWN_AFTER_MS = 20_000;

/** One `pulumi up` after the other, as updates from v1 to v2. */
export async function play(
  { habits, rollout, canaries = 0, kill, order = 0, parallel = 8 }: Case,
  approvalOf: (world: World) => Approval | undefined = () => undefined,
): Promise<Played> {
  const scheduler = createScheduler(() => {});
  const writes: (Write & { run: number })[] = [];
  const released = new Set<string>();
  /** Devices that a written state shows as ours since a run has ended: what a person does to them then is drift. */
  const joined = new Set<string>();
  let run = 1;
  let startedAt = 0;
  /** The first law that a write broke: whoever made the call takes what is thrown there for an error of Losant's. */
  let broken: { readonly error: unknown } | undefined;
  const world = createWorld(habits, scheduler.now, (write) => {
    writes.push({ ...write, run });
    try {
      expect({ orphans: orphanWrites }).toEqual({ orphans: 0 });
      expect(write.machines.filter((machine) => machine.habits.owner === undefined)).toEqual([]);
      if (write.to === "v2") for (const ring of rings) judge(ring, write);
    } catch (error) {
      broken ??= { error };
    }
  });
  const rings: Ring[] = [0, 1].flatMap((owner) => {
    const machines = world.machines.filter((machine) => machine.habits.owner === owner);
    const ids = machines.map(({ id }) => id);
    const name = `ring${owner}`;
    const own = acceptedFor(ids, rollout, canaries);
    return machines.some(({ habits: { joins } }) => !joins) ? [{ name, machines, ids, rollout: own }] : [];
  });
  let orphanWrites = 0;
  let next = kill;
  let numbers = 0;
  const engine = createEngine({
    scheduler,
    startPlugin: (process) =>
      createPlugin({
        client: world.client,
        approval: approvalOf(world),
        apiToken: "token",
        scheduler,
        process,
        rules: { allowFleetWideCalls: true, verifySeconds: 5, rowsPerPage: 2 },
        nextNumber: () => (numbers += 1),
        onSent: (operation) => {
          if (process.isOrphan && ["release", "replace", "remove"].includes(operation)) orphanWrites += 1;
        },
      }),
    nextKill: () => {
      const now = next;
      next = undefined;
      return now;
    },
    onWritten: (state) => {
      for (const ring of rings) judgeState(ring, state);
    },
  });
  engine.edit(() => rings.map(keptOf));
  const program: Program = Object.fromEntries(
    rings.map((ring) => [ring.name, { args: { ...FLOW, version: "v2", deviceIds: ring.ids, rollout: ring.rollout } }]),
  );
  const up = async (): Promise<Report> => {
    startedAt = world.now();
    const made = await engine.up(program, { refresh: false, order, parallel });
    if (broken !== undefined) throw broken.error;
    return made;
  };

  function judge(ring: Ring, { machines }: Write): void {
    const moving = machines.filter((machine) => ring.machines.includes(machine));
    if (moving.length === 0) return;
    if (rollout.group !== undefined) judgeGroup(ring);
    const strategy = strategyOf(ring.rollout, ring.ids);
    // A device gets the version once, whoever moves it away afterwards, as long as the run lasts.
    const before = world.now() - KNOWN_AFTER_MS;
    // What a person did while a later run began may have come before its first look.
    const beganAt = run === 1 ? -1 : startedAt + KNOWN_AFTER_MS;
    const isAgain = ({ id, since }: Machine): boolean => released.has(id) && since > beganAt && since < before;
    expect(moving.filter(isAgain)).toEqual([]);
    for (const { id } of moving) released.add(id);
    // Whom somebody else moved before it joined is not taken over.
    expect(moving.filter(isTheirs)).toEqual([]);
    // One batch at a time.
    const steps = strategy.sizes.map((size, index) => size - (strategy.sizes[index - 1] ?? 0));
    expect(moving.length).toBeLessThanOrEqual(Math.max(...steps));
    const since = (machine: Machine): number => Math.max(machine.since, startedAt);
    const isLate = (machine: Machine): boolean => world.now() >= since(machine) + strategy.timeoutMs;
    const isOnline = (machine: Machine): boolean => world.isOnline(machine) && world.isOnline(machine, before);
    const onWay = ring.machines.filter(({ desired, current }) => desired === "v2" && current !== "v2");
    expect(onWay.filter((m) => isOnline(m) && m.error === undefined && !isLate(m))).toEqual([]);
    // The named canary goes first, and runs the version before another device gets it.
    const canary = ring.machines.filter(({ id }) => strategy.canary?.has(id) === true);
    if (canary.length > 0 && moving.some((machine) => !canary.includes(machine))) {
      expect(canary.filter((m) => m.desired !== "v2" && !m.movedByHand && !moving.includes(m))).toEqual([]);
      if (canary.length > strategy.maxFailures) expect(canary.some(({ current }) => current === "v2")).toBe(true);
    }
    // A batch has its rest, also where another run released it.
    const healthy = ring.machines.filter(({ habits: { offlineUntil, drops } }) => offlineUntil === 0 && drops === 0);
    const proven = healthy.filter(
      (m) => m.desired === "v2" && m.current === "v2" && m.ranAt >= 0 && m.ranAt < m.since + strategy.timeoutMs,
    );
    // ... and is watched before it, for as long as `health` says, or until it throws.
    const watchMs = ({ habits: { throwsAfter } }: Machine): number =>
      Math.min(strategy.health?.settleMs ?? 0, throwsAfter * 1000);
    const resting = proven.filter((m) => world.now() < m.ranAt + watchMs(m) + strategy.pauseMs);
    expect(finished.has(ring.name) ? [] : resting).toEqual([]);
    // Nothing goes out once too much has failed.
    const failed = onWay.filter((m) => (m.error !== undefined && m.erredAt < before) || (isOnline(m) && isLate(m)));
    // Errors count whenever they come. Failed runs are judged once, at the end of the watch, in stretches of a second.
    const { health } = strategy;
    const countsUntil = ({ ranAt }: Machine): number =>
      health?.maxErrors !== undefined ? before : Math.min(before, ranAt + (health?.settleMs ?? 0) - 3_000);
    // A device that was given back while it was offline may have thrown before it was released again: that does not count.
    const throwing = ring.machines.filter((machine) => {
      const at = world.thrownAt(machine);
      return health && at !== undefined && at >= machine.since && at < countsUntil(machine);
    });
    expect(new Set([...failed, ...throwing]).size).toBeLessThanOrEqual(strategy.maxFailures);
  }

  /** In one run no other rollout of the group has released something since this one has. */
  function judgeGroup(ring: Ring): void {
    const others = rings.filter((one) => one !== ring);
    const isOf = (rings: readonly Ring[]) => (write: Write) =>
      write.to === "v2" && write.machines.some((machine) => rings.some(({ machines }) => machines.includes(machine)));
    const own = writes.filter((write) => write.run === run);
    const since = own.findIndex(isOf([ring]));
    expect(own.slice(since).filter(isOf(others))).toEqual([]);
  }

  /** Moved by a person, for long, before the resource had released it or had it in its state. */
  function isTheirs({ id, habits, desired, from, since }: Machine): boolean {
    const isHandMade = desired === HAND && from !== "v2" && since < world.now() - KNOWN_AFTER_MS;
    return habits.joins && !joined.has(id) && isHandMade;
  }

  /** What the state says of a resource, as it is written down. */
  function judgeState(ring: Ring, state: readonly Kept[]): void {
    const kept = state.find(({ name }) => name === ring.name);
    if (kept === undefined || kept.outputs["version"] !== "v2" || judged.has(kept.outputs)) return;
    judged.add(kept.outputs);
    const before = world.now() - KNOWN_AFTER_MS;
    const settled = ring.machines.filter(({ since }) => since < before);
    if (kept.initErrors.length === 0) {
      finished.add(ring.name);
      const { maxFailures } = strategyOf(ring.rollout, ring.ids);
      const without = settled.filter(({ current, desired }) => current !== "v2" || desired !== "v2");
      const awaited = without.filter(
        (m) => (rollout.offline !== "ignore" || (world.isOnline(m) && world.isOnline(m, before))) && !m.movedByHand,
      );
      expect(awaited.length).toBeLessThanOrEqual(maxFailures);
      return;
    }
    const drift = kept.outputs["drift"] as readonly { readonly deviceId: string }[];
    const owned = kept.outputs["deviceIds"] as readonly string[];
    // Only what a person has taken to another version before it was released is not owned.
    const without = ring.machines.filter(({ id, movedByHand }) => !owned.includes(id) && !movedByHand);
    expect(without).toEqual([]);
    expect(ring.machines.filter((machine) => owned.includes(machine.id) && isTheirs(machine))).toEqual([]);
    for (const id of owned) joined.add(id);
    const elsewhere = settled.filter(({ id, desired }) => desired !== "v2" && owned.includes(id)).map(({ id }) => id);
    expect(drift.map(({ deviceId }) => deviceId)).toEqual(expect.arrayContaining(elsewhere));
  }

  /** Whoever was moved away by hand before a run is declared again by it. */
  function forgetMoved(): void {
    world.evolve();
    for (const machine of world.machines) if (machine.desired !== "v2") released.delete(machine.id);
  }

  const judged = new Set<object>();
  /** Rollouts that have ended well: what comes after them is another one. */
  const finished = new Set<string>();
  let report = await up();
  if (report.killed) {
    run = 2;
    await scheduler.drain();
    forgetMoved();
    report = await up();
  }
  const endingOf = (ring: Ring): Ending => {
    const kept = engine.state.find(({ name }) => name === ring.name);
    if (report.killed) return "killed";
    if (kept !== undefined && kept.initErrors.length > 0) return "stopped";
    // The run before may have ended well, with a device within maxFailures that a person had taken before it joined.
    const isRefused = (line: string): boolean =>
      line.includes("Nothing was changed") && ring.ids.some((id) => line.includes(`device ${id} `));
    if (run > 1 && report.errors.some(isRefused)) return "refused";
    if (kept?.inputs["version"] === "v2") return "done";
    return report.errors.some((line) => line.includes("Nothing was changed")) ? "refused" : "skipped";
  };
  const again = (): Promise<Report> => {
    run += 1;
    forgetMoved();
    return up();
  };
  return { world, engine, rings, writes, run, startedAt, report, endingOf, up: again };
}

/** The same rollout as `check` accepts it for these devices. */
function acceptedFor(ids: readonly string[], rollout: RolloutInputs, canaries: number): RolloutInputs {
  const canary = { deviceIds: ids.slice(ids.length - Math.min(canaries, ids.length)) };
  const batches = batchesAsTheyCouldBe(rollout.batches ?? [], { devices: ids.length, canary: canary.deviceIds.length });
  const { health, group, ...rest } = rollout;
  return {
    ...rest,
    batches,
    ...(canary.deviceIds.length === 0 ? {} : { canary }),
    ...(health === undefined ? {} : { health }),
    ...(group === undefined ? {} : { group }),
  };
}

function keptOf({ name, machines, rollout }: Ring): Kept {
  const deviceIds = machines.filter(({ habits: { joins } }) => !joins).map(({ id }) => id);
  const inputs = { ...FLOW, version: "v1", deviceIds, rollout, __provider: PROVIDER };
  const live = { status: "deployed", deviceCount: deviceIds.length, pendingDeviceIds: [], failures: [], drift: [] };
  return {
    name,
    id: `${FLOW.applicationId}/${FLOW.flowId}/${name === "ring0" ? "00000000" : "00000001"}`,
    inputs,
    outputs: { ...inputs, ...live, __losant: { schema: 2, name } },
    initErrors: [],
    dependencies: [],
    retainOnDelete: false,
    condemned: false,
    awaitsReplacement: false,
  };
}
