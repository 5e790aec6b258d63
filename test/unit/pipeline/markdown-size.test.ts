// A page that GitHub takes, however large the fleet.
import { describe, expect, test } from "@jest/globals";
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
  expect(page).toMatch(/^> Shortened to fit on a job page: each list shows its first 3000 entries\. The JSON/);
  expect(page).toContain("<summary>Failed devices: 4000</summary>");
  expect(page).toContain("\n| and 1000 more |  |  |  |  |\n");
  expect(page).toContain("60000 devices moved, v1 → v2</summary>");
  expect(page).toMatch(/ and 57000 more\n\n<\/details>/);
});

test("it is the longest that fits: a smaller page shows less", () => {
  const shown = (maxBytes: number): number => toMarkdown(driftOf(5000), { maxBytes }).match(/user olga/g)?.length ?? 0;
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
    expect(page).toMatch(
      /^## stack-0: not known ❌\n\n> x+\n\n## stack-1[^]*\n> 73 more sections do not fit on a job page\./,
    );
  });
});
