/** Which addresses a notification may go to, and in which form. Pure. */
import { isThisMachine } from "../../../provider/losant/api-url.js";

/** `json`: a {@link Notification}. `slack`: what Slack's incoming webhooks take. */
export type NotifyFormat = "json" | "slack";

export const NOTIFY_FORMATS: readonly NotifyFormat[] = ["json", "slack"];

/** Who has the address can write there, so no sentence repeats it. */
const WAY_OUT = "Give an address such as https://hooks.slack.com/services/...";

/** @returns why the address cannot be used; undefined if it can */
export function webhookProblem(url: string): string | undefined {
  if (!URL.canParse(url)) return `it is no address. ${WAY_OUT}`;
  const { protocol } = new URL(url);
  if (protocol === "https:" || (protocol === "http:" && isThisMachine(url))) return undefined;
  return `it is not https, and who can read it on its way can write there. ${WAY_OUT}`;
}

/** Slack's own hosts take no other form. */
export function formatFor(url: string): NotifyFormat {
  return /^hooks\.slack(-gov)?\.com$/.test(new URL(url).hostname) ? "slack" : "json";
}

type Env = Readonly<Record<string, string | undefined>>;

/** The page of the CI job that this process runs in, for people: GitHub, GitLab, Azure Pipelines. */
export function jobPageOf(env: Env): string | undefined {
  const { GITHUB_SERVER_URL: github, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = env;
  const { SYSTEM_COLLECTIONURI: azure, SYSTEM_TEAMPROJECT: project, BUILD_BUILDID: build } = env;
  const page =
    env["CI_JOB_URL"] ??
    (github && repository && run ? `${github}/${repository}/actions/runs/${run}` : undefined) ??
    (azure && project && build
      ? `${azure}${encodeURIComponent(project)}/_build/results?buildId=${encodeURIComponent(build)}`
      : undefined);
  return page !== undefined && /^https?:\/\/[^\s<>|]+$/.test(page) ? page : undefined;
}
