// The difference as a preview shows it.
import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { UNKNOWN_GUID } from "../../../provider/resource/inputs.js";
import { differenceOf } from "../../../provider/plugin/difference.js";

const paths = (olds: object, news: object) => Object.fromEntries(differenceOf({ ...olds }, { ...news }).paths);

describe("properties", () => {
  test.each([
    ["nothing differs", { version: "v1", deviceIds: ["a"] }, { deviceIds: ["a"], version: "v1" }, {}],
    ["a version", { version: "v1" }, { version: "v2" }, { version: "update" }],
    ["a version that goes away", { version: "v1" }, { version: null }, { version: "update" }],
    ["one that is there now", {}, { adopt: true }, { adopt: "add" }],
    ["one that is gone", { drift: [{ deviceId: "a" }] }, {}, { drift: "delete" }],
    [
      "a part of a rollout",
      { rollout: { batches: [1], offline: "wait" } },
      { rollout: { batches: [2] } },
      {
        "rollout.batches": "update",
        "rollout.offline": "delete",
      },
    ],
    ["a whole rollout", {}, { rollout: { batches: [1] } }, { rollout: "add" }],
    ["names that Pulumi or the state adds do not count", { __losant: { schema: 2 } }, { __defaults: [] }, {}],
  ])("%s", (_what, olds, news, expected) => {
    expect(paths(olds, news)).toEqual(expected);
  });
});

describe("deviceIds are a set", () => {
  test("who leaves has the place in the old list, who joins the place in the new one", () => {
    expect(paths({ deviceIds: ["a", "b", "c"] }, { deviceIds: ["b", "c", "d"] })).toEqual({
      "deviceIds[0]": "delete",
      "deviceIds[2]": "add",
    });
  });

  test("one in the place of another is an update of that place", () => {
    expect(paths({ deviceIds: ["a"] }, { deviceIds: ["b"] })).toEqual({ "deviceIds[0]": "update" });
  });

  test.each([
    ["all of it", UNKNOWN_GUID],
    ["one id", ["a", UNKNOWN_GUID]],
  ])("what is not known yet is an update of the list: %s", (_what, deviceIds) => {
    expect(paths({ deviceIds: ["a"] }, { deviceIds })).toEqual({ deviceIds: "update" });
  });

  test("each device that joins or leaves is shown, and no other", () => {
    const ids = fc
      .uniqueArray(fc.integer({ min: 0, max: 30 }).map((n) => `d${String(n).padStart(2, "0")}`))
      .map((all) => all.toSorted());
    fc.assert(
      fc.property(ids, ids, (olds, news) => {
        const shown = differenceOf({ deviceIds: olds }, { deviceIds: news }).paths;
        const gone = new Set<string>();
        const come = new Set<string>();
        for (const [path, kind] of shown) {
          const place = Number(/^deviceIds\[(\d+)\]$/.exec(path)?.[1]);
          if (kind !== "add") gone.add(olds[place] ?? "");
          if (kind !== "delete") come.add(news[place] ?? "");
        }
        expect([...gone].toSorted()).toEqual(olds.filter((id) => !news.includes(id)));
        expect([...come].toSorted()).toEqual(news.filter((id) => !olds.includes(id)));
      }),
    );
  });
});
