// Sorting, counting and searching what runs where.
import { expect, test } from "@jest/globals";
import {
  countsOf,
  isShown,
  matchesSearch,
  runningVersions,
  searchText,
  sortedBy,
  worstFirst,
} from "../../../sdk/status/arrange.js";
import type { CellState, StatusCell, StatusDevice } from "../../../sdk/status/fleet-status.js";

const cell = (state: CellState, fields: Partial<StatusCell> = {}): StatusCell => ({
  flowId: "f1",
  state,
  wanted: "v1",
  running: "v1",
  ...fields,
});
const device = (name: string, ...cells: StatusCell[]): StatusDevice => ({ id: `id-of-${name}`, name, cells });
const names = (devices: readonly StatusDevice[]) => devices.map(({ name }) => name);

const FLEET = [
  device("line-10", cell("deployed")),
  device("line-9", cell("deployed"), cell("pending", { flowId: "f2", running: "v0" })),
  device("line-2", cell("deployed", { since: "2026-02-01T00:00:00Z" })),
  device("spare"),
  device("line-3", cell("drifted", { flowId: "f2" }), cell("failed")),
  { ...device("line-1", cell("drifted", { running: "v0", since: "2026-01-01T00:00:00Z" })), online: false },
];

test("the worst come first, and equals by name, numbers as numbers", () => {
  expect(names(worstFirst(FLEET))).toEqual(["line-3", "line-1", "line-9", "line-2", "line-10", "spare"]);
});

test("a device counts in each state that one of its workflows has; as wanted only where all are", () => {
  expect(countsOf(FLEET)).toEqual({ devices: 6, failed: 1, drifted: 2, pending: 1, deployed: 2, empty: 1, offline: 1 });
});

test("what a tile counts is what it shows", () => {
  const counts = countsOf(FLEET);
  for (const show of ["failed", "drifted", "pending", "deployed", "empty", "offline"] as const) {
    expect([show, FLEET.filter((one) => isShown(one, show)).length]).toEqual([show, counts[show]]);
  }
  expect(FLEET.filter((one) => isShown(one, "all"))).toHaveLength(6);
});

test("sorted by name, or by the newest change; what has none stands last", () => {
  expect(names(sortedBy(FLEET, "name"))).toEqual(["line-1", "line-2", "line-3", "line-9", "line-10", "spare"]);
  expect(names(sortedBy(FLEET, "newest"))).toEqual(["line-2", "line-1", "line-3", "line-9", "line-10", "spare"]);
});

test("a search finds by each word: name, tag, workflow, version, person, error, owner; in any case", () => {
  const found = searchText(
    {
      ...device(
        "Line-1",
        cell("failed", { by: "user 5b00", failure: { error: "No Modbus" }, owners: ["prod: telemetry"] }),
      ),
      tags: ["hall=a"],
    },
    new Map([["f1", { id: "f1", name: "Vibration" }]]),
  );
  for (const search of ["line-1", "hall=a", "VIBRATION", "v1", "5b00", "modbus no", "prod: failed", "  "]) {
    expect([search, matchesSearch(found, search)]).toEqual([search, true]);
  }
  expect(matchesSearch(found, "line-1 v2")).toBe(false);
});

test("running versions of one workflow, the most first, the newer first among equals", () => {
  expect(runningVersions(FLEET, "f1")).toEqual([
    { version: "v1", count: 4 },
    { version: "v0", count: 1 },
  ]);
  expect(
    runningVersions([device("a", cell("deployed")), device("b", cell("pending", { running: "v10" }))], "f1"),
  ).toEqual([
    { version: "v10", count: 1 },
    { version: "v1", count: 1 },
  ]);
});
