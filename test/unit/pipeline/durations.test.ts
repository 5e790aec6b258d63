import { describe, expect, test } from "@jest/globals";
import { count, seconds } from "../../../sdk/cli/durations.js";

describe("a time on the command line", () => {
  test.each([
    ["90", 90],
    ["90s", 90],
    ["1.5m", 90],
    ["10m", 600],
    ["2h", 7200],
    ["500ms", 0.5],
    ["0", 0],
  ])("%s is %d seconds", (text, expected) => {
    expect(seconds(text)).toBe(expected);
  });

  test.each(["", "soon", "-5m", "5 apples", "m", "1e3", "10m30s", "constructor"])(
    "%j is refused with an example",
    (text) => {
      expect(() => seconds(text)).toThrow("Give a time such as 90s, 10m or 2h.");
    },
  );
});

describe("a number on the command line", () => {
  test("is whole and not below the least", () => {
    expect(count(1)("12")).toBe(12);
    for (const text of ["0", "1.5", "-1", "x", "", "1e3"]) {
      expect(() => count(1)(text)).toThrow("Give a whole number, 1 or more.");
    }
  });
});
