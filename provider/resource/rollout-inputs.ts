/** `rollout`: its shape, and how bad values are answered. Pure. */
import { quoteValue } from "../words.js";
import { z } from "zod";
import type { LosantId, Version } from "../losant/types.js";
import { batchProblem } from "./batches.js";
import type { Batch, BatchedFleet } from "./batches.js";
import {
  countOrPercentage,
  deviceIdsInput,
  isCountOrPercentage,
  secondsInput,
  unknownName,
  wordInput,
} from "./input-schemas.js";

/** How a new version is released. Without it, all devices are released at once and nothing is waited for. */
export interface RolloutInputs {
  /**
   * Cumulative: `[1, "25%", "100%"]` is one device, then a quarter of them, then all. The list has to rise; where its last
   * batch is not all devices, one more batch is. @default ["100%"]
   */
  readonly batches?: readonly Batch[];
  /**
   * The devices that get the version first, as a batch of their own. @default the first batch goes to online devices, in
   * the order of their ids
   */
  readonly canary?: CanaryInputs;
  /** Time for one batch, in seconds. @default 600 */
  readonly timeoutSeconds?: number;
  /** Rest after each batch but the last, in seconds. @default 0 */
  readonly pauseSeconds?: number;
  /** How many devices may fail, a number or a percentage of all. 0: the first failure ends the rollout. @default 0 */
  readonly maxFailures?: number | string;
  /** What becomes of devices that are offline. @default "ignore" */
  readonly offline?: "ignore" | "wait" | "fail";
  /** What the devices of a batch have to show before the next one. @default that they run the version */
  readonly health?: HealthInputs;
  /** @default "stop" */
  readonly onFailure?: "stop" | "rollback";
}

export interface CanaryInputs {
  /** Some of the devices of the resource. */
  readonly deviceIds: readonly LosantId[];
}

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

const healthInputs = z.strictObject(
  {
    errors: z.strictObject(
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
            : unknownName(issue),
      },
    ),
    settleSeconds: secondsInput(0, 86_400).optional(),
  },
  { error: unknownName },
);

export const rolloutInputs = z.strictObject(
  {
    batches: z
      .array(countOrPercentage('batches are cumulative, for example [1, "25%", "100%"]', 1), {
        error: (issue) => `${quoteValue(issue.input)} is not a list: give for example [1, "25%", "100%"]`,
      })
      .min(1, { error: "an empty list has no batch: leave it out to release everything in one batch" })
      .superRefine((batches, context) => {
        // Values that are not known yet, or wrong by themselves.
        if (!batches.every((batch) => isCountOrPercentage(batch, 1))) return;
        const problem = batchProblem(batches, undefined);
        if (problem !== undefined) context.addIssue({ code: "custom", path: [problem.index], message: problem.reason });
      })
      .optional(),
    canary: z
      .strictObject(
        {
          deviceIds: deviceIdsInput().refine((ids) => ids.length > 0, {
            error: "no device at all: name the devices that get the version first, or leave canary out",
          }),
        },
        { error: unknownName },
      )
      .optional(),
    timeoutSeconds: secondsInput(1, 86_400).optional(),
    pauseSeconds: secondsInput(0, 86_400).optional(),
    maxFailures: countOrPercentage("say how many devices may fail", 0).optional(),
    offline: wordInput("ignore", "wait", "fail").optional(),
    health: healthInputs.optional(),
    onFailure: wordInput("stop", "rollback").optional(),
  },
  { error: unknownName },
);

export interface RolloutProblem {
  /** Below `rollout`. */
  readonly path: readonly (string | number)[];
  readonly reason: string;
}

/** What is wrong with a rollout for these devices, though each value is right by itself. */
export function rolloutProblems(
  rollout: RolloutInputs,
  { deviceIds, version }: { readonly deviceIds: readonly LosantId[]; readonly version: Version },
): readonly RolloutProblem[] {
  return [...healthProblems(rollout, version), ...deviceProblems(rollout, deviceIds)];
}

function healthProblems({ health }: RolloutInputs, version: Version): readonly RolloutProblem[] {
  if (health === undefined) return [];
  const { settleSeconds = 60, errors } = health;
  if (version === "develop") {
    const reason =
      'the health of "develop" cannot be judged, since Losant lists errors of named versions: make a version of it';
    return [{ path: ["health"], reason }];
  }
  if (errors.windowSeconds === undefined || errors.windowSeconds >= settleSeconds) return [];
  const reason = `${errors.windowSeconds} is less than the ${settleSeconds} of settleSeconds: errors would not count for as long as a device is watched`;
  return [{ path: ["health", "errors", "windowSeconds"], reason }];
}

function deviceProblems({ batches, canary }: RolloutInputs, deviceIds: readonly LosantId[]): readonly RolloutProblem[] {
  if (deviceIds.length === 0) return [];
  const known = new Set(deviceIds);
  const strange = canary?.deviceIds.filter((id) => !known.has(id)) ?? [];
  if (strange.length > 0) {
    const reason = `${quoteValue(strange[0])} is not among the devices of this resource: a canary is some of its deviceIds`;
    return [{ path: ["canary", "deviceIds"], reason }];
  }
  const fleet: BatchedFleet = { devices: deviceIds.length, canary: canary?.deviceIds.length ?? 0 };
  const problem = batches && batchProblem(batches, fleet);
  return problem === undefined ? [] : [{ path: ["batches", problem.index], reason: problem.reason }];
}
