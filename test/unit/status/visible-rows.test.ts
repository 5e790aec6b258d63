// Which rows of a long list are in sight, and where a key leads.
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { moved, offsetsOf, rangeOf } from "../../../sdk/status/page/visible-rows.js";
import { replay } from "../../support/replay.js";

test("every row that touches the stretch is in sight, and hardly another", () => {
  const heights = fc.array(fc.integer({ min: 1, max: 200 }), { maxLength: 60 });
  const position = fc.integer({ min: -500, max: 9000 });
  fc.assert(
    fc.property(heights, position, fc.nat(800), (rows, top, length) => {
      const offsets = offsetsOf(rows);
      const { from, to } = rangeOf(offsets, top, top + length);
      const touching = rows.flatMap((_, row) =>
        (offsets[row + 1] ?? 0) > top && (offsets[row] ?? 0) < top + length ? [row] : [],
      );
      for (const row of touching) expect(row >= from && row < to).toBe(true);
      expect(from).toBeGreaterThanOrEqual(0);
      expect(to).toBeLessThanOrEqual(rows.length);
      expect(to - from).toBeLessThanOrEqual(touching.length + 2);
    }),
    replay,
  );
});

const GRID = { rows: 100, columns: 4, page: 10 };

test.each([
  ["ArrowDown", false, { row: 6, column: 2 }],
  ["ArrowUp", false, { row: 4, column: 2 }],
  ["ArrowLeft", false, { row: 5, column: 1 }],
  ["ArrowRight", false, { row: 5, column: 3 }],
  ["PageDown", false, { row: 15, column: 2 }],
  ["PageUp", false, { row: 0, column: 2 }],
  ["Home", false, { row: 5, column: 0 }],
  ["End", false, { row: 5, column: 3 }],
  ["Home", true, { row: 0, column: 0 }],
  ["End", true, { row: 99, column: 3 }],
  ["a", false, undefined],
])("%s (control: %s) leads to %j", (key, isWithControl, to) => {
  expect(moved({ row: 5, column: 2 }, key, isWithControl, GRID)).toEqual(to);
});

test("no key leads out of the grid", () => {
  for (const key of ["ArrowDown", "ArrowRight", "PageDown", "End"]) {
    expect(moved({ row: 99, column: 3 }, key, true, GRID)).toEqual({ row: 99, column: 3 });
  }
  for (const key of ["ArrowUp", "ArrowLeft", "PageUp", "Home"]) {
    expect(moved({ row: 0, column: 0 }, key, true, GRID)).toEqual({ row: 0, column: 0 });
  }
});
