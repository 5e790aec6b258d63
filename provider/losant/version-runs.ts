/**
 * Runs of a version, as Losant counts them in stretches of time (flowStats.json).
 *
 * Not documented: whether the time of a stretch is its begin or its end, where stretches begin, and which resolutions
 * there are. So the answer's own resolution counts, and `decision/rollout-health.ts` takes only stretches that lie within
 * a time in either reading. A number that is missing is not zero: the answer is unreadable then.
 */
import * as z from "zod";
import type { LosantId, RunsAsked, VersionRuns } from "./types.js";

/** Query of `GET .../versions/V/stats`. */
export interface RunsQuery {
  /** How far back from now, in milliseconds. */
  readonly duration: number;
  /** Milliseconds. */
  readonly resolution: number;
  readonly deviceId: LosantId | undefined;
}

/** Losant's clock and ours may differ by so much. */
const SKEW_MS = 5 * 60_000;

/**
 * Where the clock of this machine is behind Losant's, the first answer does not reach back far enough, and says so.
 *
 * @param now - by the clock of this machine
 */
export async function readRunsSince(
  { since, deviceId, resolutionMs }: RunsAsked,
  now: number,
  read: (query: RunsQuery) => Promise<VersionRuns>,
): Promise<VersionRuns> {
  const ask = (backMs: number): Promise<VersionRuns> => {
    const stretches = Math.ceil((Math.max(backMs, 0) + SKEW_MS) / resolutionMs) + 1;
    return read({ duration: stretches * resolutionMs, resolution: resolutionMs, deviceId });
  };
  const found = await ask(now - since);
  const { start, end } = found;
  return start !== undefined && end !== undefined && start > since ? ask(end - since) : found;
}

const time = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
const count = z.number().min(0);

/** An answer about another version, or another device, is none. */
export function runsAnswerOf(version: string, { deviceId, resolutionMs }: RunsAsked): z.ZodType<VersionRuns> {
  return z
    .object({
      flowVersion: z
        .string()
        .nullish()
        .refine((answered) => (answered ?? version) === version, {
          error: `is not the version "${version}" that was asked for`,
        }),
      deviceId: z
        .string()
        .nullish()
        .refine((answered) => (answered ?? deviceId ?? "").toLowerCase() === (deviceId ?? "").toLowerCase(), {
          error: "is not the device that was asked for",
        }),
      start: time.nullish(),
      end: time.nullish(),
      resolution: z.number().positive().nullish(),
      metrics: z.array(z.object({ time, runCount: count, pathsFailed: count })),
    })
    .transform(({ start, end, resolution, metrics }) => ({
      stretches: metrics.map(({ time: at, runCount, pathsFailed }) => ({
        at,
        runs: runCount,
        failedPaths: pathsFailed,
      })),
      resolutionMs: resolution ?? resolutionMs,
      start: start ?? undefined,
      end: end ?? undefined,
    }));
}
