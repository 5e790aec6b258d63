/** `rollout.health`: its shape, and how bad values are answered. Pure. */
import { quoteValue } from "../words.js";
import { z } from "zod";
import type { Version } from "../losant/types.js";
import { noObject, secondsInput } from "./input-schemas.js";

/**
 * A device that runs the version and throws has failed: it counts towards `maxFailures`. Not judged where the version is
 * `null`: nothing runs then.
 */
export interface HealthInputs {
  /** Runtime errors of the version, as Losant lists them (token scope `flowVersion.errors`). */
  readonly errors: ErrorsInputs;
  /** How long a device has to run the version before it counts as healthy, in seconds. @default 60 */
  readonly settleSeconds?: number;
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
  {
    error: (issue) =>
      issue.input === undefined
        ? "nothing to judge by: say how many errors a device may have, errors: { max: 0 }"
        : noObject(issue),
  },
);

/** @internal */
export const healthInputs = z.strictObject(
  { errors: errorsInputs, settleSeconds: secondsInput(0, 86_400).optional() },
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
  const { settleSeconds = 60, errors } = health;
  if (version === "develop") {
    const reason =
      'the health of "develop" cannot be judged, since Losant lists errors of named versions: make a version of it';
    return { path: [], reason };
  }
  if (errors.windowSeconds === undefined || errors.windowSeconds >= settleSeconds) return undefined;
  const reason = `${errors.windowSeconds} is less than the ${settleSeconds} of settleSeconds: errors would not count for as long as a device is watched`;
  return { path: ["errors", "windowSeconds"], reason };
}
