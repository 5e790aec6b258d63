// Values on the wire: unknowns of every type, secrets at any depth, and everything else as it is.
import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { hasUnknown, UNKNOWN_GUID } from "../../../provider/resource/inputs.js";
import { received, sent } from "../../../provider/plugin/wire.js";

const MARK = "4dabf18193072939515e22adb298388d";
const secretOf = (value: unknown) => ({ [MARK]: "1b47061264138c4ac30d75fd1eb44270", value });

describe("values that are not known yet", () => {
  test.each([
    ["string", "04da6b54-80e4-46f7-96ec-b56ff0331ba9"],
    ["boolean", "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7"],
    ["number", "3eeb2bf0-c639-47a8-9e75-3b44932eb421"],
    ["list", "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2"],
    ["object", "dd056dcd-154b-4c76-9bd3-c8f88648b5ff"],
    ["asset", "030794c1-ac77-496b-92df-f27374a8bd58"],
    ["archive", "e48ece36-62e2-4504-bad9-02848725956a"],
  ])("a %s is unknown, wherever it stands", (_type, sentinel) => {
    const { values } = received(sent({ plain: sentinel, list: ["a", sentinel], object: { inner: sentinel } }));
    expect(values).toEqual({ plain: UNKNOWN_GUID, list: ["a", UNKNOWN_GUID], object: { inner: UNKNOWN_GUID } });
    expect(Object.values(values).every(hasUnknown)).toBe(true);
  });

  test("an output without a value is unknown, one with a value is that", () => {
    const output = (fields: object) => ({ [MARK]: "d0e6a833031e9bbcd3f4e8bde6ca49a4", ...fields });
    const message = sent({
      open: output({}),
      known: output({ value: "v1" }),
      hidden: output({ value: 1, secret: true }),
    });
    expect(received(message)).toEqual({
      values: { open: UNKNOWN_GUID, known: "v1", hidden: 1 },
      secret: new Set(["hidden"]),
    });
  });
});

describe("secrets", () => {
  test("are plain values, and the property that holds one is named", () => {
    const message = sent({ version: secretOf("v1"), deviceIds: ["a", secretOf("b")], rollout: { batches: [1] } });
    expect(received(message)).toEqual({
      values: { version: "v1", deviceIds: ["a", "b"], rollout: { batches: [1] } },
      secret: new Set(["version", "deviceIds"]),
    });
  });

  test("a secret that is not known yet is both", () => {
    const { values, secret } = received(sent({ version: secretOf(UNKNOWN_GUID) }));
    expect([values["version"], [...secret]]).toEqual([UNKNOWN_GUID, ["version"]]);
  });

  test("are marked on the way back", () => {
    const message = sent({ version: "v1", flowId: "f" }, new Set(["version", "absent"]));
    expect(message.toJavaScript()).toEqual({ version: secretOf("v1"), flowId: "f" });
  });
});

test("what is undefined is left out, null stays", () => {
  expect(
    received(sent({ version: null, adopt: undefined, rollout: { offline: undefined, batches: null } })).values,
  ).toEqual({ version: null, rollout: { batches: null } });
  expect(received(undefined)).toEqual({ values: {}, secret: new Set() });
});

test("any other value arrives as it was sent", () => {
  // Google's protobuf for JavaScript loses a field of this name, at whatever depth, before we see it.
  const json = fc
    .dictionary(fc.string({ minLength: 1 }), fc.jsonValue({ maxDepth: 3 }))
    .filter((values) => !JSON.stringify(values).includes('"__proto__"'))
    // A program's -0 is 0 on the wire.
    .map((values) => JSON.parse(JSON.stringify(values)) as typeof values);
  fc.assert(
    fc.property(json, (values) => {
      expect(received(sent(values)).values).toEqual(values);
    }),
  );
});
