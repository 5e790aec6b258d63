import { expect, test } from "@jest/globals";
import { misspeltIn } from "../../../sdk/program/settings.js";

test("a misspelt setting is refused, with what was probably meant", () => {
  expect(misspeltIn(["losant:apiToken", "losant:replce", "aws:region", "plant:colour"], "plant")).toEqual([
    'losant:replce is no setting: did you mean "replace"?',
  ]);
  expect(misspeltIn(["losant:constructor"], "plant")).toEqual([
    expect.stringContaining("losant:constructor is no setting"),
  ]);
});

test("keys of a project that is called losant are its own", () => {
  expect(misspeltIn(["losant:colour"], "losant")).toEqual([]);
});
