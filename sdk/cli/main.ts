#!/usr/bin/env node
/** The entry of `npx pulumi-losant`: errors and the exit code. */
import { PipelineError } from "../pipeline/report/pipeline-error.js";
import { redactor } from "../pipeline/report/token-redactor.js";
import { commandLine } from "./commands.js";
import { UsageError } from "./usage-error.js";

const program = commandLine((code) => {
  process.exitCode = code;
});

program.parseAsync().catch((error: unknown) => {
  process.exitCode = 1;
  const text = error instanceof Error ? error.message : String(error);
  // Any other error is a bug in this program: its stack helps to fix it.
  const known = error instanceof PipelineError || error instanceof UsageError || isLosantError(error);
  const shown = known || !(error instanceof Error) ? text : (error.stack ?? text);
  process.stderr.write(`pulumi-losant: ${redactor(process.env)(shown)}\n`);
});

function isLosantError(error: unknown): boolean {
  return error instanceof Error && error.name.startsWith("Losant");
}
