// On each front, in each run, one call of a verb fails in one way, once or always: `npm run faults`, which prints the tables.
import { expect, test } from "@jest/globals";
import { writeFileSync } from "node:fs";
import pMap from "p-map";
import { everyCell, playCell } from "../support/fault-cells.js";
import type { CellOutcome } from "../support/fault-cells.js";
import { everyLookupCell, playLookupCell } from "../support/lookup-cells.js";
import { tableOf } from "../support/fault-table.js";

test("whatever fails, the error is a sentence, the state is true and the next up converges; a look-up answers what is true", async () => {
  const verbs = await pMap(everyCell(), playCell, { concurrency: 4 });
  const lookups = await pMap(everyLookupCell(), playLookupCell, { concurrency: 4 });
  const outcomes = [...verbs, ...lookups];
  const file = process.env["FAULTS_TABLE"];
  const of = (front: string) => verbs.filter(({ cell }) => cell.front === front);
  const [dynamic, native] = [of("dynamic"), of("native")];
  if (file !== undefined) writeFileSync(file, tableOf([...dynamic, ...lookups]));
  const broken = outcomes.filter(({ violations }) => violations.length > 0);
  expect(broken.map(({ cell, violations }) => [...Object.values(cell), ...violations].join(" | "))).toEqual([]);
  const words = ({ cell: { verb, call, fault, times }, end }: CellOutcome): string =>
    [verb, call, fault, times, end].join(" | ");
  // A bomb hits the limit of size or the limit of time first, which depends on the machine.
  const isSteady = ({ cell }: CellOutcome): boolean => !(cell.fault === "gzip bomb" && cell.times === "once");
  expect(native.filter(isSteady).map(words)).toEqual(dynamic.filter(isSteady).map(words));
}, 1_800_000);
