import { expect, test } from "@jest/globals";
import { didYouMean, closestNames } from "../../../provider/text/suggestions.js";

test.each([
  ["canry", ["broad", "canary"], ["canary"]],
  ["rign", ["ring", "hall"], ["ring"]],
  ["TELEMETRY", ["Telemetry", "Energy"], ["Telemetry"]],
  ["v9", ["v1", "v10", "v2"], ["v1", "v2"]],
  ["Telemetry v2", ["Telemetry"], ["Telemetry"]],
  ["xyz", ["Telemetry", "Energy"], []],
  ["line-3", ["line-3x", "line-3x", "line-4"], ["line-3x", "line-4"]],
])("close to %s among %j: %j", (asked, candidates, expected) => {
  expect(closestNames(asked, candidates)).toEqual(expected);
});

test.each([
  ["canry", ["broad", "canary"], 'did you mean "canary"?'],
  ["zzzzz", ["a", "b"], 'there are "a" and "b"'],
  ["zzzzz", ["only"], 'there is "only"'],
  ["zzzzz", [], "there is none at all"],
])("%s among %j: %s", (asked, candidates, expected) => {
  expect(didYouMean(asked, candidates)).toBe(expected);
});

test("a long list is cut, and says so", () => {
  const many = Array.from({ length: 12 }, (_, index) => `name ${String.fromCharCode(97 + index)}`);
  expect(didYouMean("zzzzzzzzzzzz", many)).toMatch(/^there are "name a", .*, "name j" and 2 more$/);
});
