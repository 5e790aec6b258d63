// A sample of the matrix of faults, on both fronts; `npm run faults` plays all of it. FAULTS_SEED chooses another sample.
import { expect, test } from "@jest/globals";
import pMap from "p-map";
import { everyCell, playCell } from "../support/fault-cells.js";
import { everyLookupCell, playLookupCell } from "../support/lookup-cells.js";

const SHARE = 22;
const LOOKUP_SHARE = 11;

test("whatever fails, the error is a sentence, the state is true and the next up converges", async () => {
  const seed = Number(process.env["FAULTS_SEED"] ?? Math.floor(Math.random() * SHARE));
  const sample = everyCell().filter((_, index) => index % SHARE === seed % SHARE);
  const outcomes = await pMap(sample, playCell, { concurrency: 4 });
  const broken = outcomes.filter(({ violations }) => violations.length > 0);
  const lines = broken.map(({ cell, violations }) => [...Object.values(cell), ...violations].join(" | "));
  expect({ seed, lines }).toEqual({ seed, lines: [] });
  // Among them are faults that end a verb, and faults that it survives.
  expect(new Set(outcomes.map(({ end }) => end))).toEqual(new Set(["done", "error", "partial"]));
});

test("whatever fails, a look-up answers what is true, leaves it out with a word, or ends with a sentence", async () => {
  const seed = Number(process.env["FAULTS_SEED"] ?? Math.floor(Math.random() * LOOKUP_SHARE));
  const sample = everyLookupCell().filter((_, index) => index % LOOKUP_SHARE === seed % LOOKUP_SHARE);
  const outcomes = await pMap(sample, playLookupCell, { concurrency: 4 });
  const broken = outcomes.filter(({ violations }) => violations.length > 0);
  const lines = broken.map(({ cell, violations }) => [...Object.values(cell), ...violations].join(" | "));
  expect({ seed, lines }).toEqual({ seed, lines: [] });
  expect(new Set(outcomes.map(({ end }) => end))).toEqual(new Set(["done", "error", "partial"]));
});
