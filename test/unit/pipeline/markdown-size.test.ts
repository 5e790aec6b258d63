// A page that GitHub takes, however large the fleet.
import { describe, expect, test } from "@jest/globals";
import { toComment } from "../../../sdk/pipeline/report/comment.js";
import { toMarkdown } from "../../../sdk/pipeline/report/markdown.js";
import type { Report } from "../../../sdk/pipeline/report/results.js";
import type { FailedDevice } from "../../../sdk/pipeline/report/resource-results.js";
import { deployed, deployResult, drifted, driftReport, ENVELOPE, failure, health } from "./results.js";
import { device } from "./support.js";

/** What GitHub takes of one step. */
const GITHUB = 2 ** 20;
const bytes = (text: string): number => Buffer.byteLength(text);
const driftOf = (count: number): Report => driftReport({ clean: false, resources: [drifted(count)] });

test("a page that fits is not shortened", () => {
  const page = toMarkdown(driftOf(5000));
  expect(page).not.toMatch(/Shortened|more/);
  expect(page).toContain(device(4999));
});

test("a larger one has the same length for all lists, each counts what it leaves out, and the head counts all", () => {
  const moved = [{ from: "v1", to: "v2", deviceIds: Array.from({ length: 60_000 }, (_, number) => device(number)) }];
  const failed = Array.from({ length: 4000 }, (_, number) => ({ ...failure, deviceId: device(number) }));
  const page = toMarkdown(deployResult({ resources: [deployed({ moved, failed })] }));
  expect(bytes(page)).toBeLessThan(GITHUB);
  expect(page).toMatch(/^> Shortened to fit: each list shows its first 3000 entries\. The JSON/);
  expect(page).toContain("<summary>Failed devices: 4000</summary>");
  expect(page).toContain("\n| and 1000 more |  |  |  |  |\n");
  expect(page).toContain("60000 devices moved, v1 → v2</summary>");
  expect(page).toMatch(/ and 57000 more\n\n<\/details>/);
});

test("above the list the devices that share all but their ids are one row", () => {
  const page = toMarkdown(deployResult({ resources: [deployed({ failed: Array.from({ length: 30 }, nth) })] }));
  expect(page).toContain(
    [
      "| devices | resource | version | error |",
      "| --- | --- | --- | --- |",
      "| 20 | `telemetry` | `v2` | agent too old |",
      "| 10 | `telemetry` | `v2` | disk full |",
      "",
      "<details><summary>Failed devices: 30</summary>",
    ].join("\n"),
  );
  expect(toMarkdown(driftOf(19))).not.toContain("| devices | resource");
});

const nth = (_: unknown, number: number): FailedDevice => {
  return { ...failure, deviceId: device(number), error: number % 3 === 1 ? "disk full" : failure.error };
};

test("where each device stands alone, there are no groups", () => {
  const failed = Array.from({ length: 30 }, (_, number) => ({ ...nth(_, number), error: `error ${number}` }));
  expect(toMarkdown(deployResult({ resources: [deployed({ failed })] }))).not.toContain("| devices | resource");
});

test("it is the longest that fits: a smaller page shows less", () => {
  const shown = (maxBytes: number): number =>
    toMarkdown(driftOf(5000), { maxBytes }).match(/&lt;b> .*user olga/g)?.length ?? 0;
  expect([1_000_000, 400_000, 120_000, 15_000, 2000].map(shown)).toEqual([5000, 3000, 1000, 100, 10]);
});

describe("whatever is in it, it is not larger than asked", () => {
  const long = "x".repeat(3000);
  const wide: FailedDevice = { ...failure, error: "工場".repeat(50) };
  const stacks = Array.from({ length: 40 }, (_, number) =>
    driftReport({ stack: `stack-${number}`, problem: { code: "failed", message: long } }),
  );
  const reports: Record<string, Report> = {
    "one long message": driftReport({ problem: { code: "failed", message: long } }),
    "many stacks": { ...ENVELOPE, kind: "driftSummary", clean: false, stacks },
    "wide characters": driftReport({ clean: false, warnings: ["工場".repeat(900)], resources: [drifted(30)] }),
    "many resources": deployResult({ resources: Array.from({ length: 500 }, () => deployed()) }),
  };
  test.each(Object.keys(reports))("%s", (name) => {
    for (const maxBytes of [500, 2000, 10_000, 50_000]) {
      expect(bytes(toMarkdown(reports[name] ?? driftReport(), { maxBytes }))).toBeLessThanOrEqual(maxBytes);
    }
  });

  test("counted in bytes, not in characters", () => {
    const report = driftReport({
      clean: false,
      resources: [health({ failed: Array.from({ length: 30 }, () => wide) })],
    });
    const whole = bytes(toMarkdown(report));
    expect(bytes(toMarkdown(report, { maxBytes: whole - 1 }))).toBeLessThan(whole);
  });

  test("sections that do not fit are counted", () => {
    const page = toMarkdown(reports["many stacks"] ?? driftReport(), { maxBytes: 10_000 });
    expect(page).toMatch(/^## stack-0: not known ❌\n\n> x+\n\n## stack-1[^]*\n> 73 more sections do not fit\./);
  });
});

describe("a comment", () => {
  const plan = { resources: [], devicesMoved: 0, otherChanges: [] };
  const planned: Report = { ...ENVELOPE, kind: "plan", stack: "production", plan, drift: [] };

  test("is below GitHub's 65,536 characters, however large the fleet, and counts what it leaves out", () => {
    const page = toComment(driftOf(5000));
    expect(page.length).toBeLessThan(65_536);
    expect(page).toMatch(/\| and \d+ more \|/);
  });

  test("begins with a marker that is the same for each run, and another for other stacks and other commands", () => {
    const first = (report: Report): string => toComment(report).split("\n\n")[0] ?? "";
    expect(first(planned)).toBe("<!-- pulumi-losant: plan production -->");
    expect(first({ ...planned, startedAt: "2030-01-01T00:00:00.000Z" })).toBe(first(planned));
    expect(first({ ...ENVELOPE, kind: "driftSummary", clean: true, stacks: [driftReport(), driftReport()] })).toBe(
      "<!-- pulumi-losant: drift production production -->",
    );
    expect(
      first({
        ...ENVELOPE,
        kind: "promote",
        outcome: "stopped",
        stages: [deployResult({ stack: "staging" })],
        holds: [],
        notReached: ["production"],
      }),
    ).toBe("<!-- pulumi-losant: promote staging production -->");
  });

  test("no name of a stack ends the marker, and it is one line", () => {
    const [marker = ""] = toComment({ ...planned, stack: "a--> <b>\nc" }).split("\n");
    expect(marker).toMatch(/^<!-- [^<>]* -->$/);
    expect(marker.length).toBeLessThan(600);
    expect(toComment({ ...planned, stack: "x".repeat(100_000) }).length).toBeLessThan(65_536);
  });
});
