/** Writes reports. Progress and errors go to stderr, so that stdout has the report only. */
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
  // Without an option the report goes to the terminal.
  if (json === undefined && markdown === undefined) write(true, toMarkdown(report));
}

/** @throws UsageError before a run if both go to stdout */
export function checkReportOptions({ json, markdown }: ReportOptions): void {
  if (isStdout(json) && isStdout(markdown)) {
    throw new UsageError("--json and --markdown cannot both go to stdout: give one of them a file");
  }
}

function write(target: string | true, text: string): void {
  if (isStdout(target)) process.stdout.write(text);
  // Earlier commands of the same step have written to this file, too.
  else if (target === process.env["GITHUB_STEP_SUMMARY"]) appendFileSync(target, text);
  else writeFileSync(target, text);
}

function isStdout(target: string | true | undefined): target is true | "-" {
  return target === true || target === "-";
}
