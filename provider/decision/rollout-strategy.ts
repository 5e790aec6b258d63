/** What a `rollout` means for so many devices. Pure. */
import { absoluteCount, batchSize, DEFAULT_BATCHES } from "../resource/batches.js";
import type { Batch } from "../resource/batches.js";
import type { RolloutInputs } from "../resource/rollout-inputs.js";
import { healthRulesOf } from "./rollout-health.js";
import type { HealthRules } from "./rollout-health.js";
import type { WindowInputs } from "../resource/window-inputs.js";
import type { LosantId } from "../losant/types.js";

export interface Strategy {
  /** How many devices have the version after each batch: rising, the last one is all of them. */
  readonly sizes: readonly number[];
  /** The devices of the first batch, where they are named. */
  readonly canary?: ReadonlySet<LosantId>;
  readonly timeoutMs: number;
  readonly pauseMs: number;
  readonly maxFailures: number;
  readonly offline: "ignore" | "wait" | "fail";
  /** What a device that runs the version has to show; undefined: nothing more. */
  readonly health?: HealthRules;
  /** When a batch may begin; undefined: at any time. */
  readonly windows?: { readonly list: readonly WindowInputs[]; readonly outside: "stop" | "wait" };
}

/** Percentages are of all devices, and rounded up: of ten devices `"25%"` are three. */
export function strategyOf(rollout: RolloutInputs, deviceIds: readonly LosantId[]): Strategy {
  const {
    batches = DEFAULT_BATCHES,
    timeoutSeconds = 600,
    pauseSeconds = 0,
    maxFailures = 0,
    offline = "ignore",
  } = rollout;
  const named = new Set(rollout.canary?.deviceIds);
  const canary = new Set(deviceIds.filter((id) => named.has(id)));
  return {
    sizes: sizesOf(canary.size === 0 ? batches : [canary.size, ...batches], deviceIds.length),
    ...(canary.size === 0 ? {} : { canary }),
    timeoutMs: timeoutSeconds * 1000,
    pauseMs: pauseSeconds * 1000,
    // Rounded down: "5%" of ten devices may not be one of them.
    maxFailures: Math.floor(absoluteCount(maxFailures, deviceIds.length)),
    offline,
    ...(rollout.windows === undefined
      ? {}
      : { windows: { list: rollout.windows, outside: rollout.outside ?? "stop" } }),
    ...(rollout.health === undefined ? {} : { health: healthRulesOf(rollout.health) }),
  };
}

/** Cumulative and rising, up to all devices. A batch that adds no device is left out. */
function sizesOf(batches: readonly Batch[], devices: number): number[] {
  const sizes: number[] = [];
  for (const batch of [...batches, devices]) {
    const size = batchSize(batch, devices);
    if (size > (sizes.at(-1) ?? 0)) sizes.push(size);
  }
  return sizes;
}
