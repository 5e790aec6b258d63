/**
 * Sends a notification. An error of got holds the address, which is a secret: no error leaves this file, only a sentence
 * without it.
 */
import got, { HTTPError, RequestError } from "got";
import { agentsBy } from "../../../provider/losant/agents.js";
import { proxyFor } from "../../../provider/losant/proxy.js";
import { packageVersion } from "../../../provider/losant/version.js";
import type { Report } from "../report/results.js";
import { notificationOf } from "./notification.js";
import { slackMessageOf } from "./slack.js";
import { formatFor, jobPageOf, webhookProblem } from "./webhook.js";
import type { NotifyFormat } from "./webhook.js";

/** Where {@link notify} sends a report to. */
export interface NotifyOptions {
  /** The address of the webhook, https. It is a secret: it is in no message and no report. */
  readonly url: string;
  /** @default `slack` for Slack's own hosts, else `json` */
  readonly format?: NotifyFormat;
  /** A page for people. @default the page of the CI job: GitHub, GitLab, Azure Pipelines */
  readonly page?: string;
  /** For one attempt, in milliseconds. There are at most three, in three times this time. @default 10000 */
  readonly timeoutMs?: number;
}

const ATTEMPTS = 3;
/** Between attempts, in milliseconds, whatever the server asks for. */
const LONGEST_PAUSE = 5000;
const MAX_ANSWER_BYTES = 65_536;

/**
 * Tells a webhook what a run found or did: what the report says of each stack, and the first devices that need a look. It
 * never throws: a webhook that fails must not change the result of a deployment.
 *
 * @returns undefined: it was sent; a text: why it was not, without the address
 *
 * @example
 * ```ts
 * const report = await detectDriftAll([graz, linz]);
 * const problem = report.clean ? undefined : await notify(report, { url: process.env["WEBHOOK"] ?? "" });
 * if (problem !== undefined) console.warn(problem);
 * ```
 */
export async function notify(report: Report, options: NotifyOptions): Promise<string | undefined> {
  const { url, timeoutMs = 10_000 } = options;
  const problem = webhookProblem(url);
  if (problem !== undefined) return `the notification was not sent: ${problem}`;
  const proxy = proxyFor(url, process.env, process.version);
  if (typeof proxy === "string") return `the notification was not sent: ${proxy}`;
  const { format = formatFor(url), page = jobPageOf(process.env) } = options;
  const notification = notificationOf(report, page);
  const controller = new AbortController();
  const whole = AbortSignal.timeout(timeoutMs * ATTEMPTS);
  try {
    const sending = got.post(url, {
      json: format === "slack" ? slackMessageOf(notification) : notification,
      headers: { "user-agent": `pulumi-losant/${packageVersion}` },
      // The address is a secret of this host, and a redirect would turn the POST into a GET.
      followRedirect: false,
      agent: agentsBy(proxy),
      timeout: { request: timeoutMs },
      retry: {
        limit: ATTEMPTS - 1,
        methods: ["POST"],
        statusCodes: [408, 429, 500, 502, 503, 504],
        maxRetryAfter: LONGEST_PAUSE,
        backoffLimit: LONGEST_PAUSE,
      },
      signal: AbortSignal.any([whole, controller.signal]),
    });
    void sending.on("downloadProgress", ({ transferred }) => {
      if (transferred > MAX_ANSWER_BYTES) controller.abort();
    });
    const { statusCode } = await sending;
    // got takes a redirect that is not followed for a success.
    return statusCode < 300 ? undefined : answered(statusCode);
  } catch (error) {
    if (error instanceof HTTPError) return answered(error.response.statusCode);
    if (whole.aborted) return `the notification was not sent: no answer within ${(timeoutMs * ATTEMPTS) / 1000} s`;
    if (controller.signal.aborted) return "the notification may not have arrived: the webhook's answer has no end";
    const code = error instanceof RequestError && /^[A-Z_]+$/.test(error.code) ? error.code : "the call failed";
    return `the notification was not sent: ${code}`;
  }
}

function answered(status: number): string {
  return `the notification was not sent: the webhook answered ${status}`;
}
