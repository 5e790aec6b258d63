// Which devices are meant: by tag, name, id and class, and whether a device that was answered is one of them.
import { describe, expect, test } from "@jest/globals";
import { meetsCriteria } from "../../../provider/lookup/device-query.js";

const device = (name: string, id = "d00000000000000000000000") => ({ id, name, deviceClass: "edgeCompute", tags: [] });

describe("a name pattern", () => {
  test.each([
    ["line-1", "line-1", true],
    ["line-1", "line-10", false],
    ["line-*", "line-", true],
    ["line-*", "Line-1", false],
    ["*-1", "line-1", true],
    ["*a*b*", "xxayyb", true],
    ["*a*b*", "xxbyya", false],
    ["ab*ba", "aba", false],
    ["ab*ba", "abba", true],
    ["*", "", true],
    ["a.c", "abc", false],
  ])("%s fits %s: %s", (name, text, fits) => {
    expect(meetsCriteria({ name, deviceClass: "any" })(device(text))).toBe(fits);
  });

  test("with many stars ends: a backtracking match would not", () => {
    const name = `${"*-".repeat(60)}x`;
    expect(meetsCriteria({ name, deviceClass: "any" })(device("-".repeat(255)))).toBe(false);
  });
});

test("ids are compared without regard to upper and lower case of the answer", () => {
  const fits = meetsCriteria({ ids: ["d0000000000000000000000a"], deviceClass: "any" });
  expect(fits(device("a", "D0000000000000000000000A"))).toBe(true);
  expect(fits(device("a", "d0000000000000000000000b"))).toBe(false);
});
