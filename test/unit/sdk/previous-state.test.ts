import { describe, expect, test } from "@jest/globals";
import { holdersOf, previousState } from "../../../sdk/program/previous-state.js";

const type = "pulumi-nodejs:dynamic/losant:EdgeDeployment";
const secret = (value: unknown) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});
const outputs = (deviceIds: unknown, applied: object = {}) => ({
  applicationId: "a",
  flowId: "f",
  version: "v1",
  deviceIds,
  __losant: { schema: 2, name: "ours", ...applied },
});
const urn = (name: string) => `urn:pulumi:dev::plant::${type}::${name}`;

test("only EdgeDeployments with outputs are of interest", () => {
  const { resources } = previousState({
    [urn("ours")]: { type, outputs: outputs(["2", "1"]) },
    theirs: { type: "aws:s3:Bucket", outputs: outputs(["9"]) },
    broken: { type, outputs: {} },
  });
  expect(resources).toMatchObject([{ name: "ours", saved: { inputs: { deviceIds: ["1", "2"] } }, isNamed: true }]);
});

test.each<[string, unknown]>([
  ["as a whole", secret(["1", "2"])],
  ["entry by entry", [secret("1"), "2"]],
])("a secret list is looked into (%s), and known to be secret", (_how, deviceIds) => {
  const state = previousState({ [urn("ours")]: { type, outputs: outputs(deviceIds, { secret: ["version"] }) } });
  const found = state.find(["unknown", urn("ours")]);
  expect(found?.saved.inputs.deviceIds).toEqual(["1", "2"]);
  expect([...(found?.secret ?? [])].toSorted()).toEqual(["deviceIds", "version"]);
});

test("a state of a newer release is refused for its own resource, and hides no other one", () => {
  const state = previousState({
    [urn("newer")]: { type, outputs: outputs(["1"], { schema: 99 }) },
    [urn("ours")]: { type, outputs: outputs(["2"]) },
  });
  expect(state.resources.map(({ name }) => name)).toEqual(["ours"]);
  expect(state.find([urn("ours")])).toBeDefined();
  expect(() => state.find([urn("newer")])).toThrow(/newer release of pulumi-losant/);
});

describe("who has a device", () => {
  const { resources } = previousState({
    [urn("one")]: { type, outputs: outputs(["1", "2"], { leaving: ["3"], handedOver: { two: ["4"] } }) },
    [urn("two")]: { type, outputs: outputs(["4"]) },
    [urn("elsewhere")]: { type, outputs: { ...outputs(["5"]), flowId: "g" } },
  });
  const holders = holdersOf(resources)({ applicationId: "A", flowId: "F" });

  test("declaring it is one thing, owning it another", () => {
    expect(["1", "3", "4", "5"].map((id) => holders.declaring(id))).toEqual([[urn("one")], [], [urn("two")], []]);
    expect(["1", "3", "4", "5"].map((id) => holders.isOwned(id))).toEqual([true, true, true, false]);
  });
});

test("a state of 0.1.0 says less of itself", () => {
  const old = { ...outputs(["1"]), __losant: { schema: 1, leaving: [] } };
  expect(previousState({ [urn("old")]: { type, outputs: old } }).resources).toMatchObject([
    { isNamed: false, isOld: true },
  ]);
});

test("a drift of another shape is refused for its own resource, and hides no other one", () => {
  const drift = [{ deviceId: "1", expectedVersion: "v1", desiredVersion: "v2", changedBy: "user 1" }];
  const state = previousState({
    [urn("ours")]: { type, outputs: { ...outputs(["1"]), drift } },
    [urn("edited")]: { type, outputs: { ...outputs(["2"]), drift: [{ deviceId: 2 }] } },
  });
  expect(state.find([urn("ours")])?.drift).toEqual(drift);
  expect(() => state.find([urn("edited")])).toThrow(/the state holds a drift that pulumi-losant has not written/);
});
