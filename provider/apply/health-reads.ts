/** What `health-watch.ts` reads of single devices: how often they have run the version, and what the one before did. */
import { errorsBefore, runsWithin } from "../decision/rollout-health.js";
import type { BeforeRelease, HealthRules, RunCount, Watched } from "../decision/rollout-health.js";
import { isRetryable } from "../losant/index.js";
import { isNotFound } from "../losant/errors.js";
import type { LosantId, RuntimeError, Version } from "../losant/types.js";
import type { Ports } from "../ports.js";
import type { Fleet, FlowRef } from "../resource/fleet.js";

/** Devices that are read at one time. */
const SIDE_BY_SIDE = 8;

/** The runs of devices, each counted once it is due, and again only where new stretches of time can have been added. */
export interface RunsWatch {
  of(deviceId: LosantId): Pick<Watched, "runs" | "runsTrouble">;
  /** Counts the runs of these devices, as far as it is time to. */
  read(deviceIds: readonly LosantId[], fleet: Fleet): Promise<void>;
}

export interface RunsOptions {
  readonly flow: FlowRef;
  readonly version: string;
  readonly since: (deviceId: LosantId, fleet: Fleet) => number | undefined;
}

export function createRunsWatch(
  { clock, flows }: Pick<Ports, "clock" | "flows">,
  { flow, version, since }: RunsOptions,
): RunsWatch {
  const known = new Map<LosantId, Pick<Watched, "runs" | "runsTrouble"> & { readonly again: number }>();

  const readOne = async (deviceId: LosantId, released: number): Promise<void> => {
    const readAt = clock.now();
    try {
      const found = await flows.versionRuns(flow, version, { deviceId, since: released });
      known.set(deviceId, {
        runs: { ...runsWithin(found, released), readAt },
        again: readAt + Math.min(found.resolutionMs, LONGEST_REST_MS),
      });
    } catch (error) {
      known.set(deviceId, { runsTrouble: troubleOf(error), again: readAt + AFTER_TROUBLE_MS });
    }
  };

  return {
    of: (deviceId) => {
      const { runs, runsTrouble } = known.get(deviceId) ?? {};
      return { ...(runs && { runs }), ...(runsTrouble === undefined ? {} : { runsTrouble }) };
    },
    read: (deviceIds, fleet) => {
      const now = clock.now();
      const due = deviceIds.filter((deviceId) => now >= (known.get(deviceId)?.again ?? -Infinity));
      return eachOf(due, (deviceId) => readOne(deviceId, since(deviceId, fleet) ?? Infinity));
    },
  };
}

const LONGEST_REST_MS = 60_000;
const AFTER_TROUBLE_MS = 10_000;

/** What the version before did on devices, before they were released. */
export interface EarlierVersions {
  of(deviceId: LosantId, times: { readonly released: number; readonly now: number }): BeforeRelease | undefined;
  /** Reads what is not known of these devices yet. */
  read(devices: readonly ReleasedDevice[]): Promise<void>;
}

interface ReleasedDevice {
  readonly deviceId: LosantId;
  /** By Losant's clock. */
  readonly released: number;
}

interface Earlier {
  readonly errors: readonly RuntimeError[];
  readonly runs: RunCount;
  readonly trouble?: string;
}

const NOTHING: Earlier = { errors: [], runs: { runs: 0, failed: 0 } };

export function createEarlierVersions(
  { flows }: Pick<Ports, "flows">,
  {
    flow,
    rules,
    before,
  }: { readonly flow: FlowRef; readonly rules: HealthRules; readonly before: (deviceId: LosantId) => Version },
): EarlierVersions {
  const known = new Map<LosantId, Earlier>();

  const readErrors = async (version: string, devices: readonly ReleasedDevice[]): Promise<readonly RuntimeError[]> => {
    if (rules.maxErrors === undefined) return [];
    const since = Math.min(...devices.map(({ released }) => released)) - rules.windowMs;
    const found = await flows.versionErrors(flow, version, since);
    // Where it is not the whole list, it is the newest part: those of before are too few then, and none is made up.
    return found.errors;
  };

  const readRuns = async (version: string, { deviceId, released }: ReleasedDevice): Promise<RunCount> => {
    if (rules.maxFailedPercent === undefined) return NOTHING.runs;
    const since = released - rules.windowMs;
    return runsWithin(await flows.versionRuns(flow, version, { deviceId, since }), since, released);
  };

  const readOf = async (version: Version, devices: readonly ReleasedDevice[]): Promise<void> => {
    if (version === null) {
      for (const { deviceId } of devices) known.set(deviceId, NOTHING);
      return;
    }
    const unknown = (error: unknown): Earlier => ({
      ...NOTHING,
      trouble: `${version}: ${troubleOf(error, isNotFound)}`,
    });
    let errors: readonly RuntimeError[];
    try {
      errors = await readErrors(version, devices);
    } catch (error) {
      for (const { deviceId } of devices) known.set(deviceId, unknown(error));
      return;
    }
    const byDevice = Map.groupBy(errors, ({ deviceId }) => deviceId);
    await eachOf(devices, async (device) => {
      const { deviceId } = device;
      const runs = await readRuns(version, device).catch((error: unknown) => unknown(error));
      const own = byDevice.get(deviceId) ?? [];
      known.set(deviceId, "errors" in runs ? { ...runs, errors: own } : { errors: own, runs });
    });
  };

  return {
    of: (deviceId, times) => {
      const earlier = known.get(deviceId);
      if (earlier === undefined) return undefined;
      const { errors, runs, trouble } = earlier;
      return { errors: errorsBefore(rules, errors, times), runs, ...(trouble === undefined ? {} : { trouble }) };
    },
    read: async (devices) => {
      const missing = devices.filter(({ deviceId }) => !known.has(deviceId));
      for (const [version, some] of Map.groupBy(missing, ({ deviceId }) => before(deviceId)))
        await readOf(version, some);
    },
  };
}

/** @throws the error itself, where it is not for the moment and not one of those that are expected */
export function troubleOf(error: unknown, isExpected: (error: unknown) => boolean = () => false): string {
  if (!isRetryable(error) && !isExpected(error)) throw error;
  return error instanceof Error ? error.message : String(error);
}

async function eachOf<T>(all: readonly T[], act: (one: T) => Promise<void>): Promise<void> {
  const left = [...all];
  const work = async (): Promise<void> => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) await act(one);
  };
  await Promise.all(Array.from({ length: Math.min(SIDE_BY_SIDE, all.length) }, work));
}
