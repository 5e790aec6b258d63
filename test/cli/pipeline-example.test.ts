// examples/pipeline: the workflow files are what GitHub and GitLab expect, and their steps do what they say.
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { startSimulator } from "pulumi-losant/simulator";
import type { Simulator } from "pulumi-losant/simulator";
import { report } from "pulumi-losant/pipeline";
import { createProject } from "../support/project.js";
import type { Project } from "../support/project.js";

// A test is several commands of the CLI, seconds each, and more on a busy machine.
jest.setTimeout(240_000);

const example = resolve(import.meta.dirname, "../../examples/pipeline");
const workflows = join(example, ".github/workflows");

interface Step {
  readonly uses?: string;
  readonly run?: string;
}
interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: unknown;
  readonly jobs: Readonly<
    Record<string, { readonly "runs-on": string; readonly "timeout-minutes": number; readonly steps: readonly Step[] }>
  >;
}
interface GitLabJob {
  readonly stage: string;
  readonly script: readonly string[];
  readonly rules: readonly { readonly if: string }[];
}

const yaml = (path: string): unknown => parse(readFileSync(path, "utf8"), { strict: true, uniqueKeys: true });
const workflow = (name: string): Workflow => yaml(join(workflows, `${name}.yml`)) as Workflow;
const stepsOf = (name: string): readonly Step[] => Object.values(workflow(name).jobs).flatMap((job) => job.steps);
const callsOf = (name: string): string[] =>
  stepsOf(name).flatMap(({ run }) => (run?.includes("pipeline.ts") ? [run] : []));

describe("GitHub Actions", () => {
  test("there is a nightly check, a deployment on a tag, and a promotion by hand", () => {
    expect(readdirSync(workflows).toSorted()).toEqual(["deploy.yml", "drift.yml", "promote.yml"]);
    expect(workflow("drift").on).toMatchObject({ schedule: [{ cron: expect.stringMatching(/^(\S+ ){4}\S+$/) }] });
    expect(workflow("deploy").on).toEqual({ push: { tags: ["v*"] } });
    expect(Object.keys(workflow("promote").on)).toEqual(["workflow_dispatch"]);
  });

  test.each(["drift", "deploy", "promote"])(
    "%s is a workflow: jobs with a machine, a time limit and whole steps",
    (name) => {
      const { jobs, permissions } = workflow(name);
      expect(permissions).toEqual({ contents: "read" });
      for (const job of Object.values(jobs)) {
        expect(job["runs-on"]).toBe("ubuntu-latest");
        expect(job["timeout-minutes"]).toBeGreaterThan(0);
        for (const { uses, run } of job.steps) {
          expect([uses, run].filter((part) => part !== undefined)).toHaveLength(1);
          if (uses !== undefined) expect(uses).toMatch(/^[\w-]+\/[\w-]+@v\d+$/);
        }
      }
    },
  );

  test("secrets come by secrets, never by text", () => {
    for (const name of ["drift", "deploy", "promote"]) {
      const text = readFileSync(join(workflows, `${name}.yml`), "utf8");
      expect(text.match(/PULUMI_CONFIG_PASSPHRASE: .*/g)).toEqual([
        "PULUMI_CONFIG_PASSPHRASE: ${{ secrets.PULUMI_CONFIG_PASSPHRASE }}",
      ]);
    }
  });
});

describe("GitLab CI", () => {
  const {
    stages,
    default: shared,
    ...jobs
  } = yaml(join(example, ".gitlab-ci.yml")) as {
    readonly stages: readonly string[];
    readonly default: unknown;
  } & Readonly<Record<string, unknown>>;

  test("has the same three jobs, each in a stage, with a rule and a script", () => {
    expect(Object.keys(jobs)).toEqual(["drift", "deploy", "promote"]);
    for (const job of Object.values(jobs) as GitLabJob[]) {
      expect(stages).toContain(job.stage);
      expect(job.rules).toEqual([expect.objectContaining({ if: expect.stringContaining("$CI_") })]);
    }
    expect(shared).toMatchObject({ image: "node:24" });
  });

  test.each(["drift", "deploy", "promote"])("%s calls what the workflow of GitHub calls", (name) => {
    expect((jobs[name] as GitLabJob).script).toEqual(callsOf(name));
  });
});

