/** `--notify`: tells a webhook how a run ended. */
import { Option } from "commander";
import type { Command } from "commander";
import { EXIT_CODES, exitCodeOf } from "../pipeline/report/exit-codes.js";
import { notify } from "../pipeline/notify/notify.js";
import { NOTIFY_FORMATS, webhookProblem } from "../pipeline/notify/webhook.js";
import type { NotifyFormat } from "../pipeline/notify/webhook.js";
import type { Report } from "../pipeline/report/results.js";
import { UsageError } from "./usage-error.js";

export interface NotifyCommandOptions {
  readonly notify?: string;
  readonly notifyFormat?: NotifyFormat;
  readonly notifyOn?: (typeof OCCASIONS)[number];
}

const OCCASIONS = ["problems", "always"] as const;
const VARIABLE = "PULUMI_LOSANT_NOTIFY_URL";

export function withNotify(command: Command): Command {
  return command
    .option(
      "--notify <url>",
      `tell this webhook where the exit code is not 0; it is a secret, so better set ${VARIABLE}`,
    )
    .addOption(
      new Option("--notify-format <form>", "what it takes (default: slack for Slack's own hosts, else json)").choices(
        NOTIFY_FORMATS,
      ),
    )
    .addOption(new Option("--notify-on <what>", "when to tell it").choices(OCCASIONS).default("problems"));
}

/**
 * @param env - `PULUMI_LOSANT_NOTIFY_URL`, where no option is given; empty, as a secret that a pipeline does not have, is none
 * @throws UsageError for an address that cannot be used, before anything runs; the address is not in it
 */
export function webhookOf({ notify: url }: NotifyCommandOptions, env: NodeJS.ProcessEnv): string | undefined {
  const found = url ?? (env[VARIABLE]?.trim() || undefined);
  const problem = found === undefined ? undefined : webhookProblem(found);
  if (problem !== undefined) throw new UsageError(`${url === undefined ? VARIABLE : "--notify"}: ${problem}`);
  return found;
}

/** A webhook that fails is a warning: the run has ended, and its result stands. */
export async function notifyOfReport(
  url: string | undefined,
  report: Report,
  { notifyFormat, notifyOn = "problems" }: NotifyCommandOptions,
  warn: (text: string) => void,
): Promise<void> {
  if (url === undefined || (notifyOn === "problems" && exitCodeOf(report) === EXIT_CODES.ok)) return;
  const problem = await notify(report, { url, ...(notifyFormat === undefined ? {} : { format: notifyFormat }) });
  if (problem !== undefined) warn(`pulumi-losant: warning: ${problem}\n`);
}
