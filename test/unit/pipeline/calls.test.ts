import { expect, test } from "@jest/globals";
import { countCalls } from "../../../sdk/pipeline/engine/call-count.js";

const call = (shared?: number, number?: number, why = "release v2 to 4 devices by name") => ({
  verb: "release" as const,
  why,
  ...(shared === undefined ? {} : { shared }),
  ...(number === undefined ? {} : { call: number }),
});

test.each([
  ["no call", [], 0],
  ["equal calls of single resources are calls each", [call(), call(undefined, 1), call(1, 2)], 3],
  ["a call of three resources is one", [call(3, 1), call(3, 1), call(3, 1)], 1],
  ["also where one of the three could not tell", [call(3, 1), call(3, 1)], 1],
  ["two calls of the same two resources are two", [call(2, 1), call(2, 1), call(2, 2), call(2, 2)], 2],
  ["calls with another reason are others", [call(2, 1), call(2, 1, "release v3 to 1 device by name")], 2],
  ["without numbers, as many as sharers are one", [call(2), call(2), call(2)], 2],
])("%s", (_what, calls, count) => {
  expect(countCalls(calls)).toBe(count);
});
