/** The batches of a rollout in the plan line. Pure. */
import { countOf } from "../words.js";
import { batchSize } from "../resource/batches.js";
import type { RolloutInputs } from "../resource/rollout-inputs.js";
import { plannedBatches } from "../decision/planned-batches.js";
import { closedUntil } from "../decision/rollout-policy.js";
import { openingAt } from "../decision/rollout-windows.js";
import { clockText, windowText } from "../messages/rollout-messages.js";
import type { Strategy } from "../decision/rollout-strategy.js";
import { strategyOf } from "../decision/rollout-strategy.js";
import { deviceNamesText } from "./plan-preview.js";
import type { PlanPreview } from "./plan-preview.js";

/** ` in 3 batches: 1 (line-1), 3, 12`: how many devices have the version after each, and which get it first. */
export function rolloutText(preview: PlanPreview, rollout: RolloutInputs): string {
  const { inputs, decision, fleet, now } = preview;
  const { version } = inputs;
  // Where the program ignores the version, devices that are owned already stay where they are.
  const deviceIds = inputs.deviceIds.filter((id) => decision.intent.desired.get(id) === version);
  const strategy = strategyOf(rollout, deviceIds);
  const batches = plannedBatches(strategy, { deviceIds, version, fleet });
  const [first] = batches;
  if (first === undefined) return "";
  const sizes = batches.map(({ size }, index) =>
    index === 0 ? `${size} (${deviceNamesText(preview, first.deviceIds)})` : String(size),
  );
  const isStuck = batches.at(-1)?.size !== deviceIds.length;
  const said = [
    ...notes(rollout, deviceIds.length),
    ...(isStuck ? ["then waits for the canary, which is offline"] : []),
  ];
  const text = ` in ${countOf(batches.length, "batch")}: ${sizes.join(", ")}`;
  const window = now === undefined ? "" : windowNote(strategy, now.getTime());
  return `${text}${said.length === 0 ? "" : ` (${said.join("; ")})`}${window}`;
}

/** `; a window is open until Sat 28 Nov, 04:00 (Europe/Vienna)` */
function windowNote(strategy: Strategy, now: number): string {
  if (strategy.windows === undefined) return "";
  const closed = closedUntil(strategy, now);
  if (closed !== undefined) {
    const then = closed.outside === "wait" ? "`pulumi up` waits for it" : "`pulumi up` moves nothing before";
    return `; no window is open: ${windowText(closed.opening, now)}; ${then}`;
  }
  const open = openingAt(strategy.windows.list, now);
  return open === undefined ? "" : `; a window is open until ${clockText(open.to, open.timeZone)}`;
}

/** Where the list of batches is not what happens to the letter. */
function notes({ batches = [] }: RolloutInputs, devices: number): string[] {
  const sizes = batches.map((batch) => batchSize(batch, devices));
  const last = sizes.at(-1);
  const idle = batches.filter((_, index) => sizes[index] === (index === 0 ? undefined : sizes[index - 1]));
  return [
    ...(last !== undefined && last < devices ? [`the last batch is always all ${devices}`] : []),
    ...idle.map((batch) => `${JSON.stringify(batch)} of ${devices} adds no device`),
  ];
}
