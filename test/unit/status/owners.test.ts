// Owners from an exported stack.
import { describe, expect, test } from "@jest/globals";
import { ownersIn } from "../../../sdk/status/owners.js";

const TYPE = "pulumi-nodejs:dynamic/losant:EdgeDeployment";
const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:abc" };
const OUTPUTS = {
  applicationId: "a00000000000000000000001",
  flowId: "f00000000000000000000001",
  version: "v1",
  deviceIds: ["D00000000000000000000001"],
  drift: [],
  __provider: SECRET,
};

const resource = (name: string, rest: object = {}, outputs: object = {}) => ({
  urn: `urn:pulumi:production::plant::${TYPE}::${name}`,
  type: TYPE,
  outputs: { ...OUTPUTS, ...outputs },
  ...rest,
});
const exported = (...resources: object[]) => ({ version: 3, deployment: { manifest: {}, resources } });

describe("of a stack", () => {
  test("each EdgeDeployment is one, by stack and name, with its devices in lower case", () => {
    const { owners, notes } = ownersIn(
      exported({ urn: "urn:stack", type: "pulumi:pulumi:Stack" }, resource("a")),
      "production",
    );
    expect(owners.map(({ name, saved }) => [name, saved.inputs.deviceIds])).toEqual([
      ["production: a", ["d00000000000000000000001"]],
    ]);
    expect(notes).toEqual([]);
  });

  test("of the native plugin is one, too", () => {
    const { owners } = ownersIn(exported(resource("a", { type: "losant:index:EdgeDeployment" })), "production");
    expect(owners.map(({ name }) => name)).toEqual(["production: a"]);
  });

  test("what is only looked up is none, nor what its replacement has replaced", () => {
    const { owners } = ownersIn(
      exported(resource("looked-up", { external: true }), resource("replaced", { delete: true }), resource("a")),
      "production",
    );
    expect(owners.map(({ name }) => name)).toEqual(["production: a"]);
  });

  test.each([
    [{ deviceIds: SECRET }, "deviceIds"],
    [{ deviceIds: ["d00000000000000000000001", SECRET] }, "deviceIds"],
    [{ flowId: SECRET, version: SECRET }, "flowId and version"],
  ])("one with secret inputs %j is not guessed at, and said to be left out", (outputs, inputs) => {
    expect(ownersIn(exported(resource("a", {}, outputs)), "production")).toEqual({
      owners: [],
      applicationIds: ["a00000000000000000000001"],
      notes: [`production: a is not shown as an owner: ${inputs} of it is secret`],
    });
  });

  test("a secret elsewhere in it changes nothing", () => {
    expect(ownersIn(exported(resource("a", {}, { failures: SECRET, drift: SECRET })), "s").owners).toHaveLength(1);
  });

  test("an empty stack has none; what is no stack is an error, and so is a newer release's state", () => {
    expect(ownersIn({ version: 3, deployment: { manifest: {} } }, "s")).toEqual({
      owners: [],
      applicationIds: [],
      notes: [],
    });
    expect(() => ownersIn({}, "s")).toThrow("the state of s cannot be read");
    expect(() => ownersIn(exported(resource("a", {}, { __losant: { schema: 99 } })), "s")).toThrow("newer release");
  });
});
