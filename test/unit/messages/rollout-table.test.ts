// The table at the end of a rollout: what each batch came to.
import { expect, test } from "@jest/globals";
import { batchTable } from "../../../provider/messages/rollout-table.js";
import type { DeviceState, DeviceStatus } from "../../../provider/decision/device-status.js";

const statuses = (...states: (DeviceState | "offline")[]): DeviceStatus[] =>
  states.map((state, index) => ({ deviceId: `d${index}`, state, connected: state !== "offline" && state !== "lost" }));
const ids = (...numbers: number[]): string[] => numbers.map((number) => `d${number}`);

test("a line a batch: what was released, what runs, failed or is offline, and how long it took", () => {
  const table = batchTable({
    batches: [
      { number: 1, deviceIds: ids(0), releasedAt: 0, settledAt: 8_000 },
      { number: 2, deviceIds: ids(1, 2), releasedAt: 8_000, settledAt: 20_000 },
      { number: 3, deviceIds: ids(3, 4, 5), releasedAt: 20_000 },
    ],
    statuses: statuses("done", "done", "failed", "done", "moving", "offline", "waiting"),
    problems: [{ deviceId: "d2", kind: "failed" }],
    isHealthJudged: false,
    now: 83_000,
  });
  expect(table).toEqual([
    "  batch  released  runs  failed  offline  errors   time",
    "      1         1     1       0        0       -     8s",
    "      2         2     1       1        0       -    12s",
    "      3         3     1       0        1       -  1m 3s",
  ]);
});

test("runtime errors where health is judged: a device that throws too much has failed, and does not count as running", () => {
  const error = { deviceId: "d1", at: 0 };
  const [calm, throwing] = statuses("done", "done");
  const table = batchTable({
    batches: [{ number: 1, deviceIds: ids(0, 1), releasedAt: 0, settledAt: 1_000 }],
    statuses: [
      { ...calm, watched: { runsSince: 0, errors: [error] } } as DeviceStatus,
      { ...throwing, watched: { runsSince: 0, errors: [error, error] } } as DeviceStatus,
    ],
    problems: [{ deviceId: "d1", kind: "unhealthy", errors: [error, error] }],
    isHealthJudged: true,
    now: 1_000,
  });
  expect(table[1]).toBe("      1         2     1       1        0       3    1s");
});

test("a batch that took another device in place of an offline one is one line", () => {
  const table = batchTable({
    batches: [
      { number: 1, deviceIds: ids(0), releasedAt: 0, settledAt: 1_000 },
      { number: 1, deviceIds: ids(1), releasedAt: 1_000, settledAt: 4_000 },
    ],
    statuses: statuses("offline", "done"),
    problems: [],
    isHealthJudged: false,
    now: 4_000,
  });
  expect(table).toHaveLength(2);
  expect(table[1]).toBe("      1         2     1       0        1       -    4s");
});

test("a run that goes on says what had the version before it", () => {
  const table = batchTable({
    batches: [{ number: 2, deviceIds: ids(1), releasedAt: 0, settledAt: 1_000 }],
    statuses: statuses("done", "done", "waiting"),
    problems: [],
    isHealthJudged: false,
    now: 1_000,
  });
  expect(table.slice(1)).toEqual([
    "  before         1     1       0        0       -     -",
    "       2         1     1       0        0       -    1s",
  ]);
});

test("nothing was released: no table. Many batches: the first ones, and how many more there are", () => {
  const results = { statuses: statuses("done"), problems: [], isHealthJudged: false, now: 0 };
  expect(batchTable({ ...results, batches: [] })).toEqual([]);
  const batches = Array.from({ length: 40 }, (_, index) => ({ number: index + 1, deviceIds: [], releasedAt: 0 }));
  const table = batchTable({ ...results, batches });
  expect(table).toHaveLength(21);
  expect(table.at(-1)).toBe("  and 22 more");
});
