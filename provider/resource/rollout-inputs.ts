/** `rollout`: its shape, and how bad values are answered. Pure. */
import { PRINTABLE, quoteValue } from "../words.js";
import { z } from "zod";
import type { LosantId, Version } from "../losant/types.js";
import { batchProblem } from "./batches.js";
import type { Batch, BatchedFleet } from "./batches.js";
import { healthInputs, healthNamesIn, healthProblem } from "./health-inputs.js";
import type { HealthInputs } from "./health-inputs.js";
import {
  countOrPercentageInput,
  deviceIdsInput,
  isCountOrPercentage,
  secondsInput,
  noObject,
  wordInput,
} from "./input-schemas.js";
import { windowNames, windowsInput } from "./window-inputs.js";
import type { WindowInputs } from "./window-inputs.js";

/** How a new version is released. Without it, all devices are released at once and nothing is waited for. */
export interface RolloutInputs {
  /**
   * How many devices have the version after each batch, as counts or percentages: `[1, "25%", "100%"]` is one device, then
   * a quarter of them, then all. Percentages are rounded up. The list has to rise. Where its last batch is not all devices,
   * one more batch releases the rest. @default ["100%"]
   */
  readonly batches?: readonly Batch[];
  /**
   * The devices that get the version first, as a batch of their own. @default the first batch goes to online devices, in
   * the order of their ids
   */
  readonly canary?: CanaryInputs;
  /** Time for one batch, in seconds, 1 or more. A device that does not report the version by then has failed. @default 600 */
  readonly timeoutSeconds?: number;
  /** Pause after each batch but the last, in seconds. A device that fails ends the pause. @default 0 */
  readonly pauseSeconds?: number;
  /** How many devices may fail, a count or a percentage (rounded down). 0: the first failure ends it. @default 0 */
  readonly maxFailures?: number | string;
  /**
   * Devices that are offline since before their release. `ignore`: the version is released to them, and the rollout does not
   * wait. `wait`: it waits for them. `fail`: they count as failed, and a rollout with more than `maxFailures` of them does
   * not start. @default "ignore"
   */
  readonly offline?: "ignore" | "wait" | "fail";
  /** What the devices of a batch have to show before the next one. @default that they run the version */
  readonly health?: HealthInputs;
  /**
   * After more failures than `maxFailures`. `stop`: devices keep what they have, and the next `pulumi up` continues.
   * `rollback`: each moved device returns to its own earlier version. @default "stop"
   */
  readonly onFailure?: "stop" | "rollback";
  /** A batch begins only inside one of these. A rollback is never held back. @default at any time */
  readonly windows?: readonly WindowInputs[];
  /**
   * What `pulumi up` does outside of the windows. `stop`: it ends, and the next one goes on. `wait`: it waits.
   * @default "stop"
   */
  readonly outside?: "stop" | "wait";
  /**
   * Rollouts of one program with the same group go one after the other, so that two workflows do not restart a device at
   * the same time. One that does not get to its end stops those of its group that have not begun. Other runs of Pulumi are
   * not waited for. @default it waits for no other rollout
   */
  readonly group?: string;
}

export interface CanaryInputs {
  /** Some of the devices of the resource. */
  readonly deviceIds: readonly LosantId[];
}

const canaryInputs = z.strictObject(
  {
    deviceIds: deviceIdsInput().refine((ids) => ids.length > 0, {
      error: "no device at all: name the devices that get the version first, or leave canary out",
    }),
  },
  { error: noObject },
);

const noGroup = (issue: { readonly input?: unknown }): string =>
  `${quoteValue(issue.input)} is not the name of a group: give 1 to 100 characters, or leave it out`;

const groupInput = z.string({ error: noGroup }).refine(isGroupName, { error: noGroup });

function isGroupName(name: string): boolean {
  return name.trim() !== "" && name.length <= 100 && PRINTABLE.test(name);
}

/** @internal */
export const rolloutInputs = z.strictObject(
  {
    batches: z
      .array(countOrPercentageInput('batches are cumulative, for example [1, "25%", "100%"]', 1), {
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
    canary: canaryInputs.optional(),
    timeoutSeconds: secondsInput(1, 86_400).optional(),
    pauseSeconds: secondsInput(0, 86_400).optional(),
    maxFailures: countOrPercentageInput("say how many devices may fail", 0).optional(),
    offline: wordInput("ignore", "wait", "fail").optional(),
    health: healthInputs.optional(),
    onFailure: wordInput("stop", "rollback").optional(),
    windows: windowsInput.optional(),
    outside: wordInput("stop", "wait").optional(),
    group: groupInput.optional(),
  },
  { error: noObject },
);

/** The names that may stand at a path below `rollout`. */
export function rolloutNamesIn([name, ...below]: readonly PropertyKey[]): string[] {
  if (name === "canary") return Object.keys(canaryInputs.shape);
  if (name === "health") return healthNamesIn(below);
  if (name === "windows") return windowNames();
  return Object.keys(rolloutInputs.shape);
}

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
  const health = healthProblem(rollout.health, version);
  return [
    ...(rollout.outside !== undefined && rollout.windows === undefined
      ? [{ path: ["outside"], reason: "there are no windows to be outside of: give windows too, or leave it out" }]
      : []),
    ...(health === undefined ? [] : [{ ...health, path: ["health", ...health.path] }]),
    ...deviceProblems(rollout, deviceIds),
  ];
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
