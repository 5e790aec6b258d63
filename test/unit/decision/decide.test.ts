// The one decision, row by row of its truth table.
import { describe, expect, test } from "@jest/globals";
import { decide } from "../../../provider/decision/decide.js";
import type { DecideInput, ProgramView } from "../../../provider/decision/decide.js";
import type { Inputs } from "../../../provider/resource/inputs.js";
import type { DeviceView, Fleet } from "../../../provider/resource/fleet.js";
import type { Saved } from "../../../provider/resource/state.js";

const FLOW = { applicationId: "a".repeat(24), flowId: "f".repeat(24) };
const declared = (version: string | null, deviceIds: string[], more: Partial<Inputs> = {}): Inputs => ({
  ...FLOW,
  version,
  deviceIds,
  ...more,
});
const saved = (version: string, deviceIds: string[], more: Partial<Saved> = {}): Saved => ({
  inputs: declared(version, deviceIds),
  leaving: [],
  ...more,
});
const live = (devices: Record<string, string>): Fleet =>
  new Map(
    Object.entries(devices).map(([deviceId, version]): [string, DeviceView] => [
      deviceId,
      { deviceId, desired: version, current: version, sameContent: true },
    ]),
  );

interface Stack {
  readonly declaredBy?: Record<string, string>;
  readonly taken?: readonly string[];
  readonly owned?: readonly string[];
  readonly isKnown?: boolean;
}
const view = ({ declaredBy = {}, taken = [], owned = [], isKnown = true }: Stack): ProgramView => ({
  isKnown,
  declaredBy: (id) => declaredBy[id],
  isTaken: (id) => taken.includes(id),
  isOwnedByStack: (id) => owned.includes(id),
});
const decided = (input: Partial<DecideInput>, stack: Stack = {}) => {
  const { handedOver, plan, takeovers, intent, ...rest } = decide({
    inputs: undefined,
    before: undefined,
    fleet: new Map(),
    program: view(stack),
    allowFleetWideCalls: true,
    ...input,
  });
  return {
    ...rest,
    handedOver: Object.fromEntries(handedOver),
    takeovers: takeovers.map(({ deviceId }) => deviceId),
    moves: Object.fromEntries(plan.moves.map(({ deviceId, to }) => [deviceId, to])),
    owned: [...intent.owned].toSorted(),
  };
};

describe("a device that is declared and was not owned", () => {
  test("joins, and gets the version", () => {
    expect(decided({ inputs: declared("v1", ["a"]) })).toMatchObject({ joining: ["a"], moves: { a: "v1" } });
  });

  test("with another version by somebody outside of the stack is taken over", () => {
    expect(decided({ inputs: declared("v1", ["a"]), fleet: live({ a: "v9" }) })).toMatchObject({ takeovers: ["a"] });
  });

  test.each([
    ["the same version", { a: "v1" }, {}],
    ["another version, where this stack owned it", { a: "v9" }, { owned: ["a"] }],
    ["no version", {}, {}],
  ])("with %s is none", (_name, fleet, stack) => {
    expect(decided({ inputs: declared("v1", ["a"]), fleet: live(fleet) }, stack).takeovers).toEqual([]);
  });
});

describe("a device that was owned and is not declared", () => {
  const before = saved("v1", ["a", "b"]);
  const input = { inputs: declared("v1", ["a"]), before, fleet: live({ a: "v1", b: "v1" }) };

  test("leaves: it loses the flow", () => {
    expect(decided(input)).toMatchObject({ leaving: ["b"], handedOver: {}, moves: { b: null } });
  });

  test("is handed over where another resource declares it: no call, and not owned for calls", () => {
    expect(decided(input, { declaredBy: { b: "taker" } })).toMatchObject({
      leaving: [],
      handedOver: { b: "taker" },
      moves: {},
      owned: ["a"],
    });
  });

  test("is not kept once the state of the taker shows it", () => {
    expect(decided(input, { declaredBy: { b: "taker" }, taken: ["b"] })).toMatchObject({
      leaving: [],
      handedOver: {},
      moves: {},
    });
  });

  test("is not swept along by a version bump of the giver", () => {
    const bump = { ...input, inputs: declared("v2", ["a"]) };
    const { plan } = decide({ ...bump, program: view({ declaredBy: { b: "taker" } }), allowFleetWideCalls: true });
    expect(plan.calls).toMatchObject([{ verb: "release", version: "v2", deviceIds: ["a"] }]);
  });
});

describe("a device that was handed over before", () => {
  const before = saved("v1", ["a"], { handedOver: new Map([["b", "taker"]]) });
  const input = { inputs: declared("v1", ["a"]), before, fleet: live({ a: "v1", b: "v1" }) };

  test("leaves where nobody declares it and nobody has it: the run in between was cut short", () => {
    expect(decided(input)).toMatchObject({ leaving: ["b"], moves: { b: null } });
  });

  test("is left to the taker that has it, also where that one gives it up now", () => {
    expect(decided(input, { taken: ["b"] })).toMatchObject({ leaving: [], handedOver: {}, moves: {} });
  });

  test("is unclear where no program runs: no call", () => {
    expect(decided({ ...input, inputs: undefined }, { isKnown: false })).toMatchObject({
      leaving: ["a"],
      unclear: ["b"],
      moves: { a: null },
    });
  });

  test("that is declared here again joins nothing and is no takeover", () => {
    const back = { ...input, inputs: declared("v2", ["a", "b"]) };
    expect(decided(back)).toMatchObject({ joining: [], takeovers: [], moves: { a: "v2", b: "v2" } });
  });
});

describe("a resource that is deleted", () => {
  const before = saved("v1", ["a", "b"], { leaving: ["c"] });
  const fleet = live({ a: "v1", b: "v1", c: "v1", z: "v1" });

  test("gives every device up", () => {
    expect(decided({ before, fleet })).toMatchObject({ leaving: ["a", "b", "c"], owned: ["a", "b", "c"] });
  });

  test("leaves those alone that another resource declares", () => {
    expect(decided({ before, fleet }, { declaredBy: { a: "new" } })).toMatchObject({
      handedOver: { a: "new" },
      moves: { b: null, c: null },
    });
  });
});

describe("an exclusive resource", () => {
  const inputs = declared("v1", ["a"], { exclusive: true });
  const fleet = live({ a: "v1", y: "v1", z: "v3" });

  test("takes the flow from every other device", () => {
    expect(decided({ inputs, fleet })).toMatchObject({ moves: { y: null, z: null } });
  });

  test("but not from one that another resource declares or has", () => {
    expect(decided({ inputs, fleet }, { declaredBy: { y: "other" }, taken: ["z"] })).toMatchObject({ moves: {} });
  });
});

describe("a program that ignores changes of the version", () => {
  const input = {
    inputs: declared("v1", ["a", "b", "c"]),
    before: saved("v1", ["a", "b"]),
    fleet: live({ a: "v9", b: "v1" }),
    ignoresVersion: true,
  };

  test("leaves owned devices where they are, and releases to those that join", () => {
    expect(decided(input)).toMatchObject({ joining: ["c"], moves: { c: "v1" } });
  });
});
