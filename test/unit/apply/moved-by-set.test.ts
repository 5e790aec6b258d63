// What a member of a set sees of what the rollout of its set has just moved.
import { expect, test } from "@jest/globals";
import { movedBySet, withoutMovesOfSet } from "../../../provider/apply/moved-by-set.js";
import type { MovedBySet } from "../../../provider/ports.js";
import type { DeviceView, Fleet } from "../../../provider/resource/fleet.js";

const FLOW = { applicationId: "a".repeat(24), flowId: "f".repeat(24) };
const view = (deviceId: string, desired: string | null): DeviceView => ({
  deviceId,
  desired,
  current: desired,
  sameContent: true,
});
const fleet = (...views: DeviceView[]): Fleet => new Map(views.map((one) => [one.deviceId, one]));

const moved = (before: Fleet): Map<string, MovedBySet> => {
  const devices = { version: "v2", deviceIds: new Set(["one", "two", "three"]) };
  return new Map([[`${FLOW.applicationId}/${FLOW.flowId}`, { ...devices, calls: [], moves: [], before }]]);
};

test("its devices are where they were, so that they are no drift; a device that is elsewhere since then is", () => {
  const before = fleet(view("one", "v1"), view("two", "v1"));
  const now = fleet(view("one", "v2"), view("two", "v4"), view("three", "v2"), view("other", "v2"));
  expect([...withoutMovesOfSet({ moved: moved(before) }, FLOW, now).values()]).toEqual([
    view("one", "v1"),
    view("two", "v4"),
    view("other", "v2"),
  ]);
});

test("a workflow that no set has moved in this run is as it is", () => {
  const now = fleet(view("one", "v2"));
  expect(withoutMovesOfSet({ moved: moved(fleet(view("one", "v1"))) }, { ...FLOW, flowId: "e".repeat(24) }, now)).toBe(
    now,
  );
  expect(withoutMovesOfSet({}, FLOW, now)).toBe(now);
});

test("a member that declares another version, or more devices, was not moved by its set", () => {
  const inputs = { ...FLOW, version: "v2", deviceIds: ["one", "two"] };
  const ports = { moved: moved(fleet()) };
  expect(movedBySet(ports, inputs)).toBeDefined();
  expect(movedBySet(ports, { ...inputs, version: "v3" })).toBeUndefined();
  expect(movedBySet(ports, { ...inputs, deviceIds: ["one", "four"] })).toBeUndefined();
});
