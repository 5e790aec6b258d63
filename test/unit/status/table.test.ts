// The table of `pulumi-losant status`.
import { describe, expect, test } from "@jest/globals";
import { statusTable } from "../../../sdk/cli/status-table.js";
import { fleetStatusOf } from "../../../sdk/status/status-of.js";
import { withActors } from "../../../sdk/status/actors.js";
import type { FleetStatus, StatusCell } from "../../../sdk/status/fleet-status.js";
import { cellFacts } from "../../../sdk/status/wording.js";
import { APPLICATION, NOW, statusFleet } from "../../support/status-fleet.js";

const tableOf = (devices: number, names: readonly string[] = [], options = {}) =>
  statusTable(fleetStatusOf(statusFleet({ devices, names })), { now: NOW, ...options });

test("says what runs where: counts, versions of each workflow, and the worst rows first", () => {
  const table = tableOf(30);
  const lines = table.split("\n").map((line) => line.replaceAll("\u00A0", " "));
  expect(lines.slice(0, 7)).toEqual([
    "production, application a00000000000000000000001, 2026-11-26 14:00:00 UTC, just now",
    "1 failed, 1 drifted, 1 pending · 30 devices, 1 offline",
    "",
    "  Energy metering  2026-05-05T12-39-04 on 30",
    "  OEE counter      v3.1.0 on 10",
    "  Telemetry        v1.2.3 on 28, v1.2.2 on 2",
    "  Vibration        v1.0.0 on 29, v0.9.0 on 1",
  ]);
  const rows = lines.slice(8, 13).map((line) => line.split(/ {2,}/));
  expect(rows).toEqual([
    ["device", "workflow", "runs", "wanted", "state", "set", "by", "owner"],
    ["line-21", "Vibration", "v0.9.0", "v1.0.0", "failed", "1d ago", "apiToken 5b00…a5e1", "production: vibration"],
    ["", "module modbus-tcp is missing on this gateway"],
    [
      "line-12",
      "Telemetry",
      "v1.2.2",
      "v1.2.2, declared v1.2.3",
      "drifted",
      "40m ago",
      "user 5cfe…aa07",
      "production: telemetry",
    ],
    [
      "line-6 (offline)",
      "Telemetry",
      "v1.2.2",
      "v1.2.3",
      "pending",
      "1d ago",
      "apiToken 5b00…a5e1",
      "production: telemetry",
    ],
  ]);
});

test("names who moved a device, where the name is known", () => {
  const status = fleetStatusOf(statusFleet({ devices: 30 }));
  const drifted = (of: FleetStatus): StatusCell => {
    const cells = of.applications.flatMap(({ devices }) => devices.flatMap((device) => device.cells));
    const [cell] = cells.filter(({ state }) => state === "drifted");
    if (cell === undefined) throw new Error("nothing has drifted");
    return cell;
  };
  const by = drifted(status).by ?? "";
  const names = new Map([[by, "Ann Example"]]);
  const named = withActors(status, new Map([[APPLICATION, names]]));
  expect(drifted(named)).toEqual({ ...drifted(status), by, byName: "Ann Example" });
  expect(statusTable(named, { now: NOW })).toMatch(/v1.2.2, declared v1.2.3 +drifted +40m ago +user "Ann Example"/);
  expect(cellFacts(drifted(named), NOW)).toContainEqual(["By", `user "Ann Example", ${by}`]);
  expect(withActors(status, new Map([["another application", names]]))).toEqual(status);
});

test("shows 40 rows and counts the rest, or all with --all", () => {
  expect(tableOf(5000)).toMatch(
    /\nand 16627 more: 10 failed, 50 drifted, 50 pending, 16517 as wanted \(--all lists them\)\n$/,
  );
  expect(tableOf(300, [], { all: true })).not.toContain("--all");
  expect(tableOf(300, [], { all: true }).match(/^line-/gm)).toHaveLength(1000);
  expect(tableOf(5)).not.toContain("more");
});

describe("columns stay columns", () => {
  /** Where the column `workflow` begins, in columns of the screen. */
  test("with wide characters, joined ones, and names that are too long", () => {
    const lines = tableOf(3, ["工場 7", "👩🏽", "x".repeat(300)], { all: true }).split("\n");
    expect(lines.find((line) => line.startsWith("工場"))).toMatch(/^工場 7 {36}Energy/);
    expect(lines.find((line) => line.startsWith("👩🏽"))).toMatch(/^👩🏽 {40}Energy/u);
    expect(lines.find((line) => line.startsWith("xxx"))).toMatch(/^x{39}… {2}Energy/);
  });

  test("with names that hold control characters", () => {
    const table = tableOf(1, ["a\u001B[2J\nb"]);
    expect(table).toContain(String.raw`a\u{1b}[2J b  Energy`);
    // oxlint-disable-next-line no-control-regex
    expect(table).not.toMatch(/\u001B/);
  });
});

test("colours whole rows by their state, and nothing where there are none", () => {
  const painted = tableOf(30, [], { paint: (tone: string, text: string) => `<${tone}>${text}</>` });
  expect(painted).toMatch(/<failed>line-21 .*<\/>\n<muted> {2}module modbus-tcp/);
  expect(painted).toMatch(/<drifted>line-12 .*<\/>\n<pending>line-6 /);
  expect(painted).toMatch(/\nline-1 +Energy/);
});

test("an application without edge devices is not an error", () => {
  const [application] = statusFleet({ devices: 0 }).applications;
  if (application === undefined) throw new Error("no application");
  const status = fleetStatusOf({ applications: [{ ...application, workflows: [] }], now: NOW });
  expect(statusTable(status, { now: NOW })).toBe(
    "application a00000000000000000000001, 2026-11-26 14:00:00 UTC, just now\nNothing is deployed · 0 devices\n",
  );
});
