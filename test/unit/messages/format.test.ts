import { describe, expect, test } from "@jest/globals";
import { driftLine, driftLines, releasedLine } from "../../../provider/messages/format.js";
import { toFleet } from "../../../provider/resource/fleet.js";
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

test("what was released where, how many of these devices are offline, and how many have not reported yet", () => {
  const move = (deviceId: string, to: string | null) => ({ deviceId, from: "v0", to });
  expect(releasedLine([move("a", "v1"), move("b", "v1")], fleet)).toBe("released v1 to 2 devices, 1 offline");
  expect(releasedLine([move("a", "v1"), move("b", null)], fleet)).toBe(
    "released v1 to 1 device; removed from 1 device, 1 offline",
  );
  expect(releasedLine([move("a", "v2"), move("b", "v2")], fleet)).toBe(
    "released v2 to 2 devices, 1 offline, 1 not reported yet",
  );
  expect(releasedLine([move("a", "v2")], fleet)).toBe("released v2 to 1 device, not reported yet");
  expect(releasedLine([move("a", null)], fleet)).toBe("removed from 1 device, not reported yet");
});

test("drift that is the same on several devices is one line with a count", () => {
  const moved = (deviceId: string, desiredVersion: string) => ({ deviceId, expectedVersion: "v2", desiredVersion });
  const drift = [...["a", "b", "c", "d", "e"].map((id) => moved(id, "v1")), moved("f", "v0")];
  expect(driftLines(drift, fleet, now)).toEqual(["5 devices (line-3, b and 3 more): v2 -> v1", "device f: v2 -> v0"]);
  const byTwo = [
    { ...moved("a", "v1"), changedBy: "user 1" },
    { ...moved("b", "v1"), changedBy: "user 2" },
  ];
  expect(driftLines(byTwo, fleet, now)).toEqual([
    "device line-3 (a): v2 -> v1 by user 1",
    "device b: v2 -> v1 by user 2",
  ]);
});

test("a version with a line break stays on one line", () => {
  const drift = { deviceId: "a", expectedVersion: "v1\nboom", desiredVersion: "v2\u001b[2J" };
  // Names are made safe where they come in: provider/losant/schemas.ts.
  const row = { deviceId: "a", deviceName: "line 3", desiredVersion: "v1", currentVersion: "v1", logs: [] };
  const odd = toFleet([{ ...row, id: "1", flowId: "3" }]);
  expect(driftLine(drift, odd, now)).toBe(String.raw`device line 3 (a): v1 boom -> v2\u{1b}[2J`);
});
