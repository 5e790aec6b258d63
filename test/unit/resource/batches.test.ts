// Lists of batches: what is accepted is what happens, and what is refused says how the list could be.
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { batchesAsTheyCouldBe, batchProblem, batchSize } from "../../../provider/resource/batches.js";
import type { Batch, BatchedFleet } from "../../../provider/resource/batches.js";

const of = (devices: number, canary = 0): BatchedFleet => ({ devices, canary });
const told = (batches: Batch[], fleet?: BatchedFleet): string => {
  const problem = batchProblem(batches, fleet);
  return problem === undefined ? "accepted" : `[${problem.index}] ${problem.reason}`;
};

describe("a list of batches", () => {
  test.each<[string, Batch[], BatchedFleet | undefined, string]>([
    ["rises", [1, "25%", "100%"], of(40), "accepted"],
    ["is one batch", ["100%"], of(40), "accepted"],
    ["ends before all: one batch more is made", [1, 5], of(40), "accepted"],
    ["is all devices as a number", [1, 40], of(40), "accepted"],
    ["is rounded to the size before it", [1, "25%", "100%"], of(3), "accepted"],
    ["reaches all devices before its end", [1, 2, "100%"], of(2), "accepted"],
    [
      "falls, whatever the fleet",
      [5, 2, 8],
      undefined,
      '[1] 2 does not rise above 5, the batch before it. Batches are cumulative: write for example [5, 8, "100%"]',
    ],
    [
      "repeats a percentage",
      ["10%", "10.0%"],
      undefined,
      '[1] "10.0%" does not rise above "10%", the batch before it. Batches are cumulative: write for example ["10%", "100%"]',
    ],
    [
      "goes on after all",
      [1, "100%", 5],
      undefined,
      '[2] 5 comes after "100%", which is all devices already. Batches are cumulative: write for example [1, 5, "100%"]',
    ],
    [
      "counts beyond the fleet",
      [1, 50],
      of(4),
      '[1] 50 is more than the 4 devices of this resource. Batches are cumulative: write for example [1, "100%"]',
    ],
    [
      "falls on this fleet",
      [10, "25%", "100%"],
      of(12),
      '[1] "25%" of 12 devices is 3, fewer than the 10 of the batch before it. Batches are cumulative: write for example [10, "100%"]',
    ],
    ["begins with the canary", [3, "50%"], of(12, 3), "accepted"],
    ["goes on after the canary", ["50%"], of(12, 3), "accepted"],
    [
      "begins with fewer than the canary",
      [1, "25%", "100%"],
      of(12, 4),
      '[0] 1 is fewer than the 4 devices of the canary, which are the first batch. Batches are cumulative: write for example [4, "100%"]',
    ],
  ])("%s: %j", (_name, batches, fleet, expected) => {
    expect(told(batches, fleet)).toBe(expected);
  });

  const aBatch = fc.oneof(
    fc.integer({ min: 1, max: 30 }),
    fc.integer({ min: 1, max: 100 }).map((n) => `${n}%`),
  );
  const aFleet = fc
    .tuple(fc.integer({ min: 1, max: 40 }), fc.nat({ max: 40 }))
    .map(([devices, canary]) => of(devices, Math.min(canary, devices)));

  test("as it could be is accepted, on any fleet", () => {
    fc.assert(
      fc.property(
        fc.array(aBatch, { minLength: 1, maxLength: 6 }),
        fc.option(aFleet, { nil: undefined }),
        (all, fleet) => {
          const better = batchesAsTheyCouldBe(all, fleet);
          expect([better, told(better, fleet)]).toEqual([better, "accepted"]);
        },
      ),
      { numRuns: 3000 },
    );
  });

  test("that is accepted never falls, and never counts devices that are not there", () => {
    fc.assert(
      fc.property(fc.array(aBatch, { minLength: 1, maxLength: 4 }), aFleet, (all, fleet) => {
        fc.pre(batchProblem(all, fleet) === undefined);
        const sizes = [fleet.canary, ...all.map((batch) => batchSize(batch, fleet.devices))];
        expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
        for (const batch of all) if (typeof batch === "number") expect(batch).toBeLessThanOrEqual(fleet.devices);
      }),
      { numRuns: 3000 },
    );
  });
});
