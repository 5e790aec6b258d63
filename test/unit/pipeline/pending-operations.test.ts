import { expect, test } from "@jest/globals";
import { warningsIn } from "../../../sdk/pipeline/run/pending-operations.js";
import { urn } from "./support.js";

const stateWith = (...operations: (readonly [type: string, name: string])[]) => ({
  version: 3,
  deployment: { pending_operations: operations.map(([type, name]) => ({ type, resource: { urn: urn(name) } })) },
});

test("creates that nobody finished are named, each once, with the command that clears them", () => {
  const [warning, ...rest] = warningsIn(stateWith(["creating", "b"], ["creating", "a"], ["creating", "a"]), "dev");
  expect(rest).toEqual([]);
  expect(warning).toMatch(/^the state of dev has 3 creates that a killed run did not finish \(a, b\)\./);
  expect(warning).toContain("`pulumi refresh --clear-pending-creates --stack dev`");
});

test("many are not all named", () => {
  const many = Array.from({ length: 12 }, (_, number) => ["creating", `r${number + 10}`] as const);
  expect(warningsIn(stateWith(...many), "dev")[0]).toContain("r18 and 3 more)");
});

test("what a refresh settles by itself is no news", () => {
  expect(warningsIn(stateWith(["updating", "a"], ["deleting", "b"]), "dev")).toEqual([]);
});

test.each([[undefined], [null], [{}], [{ deployment: {} }], [{ deployment: { pending_operations: null } }]])(
  "a state without any, or of another shape, has none: %p",
  (value) => {
    expect(warningsIn(value, "dev")).toEqual([]);
  },
);
