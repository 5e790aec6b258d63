import { describe, expect, test } from "@jest/globals";
import { driftLine, releasedLine } from "../../../provider/messages/format.js";
import type { Fleet } from "../../../provider/resource/fleet.js";

const now = new Date("2026-11-23T12:00:00Z");
const fleet: Fleet = new Map([
  ["a", { deviceId: "a", name: "line-3", desired: "v1", current: "v1", sameContent: true, connected: true }],
  ["b", { deviceId: "b", desired: "v1", current: "v1", sameContent: true, connected: false }],
]);

describe("a drift line names the device, the versions, who and when", () => {
  const who = { changedBy: "user 5b00", changedAt: "2026-11-23T09:59:00Z" };
  test.each([
    [
      "moved",
      { deviceId: "a", expectedVersion: "v2", desiredVersion: "v1", ...who },
      "device line-3 (a): v2 -> v1 by user 5b00 2h ago",
    ],
    [
      "removed",
      { deviceId: "b", expectedVersion: "v2", desiredVersion: null, ...who },
      "device b: v2 removed by user 5b00 2h ago",
    ],
    ["deployed", { deviceId: "b", expectedVersion: null, desiredVersion: "v1" }, "device b: v1 deployed"],
  ])("%s", (_name, drift, line) => {
    expect(driftLine(drift, fleet, now)).toBe(line);
  });
});

test("what was released where, and how many of these devices are offline", () => {
  const move = (deviceId: string, to: string | null) => ({ deviceId, from: "v1", to });
  expect(releasedLine([move("a", "v2"), move("b", "v2")], fleet)).toBe("released v2 to 2 devices, 1 offline");
  expect(releasedLine([move("a", "v2"), move("b", null)], fleet)).toBe(
    "released v2 to 1 device; removed from 1 device, 1 offline",
  );
});
