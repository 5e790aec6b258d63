import { inspect } from "node:util";
import { describe, expect, test } from "@jest/globals";
import { engineFacts } from "../../../sdk/pipeline/engine/engine-events.js";
import { runFailureOf } from "../../../sdk/pipeline/run/run-failure.js";
import { PipelineError } from "../../../sdk/pipeline/report/pipeline-error.js";
import { redacted, redactor } from "../../../sdk/pipeline/report/token-redactor.js";
import { said, urn } from "./support.js";

const asIs = (text: string): string => text;
const thrown = (stderr: string): Error =>
  new Error(`code: -2\n stdout: \n stderr: ${stderr}\n err?: Error: ${stderr}\n`);

// What CLI 3.259.0 really said.
const LOCKED = `Command failed with exit code 1: pulumi up --yes --skip-preview
error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock file with \`pulumi cancel\`.
  file:///state/.pulumi/locks/organization/plant/dev/abc.json?no_tmp_dir=true: created by olga@ci-7 (pid 1) at 2026-11-23T08:00:00Z`;

describe("a known trouble becomes one sentence with the way out", () => {
  test.each([
    [
      "locked",
      LOCKED,
      /stack dev is locked by another run, started by olga@ci-7 at 2026-11-23T08:00:00Z\..*pulumi cancel --stack dev/,
    ],
    [
      "locked",
      "error: [409] Conflict: Another update is currently in progress.",
      /stack dev is locked by another run\. Wait/,
    ],
    [
      "passphrase",
      "error: getting stack configuration: get stack secrets manager: incorrect passphrase",
      /passphrase of stack dev is wrong: set PULUMI_CONFIG_PASSPHRASE/,
    ],
    [
      "passphrase",
      "error: passphrase must be set with PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE environment variables",
      /stack dev needs its passphrase/,
    ],
    [
      "cliMissing",
      "Command failed with ENOENT: pulumi version\nspawn pulumi ENOENT",
      /not on PATH\. Get it from https:\/\/www\.pulumi\.com\/docs\/install\/ .* Not the package `pulumi` of npm: /,
    ],
    [
      "cliTooOld",
      "Minimum version requirement failed. The minimum CLI version requirement is 3.1.0, your current CLI version is 3.0.0. Please update the Pulumi CLI.",
      /the Pulumi CLI is 3\.0\.0, and @pulumi\/pulumi needs 3\.1\.0 or newer/,
    ],
    ["stackNotFound", "error: no stack named 'nope' found", /there is no stack nope in this backend/],
    [
      "projectNotFound",
      "error: if you're using the --stack flag, pass the fully qualified name (organization/project/stack)",
      /no Pulumi\.yaml/,
    ],
    [
      "notLoggedIn",
      "error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions",
      /PULUMI_BACKEND_URL/,
    ],
  ])("%s", (code, stderr, message) => {
    expect(runFailureOf(thrown(stderr), "dev", asIs)).toEqual({ code, message: expect.stringMatching(message) });
  });
});

test("anything else is what the engine called an error, once, without its refrain", () => {
  const facts = engineFacts([
    said("error", "cannot list edge deployments: 401", urn("telemetry")),
    said("error", "cannot list edge deployments: 401", urn("other")),
    said("error", "update failed"),
  ]);
  expect(runFailureOf(thrown("pulumi up ... hundreds of lines"), "dev", asIs, facts)).toEqual({
    code: "failed",
    message: "cannot list edge deployments: 401",
  });
});

test("of two errors, one of which says more, it is that one", () => {
  const short = "cannot list edge deployments: 401.";
  const facts = engineFacts([
    said("error", short, urn("telemetry")),
    said("error", `Preview failed: ${short} Run \`pulumi refresh\`.`),
    said("error", "device line-2 failed", urn("other")),
  ]);
  expect(runFailureOf(thrown(""), "dev", asIs, facts).message).toBe(
    `Preview failed: ${short} Run \`pulumi refresh\`.\ndevice line-2 failed`,
  );
});

test("with no event at all it is the CLI's own error line", () => {
  const error = thrown("Command failed with exit code 255: pulumi preview\nerror: could not load plugin");
  expect(runFailureOf(error, "dev", asIs).message).toBe("could not load plugin");
});

test("a thrown problem prints as its sentence, without the stack of the Automation API", () => {
  const error = new PipelineError({ code: "locked", message: "stack dev is locked" });
  expect(inspect(error)).not.toMatch(/\bat \S+ \(/);
  expect(error).toMatchObject({ code: "locked", message: "stack dev is locked" });
});

describe("secrets", () => {
  const redact = redactor({ LOSANT_API_TOKEN: "tok-s3cret" }, { PULUMI_CONFIG_PASSPHRASE: "correct horse" });

  test("of the environment are blanked in a problem, wherever the text came from", () => {
    const { message } = runFailureOf(thrown("error: 401 for tok-s3cret"), "dev", redact);
    expect(message).toBe("401 for [secret]");
  });

  test("are blanked in every text of a result", () => {
    expect(redacted({ a: ["x tok-s3cret"], b: { c: "correct horse", d: 1, e: null } }, redact)).toEqual({
      a: ["x [secret]"],
      b: { c: "[secret]", d: 1, e: null },
    });
  });

  test("that are too short to be one blank no innocent words", () => {
    expect(redactor({ PULUMI_CONFIG_PASSPHRASE: "x" })("next")).toBe("next");
  });
});
