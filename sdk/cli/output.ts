/** Writes reports. Progress and errors go to stderr, so that stdout has the report only. */
import { accessSync, appendFileSync, constants, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { toComment } from "../pipeline/report/comment.js";
import { toJSON } from "../pipeline/report/json.js";
import { toMarkdown } from "../pipeline/report/markdown.js";
import type { Report } from "../pipeline/report/results.js";
import { paintFor } from "./paint.js";
import { reportTable } from "./report-table.js";
import { UsageError } from "./usage-error.js";

/** A file; true and `-` for stdout. */
export type Target = string | true;

export interface ReportOptions {
  readonly json?: Target;
  readonly markdown?: Target;
  /** The same, made for a comment. */
  readonly comment?: string;
}

/** Where a report goes that no option sends to a file. */
export type Stdout = NodeJS.WritableStream & { readonly isTTY?: boolean };

export function writeReport(
  report: Report,
  { json, markdown, comment }: ReportOptions,
  stdout: Stdout = process.stdout,
): void {
  if (comment !== undefined) writeText(comment, toComment(report), stdout);
  if (json !== undefined) writeText(json, toJSON(report), stdout);
  if (markdown !== undefined) writeText(markdown, toMarkdown(report), stdout);
  if (json !== undefined || markdown !== undefined || isStdout(comment)) return;
  // Without an option: a table for a person, Markdown for a pipe.
  stdout.write(stdout.isTTY === true ? reportTable(report, paintFor(stdout)) : toMarkdown(report));
}

/** @throws UsageError before a run if a report could not be written, or if both go to stdout */
export function checkReportOptions({ json, markdown, comment }: ReportOptions): void {
  const targets = Object.entries({ "--json": json, "--markdown": markdown, "--comment": comment });
  for (const [option, target] of targets) checkTarget(option, target);
  const [first, other] = targets.filter(([, target]) => isStdout(target)).map(([option]) => option);
  if (other !== undefined) {
    throw new UsageError(`${first} and ${other} cannot both go to stdout: give one of them a file`);
  }
}

/** @throws UsageError where the file could not be written */
export function checkTarget(option: string, target: Target | undefined): void {
  if (target === undefined || isStdout(target)) return;
  if (target.trim() === "") {
    throw new UsageError(`${option}: "" is no file: give its name, or leave the name out for stdout`);
  }
  const folder = dirname(target);
  const there = statSync(target, { throwIfNoEntry: false });
  if (there?.isDirectory() === true) throw new UsageError(`${option}: ${target} is a folder: give the name of a file`);
  if (there === undefined && statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new UsageError(`${option}: ${target} cannot be written: there is no folder ${folder}`);
  }
  try {
    accessSync(there === undefined ? folder : target, constants.W_OK);
  } catch {
    throw new UsageError(`${option}: ${target} cannot be written: this user may not write there`);
  }
}

export function writeText(target: Target, text: string, stdout: Stdout = process.stdout): void {
  if (isStdout(target)) stdout.write(text);
  // Earlier commands of the same step have written to this file, too.
  else if (target === process.env["GITHUB_STEP_SUMMARY"]) appendFileSync(target, text);
  else writeFileSync(target, text);
}

export function isStdout(target: Target | undefined): target is true | "-" {
  return target === true || target === "-";
}
