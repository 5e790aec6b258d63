// Random lives of a few resources: what a program declares, what people and devices do, what breaks, and what `up` makes
// of it. Replay a failure with the seed and path it prints:
// LIFECYCLE_SEED=... LIFECYCLE_PATH=... npm run jest -- property/lifecycle
import { afterAll, beforeAll, describe, test } from "@jest/globals";
import fc from "fast-check";
import { Life } from "../support/life.js";
import { aRound, DEVICES, FLOWS } from "../support/lives.js";
import { openStages } from "../support/stage.js";

const RUNS = Number(process.env["LIFECYCLE_RUNS"] ?? 250);

/** The ways in which Losant may behave that its documentation leaves open, and old private installs. */
const LOSANTS = [
  { replaceMatches: "desired", writeStatus: 202 },
  { replaceMatches: "current", writeStatus: 202, desiredDelayMs: 3 },
  { replaceMatches: "either", writeStatus: 202, desiredDelayMs: 1, maxPerPage: 2 },
  { replaceMatches: "desired", writeStatus: 201, legacy: true, logsOrder: "newestFirst" },
] as const;

const stages: Awaited<ReturnType<typeof openStages>>[] = [];
beforeAll(async () => {
  for (const losant of LOSANTS) stages.push(await openStages({ devices: DEVICES, flows: FLOWS, ...losant }));
});
afterAll(async () => {
  for (const stage of stages) await stage.close();
});

const replay = {
  ...(process.env["LIFECYCLE_SEED"] === undefined ? {} : { seed: Number(process.env["LIFECYCLE_SEED"]) }),
  ...(process.env["LIFECYCLE_PATH"] === undefined ? {} : { path: process.env["LIFECYCLE_PATH"] }),
};

describe("whatever happens in the life of a few resources", () => {
  test("no foreign device moves, one `up` ends it, and the next finds nothing to do", async () => {
    const sequences = fc.tuple(fc.nat({ max: LOSANTS.length - 1 }), fc.array(aRound, { minLength: 1, maxLength: 6 }));
    await fc.assert(
      fc.asyncProperty(sequences, async ([losant, rounds]) => {
        const stage = (stages[losant] as (typeof stages)[number]).open();
        const life = new Life(stage);
        for (const round of rounds) {
          for (const action of round) await life.act(action);
          stage.simulator.clearFaults();
        }
        await life.end();
      }),
      { numRuns: RUNS, ...replay },
    );
  }, 180_000);
});