describe("step by step on the simulator", () => {
  let simulator: Simulator;
  let project: Project;
  const stackIds = { staging: "aa0000000000000000000001", production: "aa0000000000000000000002" } as const;

  beforeAll(async () => {
    simulator = await startSimulator({ reportDelayMs: 0 });
    const of = (applicationId: string) => ({ config: { "losant:applicationId": applicationId } });
    project = await createProject({
      example: "pipeline",
      config: { "losant:apiUrl": simulator.url },
      secrets: { "losant:apiToken": "demo-deploy-token" },
      stacks: { staging: of(stackIds.staging), production: of(stackIds.production) },
    });
  });
  afterAll(async () => {
    project.remove();
    await simulator.close();
  });

  /** A workflow's own steps, by bash as GitHub does; the exit code of the first that fails. */
  async function job(name: string): Promise<{ code: number | null; output: string; summary: string }> {
    const summaryFile = join(project.dir, `${name}-summary.md`);
    const env = { ...project.env, GITHUB_STEP_SUMMARY: summaryFile, HOLD_SECONDS: "1" };
    let output = "";
    let code: number | null = 0;
    for (const command of callsOf(name)) {
      const child = spawn("bash", ["-eo", "pipefail", "-c", command], { cwd: project.dir, env });
      for (const stream of [child.stdout, child.stderr])
        stream.on("data", (text: Buffer) => (output += text.toString()));
      code = await new Promise((done) => child.on("close", done));
      if (code !== 0) break;
    }
    return { code, output, summary: existsSync(summaryFile) ? readFileSync(summaryFile, "utf8") : "" };
  }

  const versions = (stack: keyof typeof stackIds): (string | null)[] =>
    simulator.rows(stackIds[stack]).map((row) => row.desiredVersion);

  test("a tag deploys to staging and not to production", async () => {
    const { code, summary } = await job("deploy");
    expect(code).toBe(0);
    expect(summary).toContain("## staging: deployed");
    expect(versions("staging")).toEqual(["v1.2.3", "v1.2.3"]);
    expect(versions("production")).toEqual([]);
  });

  test("a promotion passes staging over, rests, and deploys production", async () => {
    const { code, summary } = await job("promote");
    expect(code).toBe(0);
    expect(summary).toContain("# Promotion done: staging unchanged, production deployed");
    expect(versions("production")).toHaveLength(12);
    expect(report.parse(JSON.parse(readFileSync(join(project.dir, "report.json"), "utf8")))).toMatchObject({
      kind: "promote",
      outcome: "done",
    });
  });

  test("a quiet night is exit code 0; one with drift is 2, and the summary says who", async () => {
    expect((await job("drift")).code).toBe(0);
    const { flowId = "", deviceId = "" } = simulator.rows(stackIds.production)[0] ?? {};
    const by = { sourceType: "user", sourceId: "b00000000000000000000001" } as const;
    simulator.change({ applicationId: stackIds.production, flowId, deviceId, version: "v1.2.2", by });
    const { code, summary, output } = await job("drift");
    expect(code).toBe(2);
    expect(summary).toMatch(/## production: 1 device drifted[^]*`v1\.2\.2` \| user "Eva Huber"/);
    expect(output).not.toContain("demo-deploy-token");
  });

  test("without a job it says what there is", async () => {
    const child = spawn(process.execPath, ["pipeline.ts"], { cwd: project.dir, env: project.env, stdio: "pipe" });
    let text = "";
    child.stderr.on("data", (more: Buffer) => (text += more.toString()));
    expect(await new Promise((done) => child.on("close", done))).toBe(1);
    expect(text).toContain("Say what to do: drift, deploy <stack>..., or promote.");
  });
});
