/**
 * Is a version healthy on the devices that run it? By its runtime errors, device by device. Pure.
 *
 * | a device that runs the version                                    | its health            |
 * | ----------------------------------------------------------------- | --------------------- |
 * | threw more errors than allowed                                    | unhealthy, at once    |
 * | has not run it for as long as it has to                           | not proven: wait      |
 * | has, and its errors since then are not read                       | not proven: wait ...  |
 * | ... for longer than a batch may take                              | unjudged: it failed   |
 * | has, its errors are read, and they are not more than allowed      | proven                |
 */
import type { HealthInputs } from "../resource/health-inputs.js";
import type { RuntimeError } from "../losant/types.js";

export interface HealthRules {
  /** Errors that one device may throw within the window. */
  readonly maxErrors: number;
  readonly windowMs: number;
  /** How long a device has to run the version. */
  readonly settleMs: number;
}

/** What is known of the health of one device. */
export interface Watched {
  /** Since when it is seen to run the version, in milliseconds; undefined while it does not. */
  readonly runsSince?: number;
  /** Those that count: since its release, and within the window. The newest first. */
  readonly errors: readonly RuntimeError[];
}

/** Until when errors are known. */
export interface HealthReading {
  /** When they were last read as a whole, in milliseconds. */
  readonly readAt?: number;
  /** Why they were not since then. */
  readonly trouble?: string;
}

export function healthRulesOf({ errors, settleSeconds = 60 }: HealthInputs): HealthRules {
  const { max, windowSeconds = 3_600 } = errors;
  return { maxErrors: max, windowMs: windowSeconds * 1000, settleMs: settleSeconds * 1000 };
}

export function isUnhealthy(rules: HealthRules | undefined, watched: Watched | undefined): boolean {
  return rules !== undefined && watched !== undefined && watched.errors.length > rules.maxErrors;
}

/** Until when a device that runs the version is waited for, in milliseconds; undefined once it is proven. */
export function watchedUntil(
  rules: HealthRules | undefined,
  watched: Watched | undefined,
  { readAt = -Infinity }: HealthReading,
  { now, timeoutMs }: { readonly now: number; readonly timeoutMs: number },
): number | undefined {
  if (rules === undefined || watched === undefined) return undefined;
  const settledAt = (watched.runsSince ?? now) + rules.settleMs;
  if (readAt >= settledAt) return undefined;
  return now < settledAt ? settledAt : settledAt + timeoutMs;
}
