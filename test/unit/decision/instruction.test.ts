// What a person tells a rollout that runs elsewhere: what each command makes of what was said before.
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  GO_ON,
  isLeftBehind,
  runOfTag,
  runTagIn,
  tagNameOf,
  tagValueOf,
  told,
} from "../../../provider/decision/instruction.js";
import type { Instruction, InstructionCommand } from "../../../provider/decision/instruction.js";

const PAUSED: Instruction = { kind: "pause", by: "bert@pc" };
const STOPPED: Instruction = { kind: "stop", by: "bert@pc" };
const ENGINE = "127.0.0.1:41045";

test.each<[InstructionCommand, string, Instruction, object]>([
  ["stop", "goes on", GO_ON, { kind: "new", instruction: { kind: "stop", by: "anna" } }],
  ["stop", "is paused", PAUSED, { kind: "new", instruction: { kind: "stop", by: "anna" } }],
  ["stop", "stops", STOPPED, { kind: "said" }],
  ["pause", "goes on", GO_ON, { kind: "new", instruction: { kind: "pause", by: "anna" } }],
  ["pause", "is paused", PAUSED, { kind: "said" }],
  ["pause", "stops", STOPPED, { kind: "refused" }],
  ["resume", "goes on", GO_ON, { kind: "said" }],
  ["resume", "is paused", PAUSED, { kind: "new", instruction: GO_ON }],
  ["resume", "stops", STOPPED, { kind: "refused" }],
])("%s, where the run %s", (command, _name, before, expected) => {
  expect(told(command, before, "anna")).toMatchObject(expected);
});

describe("the tag of a run", () => {
  test("holds what was told, whoever says it, and never more than Pulumi Cloud takes", () => {
    const by = fc.string({ minLength: 1, unit: "grapheme", maxLength: 400 }).filter((text) => text.trim() !== "");
    const aTold = fc.oneof(
      fc.constant(GO_ON),
      fc.record({ kind: fc.constantFrom("pause" as const, "stop" as const), by }),
    );
    fc.assert(
      fc.property(aTold, (instruction) => {
        const value = tagValueOf({ instruction, engine: ENGINE });
        expect(value.length).toBeLessThanOrEqual(256);
        expect(runTagIn(value)).toMatchObject({ instruction: { kind: instruction.kind }, engine: ENGINE });
      }),
    );
  });

  test.each(["", "stop", "halt 127.0.0.1:1 anna", "stopped 127.0.0.1:1"])("that says %j says nothing", (value) => {
    expect(runTagIn(value)).toBeUndefined();
  });

  test("is told apart from the other tags of the stack by its name", () => {
    expect([runOfTag(tagNameOf("a1b2c3d4")), runOfTag("pulumi:project"), runOfTag("owner")]).toEqual([
      "a1b2c3d4",
      undefined,
      undefined,
    ]);
  });

  test.each([
    ["another engine has written", tagNameOf("a1"), "run 127.0.0.1:1", true],
    ["another engine was told to stop", tagNameOf("a1"), "stop 127.0.0.1:1 anna", true],
    ["this engine has written", tagNameOf("a1"), `run ${ENGINE}`, false],
    ["somebody has written for himself", "owner", "run 127.0.0.1:1", false],
  ])("that %s is left behind: a run that was killed", (_name, name, value, expected) => {
    expect(isLeftBehind(name, value, ENGINE)).toBe(expected);
  });
});
