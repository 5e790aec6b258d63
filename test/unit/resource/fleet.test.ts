import { describe, expect, test } from "@jest/globals";
import type { DeploymentLog, EdgeDeploymentRow } from "../../../provider/losant/types.js";
import { layOver, toDeviceView, toFleet } from "../../../provider/resource/fleet.js";

const row = (over: Partial<EdgeDeploymentRow>): EdgeDeploymentRow => ({
  id: "r",
  deviceId: "A",
  flowId: "f",
  currentVersion: "v1",
  desiredVersion: "v2",
  logs: [],
  ...over,
});
const scheduled = (date: string, newValue: string, over: Partial<DeploymentLog> = {}): DeploymentLog => ({
  changeType: "desired",
  date,
  newValue,
  sourceType: "user",
  sourceId: "u1",
  ...over,
});
const failed = (date: string, attemptedValue: string | null, error = "agent too old"): DeploymentLog => ({
  changeType: "current",
  date,
  attemptedValue,
  error,
});
const reported = (date: string, newValue: string): DeploymentLog => ({ changeType: "current", date, newValue });

describe("who moved a device", () => {
  test("is the newest schedule of the version it is wanted at, whatever the order of the logs", () => {
    const logs = [
      scheduled("2026-01-03", "v2"),
      scheduled("2026-01-01", "v2", { sourceId: "old" }),
      scheduled("2026-01-02", "v1"),
    ];
    for (const order of [logs, logs.toReversed()]) {
      expect(toDeviceView(row({ logs: order }))).toMatchObject({ changedBy: "user u1", changedAt: "2026-01-03" });
    }
  });

  test("is left out where Losant keeps no log of it", () => {
    expect(toDeviceView(row({ logs: [scheduled("2026-01-01", "v9")] })).changedBy).toBeUndefined();
  });
});

describe("a failed device", () => {
  test("is one whose newest report is an error about the version wanted now", () => {
    const view = toDeviceView(row({ logs: [scheduled("2026-01-01", "v2"), failed("2026-01-02", "v2")] }));
    expect(view.failure).toEqual({ attemptedVersion: "v2", error: "agent too old", at: "2026-01-02" });
  });

  test("keeps the time of the first try, since it tries again at each connect", () => {
    const logs = [scheduled("2026-01-01", "v2"), failed("2026-01-02", "v2"), failed("2026-01-05", "v2")];
    expect(toDeviceView(row({ logs })).failure?.at).toBe("2026-01-02");
  });

  test.each([
    ["an error about another version", [scheduled("2026-01-01", "v2"), failed("2026-01-02", "v1")]],
    ["an error from before the last schedule", [failed("2026-01-01", "v2"), scheduled("2026-01-02", "v2")]],
    [
      "a later report without error",
      [scheduled("2026-01-01", "v2"), failed("2026-01-02", "v2"), reported("2026-01-03", "v1")],
    ],
  ])("is not one with %s", (_name, logs) => {
    expect(toDeviceView(row({ logs })).failure).toBeUndefined();
  });

  test("is not one that runs the version by now", () => {
    const logs = [scheduled("2026-01-01", "v2"), failed("2026-01-02", "v2")];
    expect(toDeviceView(row({ currentVersion: "v2", logs })).failure).toBeUndefined();
  });

  test("can be one that could not remove the flow", () => {
    const logs = [
      scheduled("2026-01-01", "v2"),
      { ...scheduled("2026-01-02", ""), newValue: null },
      failed("2026-01-03", null),
    ];
    expect(toDeviceView(row({ desiredVersion: null, logs })).failure).toMatchObject({ attemptedVersion: null });
  });
});

describe("content of one name", () => {
  test.each([
    ["equal etags", { desiredEtag: "1", currentEtag: "1" }, true],
    ["unequal etags", { desiredEtag: "2", currentEtag: "1" }, false],
    ["no etags, as on old private installs", {}, true],
    ["one etag only", { desiredEtag: "2", currentEtag: null }, true],
  ])("%s", (_name, etags, same) => {
    expect(toDeviceView(row(etags)).sameContent).toBe(same);
  });
});

test("device ids are compared in lower case", () => {
  expect(toDeviceView(row({ deviceId: "ABC" })).deviceId).toBe("abc");
});

describe("a listing of one version, laid over a listing of the whole flow", () => {
  const fleetOf = (devices: Readonly<Record<string, readonly [string | null, string | null]>>) =>
    toFleet(
      Object.entries(devices).map(([deviceId, [desiredVersion, currentVersion]]) =>
        row({ id: deviceId, deviceId, desiredVersion, currentVersion }),
      ),
    );
  const before = fleetOf({ a: ["v2", "v1"], b: ["v1", "v1"], c: ["v3", "v2"] });

  test("says how its devices are now, and leaves the others as they were", () => {
    const now = layOver(before, fleetOf({ a: ["v2", "v2"], c: ["v3", "v2"], d: ["v2", null] }), "v2");
    expect([...(now ?? [])].map(([id, { desired, current }]) => [id, desired, current])).toEqual([
      ["a", "v2", "v2"],
      ["b", "v1", "v1"],
      ["c", "v3", "v2"],
      ["d", "v2", null],
    ]);
  });

  test.each([
    ["desires", { c: ["v3", "v2"] }],
    ["runs", { a: ["v2", "v2"] }],
  ] as const)("says nothing where a device that %s the version is missing in it", (_, found) => {
    expect(layOver(before, fleetOf(found), "v2")).toBeUndefined();
  });
});
