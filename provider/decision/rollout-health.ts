/**
 * Is a version healthy on the devices that run it? By its runtime errors and its failed runs, device by device. Pure.
 *
 * | a device that runs the version                                    | its health            |
 * | ----------------------------------------------------------------- | --------------------- |
 * | threw more errors than allowed                                    | unhealthy, at once    |
 * | has not run it for as long as it has to                           | not proven: wait      |
 * | has, and what is judged is not read since then                    | not proven: wait ...  |
 * | has, and no run of it surely since its release is counted         | not proven: wait ...  |
 * | ... for longer than a batch may take                              | unjudged: it failed   |
 * | has, and more of its runs failed than allowed                     | unhealthy             |
 * | has, and neither is more than allowed                             | proven                |
 *
 * With a baseline, what the version before did on the same device is allowed besides: its errors in the same time before
 * the release, its share of failed runs. What is not known of it is not allowed.
 *
 * Errors have a time, runs do not: Losant counts them in stretches. Only a stretch that lies wholly within a time counts
 * for it, whether Losant names the stretch by its begin or by its end.
 */
import type { HealthInputs } from "../resource/health-inputs.js";
import type { RunsStretch, RuntimeError, VersionRuns } from "../losant/types.js";

export interface HealthRules {
  /** Errors that one device may throw within the window; undefined: they are not judged. */
  readonly maxErrors?: number;
  readonly windowMs: number;
  /** Of a hundred runs of one device so many may fail; undefined: runs are not judged. */
  readonly maxFailedPercent?: number;
  /** How long a device has to run the version. */
  readonly settleMs: number;
  /** Is what the version before did allowed besides? */
  readonly baseline: boolean;
}

/** Runs of a version on a device. */
export interface RunCount {
  readonly runs: number;
  /** At most so many of them failed: Losant counts failed paths, and a run may have several. */
  readonly failed: number;
}

/** What is known of the health of one device. */
export interface Watched {
  /** Since when it is seen to run the version, in milliseconds; undefined while it does not. */
  readonly runsSince?: number;
  /** Those that count: since its release, and within the window. The newest first. */
  readonly errors: readonly RuntimeError[];
  /** Surely since its release; undefined while they are not read. */
  readonly runs?: RunCount & { readonly readAt: number };
  /** Why they were not read. */
  readonly runsTrouble?: string;
  /** What the version before did; undefined where no baseline is asked, or needed. */
  readonly before?: BeforeRelease;
}

export interface BeforeRelease {
  /** Errors in as long a time before the release as the device is watched, and at least as long as it has to run. */
  readonly errors: number;
  readonly runs: RunCount;
  /** Why some of it is not known: it counts as none then. */
  readonly trouble?: string;
}

/** Until when errors are known. */
export interface HealthReading {
  /** When they were last read as a whole, in milliseconds. */
  readonly readAt?: number;
  /** Why they were not since then. */
  readonly trouble?: string;
}

export function healthRulesOf({ errors, failedRuns, settleSeconds = 60, baseline = false }: HealthInputs): HealthRules {
  return {
    ...(errors === undefined ? {} : { maxErrors: errors.max }),
    windowMs: (errors?.windowSeconds ?? 3_600) * 1000,
    ...(failedRuns === undefined ? {} : { maxFailedPercent: Number(failedRuns.slice(0, -1)) }),
    settleMs: settleSeconds * 1000,
    baseline,
  };
}

export function isUnhealthy(rules: HealthRules | undefined, watched: Watched | undefined): boolean {
  return throwsTooMuch(rules, watched) || failsTooOften(rules, watched);
}

export function throwsTooMuch(rules: HealthRules | undefined, watched: Watched | undefined): boolean {
  if (rules?.maxErrors === undefined || watched === undefined) return false;
  return watched.errors.length > rules.maxErrors + (watched.before?.errors ?? 0);
}

/** Judged once the device has run the version as long as it has to: of one run, one may fail. */
export function failsTooOften(rules: HealthRules | undefined, watched: Watched | undefined): boolean {
  if (rules?.maxFailedPercent === undefined || watched?.runs === undefined || !hasRun(rules, watched)) return false;
  const { runs, failed } = watched.runs;
  const { before = { runs: NO_RUNS } } = watched;
  const [beforeRuns, beforeFailed] = before.runs.runs === 0 ? [1, 0] : [before.runs.runs, before.runs.failed];
  return failed * 100 * beforeRuns > (rules.maxFailedPercent * beforeRuns + beforeFailed * 100) * runs;
}

