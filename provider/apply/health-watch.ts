/** Watches the health of the devices that a rollout has released: reads what it is judged by while it waits. */
import { areRunsDue, isUnhealthy } from "../decision/rollout-health.js";
import type { HealthReading, HealthRules, Watched } from "../decision/rollout-health.js";
import type { DeviceStatus } from "../decision/device-status.js";
import type { LosantId, RuntimeError, Version } from "../losant/types.js";
import { createEarlierVersions, createRunsWatch, troubleOf } from "./health-reads.js";
import type { Ports } from "../ports.js";
import type { Saved } from "../resource/state.js";
import { countOf } from "../words.js";
import type { Fleet, FlowRef } from "../resource/fleet.js";

export interface HealthWatch {
  readonly reading: HealthReading;
  watched(deviceId: LosantId, fleet: Fleet): Watched | undefined;
  /** The machine was asleep for so long, in milliseconds: that time does not count. */
  slept(ms: number): void;
  /** Notes which devices run the version, and reads its errors where one does. */
  look(statuses: readonly DeviceStatus[], fleet: Fleet): Promise<void>;
}

export interface WatchOptions {
  readonly flow: FlowRef;
  readonly version: string;
  readonly rules: HealthRules;
  /** How far Losant's clock is ahead of ours, in milliseconds: errors have Losant's time. @default 0 */
  readonly aheadMs?: number;
  /** By Losant's clock. Undefined for devices that are not judged. */
  readonly since: (deviceId: LosantId, fleet: Fleet) => number | undefined;
  /** What a device had before its release. @default nothing */
  readonly before?: (deviceId: LosantId) => Version;
}

export interface JudgedRun {
  readonly version: string;
  readonly before: Saved | undefined;
  /** The devices that stood at the version when this run began, and when that was. */
  readonly there: ReadonlySet<LosantId>;
  readonly began: number;
  /** How far Losant's clock is ahead of ours, in milliseconds. */
  readonly aheadMs: number;
  /** Devices that were released in this run, or are in `there` -> when. */
  readonly releasedAt: ReadonlyMap<LosantId, number>;
}

/**
 * From when the errors of a device count: from its release, by Losant's own clock where its log has it. Not judged are
 * devices that have had the version since an update that got to its end. Where the state does not know how a device came
 * to the version, as in a create, its errors count from now on.
 */
export function judgedSince({ version, before, there, began, aheadMs, releasedAt }: JudgedRun): WatchOptions["since"] {
  const isSettled = before?.inputs.version === version && before.unfinished !== true && before.unverified !== true;
  const settled = new Set(isSettled ? before.inputs.deviceIds : []);
  return (deviceId, fleet) => {
    const ours = releasedAt.get(deviceId);
    if (ours === undefined) return undefined;
    if (there.has(deviceId)) {
      if (settled.has(deviceId)) return undefined;
      if (before === undefined) return began + aheadMs;
    }
    const theirs = Date.parse(fleet.get(deviceId)?.changedAt ?? "");
    return Number.isNaN(theirs) ? ours + aheadMs : theirs;
  };
}

export function createHealthWatch(
  { clock, flows }: Pick<Ports, "clock" | "flows">,
  { flow, version, rules, since, before = () => null, aheadMs = 0 }: WatchOptions,
): HealthWatch {
  const runsSince = new Map<LosantId, number>();
  const runs = createRunsWatch({ clock, flows }, { flow, version, since });
  const earlier = createEarlierVersions({ flows }, { flow, rules, before });
  let errors: ReadonlyMap<LosantId, readonly RuntimeError[]> = new Map();
  let reading: HealthReading = {};
  /** By Losant's clock. */
  const losantNow = (): number => clock.now() + aheadMs;

  /** From when errors of a device count. */
  const countsFrom = (deviceId: LosantId, fleet: Fleet): number | undefined => {
    const released = since(deviceId, fleet);
    return released === undefined ? undefined : Math.max(released, losantNow() - rules.windowMs);
  };

  const watched = (deviceId: LosantId, fleet: Fleet): Watched | undefined => {
    const released = since(deviceId, fleet);
    const from = countsFrom(deviceId, fleet);
    if (released === undefined || from === undefined) return undefined;
    const past = earlier.of(deviceId, { released, now: losantNow() });
    return {
      runsSince: runsSince.get(deviceId),
      errors: (errors.get(deviceId) ?? []).filter(({ at }) => at >= from),
      ...runs.of(deviceId),
      ...(past === undefined ? {} : { before: past }),
    };
  };

  const readErrors = async (judged: readonly DeviceStatus[], fleet: Fleet, now: number): Promise<void> => {
    const from = judged.reduce(
      (least, { deviceId }) => Math.min(least, countsFrom(deviceId, fleet) ?? now + aheadMs),
      now + aheadMs,
    );
    try {
      const found = await flows.versionErrors(flow, version, from);
      errors = Map.groupBy(found.errors, ({ deviceId }) => deviceId);
      reading = found.isComplete
        ? { readAt: now }
        : { ...reading, trouble: `Losant lists more than ${countOf(found.errors.length, "error")} of it` };
    } catch (error) {
      reading = { ...reading, trouble: troubleOf(error) };
    }
  };

  return {
    get reading() {
      return reading;
    },
    watched,

    slept(ms) {
      for (const [deviceId, since] of runsSince) runsSince.set(deviceId, since + ms);
    },

    async look(statuses, fleet) {
      const now = clock.now();
      const judged = statuses.filter(({ deviceId }) => since(deviceId, fleet) !== undefined);
      const running = judged.filter(({ state }) => state === "done");
      // A device that stopped to run it, and runs it again, is watched from then on.
      const runningIds = new Set(running.map(({ deviceId }) => deviceId));
      for (const deviceId of runsSince.keys()) if (!runningIds.has(deviceId)) runsSince.delete(deviceId);
      for (const deviceId of runningIds) if (!runsSince.has(deviceId)) runsSince.set(deviceId, now);
      if (!judged.some(({ state }) => state === "done" || state === "lost")) return;
      const seen = (deviceId: LosantId): Watched => watched(deviceId, fleet) ?? { errors: [] };
      if (rules.maxErrors !== undefined) await readErrors(judged, fleet, now);
      await runs.read(
        running.flatMap(({ deviceId }) => (areRunsDue(rules, seen(deviceId), now) ? [deviceId] : [])),
        fleet,
      );
      if (!rules.baseline) return;
      // Read where it decides: what is healthy without it needs none.
      const over = judged.flatMap(({ deviceId }) => (isUnhealthy(rules, seen(deviceId)) ? [deviceId] : []));
      await earlier.read(over.map((deviceId) => ({ deviceId, released: since(deviceId, fleet) ?? now + aheadMs })));
    },
  };
}
