/** `rollout.health`: its shape, and how bad values are answered. Pure. */
import { quoteValue } from "../words.js";
import { z } from "zod";
import type { Version } from "../losant/types.js";
import { flagInput, noObject, secondsInput } from "./input-schemas.js";

/**
 * A device that runs the version, and throws or fails too often, has failed: it counts towards `maxFailures`. Not judged
 * where the version is `null`: nothing runs then. `errors`, `failedRuns`, or both have to be given.
 */
export interface HealthInputs {
  /** Runtime errors of the version, as Losant lists them (token scope `flowVersion.errors`). */
  readonly errors?: ErrorsInputs;
  /**
   * The share of its runs that may fail on one device, for example `"2%"` (token scope `flowVersion.stats`). Judged once a
   * device has run the version for `settleSeconds` and runs of it are counted: Losant counts by the minute.
   */
  readonly failedRuns?: string;
  /** How long a device has to run the version before it counts as healthy, in seconds. @default 60 */
  readonly settleSeconds?: number;
  /**
   * Allows what the version before did on the same device, besides: a workflow that always threw is told apart. Its errors
   * in the same time before the release, its share of failed runs in the hour before. @default false
   */
  readonly baseline?: boolean;
}

export interface ErrorsInputs {
  /** How many errors one device may have within the window. 0: the first error is a failure. */
  readonly max: number;
  /** Errors count for so long, in seconds, and never those from before the device's release. @default 3600 */
  readonly windowSeconds?: number;
}

const errorsInputs = z.strictObject(
  {
    max: z
      .int({
        error: (issue) => `${quoteValue(issue.input)} is not a number of errors: say how many one device may have`,
      })
      .min(0, { error: (issue) => `${quoteValue(issue.input)} is not a number of errors: give 0 or more` }),
    windowSeconds: secondsInput(1, 604_800).optional(),
  },
  { error: noObject },
);

const PERCENT = /^(?:100|\d{1,2}(?:\.\d{1,3})?)%$/;
const failedRunsInput = z
  .string({ error: (issue) => `${quoteValue(issue.input)} is not a percentage of runs: give for example "2%"` })
  .regex(PERCENT, {
    error: (issue) => `${quoteValue(issue.input)} is not a percentage of runs: give "0%" to "100%", for example "2%"`,
  });

/** @internal */
export const healthInputs = z.strictObject(
  {
    errors: errorsInputs.optional(),
    failedRuns: failedRunsInput.optional(),
    settleSeconds: secondsInput(0, 86_400).optional(),
    baseline: flagInput.optional(),
  },
  { error: noObject },
);

/** The names that may stand at a path below `rollout.health`. */
export function healthNamesIn([name]: readonly PropertyKey[]): string[] {
  return Object.keys(name === "errors" ? errorsInputs.shape : healthInputs.shape);
}

/** What is wrong with it for this version, though each value is right by itself. @returns a path below `rollout.health` */
export function healthProblem(
  health: HealthInputs | undefined,
  version: Version,
): { readonly path: readonly string[]; readonly reason: string } | undefined {
  if (health === undefined) return undefined;
  const { settleSeconds = 60, errors, failedRuns } = health;
  if (errors === undefined && failedRuns === undefined) {
    const reason =
      'nothing to judge by: say how many errors a device may have, errors: { max: 0 }, or which share of its runs may fail, failedRuns: "2%"';
    return { path: ["errors"], reason };
  }
  if (version === "develop") {
    const reason =
      'the health of "develop" cannot be judged, since Losant lists errors of named versions: make a version of it';
    return { path: [], reason };
  }
  if (errors?.windowSeconds === undefined || errors.windowSeconds >= settleSeconds) return undefined;
  const reason = `${errors.windowSeconds} is less than the ${settleSeconds} of settleSeconds: errors would not count for as long as a device is watched`;
  return { path: ["errors", "windowSeconds"], reason };
}
