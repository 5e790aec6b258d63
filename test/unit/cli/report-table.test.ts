// A report in a terminal: a table with colours; Markdown where it is piped.
import { describe, expect, test } from "@jest/globals";
import { PassThrough } from "node:stream";
import { writeReport } from "../../../sdk/cli/output.js";
import { noColours } from "../../../sdk/cli/paint.js";
import { reportTable } from "../../../sdk/cli/report-table.js";
import { toMarkdown } from "../../../sdk/pipeline/report/markdown.js";
import type { Report } from "../../../sdk/pipeline/report/results.js";
import {
  change,
  deployed,
  deployResult,
  drifted,
  driftReport,
  ENVELOPE,
  failure,
  health,
} from "../pipeline/results.js";
import { device } from "../pipeline/support.js";

const shown = (report: Report): string => reportTable(report, noColours);
const marked = (report: Report): string => reportTable(report, (tone, text) => `<${tone}>${text}</>`);

test("a clean stack is a line and a table", () => {
  expect(shown(driftReport())).toBe(
    [
      "production: clean",
      "resource   version  devices  drifted  failed  not there yet",
      "telemetry  v1       40       0        0       0",
      "",
    ].join("\n"),
  );
});

test("drift names device, versions and who; the first 20, and how many there are", () => {
  const lines = shown(driftReport({ clean: false, resources: [drifted(25)] })).split("\n");
  expect(lines[0]).toBe("production: 25 devices drifted");
  expect(lines.slice(4, 7)).toEqual([
    "devices  resource   declared  is  by",
    "25       telemetry  v1        v3  user olga_b",
    "",
  ]);
  expect(lines[7]).toMatch(/^device +id +resource +declared +is +by +when$/);
  expect(lines[8]?.trimEnd()).toBe(`line|3 <b>  ${device(0)}  telemetry  v1        v3  user olga_b`);
  expect(lines.slice(28)).toEqual(["and 5 more: 25 devices in all", ""]);
});

test("a deployment: what each resource did, its calls, what moved, what failed and why", () => {
  const text = shown(deployResult({ resources: [deployed({ failed: [failure], reasons: ["1 of 2 failed"] })] }));
  expect(text.split("\n")).toEqual([
    "production: deployed (4.2 s)",
    "resource   did             version  moved  failed  not there yet  rolled back",
    "telemetry  update, failed  v2       2      1       0              0",
    "  replace v1 -> v2: moves 2 devices, all owned",
    `  v1 → v2: ${device(0)}, ${device(1)}`,
    "",
    "device  id                        resource   could not run  since",
    `line-9  ${device(9)}  telemetry  v2`,
    "  agent too old",
    "",
    "also changed 1:",
    "  create bucket (aws:s3:Bucket)",
    "",
  ]);
});

test("a refusal says why, and what would have moved", () => {
  const refusal = { gate: "maxDevices", reason: "2 devices would move, 1 may" } as const;
  const plan = {
    resources: [{ ...health(), op: "update", moved: [{ from: "v1", to: "v2", deviceIds: [device(0)] }] }],
    devicesMoved: 1,
    otherChanges: [],
  };
  const text = shown(deployResult({ outcome: "refused", refusal, plan, resources: [] }));
  expect(text).toContain(
    "production: refused (4.2 s)\nRefused by maxDevices, nothing was moved. 2 devices would move, 1 may\n",
  );
  expect(text).toContain("telemetry            f00000000000000000000000  update  v1 → v2    1\n");
});

test.each([
  ["clean", driftReport(), "deployed"],
  ["drifted", driftReport({ clean: false, resources: [drifted(1)] }), "drifted"],
  ["not known", driftReport({ clean: undefined, problem: { code: "failed", message: "no" } }), "failed"],
  ["deployed", deployResult(), "deployed"],
  ["failed", deployResult({ outcome: "failed", problem: { code: "failed", message: "no" } }), "failed"],
  ["cancelled", deployResult({ outcome: "cancelled" }), "pending"],
] as const)("the colour of a stack that is %s", (what, report, tone) => {
  expect(marked(report)).toMatch(new RegExp(`^<${tone}>production: .*${what.split(" ").at(-1)}.*</>\n`));
});

test("a promotion: its stages, its holds, and what was not reached", () => {
  const report: Report = {
    ...ENVELOPE,
    kind: "promote",
    outcome: "stopped",
    stages: [deployResult({ stack: "staging" })],
    holds: [{ after: "staging", outcome: "stopped", reason: "1 device failed", seconds: 60 }],
    notReached: ["production"],
  };
  expect(shown(report)).toMatch(
    /^Promotion stopped\nhold after staging: stopped \(60 s\): 1 device failed\n\nstaging: deployed[^]*\n\nproduction: not reached\n$/,
  );
});

describe("whatever stands in names and errors", () => {
  test("no character acts in the terminal, and no row breaks", () => {
    const hostile = "a\u001B[2J\u202Eb\nc";
    const failed = [{ ...failure, name: hostile, error: hostile }];
    const reports = [
      driftReport({ stack: hostile, problem: { code: "failed", message: hostile.replace("\n", " ") } }),
      driftReport({
        clean: false,
        warnings: [hostile],
        resources: [health({ name: hostile, failed })],
        changes: [{ ...change, urn: "u", name: hostile }],
      }),
      deployResult({ stack: hostile, resources: [deployed({ name: hostile, failed })] }),
    ];
    for (const report of reports) {
      // oxlint-disable-next-line no-control-regex
      expect(shown(report)).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u202E]/);
      expect(shown(report)).not.toMatch(/^c/m);
    }
  });
});

describe("to stdout", () => {
  const written = (isTTY: boolean, options = {}): string => {
    const stdout = Object.assign(new PassThrough(), { isTTY });
    writeReport(driftReport(), options, stdout);
    return String(stdout.read());
  };

  test("a terminal gets the table, a pipe Markdown", () => {
    expect(written(true)).toContain("telemetry  v1       40");
    expect(written(false)).toBe(toMarkdown(driftReport()));
  });

  test("what is asked for by an option is that, in a terminal too", () => {
    expect(written(true, { markdown: true })).toBe(toMarkdown(driftReport()));
    expect(JSON.parse(written(true, { json: true }))).toMatchObject({ kind: "drift" });
  });
});
