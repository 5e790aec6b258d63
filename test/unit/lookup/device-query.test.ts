// Which devices are meant: by tag, name, id and class, and whether a device that was answered is one of them.
import { describe, expect, jest, test } from "@jest/globals";
import * as fc from "fast-check";
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

  test("with many stars is searched part by part, and never from an earlier place again", () => {
    const from: number[] = [];
    const indexOf = String.prototype.indexOf;
    jest.spyOn(String.prototype, "indexOf").mockImplementation(function (this: string, part: string, position = 0) {
      from.push(position);
      return indexOf.call(this, part, position);
    });
    jest.spyOn(RegExp.prototype, "exec").mockImplementation(() => {
      throw new Error("a RegExp goes back for each star");
    });
    const name = `${"*-".repeat(12)}x`;
    try {
      expect(meetsCriteria({ name, deviceClass: "any" })(device("-".repeat(255)))).toBe(false);
    } finally {
      jest.restoreAllMocks();
    }
    expect(from.length).toBeGreaterThan(0);
    expect(from.length).toBeLessThanOrEqual(12);
    expect(from).toEqual(from.toSorted((a, b) => a - b));
  });

  test("fits the names that its definition says, whatever the pattern", () => {
    /** By definition: a star stands for nothing, or for one character and a star. */
    const stands = (pattern: string, text: string): boolean => {
      if (pattern === "") return text === "";
      if (pattern.startsWith("*"))
        return stands(pattern.slice(1), text) || (text !== "" && stands(pattern, text.slice(1)));
      return pattern[0] === text[0] && stands(pattern.slice(1), text.slice(1));
    };
    const letters = (...of: string[]) => fc.string({ unit: fc.constantFrom(...of), maxLength: 7 });
    fc.assert(
      fc.property(letters("a", "b", "*"), letters("a", "b"), (name, text) => {
        expect(meetsCriteria({ name, deviceClass: "any" })(device(text))).toBe(stands(name, text));
      }),
      { numRuns: 1000 },
    );
  });
});

test("ids are compared without regard to upper and lower case of the answer", () => {
  const fits = meetsCriteria({ ids: ["d0000000000000000000000a"], deviceClass: "any" });
  expect(fits(device("a", "D0000000000000000000000A"))).toBe(true);
  expect(fits(device("a", "d0000000000000000000000b"))).toBe(false);
});

test("many ids are read once, not again for each device", () => {
  let reads = 0;
  const ids = Array.from({ length: 50 }, (_, index) => `d${String(index).padStart(23, "0")}`);
  const counted = new Proxy(ids, {
    get: (target, key) => {
      if (typeof key === "string" && /^\d+$/.test(key)) reads += 1;
      return Reflect.get(target, key) as unknown;
    },
  });
  const fits = meetsCriteria({ ids: counted, deviceClass: "any" });
  expect(ids.filter((id) => fits(device("a", id)))).toEqual(ids);
  expect(reads).toBe(ids.length);
});