/** Until when a device that runs the version is waited for, in milliseconds; undefined once it is proven. */
export function watchedUntil(
  rules: HealthRules | undefined,
  watched: Watched | undefined,
  { readAt = -Infinity }: HealthReading,
  { now, timeoutMs }: { readonly now: number; readonly timeoutMs: number },
): number | undefined {
  if (rules === undefined || watched === undefined) return undefined;
  const settledAt = settledAtOf(rules, watched) ?? now + rules.settleMs;
  const areErrorsRead = rules.maxErrors === undefined || readAt >= settledAt;
  const areRunsRead = rules.maxFailedPercent === undefined || hasRun(rules, watched);
  if (areErrorsRead && areRunsRead) return undefined;
  return now < settledAt ? settledAt : settledAt + timeoutMs;
}

/** Why the health of a device is not known. */
export function unjudgedBecause(
  rules: HealthRules | undefined,
  watched: Watched | undefined,
  { trouble }: HealthReading,
) {
  if (trouble !== undefined || rules?.maxFailedPercent === undefined || watched === undefined) return trouble;
  if (hasRun(rules, watched)) return trouble;
  return watched.runsTrouble ?? "no run of it is counted that is surely since its release";
}

/** Since when a device has run the version as long as it has to; undefined while it does not run it. */
function settledAtOf({ settleMs }: HealthRules, { runsSince }: Watched): number | undefined {
  return runsSince === undefined ? undefined : runsSince + settleMs;
}

/** Has it settled, and were runs of it counted since then? */
function hasRun(rules: HealthRules, watched: Watched): boolean {
  const { runs } = watched;
  return runs !== undefined && runs.runs > 0 && runs.readAt >= (settledAtOf(rules, watched) ?? Infinity);
}

/** Is it time to count the runs of a device? */
export function areRunsDue(rules: HealthRules, watched: Watched, now: number): boolean {
  if (rules.maxFailedPercent === undefined || hasRun(rules, watched)) return false;
  return now >= (settledAtOf(rules, watched) ?? Infinity);
}

const NO_RUNS: RunCount = { runs: 0, failed: 0 };

/** The runs of the stretches that lie wholly between the two times, in milliseconds, whichever of its ends names a stretch. */
export function runsWithin({ stretches, resolutionMs }: VersionRuns, from: number, to = Infinity): RunCount {
  const within = stretches.filter(({ at }) => at - resolutionMs >= from && at + resolutionMs <= to);
  return within.reduce<RunCount>(
    (sum, one) => ({ runs: sum.runs + one.runs, failed: sum.failed + mostFailed(one) }),
    NO_RUNS,
  );
}

function mostFailed({ runs, failedPaths }: RunsStretch): number {
  return Math.min(failedPaths, runs);
}

/** How many errors the version before threw in the time that is compared. `released` and `now` by the clock of the errors. */
export function errorsBefore(
  { settleMs, windowMs }: HealthRules,
  errors: readonly Pick<RuntimeError, "at">[],
  { released, now }: { readonly released: number; readonly now: number },
): number {
  const ms = Math.min(Math.max(now - released, settleMs), windowMs);
  return errors.filter(({ at }) => at < released && at >= released - ms).length;
}

/** What a rollout was judged on, in numbers. */
export interface Judged {
  /** Devices that were seen to run the version, or to throw. */
  readonly devices: number;
  readonly errors: number;
  /** Devices with errors. */
  readonly throwing: number;
  readonly runs: RunCount;
}

export function judgedOf(watched: readonly (Watched | undefined)[]): Judged {
  // A device that is offline ran nothing: it was not watched.
  const seen = watched.filter(
    (one): one is Watched => one !== undefined && (one.runsSince !== undefined || one.errors.length > 0),
  );
  return {
    devices: seen.length,
    errors: seen.reduce((sum, { errors }) => sum + errors.length, 0),
    throwing: seen.filter(({ errors }) => errors.length > 0).length,
    runs: seen.reduce<RunCount>(
      (sum, { runs = NO_RUNS }) => ({ runs: sum.runs + runs.runs, failed: sum.failed + runs.failed }),
      NO_RUNS,
    ),
  };
}
