/** Why a run could not start or failed, as a sentence with the way out. Pure. */
import { visibleText } from "../../../provider/text/visible-text.js";
import type { EngineFacts } from "../engine/engine-events.js";
import type { Redact } from "../report/token-redactor.js";
import type { Problem } from "../report/results.js";

export const GET_THE_CLI =
  "Get it from https://www.pulumi.com/docs/install/ (`curl -fsSL https://get.pulumi.com | sh`; in GitHub Actions the step " +
  "`pulumi/actions`), so that `pulumi version` works in this shell. Not the package `pulumi` of npm: it ends at the first " +
  "signal and leaves the CLI running, so a cancelled job leaves its stack locked.";

interface Known {
  readonly code: Problem["code"];
  readonly sign: RegExp;
  readonly message: (match: RegExpExecArray, stack: string) => string;
}

const KNOWN: readonly Known[] = [
  {
    code: "cliMissing",
    sign: /spawn pulumi\S* ENOENT|ENOENT: pulumi|pulumi: (?:command )?not found/,
    message: () => `the Pulumi CLI is not on PATH. ${GET_THE_CLI}`,
  },
  {
    code: "cliTooOld",
    sign: /(?:minimum CLI version requirement is (?<least>[\w.-]*\w), your current CLI version is (?<version>[\w.-]*\w)|Major version mismatch)/,
    message: ({ groups }) =>
      groups?.["version"] === undefined
        ? "the Pulumi CLI and @pulumi/pulumi have different major versions: update the older one."
        : `the Pulumi CLI is ${groups["version"]}, and @pulumi/pulumi needs ${groups["least"]} or newer. ${GET_THE_CLI}`,
  },
  {
    code: "locked",
    sign: /(?:stack is currently locked by \d+ lock\(s\)[^\n]*(?:\n(?<lock>\s+\S[^\n]*))?|\[409\] Conflict: Another update is currently in progress)/,
    message: ({ groups }, stack) => {
      const lock = /created by (?<who>\S+)[^\n]* at (?<when>\S+)/.exec(groups?.["lock"] ?? "")?.groups;
      const by = lock ? `, started by ${lock["who"]?.trim()} at ${lock["when"]}` : "";
      return `stack ${stack} is locked by another run${by}. Wait for it to end; if it was killed: \`pulumi cancel --stack ${stack}\`.`;
    },
  },
  {
    code: "passphrase",
    sign: /incorrect passphrase|passphrase must be set|PULUMI_CONFIG_PASSPHRASE/,
    message: ({ 0: found }, stack) =>
      /incorrect/.test(found)
        ? `the passphrase of stack ${stack} is wrong: set PULUMI_CONFIG_PASSPHRASE (or PULUMI_CONFIG_PASSPHRASE_FILE) to the right one.`
        : `stack ${stack} needs its passphrase: set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE.`,
  },
  {
    code: "stackNotFound",
    sign: /no stack named '?(?<name>[^'\n]+?)'? found/,
    message: ({ groups }) =>
      `there is no stack ${groups?.["name"]} in this backend: \`pulumi stack ls\` lists its stacks. ` +
      "To use another backend: `pulumi login` or PULUMI_BACKEND_URL.",
  },
  {
    code: "projectNotFound",
    sign: /no Pulumi\.ya?ml project file found|pass the fully qualified name \(organization\/project\/stack\)|failed to find project settings file/,
    message: () => "there is no Pulumi.yaml in this folder or above it: give the folder of the program.",
  },
  {
    code: "notLoggedIn",
    sign: /PULUMI_ACCESS_TOKEN must be set for login|no credentials|please run `?pulumi login/,
    message: () =>
      "not logged in to a Pulumi backend: set PULUMI_ACCESS_TOKEN for Pulumi Cloud, or PULUMI_BACKEND_URL (file://..., s3://...) for your own.",
  },
];

/**
 * The problem of a failed run, from the error and the engine's messages.
 *
 * @param facts - of the run, if there was one: its messages are better than the whole output of the CLI
 */
export function runFailureOf(error: unknown, stack: string, redact: Redact, facts?: EngineFacts): Problem {
  const text = error instanceof Error ? error.message : String(error);
  for (const { code, sign, message } of KNOWN) {
    const match = sign.exec(text);
    if (match) return { code, message: redact(message(match, stack)) };
  }
  const messages = facts?.errors.map((entry) => entry.text) ?? [];
  // The engine adds "update failed" to every reason.
  const all = [...new Set(messages)].filter((line) => !/^(?:update|preview|refresh) failed$/.test(line));
  // The refresh and the program may meet the same error, and one of them says more.
  const reasons = all.filter((line) => !all.some((other) => other !== line && other.includes(line)));
  return { code: "failed", message: redact(reasons.length > 0 ? reasons.join("\n") : readable(text)) };
}

export const CANCELLED: Problem = {
  code: "cancelled",
  message: "cancelled: running operations were finished, no other was started. The next run continues from there.",
};

/** @param by - who has told the rollout to stop, with `pulumi-losant stop` */
export function stoppedFrom(by: string): Problem {
  const what = `stopped by ${visibleText(by)}, with \`pulumi-losant stop\``;
  return { code: "cancelled", message: `${what}: no further batch was released. The next run continues from there.` };
}

/** The errors of the CLI in a message of the Automation API, which has the command and all its output. */
function readable(text: string): string {
  const lines = text.split("\n").map((line) => line.trim());
  const errors = lines.filter((line) => /\berror: /.test(line)).map((line) => line.replace(/^.*?\berror: /, ""));
  if (errors.length > 0) return [...new Set(errors)].join("\n");
  const stderr = lines.find((line) => line.startsWith("stderr: "))?.slice("stderr: ".length);
  return stderr || lines.find((line) => line !== "") || "Pulumi gave no reason";
}
