/** Runs the jobs of a workflow as GitHub's runner does, as far as the example uses it: `run` steps by bash, conditions, artifacts. */
import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

export interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly with?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: unknown;
  readonly env?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

interface Job {
  readonly env?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

export const readYaml = (path: string): unknown =>
  parse(readFileSync(path, "utf8"), { strict: true, uniqueKeys: true });

export interface Runner {
  /** The checkout. */
  readonly dir: string;
  readonly env: NodeJS.ProcessEnv;
  /** Of expressions, such as `secrets.PULUMI_BACKEND_URL`; others are empty. */
  readonly values: Readonly<Record<string, string>>;
}

export interface JobResult {
  /** Of the first step that failed; 0 if none did. */
  readonly code: number;
  readonly output: string;
  /** The page of the job. */
  readonly summary: string;
}

/** What a job leaves in its folder, and the next one does not find. */
const LEFTOVERS = ["report.json", "report.md", "comment.md", "issue.md", "plan.json"];

export function createRunner(runner: Runner): {
  readonly run: (workflow: Workflow, job: string, env?: NodeJS.ProcessEnv) => Promise<JobResult>;
  readonly bash: (command: string, env?: NodeJS.ProcessEnv) => Promise<{ code: number; output: string }>;
  /** Every `run` that was carried out. */
  readonly ran: ReadonlySet<string>;
} {
  const ran = new Set<string>();
  const artifacts = new Map<string, string>();
  const at = (name: string): string => join(runner.dir, name);

  const bash = async (command: string, env: NodeJS.ProcessEnv = {}): Promise<{ code: number; output: string }> => {
    ran.add(command);
    const child = spawn("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", command], {
      cwd: runner.dir,
      env: { ...runner.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => (output += text));
    const code = await new Promise<number>((done) => child.on("close", (status) => done(status ?? 1)));
    return { code, output };
  };

  const filled = (values: Readonly<Record<string, string>> = {}): Record<string, string> =>
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [
        name,
        value.replaceAll(/\$\{\{ ([\w.]+) \}\}/g, (_, name: string) => runner.values[name] ?? ""),
      ]),
    );

  const isDue = (condition: string | undefined, failed: boolean): boolean => {
    if (condition === undefined) return !failed;
    const [, file] = /hashFiles\('(.*)'\) != ''/.exec(condition) ?? [];
    return (condition.includes("!cancelled()") || !failed) && (file === undefined || existsSync(at(file)));
  };

  const use = ({ uses = "", with: input = {} }: Step): void => {
    const { name = "", path = "" } = input;
    if (uses.startsWith("actions/upload-artifact@") && existsSync(at(path))) {
      artifacts.set(name, readFileSync(at(path), "utf8"));
    }
    if (uses.startsWith("actions/download-artifact@")) writeFileSync(at(`${name}.json`), artifacts.get(name) ?? "");
  };

  const run = async (workflow: Workflow, name: string, env: NodeJS.ProcessEnv = {}): Promise<JobResult> => {
    const job = workflow.jobs[name];
    if (job === undefined) throw new Error(`no job ${name}`);
    for (const file of [...LEFTOVERS, "summary.md"]) rmSync(at(file), { force: true });
    const common = { ...filled(workflow.env), ...filled(job.env), GITHUB_STEP_SUMMARY: at("summary.md"), ...env };
    let result = { code: 0, output: "" };
    for (const step of job.steps) {
      if (!isDue(step.if, result.code !== 0)) continue;
      use(step);
      if (step.run === undefined) continue;
      const { code, output } = await bash(step.run, { ...common, ...filled(step.env) });
      result = { code: result.code || code, output: result.output + output };
    }
    return { ...result, summary: existsSync(at("summary.md")) ? readFileSync(at("summary.md"), "utf8") : "" };
  };

  return { run, bash, ran };
}
