import { describe, expect, test } from "@jest/globals";
import { propsOf, stateOf } from "../../../sdk/pipeline/engine/engine-state.js";
import { device, SECRET_VALUE, state, UNKNOWN_VALUE } from "./support.js";

describe("a property has a value or is hidden", () => {
  test.each([
    ["a secret", { version: SECRET_VALUE }, "secret"],
    ["a secret of an older CLI", { version: "[secret]" }, "secret"],
    ["an output not known yet", { version: UNKNOWN_VALUE }, "unknown"],
  ])("%s", (_what, properties, how) => {
    const props = propsOf(properties);
    expect(props.version).toBeUndefined();
    expect([...props.hidden]).toEqual([["version", how]]);
  });

  test("of a list, single ids may be unknown: they are left out; secret ones stay, since they count", () => {
    const props = propsOf({ deviceIds: [device(0), UNKNOWN_VALUE, SECRET_VALUE] });
    expect(props.deviceIds).toEqual([device(0), "[secret]"]);
    expect([...props.hidden]).toEqual([["deviceIds", "unknown"]]);
  });

  test("the marks of lists and flags are unknown too", () => {
    const props = propsOf({
      deviceIds: "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
      exclusive: "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    });
    expect(props).toMatchObject({
      hidden: new Map([
        ["deviceIds", "unknown"],
        ["exclusive", "unknown"],
      ]),
    });
    expect(props.deviceIds).toBeUndefined();
  });

  test("null is a version, and nothing is not", () => {
    expect(propsOf({ version: null }).version).toBeNull();
    expect(propsOf({})).toEqual({ hidden: new Map() });
  });

  test("code of the provider that speaks of secrets hides nothing", () => {
    expect(propsOf({ __provider: "[secret]" }).hidden.size).toBe(0);
  });
});

describe("whatever the engine holds, it is read", () => {
  const odd = [null, undefined, 7, "text", [], {}, [null], { a: 1 }, SECRET_VALUE, UNKNOWN_VALUE];

  test.each(Object.keys({ ...state({}).outputs, rollout: 0, unfinishedRollout: 0, exclusive: 0 }))(
    "%s of any shape is a value of its own shape, or is not there",
    (name) => {
      for (const value of odd) expect(() => propsOf({ ...state({}).outputs, [name]: value })).not.toThrow();
      expect(propsOf({ ...state({}).outputs, [name]: 7 }).hidden.size).toBe(0);
    },
  );

  test("one odd property does not hide the others", () => {
    const props = propsOf({ ...state({}).outputs, drift: 7, failures: [{ deviceId: 1 }], deviceIds: "d" });
    expect(props).toMatchObject({ version: "v1", deviceCount: 2 });
    for (const name of ["drift", "failures", "deviceIds"] as const) expect(props[name]).toBeUndefined();
  });

  test("a state may be missing, or have neither inputs nor outputs", () => {
    expect(stateOf(null)).toBeUndefined();
    expect(stateOf({ id: "x", initErrors: null } as never)).toEqual({
      id: "x",
      inputs: { hidden: new Map() },
      outputs: { hidden: new Map() },
      initErrors: [],
      retainOnDelete: false,
    });
  });
});
