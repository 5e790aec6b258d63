// Counts, lists, times: the small words of all messages.
import { describe, expect, test } from "@jest/globals";
import {
  andMore,
  capLines,
  countOf,
  countRepeats,
  formatAgo,
  formatDuration,
  joinNames,
  quoteValue,
} from "../../provider/words.js";

const MINUTE = 60_000;

test.each([
  [-5, "0s"],
  [0, "0s"],
  [1, "1s"],
  [119_000, "1m 59s"],
  [9 * MINUTE, "9m"],
  [120 * MINUTE, "2h"],
  [125 * MINUTE, "2h 5m"],
  [49 * 60 * MINUTE, "2d 1h"],
])("%d ms take %s", (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test.each([
  [30_000, "just now"],
  [MINUTE, "1m ago"],
  [125 * MINUTE, "2h ago"],
  [49 * 60 * MINUTE, "2d ago"],
  [-MINUTE, "just now"],
  [Number.NaN, ""],
])("%d ms later it is %j", (ms, text) => {
  const then = new Date(0);
  expect(formatAgo(then, new Date(ms))).toBe(text);
});

test("equal texts stand once, with how often", () => {
  expect(countRepeats(["release v2 to 1000 devices", "replace v1 -> v2", "release v2 to 1000 devices"])).toEqual([
    "release v2 to 1000 devices, 2 times",
    "replace v1 -> v2",
  ]);
  expect(countRepeats([])).toEqual([]);
});

describe("a count", () => {
  test.each([
    [0, "device", "0 devices"],
    [1, "device", "1 device"],
    [2, "batch", "2 batches"],
  ])("of %d %s is %s", (count, noun, text) => {
    expect(countOf(count, noun)).toBe(text);
  });

  test("of what is left out ends a list", () => {
    expect(joinNames(["a", "b", "c"])).toBe("a, b, c");
    expect(joinNames(["a", "b", "c", "d"])).toBe("a, b and 2 more");
    expect(andMore(1)).toBe("");
    expect(andMore(3, " devices")).toBe(" and 2 more devices");
    const lines = Array.from({ length: 30 }, (_, index) => `line ${index}`);
    expect(capLines(lines)).toHaveLength(20);
    expect(capLines(lines).at(-1)).toBe("and 11 more");
    expect(capLines(lines.slice(0, 20))).toEqual(lines.slice(0, 20));
  });
});

test("a value is quoted as JSON, and cut where it is long", () => {
  expect(quoteValue(undefined)).toBe("nothing");
  expect(quoteValue("a b")).toBe('"a b"');
  expect(quoteValue("x".repeat(100))).toHaveLength(60);
});
