/**
 * The thin loop around `nextStep`: look, ask for the next step, do it. It is bounded: each release takes devices out of
 * those that wait, and each wait ends with their time. It ends at once where the connection to the engine is lost, or
 * where the run is interrupted: every wait is cut short then, and no batch begins.
 */
import { Unfinished } from "./unfinished.js";
import { isRetryable } from "../losant/index.js";
import type { LosantId } from "../losant/types.js";
import type { Fleet, FlowRef } from "../resource/fleet.js";
import { assertEngineAlive, endOf, isInterrupted, TimeOver, unlessInterrupted } from "../run-end.js";
import type { ResourcePorts } from "../ports.js";
import { createProgressReport } from "./progress-report.js";
import { formatDuration } from "../words.js";
import { listening } from "./listening.js";
import type { Listening } from "./listening.js";
import { lookWhileWaiting } from "./rollout-look.js";
import { createRolloutRecords } from "./rollout-records.js";
import { noteSeen, statusesOf } from "./rollout-state.js";
import type { RolloutState } from "./rollout-state.js";
import { nextStep, underWay } from "../decision/rollout-policy.js";
import type { RolloutStep } from "../decision/rollout-policy.js";

export type LoopEnd = Extract<RolloutStep, { kind: "done" | "failed" | "paused" }>;

const POLL = { firstMs: 500, lastMs: 10_000 };
/** How much of the time since the last news goes into the next wait: the news is known that much later at most. */
const POLL_SHARE = 0.25;
/** A wait that takes this much longer than asked for was a machine that slept, or whose clock jumped. */
const ASLEEP_MS = 30_000;
/** The last look before the time is up gets this much. */
const LEAST_LOOK_MS = 5_000;
/** A look of a long wait gets this much: what was told is read between two of them. */
const LONGEST_LOOK_MS = 60_000;
/** The last look of an interrupted run gets this much: the person waits for it. */
const PARTING_LOOK_MS = 2_000;
/** Outside of the windows, it looks this much more seldom. */
const WINDOW_POLLS = 6;

type Release = (deviceIds: readonly LosantId[]) => Promise<Fleet>;

/** Until nothing is left to do, or too much has failed. */
export async function runLoop(
  ports: ResourcePorts,
  flow: FlowRef,
  rollout: RolloutState,
  release: Release,
  /** What it is about, in a word: the version. */
  goal: string,
): Promise<LoopEnd> {
  const told = listening(ports);
  try {
    return await steps(ports, flow, rollout, release, goal, told);
  } finally {
    await told.end();
  }
}

