// examples/pipeline: every step of its workflows does what it says, on the simulator, and on a GitHub and a GitLab of ours.
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { startSimulator } from "pulumi-losant/simulator";
import type { Simulator } from "pulumi-losant/simulator";
import { report } from "pulumi-losant/pipeline";
import { createRunner, readYaml } from "../support/ci-job.js";
import type { JobResult, Step, Workflow } from "../support/ci-job.js";
import { GITHUB_TOKEN, gitHubJob, gitLabJob, startGitHub, startGitLab } from "../support/code-host.js";
import type { CodeHost } from "../support/code-host.js";
import { startHttpServer } from "../support/http-server.js";
import type { TestServer } from "../support/http-server.js";
import { createProject } from "../support/project.js";
import type { Project } from "../support/project.js";

// A job is several commands of the CLI, seconds each, and more on a busy machine.
jest.setTimeout(240_000);

const repository = resolve(import.meta.dirname, "../..");
const example = join(repository, "examples/pipeline");
const WORKFLOWS = ["deploy", "drift", "plan", "promote"] as const;
const workflow = (name: (typeof WORKFLOWS)[number]): Workflow =>
  readYaml(join(example, `.github/workflows/${name}.yml`)) as Workflow;
const setup = readYaml(join(example, ".github/actions/setup/action.yml")) as { runs: { steps: readonly Step[] } };
const runsOf = (steps: readonly Step[]): string[] => steps.flatMap(({ run }) => run ?? []);

const stackIds = { staging: "aa0000000000000000000001", production: "aa0000000000000000000002" } as const;
const API_TOKEN = "demo-deploy-token";
const WEBHOOK_SECRET = "/hooks/s3cr3t";

let simulator: Simulator;
let project: Project;
let github: CodeHost;
let webhook: TestServer;
let modules: string;
let env: NodeJS.ProcessEnv;
let runner: ReturnType<typeof createRunner>;
const outputs: string[] = [];

beforeAll(async () => {
  simulator = await startSimulator({ reportDelayMs: 0 });
  github = await startGitHub();
  webhook = await startHttpServer([{ status: 200 }]);
  modules = installed();
  const of = (applicationId: string) => ({ config: { "losant:applicationId": applicationId } });
  project = await createProject({
    example: "pipeline",
    modules,
    config: { "losant:apiUrl": simulator.url },
    secrets: { "losant:apiToken": API_TOKEN },
    stacks: { staging: of(stackIds.staging), production: of(stackIds.production) },
  });
  const { PULUMI_BACKEND_URL: backend = "", PULUMI_CONFIG_PASSPHRASE: passphrase = "", ...rest } = project.env;
  env = { ...rest, ...gitHubJob(github.url), npm_config_offline: "true" };
  runner = createRunner({
    dir: project.dir,
    env,
    values: {
      "secrets.PULUMI_BACKEND_URL": backend,
      "secrets.PULUMI_CONFIG_PASSPHRASE": passphrase,
      "secrets.PULUMI_LOSANT_NOTIFY_URL": webhook.url + WEBHOOK_SECRET,
      "github.token": GITHUB_TOKEN,
      "github.event.number": "7",
    },
  });
});
afterAll(async () => {
  project.remove();
  rmSync(modules, { recursive: true, force: true });
  await simulator.close();
  await github[Symbol.asyncDispose]();
  await webhook[Symbol.asyncDispose]();
});

/** What `npm ci` would make of the lock file: this package with its command, and no `pulumi` of npm in `.bin`. */
function installed(): string {
  const folder = mkdtempSync(join(tmpdir(), "pulumi-losant-modules-"));
  const ours = join(repository, "node_modules");
  for (const name of readdirSync(ours).filter((one) => !one.startsWith("."))) {
    symlinkSync(realpathSync(join(ours, name)), join(folder, name));
  }
  mkdirSync(join(folder, ".bin"));
  const main = join(repository, "dist/sdk/cli/main.js");
  writeFileSync(join(folder, ".bin/pulumi-losant"), `#!/bin/sh\nexec node "${main}" "$@"\n`, { mode: 0o755 });
  return folder;
}

async function job(
  name: (typeof WORKFLOWS)[number],
  which: string = name,
  more?: NodeJS.ProcessEnv,
): Promise<JobResult> {
  const result = await runner.run(workflow(name), which, more);
  outputs.push(result.output, result.summary);
  return result;
}

const versions = (stack: keyof typeof stackIds): (string | null)[] =>
  simulator.rows(stackIds[stack]).map((row) => row.desiredVersion);

