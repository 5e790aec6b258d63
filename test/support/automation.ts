/** Stacks of a throw-away project for the Automation API, and the built command. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { resolve } from "node:path";
import { LocalWorkspace } from "@pulumi/pulumi/automation/index.js";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { toolEnvironment } from "../../scripts/lib/environment.mjs";
import type { Project, Result } from "./project.js";

/** Declares each stack's EdgeDeployments from `resources.json`: stack -> name -> arguments. */
export const STACKS_PROGRAM = `
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import * as losant from "pulumi-losant";
const stacks = JSON.parse(readFileSync("resources.json", "utf8"));
for (const [name, args] of Object.entries(stacks[pulumi.getStack()] ?? {})) new losant.EdgeDeployment(name, args);
`;

export async function stackOf(project: Project, stackName = "dev", env: Record<string, string> = {}): Promise<Stack> {
  // The Automation API looks for the CLI on this process's own PATH.
  process.env["PATH"] = toolEnvironment()["PATH"];
  const entries = Object.entries({ ...project.env, ...env });
  const envVars = Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
  return LocalWorkspace.selectStack({ stackName, workDir: project.dir }, { envVars });
}

export interface CommandOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly onText?: (text: string, child: ChildProcess) => void;
}

/** Runs the built `pulumi-losant`; `onText` sees its output as it comes, and may send it a signal. */
export async function pulumiLosant(
  project: Pick<Project, "dir" | "env">,
  args: readonly string[],
  { env = {}, onText = () => {} }: CommandOptions = {},
): Promise<Result> {
  const main = resolve(import.meta.dirname, "../../dist/sdk/cli/main.js");
  const child = spawn(process.execPath, [main, ...args], {
    cwd: project.dir,
    env: { ...project.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const texts = { stdout: "", stderr: "", output: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      texts[name] += text;
      texts.output += text;
      onText(text, child);
    });
  }
  return new Promise((done, failed) => {
    child.on("error", failed).on("close", (code, signal) => done({ code, signal, ...texts }));
  });
}