async function steps(
  ports: ResourcePorts,
  flow: FlowRef,
  rollout: RolloutState,
  release: Release,
  goal: string,
  told: Listening,
): Promise<LoopEnd> {
  const { clock, rules } = ports;
  const { firstMs, lastMs } = rules.poll ?? POLL;
  const report = createProgressReport(ports);
  const records = createRolloutRecords(ports, rollout.wanted, rollout.isWayBack === true ? [] : statusesOf(rollout));
  let newsAt = clock.now();
  let lastLook = "";
  /** Does `rollout.fleet` come from a whole listing? */
  let isWhole = true;
  /** Since when all released devices are settled. */
  let settledAt: number | undefined;
  for (;;) {
    await assertEngineAlive(ports);
    const now = clock.now();
    await unlessInterrupted(ports, noteSeen(rollout));
    const statuses = statusesOf(rollout);
    const look = statuses.map((one) => one.state).join();
    if (look !== lastLook) newsAt = now;
    lastLook = look;

    const health = rollout.watch?.reading;
    const decide = (at: number): RolloutStep =>
      nextStep(rollout.strategy, { statuses, settledAt, health, heldBy: told.heldBy() }, at);
    let step = decide(now);
    if (isForNextBatch(step) && rollout.begun && settledAt === undefined) {
      // After what was read since `now`: the rest is as long as it should be, also where reading was slow.
      settledAt = clock.now();
      noteSettled(settledAt);
      step = decide(now);
    }
    if (isInterrupted(ports) && (step.kind === "release" || step.kind === "wait")) await part();
    if (!isWhole && step.kind !== "wait") {
      rollout.fleet = (await unlessInterrupted(ports, lookedAt(0, now, true))) ?? rollout.fleet;
      // Where Losant does not answer now, the time that the rollout has goes before: what was seen last has to do.
      isWhole = true;
      continue;
    }
    if (await told.askedFor(step, statuses)) step = decide(clock.now());
    if (isInterrupted(ports) && (step.kind === "release" || step.kind === "wait")) await part();
    // A batch is told once it is released: Losant names the devices from then on.
    if (step.kind !== "release") tell(step);
    switch (step.kind) {
      case "done":
      case "failed":
      case "paused":
        noteSettled(now);
        return step;
      case "release":
        settledAt = undefined;
        await releaseBatch(step);
        tell(step);
        newsAt = clock.now();
        break;
      case "wait": {
        // A device that fell silent or failed in the rest: the rest begins again.
        if (step.waitsFor === "devices" || step.waitsFor === "health") settledAt = undefined;
        // A window may open in hours.
        const longest = step.waitsFor === "window" ? lastMs * WINDOW_POLLS : lastMs;
        const pause = Math.min(Math.max((now - newsAt) * POLL_SHARE, firstMs), longest) * (0.8 + 0.4 * Math.random());
        const sleep = Math.max(Math.min(pause, step.until - now), 1);
        await unlessInterrupted(ports, clock.sleep(sleep));
        const asleepMs = timeAsleep(clock.now() - now - sleep);
        if (asleepMs > 0) wokeAfter(asleepMs);
        if (step.waitsFor === "resume") notCounted(clock.now() - now - asleepMs);
        // Another resource that waits for the same flow has perhaps just looked.
        const look = lookedAt(sleep / 2, Math.min(step.until + asleepMs, clock.now() + LONGEST_LOOK_MS));
        rollout.fleet = (await unlessInterrupted(ports, look)) ?? rollout.fleet;
      }
    }
  }

  function tell(step: RolloutStep): void {
    const now = clock.now();
    const statuses = statusesOf(rollout);
    const health = rollout.watch?.reading;
    const going = underWay(rollout.strategy, { statuses, settledAt, health }, now);
    records.look(statuses, going.problems, rollout.fleet);
    report({
      ...going,
      name: ports.resourceName,
      goal,
      statuses,
      step,
      batches: rollout.strategy.sizes.length,
      fleet: rollout.fleet,
      now,
    });
  }

  /** While the machine slept, nobody looked at the devices: that time does not count against them. */
  function wokeAfter(asleepMs: number): void {
    notCounted(asleepMs);
    rollout.watch?.slept(asleepMs);
    newsAt += asleepMs;
    if (settledAt !== undefined) settledAt += asleepMs;
    ports.log.warn(
      `This machine was asleep for ${formatDuration(asleepMs)}. The rollout goes on; that time does not count.`,
    );
  }

  /** Time that no device had to settle in. */
  function notCounted(ms: number): void {
    for (const [id, at] of rollout.seen.releasedAt) rollout.seen.releasedAt.set(id, at + ms);
  }

  function noteSettled(at: number): void {
    for (const batch of rollout.batches) batch.settledAt ??= at;
  }

  async function releaseBatch({ batch, deviceIds }: Extract<RolloutStep, { kind: "release" }>): Promise<void> {
    records.batch({ batch, batches: rollout.strategy.sizes.length, deviceIds });
    try {
      rollout.fleet = await release(deviceIds);
    } catch (error) {
      if (!(error instanceof Unfinished) || error.fault !== undefined || error.fleet === undefined) throw error;
      // Losant took the calls and does not show them on some devices: that is for `maxFailures` to judge.
      rollout.fleet = error.fleet;
    }
    const now = clock.now();
    for (const id of deviceIds) rollout.seen.releasedAt.set(id, now);
    rollout.batches.push({ number: batch, deviceIds, releasedAt: now });
    rollout.begun = true;
  }

  /** What is live goes into the state. Where Losant does not answer soon, what was seen last does. */
  async function part(): Promise<never> {
    const end = endOf(ports);
    if (end instanceof TimeOver) throw end;
    const look = ports.flows.shared(flow, 0, PARTING_LOOK_MS).catch(() => undefined);
    rollout.fleet = (await unlessInterrupted(ports, look, PARTING_LOOK_MS)) ?? rollout.fleet;
    throw end;
  }

  /**
   * A listing that fails for the moment is made again later. It may not outlast the wait by much, or a Losant that stalls
   * would stretch the time of the batch.
   */
  async function lookedAt(maxAgeMs: number, until: number, atWhole = false): Promise<Fleet | undefined> {
    const withinMs = Math.max(until - clock.now(), LEAST_LOOK_MS);
    try {
      const looked = atWhole
        ? { fleet: await ports.flows.shared(flow, maxAgeMs, withinMs), isWhole: true }
        : await lookWhileWaiting(ports, { flow, ...rollout, maxAgeMs, withinMs });
      isWhole = looked.isWhole;
      return looked.fleet;
    } catch (error) {
      if (!isRetryable(error)) throw error;
      return undefined;
    }
  }
}

/** All that were released are settled, as far as the batch goes: the next one is due, or waits for its window. */
function isForNextBatch(step: RolloutStep): boolean {
  if (step.kind === "wait") return step.waitsFor === "window" || step.waitsFor === "resume";
  return step.kind === "release" || step.kind === "paused";
}

function timeAsleep(longerMs: number): number {
  return longerMs > ASLEEP_MS ? longerMs : 0;
}
