// Who did it, by name: only what a message says of users and tokens becomes a name.
import { describe, expect, test } from "@jest/globals";
import { actorsIn, namingActors, unambiguousNames } from "../../../provider/messages/actors.js";

const ann = "user 5b0044f0a3a3b90006c0a5e1";
const nightly = "apiToken 5b0044f0a3a3b90006c0a5e2";
const names = new Map([
  [ann, "Ann Example"],
  [nightly, 'the "nightly" one'],
]);

describe("a message", () => {
  test("names who moved a device, and keeps the id where there is no name", () => {
    const text = `line-1: v1 -> v2 by ${ann} 2h ago\nline-2: v1 -> v2 (set by ${nightly}), by flow 5b0044f0a3a3b90006c0a5e3`;
    expect(actorsIn(text)).toEqual([ann, nightly]);
    expect(namingActors(text, names)).toBe(
      'line-1: v1 -> v2 by user "Ann Example" 2h ago\n' +
        'line-2: v1 -> v2 (set by apiToken "the \\"nightly\\" one"), by flow 5b0044f0a3a3b90006c0a5e3',
    );
    expect(namingActors(text, new Map())).toBe(text);
  });

  test("keeps what is no actor: devices, workflows, versions, words", () => {
    for (const text of [
      `device ${ann.slice(5)}`,
      `version ${ann}`,
      "by user",
      "standby user 5b0044f0a3a3b90006c0a5e1",
    ]) {
      expect([text, namingActors(text, names)]).toEqual([text, text]);
    }
  });

  test("is not changed twice by a name that looks like an actor", () => {
    const tricky = new Map([[ann, `by ${nightly}`]]);
    expect(namingActors(`by ${ann}`, tricky)).toBe(`by user "by ${nightly}"`);
  });
});

test("two of one kind with one name keep their ids, and so does who has no name", () => {
  const [one, two, three] = ["apiToken a", "apiToken b", "user c"] as const;
  const found = unambiguousNames([
    [one, "deploy"],
    [two, "deploy"],
    [three, "deploy"],
    [three, "deploy"],
    ["user d", " "],
    ["user e", undefined],
  ]);
  expect([...found]).toEqual([[three, "deploy"]]);
});
