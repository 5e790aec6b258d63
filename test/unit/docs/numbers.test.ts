// Numbers in docs/ that come from a matrix of tests are those of the matrix.
import { expect, test } from "@jest/globals";
import { readFileSync } from "node:fs";
import { faultCatalogue } from "pulumi-losant/simulator";
import { everyCell } from "../../support/fault-cells.js";
import { FRONTS } from "../../support/fronts.js";
import { everyLookupCell } from "../../support/lookup-cells.js";
import { CELLS } from "../../support/matrix.js";

const pageOf = (name: string): string => readFileSync(`docs/${name}.md`, "utf8").replaceAll(/\s+/g, " ");
const faultsOfAFront = everyCell().length / FRONTS.length;

test("the cells and the faults that both fronts are compared in", () => {
  const [, cells, faults] = /plays (\d+) cells .* compares ([\d,]+) faults/.exec(pageOf("native-plugin")) ?? [];
  expect([cells, faults]).toEqual([String(CELLS.length), faultsOfAFront.toLocaleString("en-US")]);
});

test("the tables of faults: how many fields they have, and a row for each fault", () => {
  const page = pageOf("faults");
  const count = String(faultsOfAFront + everyLookupCell().length);
  expect(/(\d+) cells, 0 with a rule that does not hold/.exec(page)?.[1]).toBe(count);
  const rows = readFileSync("docs/faults.md", "utf8").split("\n");
  const named = rows.map((row) => /^\| (.*?) +\|/.exec(row)?.[1]);
  expect(Object.keys(faultCatalogue()).filter((fault) => !named.includes(fault))).toEqual([]);
});
