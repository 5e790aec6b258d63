import { expect, test } from "@jest/globals";
import { aligned } from "../../../sdk/cli/columns.js";

test("cells stand below each other, also where there are more rows than a call can have arguments", () => {
  expect(aligned([["a", "v1"], ["line-1"]])).toEqual(["a       v1", "line-1"]);
  const many = aligned([["device", "version"], ...Array.from({ length: 200_000 }, (_, row) => [`line-${row}`, "v1"])]);
  expect(many.length).toBe(200_001);
  expect(many.at(-1)).toBe("line-199999  v1");
});
