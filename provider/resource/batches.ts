/**
 * How many devices a batch is, and which lists of batches are refused. Pure.
 *
 * What is accepted is what happens. A batch that could add no device on any fleet is refused, and so is one that this
 * fleet makes smaller than the batch before it. A percentage that is rounded to the size of the batch before it is
 * accepted, since the next device that joins changes that: the preview says that it adds no device.
 */
import { countOf, quoteValue } from "../words.js";

/** A number of devices, or a percentage such as `"25%"`. */
export type Batch = number | string;

export const DEFAULT_BATCHES: readonly Batch[] = ["100%"];

/** The devices that a list of batches is for. */
export interface BatchedFleet {
  readonly devices: number;
  /** How many of them are the canary, which is the first batch. 0: none is named. */
  readonly canary: number;
}

export interface BatchProblem {
  /** Which batch, from 0. */
  readonly index: number;
  readonly reason: string;
}

/** Cumulative. Percentages are rounded up: of ten devices `"25%"` are three. Never more than there are. */
export function batchSize(batch: Batch, devices: number): number {
  return Math.min(Math.ceil(absoluteCount(batch, devices)), devices);
}

export function absoluteCount(amount: Batch, devices: number): number {
  if (typeof amount === "number") return amount;
  // Through whole numbers: 0.07 * 100 is a little more than 7, and would be rounded up.
  return Number(((Number.parseFloat(amount) * devices) / 100).toFixed(6));
}

/** The first batch that would not be what happens. @param fleet - undefined where it is not known */
export function batchProblem(batches: readonly Batch[], fleet: BatchedFleet | undefined): BatchProblem | undefined {
  for (const [index, batch] of batches.entries()) {
    const why = notRising(batches[index - 1], batch) ?? (fleet && notFitting(batches[index - 1], batch, fleet, index));
    if (why === undefined) continue;
    const better = batchesAsTheyCouldBe(batches, fleet).map((one) => JSON.stringify(one));
    return { index, reason: `${why}. Batches are cumulative: write for example [${better.join(", ")}]` };
  }
  return undefined;
}

/** The list without the batches that are refused, up to all devices. */
export function batchesAsTheyCouldBe(batches: readonly Batch[], fleet: BatchedFleet | undefined): Batch[] {
  const kept: Batch[] = [];
  const fits = (batch: Batch): boolean =>
    !isAll(batch) &&
    kept.every((one) => notRising(one, batch) === undefined) &&
    (fleet === undefined || notFitting(kept.at(-1), batch, fleet, kept.length) === undefined);
  if (fleet !== undefined && fleet.canary > 0 && !batches.some(fits)) kept.push(fleet.canary);
  for (const batch of batches) if (fits(batch)) kept.push(batch);
  return [...kept, "100%"];
}

/** On any fleet. */
function notRising(before: Batch | undefined, batch: Batch): string | undefined {
  if (before === undefined) return undefined;
  if (isAll(before)) return `${quoteValue(batch)} comes after "100%", which is all devices already`;
  if (typeof before !== typeof batch || numberIn(batch) > numberIn(before)) return undefined;
  return `${quoteValue(batch)} does not rise above ${quoteValue(before)}, the batch before it`;
}

/** On this fleet. */
function notFitting(
  before: Batch | undefined,
  batch: Batch,
  { devices, canary }: BatchedFleet,
  index: number,
): string | undefined {
  if (typeof batch === "number" && batch > devices) {
    return `${batch} is more than the ${countOf(devices, "device")} of this resource`;
  }
  const size = batchSize(batch, devices);
  const shown = typeof batch === "number" ? String(batch) : `"${batch}" of ${countOf(devices, "device")}`;
  if (before !== undefined && size < batchSize(before, devices)) {
    return `${shown} is ${size}, fewer than the ${batchSize(before, devices)} of the batch before it`;
  }
  if (index > 0 || size >= canary) return undefined;
  return `${shown} is fewer than the ${countOf(canary, "device")} of the canary, which are the first batch`;
}

function isAll(batch: Batch): boolean {
  return typeof batch === "string" && numberIn(batch) === 100;
}

function numberIn(batch: Batch): number {
  return typeof batch === "number" ? batch : Number.parseFloat(batch);
}
