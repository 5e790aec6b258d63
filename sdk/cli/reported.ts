/** A command that runs on stacks and ends with a report: written, told to a webhook, and turned into an exit code. */
import { notReported } from "../pipeline/notify/not-reported.js";
import type { Notification } from "../pipeline/notify/notification.js";
import { exitCodeOf } from "../pipeline/report/exit-codes.js";
import { PipelineError } from "../pipeline/report/pipeline-error.js";
import type { Problem, Report } from "../pipeline/report/results.js";
import { redactor } from "../pipeline/report/token-redactor.js";
import { progressOn } from "../pipeline/run/progress.js";
import { runFailureOf } from "../pipeline/run/run-failure.js";
import type { RunOptions } from "../pipeline/run/run-options.js";
import { listenForInterrupts } from "./interrupts.js";
import { notifyOfReport, webhookOf } from "./notify-options.js";
import type { NotifyCommandOptions } from "./notify-options.js";
import { checkReportOptions, checkTarget, writeReport } from "./output.js";
import type { ReportOptions, Target } from "./output.js";
import { selectStacks } from "./stacks.js";
import { writeStatusPage } from "./status.js";
import { UsageError } from "./usage-error.js";

export interface StackOptions extends ReportOptions, NotifyCommandOptions {
  readonly html?: Target;
  readonly stack?: readonly string[];
  readonly cwd: string;
  readonly concurrency?: number;
}

type Work = (stacks: Awaited<ReturnType<typeof selectStacks>>, run: RunOptions) => Promise<Report>;

/**
 * @returns the exit code
 * @throws what kept the run from a report; the webhook knows it by then
 */
export async function reported(command: Notification["command"], options: StackOptions, work: Work): Promise<number> {
  checkReportOptions(options);
  checkTarget("--html", options.html);
  const webhook = webhookOf(options, process.env);
  // Checked here: the parser would report a missing --stack before a mistyped --stak.
  if (options.stack === undefined)
    throw new UsageError("which stack? For example --stack production (--help shows more)");
  const progress = progressOn(process.stderr);
  const interrupts = listenForInterrupts(progress.say);
  const { signal, interruptsThemselves } = interrupts;
  const startedAt = new Date();
  let hasReport = false;
  try {
    const stacks = await selectStacks(options.stack, options.cwd);
    const report = await work(stacks, { signal, interruptsThemselves, onEvent: progress.onEvent });
    // Told first: a report that cannot be written is still told.
    hasReport = true;
    await notifyOfReport(webhook, report, options, warn);
    writeReport(report, options);
    if (options.html !== undefined) await writeStatusPage(stacks, options.html);
    return exitCodeOf(report);
  } catch (error) {
    if (!hasReport && !(error instanceof UsageError)) {
      const report = notReported(command, options.stack, problemOf(error), startedAt);
      await notifyOfReport(webhook, report, options, warn);
    }
    throw error;
  } finally {
    interrupts.stop();
  }
}

function warn(text: string): void {
  process.stderr.write(text);
}

function problemOf(error: unknown): Problem {
  return error instanceof PipelineError
    ? { code: error.code, message: error.message }
    : runFailureOf(error, "", redactor(process.env));
}
