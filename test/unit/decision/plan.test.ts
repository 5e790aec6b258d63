import { describe, expect, test } from "@jest/globals";
import { MAX_DEVICES_PER_RELEASE, planCalls } from "../../../provider/decision/plan.js";
import type { Call } from "../../../provider/decision/plan.js";
import type { Versions } from "../../../provider/resource/fleet.js";
import type { Version } from "../../../provider/losant/types.js";

/** One device of a situation: `o("1>2")` is owned, desires 1 and runs it, and is wanted at 2. */
interface Row {
  readonly owned: boolean;
  readonly observed: Versions;
  readonly wanted?: Version;
}

const version = (text: string): Version => (text === "-" ? null : text);

/** Owned. `"1>2"`: desires and runs 1, wanted at 2; `"1(0)>2"`: desires 1, still runs 0. `-` is "not deployed". */
function o(text: string): Row {
  const [is = "", wanted = ""] = text.split(">");
  return { owned: true, observed: versions(is), wanted: version(wanted) };
}

/** Foreign. `"1"`: desires and runs 1; `"3(1)"`: desires 3, still runs 1. */
function f(text: string): Row {
  return { owned: false, observed: versions(text) };
}

function versions(text: string): Versions {
  const [, desired = "", current = desired] = /^([^(]+)(?:\((.+)\))?$/.exec(text) ?? [];
  return { desired: version(desired), current: version(current) };
}

const many = (count: number, row: Row): Row[] => Array.from({ length: count }, () => row);

function planned(rows: readonly Row[], wide = true): string[] {
  const ids = rows.map((_, index) => `d${String(index).padStart(5, "0")}`);
  const entries = rows.map((row, index) => [ids[index] ?? "", row] as const);
  const { calls } = planCalls({
    desired: new Map(entries.flatMap(([id, row]) => (row.wanted === undefined ? [] : [[id, row.wanted]]))),
    observed: new Map(entries.map(([id, row]) => [id, row.observed])),
    owned: new Set(entries.filter(([, row]) => row.owned).map(([id]) => id)),
    allowFleetWideCalls: wide,
  });
  return calls.map(short);
}

function short(call: Call): string {
  switch (call.verb) {
    case "release":
      return `release ${call.version ?? "-"} x${call.deviceIds.length}`;
    case "replace":
      return `replace ${call.oldVersion} ${call.newVersion ?? "-"}`;
    case "remove":
      return "deviceId" in call ? `remove ${call.deviceId}` : "remove every";
  }
}

describe("the truth table of the planner", () => {
  const table: readonly (readonly [situation: string, rows: readonly Row[], calls: readonly string[]])[] = [
    ["nothing differs: no call", [o("1>1"), f("2")], []],
    ["a plain bump of a flow owned alone: one replace", [o("1>2"), o("1>2")], ["replace 1 2"]],
    ["a bump of 5000 devices: one replace", many(5000, o("1>2")), ["replace 1 2"]],
    ["a bump where some are still offline on nothing: one replace", [o("1>2"), o("1(-)>2")], ["replace 1 2"]],
    ["a foreign device desires the old version: release by name", [o("1>2"), o("1>2"), f("1")], ["release 2 x2"]],
    ["a foreign device still runs the old version: release by name", [o("1>2"), f("3(1)")], ["release 2 x1"]],
    ["a foreign device desires the old version and runs another", [o("1>2"), f("1(3)")], ["release 2 x1"]],
    ["a foreign device on some other version: one replace", [o("1>2"), f("3")], ["replace 1 2"]],
    ["a device of ours stays on the old version: release by name", [o("1>2"), o("1>1")], ["release 2 x1"]],
    ["a device of ours is on its way off the old version", [o("1>2"), o("3(1)>3")], ["release 2 x1"]],
    [
      "devices trade places: by name, in whatever order it is processed",
      [o("1>2"), o("2>1")],
      ["release 2 x1", "release 1 x1"],
    ],
    ["one joins, one moves: one release for both", [o("1>2"), o("->2")], ["release 2 x2"]],
    ["two old versions, one each: one release for both", [o("1>2"), o("3>2")], ["release 2 x2"]],
    [
      "1000 move and one joins: two calls either way, so replace",
      [...many(1000, o("1>2")), o("->2")],
      ["replace 1 2", "release 2 x1"],
    ],
    [
      "1500 on two old versions: two replaces",
      [...many(750, o("1>2")), ...many(750, o("3>2"))],
      ["replace 1 2", "replace 3 2"],
    ],
    [
      "2500 devices join: chunks of 1000",
      many(2500, o("->1")),
      ["release 1 x1000", "release 1 x1000", "release 1 x500"],
    ],
    ["every device leaves a flow owned alone: one remove", [o("1>-"), o("2>-")], ["remove every"]],
    ["every device leaves, one already has and waits", [o("1>-"), o("1>-"), o("-(1)>-")], ["remove every"]],
    ["one leaves, a foreign device stays: remove that one", [o("1>-"), f("2")], ["remove d00000"]],
    [
      "three leave, a foreign device is elsewhere: replace with nothing",
      [...many(3, o("1>-")), f("2")],
      ["replace 1 -"],
    ],
    ["three leave, a foreign device is with them: by name", [...many(3, o("1>-")), f("1")], ["release - x3"]],
    ["three leave while a foreign removal is under way: by name", [...many(3, o("1>-")), f("-(1)")], ["release - x3"]],
    [
      "one joins as the others leave: no remove of the whole flow",
      [o("1>-"), o("1>-"), o("->2")],
      ["replace 1 -", "release 2 x1"],
    ],
    [
      "one joins at the version the others leave: by name",
      [o("1>-"), o("1>-"), o("->1")],
      ["release - x2", "release 1 x1"],
    ],
  ];

  test.each(table)("%s", (_situation, rows, calls) => {
    expect(planned(rows)).toEqual(calls);
  });

  test("with wide calls turned off everything goes by name", () => {
    expect(planned([o("1>2"), o("1>2")], false)).toEqual(["release 2 x2"]);
    expect(planned([o("1>-"), o("1>-")], false)).toEqual(["release - x2"]);
    expect(planned([o("1>-")], false)).toEqual(["remove d00000"]);
  });

  test("a device that is wanted and not owned is not moved", () => {
    expect(planned([{ ...o("1>2"), owned: false }])).toEqual([]);
  });

  test("each call says why", () => {
    const { calls } = planCalls({
      desired: new Map([["a", "2"]]),
      observed: new Map([
        ["a", { desired: "1", current: "1" }],
        ["b", { desired: "3", current: null }],
        ["c", { desired: null, current: null }],
      ]),
      owned: new Set(["a"]),
    });
    expect(calls.map((call) => call.why)).toEqual(["replace 1 -> 2: moves 1 device, all owned"]);
  });

  test("the limit of a release is Losant's", () => {
    expect(MAX_DEVICES_PER_RELEASE).toBe(1000);
  });
});
