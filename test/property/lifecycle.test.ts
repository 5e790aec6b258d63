// Random lives of a few resources: what a program declares, what people and devices do, what breaks, and what `up` makes
// of it, in every order that the engine may choose. Replay a failure with the seed and path it prints:
// LIFECYCLE_SEED=... LIFECYCLE_PATH=... npm run jest -- property/lifecycle
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import fc from "fast-check";
import { Life } from "../support/life.js";
import { aLife, DEVICES, FLOWS } from "../support/lives.js";
import { openStages } from "../support/stage.js";
import { replay } from "../support/replay.js";

const RUNS = Number(process.env["LIFECYCLE_RUNS"] ?? 150);

/** The ways in which Losant may behave that its documentation leaves open, and old private installs. */
const LOSANTS = [
  { replaceMatches: "desired", writeStatus: 202 },
  { replaceMatches: "current", writeStatus: 202, late: true },
  { replaceMatches: "either", writeStatus: 202, late: true, maxPerPage: 2 },
  { replaceMatches: "desired", writeStatus: 201, legacy: true, logsOrder: "newestFirst" },
] as const;

const stages: Awaited<ReturnType<typeof openStages>>[] = [];
beforeAll(async () => {
  // Pauses of rollouts are spread at random, and a seed has to replay them.
  jest.spyOn(Math, "random").mockReturnValue(0.5);
  for (const losant of LOSANTS) stages.push(await openStages({ devices: DEVICES, flows: FLOWS, ...losant }));
});
afterAll(async () => {
  jest.restoreAllMocks();
  for (const stage of stages) await stage.close();
});

test("a life that is lived again makes the same calls in the same order", async () => {
  const stories = fc.sample(aLife, { seed: 7, numRuns: 12 });
  let total = 0;
  for (const [index, story] of stories.entries()) {
    const calls = [];
    for (let again = 0; again < 2; again++) {
      const stage = (stages[index % LOSANTS.length] as (typeof stages)[number]).open();
      const made: string[] = [];
      const life = new Life(stage);
      for (const round of story.rounds) {
        for (const action of round) await life.act(action);
        made.push(...stage.simulator.calls.map(({ method, path, body }) => JSON.stringify([method, path, body])));
        stage.simulator.clearCalls();
        stage.simulator.clearFaults();
      }
      calls.push(made);
    }
    expect(calls[1]).toEqual(calls[0]);
    total += calls[0]?.length ?? 0;
  }
  expect(total).toBeGreaterThan(100);
});

describe("whatever happens in the life of a few resources", () => {
  test("no foreign device moves, every device has its owner, one `up` ends it, and the next finds nothing to do", async () => {
    const lives = fc.tuple(fc.nat({ max: LOSANTS.length - 1 }), aLife);
    await fc.assert(
      fc.asyncProperty(lives, async ([losant, story]) => {
        const stage = (stages[losant] as (typeof stages)[number]).open();
        await new Life(stage).live(story);
      }),
      { numRuns: RUNS, ...replay },
    );
  }, 900_000);
});