describe("step by step", () => {
  test("the CLI is installed, and its folder stands first on PATH", async () => {
    const folders = (project.env["PATH"] ?? "").split(delimiter);
    const cli = folders.find((folder) => existsSync(join(folder, "pulumi-language-nodejs"))) ?? "";
    const [, version = ""] = /^version=(.*)$/m.exec(readFileSync(join(example, "ci/install-pulumi.sh"), "utf8")) ?? [];
    // As if it were downloaded already.
    mkdirSync(join(project.home, "versions", version), { recursive: true });
    symlinkSync(cli, join(project.home, "versions", version, "bin"));
    const path = join(project.dir, "github-path");
    const command = runsOf(setup.runs.steps).find((run) => run.includes("install-pulumi")) ?? "";
    expect(await runner.bash(command, { GITHUB_PATH: path })).toMatchObject({ code: 0 });
    expect(readFileSync(path, "utf8")).toBe(`${join(project.home, "versions", version, "bin")}\n`);
    env["PATH"] = `${readFileSync(path, "utf8").trim()}${delimiter}${env["PATH"]}`;
  });

  test("a pull request has the plan as a comment, and a second run updates it in place; nothing moves", async () => {
    const { code, summary } = await job("plan");
    expect(code).toBe(0);
    expect(summary).toContain("## production: 12 devices would move ✅");
    expect(github.comments.map(({ body }) => body.split("\n").slice(0, 3))).toEqual([
      ["<!-- pulumi-losant: plan production -->", "", "## production: 12 devices would move ✅"],
    ]);
    writeFileSync(join(project.dir, "comment.md"), "<!-- pulumi-losant: plan production -->\n\nnothing moves\n");
    const again = workflow("plan").jobs["plan"]?.steps.find(({ run }) => run?.includes("ci/comment.ts"))?.run ?? "";
    expect(await runner.bash(again, { GITHUB_TOKEN, PULL_REQUEST: "7" })).toEqual({
      code: 0,
      output: "Comment updated.\n",
    });
    expect(github.comments.map(({ body }) => body.split("\n")[2])).toEqual(["nothing moves"]);
    expect([...versions("staging"), ...versions("production")]).toEqual([]);
  });

  test("a tag deploys staging; then production has a plan to approve, and what is approved moves", async () => {
    expect((await job("deploy", "staging")).summary).toContain("## staging: deployed");
    expect(versions("staging")).toEqual(["v1.2.3", "v1.2.3"]);
    expect((await job("deploy", "plan")).summary).toMatch(/## production: 12 devices would move[^]*Plan `sha256:/);
    expect(versions("production")).toEqual([]);
    const { code, summary } = await job("deploy", "production");
    expect([code, summary.split("\n")[0]]).toEqual([0, expect.stringContaining("## production: deployed")]);
    expect(versions("production")).toHaveLength(12);
  });

  test("an approved plan is used once: the same run again is refused, and the webhook hears of it", async () => {
    const { code, summary } = await job("deploy", "production");
    expect([code, summary]).toEqual([3, expect.stringContaining("Refused by `approved`")]);
    expect(webhook.requests.map(({ path, body }) => [path, (body as { title: string }).title])).toEqual([
      [WEBHOOK_SECRET, "production: refused"],
    ]);
  });

  test("a promotion passes over what is as declared, and rests in between", async () => {
    const { code, summary } = await job("promote", "promote", { HOLD: "1s" });
    expect(code).toBe(0);
    expect(summary).toContain("# Promotion done: staging unchanged, production unchanged");
    const read = report.parse(JSON.parse(readFileSync(join(project.dir, "report.json"), "utf8")));
    expect(read).toMatchObject({ kind: "promote", outcome: "done", holds: [{ outcome: "passed" }] });
  });

  test("a night with drift opens an issue and tells the webhook; a quiet one closes it", async () => {
    const { flowId = "", deviceId = "" } = simulator.rows(stackIds.production)[0] ?? {};
    const moved = { applicationId: stackIds.production, flowId, deviceId } as const;
    const by = { sourceType: "user", sourceId: "b00000000000000000000001" } as const;
    simulator.change({ ...moved, version: "v1.2.2", by });
    const { code, summary } = await job("drift");
    expect(code).toBe(2);
    expect(summary).toMatch(/## production: 1 device drifted[^]*`v1\.2\.2` \| user "Eva Huber"/);
    expect(github.issues).toMatchObject([{ title: "Drift: production", open: true }]);
    expect(github.issues[0]?.body).toMatch(
      /^<!-- losant-drift-check -->\nLast check: https:\/\/github\.example\/plant\/fleet\/actions\/runs\/99\n[^]*1 device drifted/,
    );
    expect(webhook.requests.at(-1)?.body).toMatchObject({
      schema: "pulumi-losant/notification",
      title: "production: 1 device drifted",
      page: "https://github.example/plant/fleet/actions/runs/99",
    });

    simulator.change({ ...moved, version: "v1.2.3", by });
    expect((await job("drift")).code).toBe(0);
    expect(github.issues).toMatchObject([{ open: false, comments: [{ body: expect.stringContaining("should be") }] }]);
  });

  test("no output and no page has a token, a passphrase or the webhook's address", () => {
    expect(outputs.join("\n")).not.toMatch(/demo-deploy-token|correct horse|s3cr3t/);
    expect(outputs.join("\n")).not.toContain(GITHUB_TOKEN);
  });
});

describe("GitLab", () => {
  const {
    default: shared,
    stages: _,
    workflow: __,
    ...jobs
  } = readYaml(join(example, ".gitlab-ci.yml")) as Readonly<Record<string, { readonly script: readonly string[] }>> & {
    readonly default: { readonly before_script: readonly string[] };
  };
  const after = Object.values(jobs).flatMap((one) => (one as { after_script?: readonly string[] }).after_script ?? []);

  test("its jobs call what the workflows of GitHub call", () => {
    const own = Object.values(jobs).flatMap(({ script }) => script);
    const theirs = WORKFLOWS.flatMap((name) =>
      Object.values(workflow(name).jobs).flatMap(({ steps }) => runsOf(steps)),
    );
    expect(own.length).toBe(6);
    expect(own.filter((command) => !theirs.includes(command))).toEqual([]);
  });

  test("the CLI is put on PATH, and no login happens where no organization is named", async () => {
    const [npmCi, install = "", login = ""] = shared.before_script;
    expect(npmCi).toMatch(/^npm ci /);
    const { code, output } = await runner.bash(`${install}; ${login}; command -v pulumi`);
    expect([code, output.trim().split("\n").at(-1)]).toEqual([
      0,
      expect.stringMatching(/versions\/[\d.]+\/bin\/pulumi$/),
    ]);
  });

  test("after a job there is one note of the merge request, and one issue while there is drift", async () => {
    await using gitlab = await startGitLab();
    const onGitLab = gitLabJob(gitlab.url);
    const [note = "", issue = ""] = after;
    writeFileSync(join(project.dir, "comment.md"), "<!-- pulumi-losant: plan production -->\n\nfirst\n");
    expect(await runner.bash(note, onGitLab)).toEqual({ code: 0, output: "Comment added.\n" });
    expect(await runner.bash(note, onGitLab)).toEqual({ code: 0, output: "Comment updated.\n" });
    expect(gitlab.comments).toHaveLength(1);
    // The last check of the other tests was clean. One that left no report is not.
    for (const file of ["report.json", "issue.md"]) rmSync(join(project.dir, file), { force: true });
    expect((await runner.bash(issue, onGitLab)).output).toBe("Issue opened: The drift check did not run\n");
    expect((await runner.bash(issue, onGitLab)).output).toBe("Issue updated: The drift check did not run\n");
    expect(gitlab.issues).toMatchObject([{ open: true, title: "The drift check did not run" }]);
  });
});

describe("Azure Pipelines", () => {
  const texts = ["azure-pipelines.yml", "ci/azure-setup.yml"].map((name) => readFileSync(join(example, name), "utf8"));
  const scripts = texts.flatMap((text) => [...text.matchAll(/- script: (.*)/g)].map(([, script = ""]) => script));

  test("its steps call what the workflows of GitHub call", () => {
    const theirs = WORKFLOWS.flatMap((name) =>
      Object.values(workflow(name).jobs).flatMap(({ steps }) => runsOf(steps)),
    );
    const calls = scripts.filter((script) => script.includes("pulumi-losant"));
    expect(calls.length).toBe(5);
    expect(calls.filter((script) => !theirs.includes(script))).toEqual([]);
  });

  test("the others put the CLI on PATH, show the report, and fetch the plan", async () => {
    const others = [...new Set(scripts)].filter((script) => !/pulumi-losant|^npm ci /.test(script));
    const workspace = join(project.dir, "workspace");
    mkdirSync(join(workspace, "plan"), { recursive: true });
    writeFileSync(join(workspace, "plan/plan.json"), "{}");
    const said: string[] = [];
    for (const script of others) {
      said.push(...(await runner.bash(script, { PIPELINE_WORKSPACE: workspace })).output.split("\n"));
    }
    expect(said.filter((line) => line.startsWith("##vso"))).toEqual([
      `##vso[task.uploadsummary]${project.dir}/report.md`,
      expect.stringMatching(/^##vso\[task\.prependpath\].*\/versions\/[\d.]+\/bin$/),
    ]);
    expect(readFileSync(join(project.dir, "plan.json"), "utf8")).toBe("{}");
  });
});

test("every `run` of the workflows was carried out, but the installation of the packages", () => {
  const all = WORKFLOWS.flatMap((name) => Object.values(workflow(name).jobs).flatMap(({ steps }) => runsOf(steps)));
  const left = [...all, ...runsOf(setup.runs.steps)].filter((command) => !runner.ran.has(command));
  expect(left).toEqual([expect.stringMatching(/^npm ci /)]);
  expect(dirname(example)).toBe(join(repository, "examples"));
});
