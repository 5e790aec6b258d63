/**
 * The tags of the stack, by the CLI's own command: it knows each backend and its credentials. The process of the provider
 * has the environment and the folder of the program, as the CLI has that started it.
 */
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import type { StackTags } from "../ports.js";

/** An answer of a CLI that hangs is not waited for longer, in milliseconds. */
const ANSWER_MS = 20_000;

/** 8 hexadecimal digits. */
export function newRunName(): string {
  return randomBytes(4).toString("hex");
}

/**
 * @param stack - as `--stack` takes it
 * @param run - runs the command `pulumi` and answers its stdout. @default the one on PATH
 */
export function stackTagsOf(stack: () => Promise<string>, run: RunPulumi = runPulumi): StackTags {
  const tag = async (...args: readonly string[]): Promise<string> =>
    run(["stack", "tag", ...args, "--stack", await stack(), "--non-interactive"]);
  return {
    list: async () => new Map(Object.entries(JSON.parse(await tag("ls", "--json")) as Record<string, string>)),
    set: async (name, value) => void (await tag("set", name, value)),
    remove: async (name) => void (await tag("rm", name)),
  };
}

export type RunPulumi = (args: readonly string[]) => Promise<string>;

const runPulumi: RunPulumi = async (args) => {
  // The configuration holds secrets, and this command needs none of it.
  const { PULUMI_CONFIG: _secrets, ...env } = process.env;
  return new Promise((resolve, reject) => {
    execFile(
      "pulumi",
      [...args],
      { env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" }, timeout: ANSWER_MS, windowsHide: true },
      (error, stdout, stderr) => (error === null ? resolve(stdout) : reject(new Error(reasonOf(error, stderr)))),
    );
  });
};

function reasonOf(error: Error & { readonly code?: unknown; readonly killed?: boolean }, stderr: string): string {
  if (error.code === "ENOENT") return "the command `pulumi` is not on PATH";
  if (error.killed === true) return `the command \`pulumi stack tag\` gave no answer within ${ANSWER_MS / 1000} s`;
  const said = stderr.split("\n").find((line) => line.startsWith("error: "));
  return said?.slice("error: ".length) ?? "the command `pulumi stack tag` failed";
}
