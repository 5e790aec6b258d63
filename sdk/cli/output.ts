/** Where reports go. Progress and complaints go to stderr, so that stdout is the report and nothing else. */
import { appendFileSync, writeFileSync } from "node:fs";
import { toJSON } from "../pipeline/report/json.js";
import { toMarkdown } from "../pipeline/report/markdown.js";
import type { Report } from "../pipeline/report/results.js";
import { UsageError } from "./usage-error.js";

export interface ReportOptions {
  /** A file, or true for stdout. */
  readonly json?: string | true;
  readonly markdown?: string | true;
}

export function writeReport(report: Report, { json, markdown }: ReportOptions): void {
  if (json !== undefined) write(json, toJSON(report));
  if (markdown !== undefined) write(markdown, toMarkdown(report));
  // Somebody at a terminal wants to see how it went.
  if (json === undefined && markdown === undefined) write(true, toMarkdown(report));
}

/** @throws UsageError before a run, not after it, where both want stdout */
export function checkReportOptions({ json, markdown }: ReportOptions): void {
  if (isStdout(json) && isStdout(markdown)) {
    throw new UsageError("--json and --markdown cannot both go to stdout: give one of them a file");
  }
}

function write(target: string | true, text: string): void {
  if (isStdout(target)) process.stdout.write(text);
  // What earlier commands of the same step have put there stays.
  else if (target === process.env["GITHUB_STEP_SUMMARY"]) appendFileSync(target, text);
  else writeFileSync(target, text);
}

function isStdout(target: string | true | undefined): target is true | "-" {
  return target === true || target === "-";
}
