// The workflows, ours and those of the examples, by GitHub's own parser and its schema, GitLab's by GitLab's schema; and what
// we want of each besides.
import { describe, expect, test } from "@jest/globals";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parse } from "yaml";

const OURS = ".github/workflows";
const FOLDERS = [OURS, "examples/pipeline/.github/workflows"];
const EXAMPLE = "examples/pipeline";
const ACTION = join(EXAMPLE, ".github/actions/setup/action.yml");
const paths = FOLDERS.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));

interface Workflow {
  readonly permissions: Record<string, string>;
  readonly jobs: Record<string, { readonly "timeout-minutes"?: number; readonly steps: readonly Step[] }>;
}

interface Step {
  readonly uses?: string;
  readonly run?: string;
}

/** In a process of its own, because the parser imports its schema without saying that it is JSON. */
const PARSE = `
  import { registerHooks } from "node:module";
  const attributes = { type: "json" };
  registerHooks({
    load: (url, context, next) =>
      next(url, url.endsWith(".json") ? { ...context, importAttributes: attributes } : context),
  });
  const { NoOperationTraceWriter, parseWorkflow } = await import("@actions/workflow-parser");
  const { parseAction } = await import("@actions/workflow-parser/actions/action-parser");
  const parse = (name, ...args) => (name.endsWith("action.yml") ? parseAction : parseWorkflow)(...args);
  const files = JSON.parse(process.argv[1]);
  const problemsOf = (name, content) =>
    parse(name, { name, content }, new NoOperationTraceWriter()).context.errors.getErrors().map(({ message }) => message);
  console.log(JSON.stringify(files.map(([name, content]) => problemsOf(name, content))));
`;

function problemsOf(files: readonly (readonly [string, string])[]): string[][] {
  const args = ["--input-type=module", "-e", PARSE, JSON.stringify(files)];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" })) as string[][];
}

test("GitHub's parser finds nothing wrong, and would notice a key that does not exist", () => {
  const files = [...paths, ACTION].map((path) => [path, readFileSync(path, "utf8")] as const);
  const wrong = readFileSync(join(OURS, "ci.yml"), "utf8").replace("runs-on:", "run-on:");
  const wrongAction = readFileSync(ACTION, "utf8").replace("shell: bash", "shel: bash");
  const found = problemsOf([...files, ["wrong.yml", wrong], ["wrong/action.yml", wrongAction]]);
  expect(found.slice(0, -2)).toEqual(files.map(() => []));
  expect(found.at(-2)?.join()).toContain("run-on");
  expect(found.at(-1)?.join()).toContain("shel");
});

describe.each(paths)("%s", (path) => {
  const text = readFileSync(path, "utf8");
  const { permissions, jobs } = parse(text) as Workflow;

  test("may read the repository and nothing else, unless a job says so", () => {
    expect(permissions).toEqual({ contents: "read" });
  });

  test("has a time-out for each job", () => {
    for (const job of Object.values(jobs)) expect(job["timeout-minutes"]).toBeGreaterThan(0);
  });

  test("puts no text from outside into a command", () => {
    const commands = Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []));
    expect(commands.filter((command) => command.includes("${{"))).toEqual([]);
  });

  test("names npm scripts and files that exist", () => {
    const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };
    const named = path.startsWith(OURS) ? [...text.matchAll(/npm run ([\w:-]+)/g)].map(([, name = ""]) => name) : [];
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});

test("actions are pinned by commit, with the version beside it for Renovate, ours and those of the example alike", () => {
  const uses = [...paths, ACTION].flatMap((path) => readFileSync(path, "utf8").match(/uses: .*/g) ?? []);
  const pinned = uses.filter((line) => !line.startsWith("uses: ./"));
  expect(pinned.length).toBeGreaterThan(15);
  expect(pinned.filter((line) => !/^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
  // One commit a version: a commit that was mistyped in one place would differ from the others.
  const commits = Map.groupBy(pinned, (line) => line.replace(/@\w+/, ""));
  expect([...commits.values()].filter((lines) => new Set(lines).size > 1)).toEqual([]);
});

describe("the example's GitLab pipeline", () => {
  /** GitLab's own schema, which this command carries; the rest of it is not used. */
  const command = resolve("node_modules/gitlab-ci-local/dist/index.js");

  /** @param text - of the `.gitlab-ci.yml`; @returns what the schema says of it, and the jobs */
  function listed(text: string): { readonly output: string; readonly jobs: readonly { readonly name: string }[] } {
    const folder = mkdtempSync(join(tmpdir(), "pulumi-losant-gitlab-"));
    try {
      execFileSync("git", ["init", "-q", folder]);
      execFileSync("git", ["-C", folder, "remote", "add", "origin", "git@gitlab.example:plant/fleet.git"]);
      writeFileSync(join(folder, ".gitlab-ci.yml"), text);
      const git = ["-c", "user.name=a", "-c", "user.email=a@plant.example", "-C", folder];
      execFileSync("git", [...git, "commit", "-q", "--allow-empty", "-m", "first"]);
      const args = [command, "--list-json", "--home", folder];
      const output = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
      const json = output.stdout.slice(output.stdout.indexOf("\n[") + 1);
      return {
        output: `${output.stdout}${output.stderr}`,
        jobs: output.status === 0 ? (JSON.parse(json) as { readonly name: string }[]) : [],
      };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  test("is what GitLab's schema wants, and the schema would notice a key that does not exist", () => {
    const text = readFileSync(join(EXAMPLE, ".gitlab-ci.yml"), "utf8");
    expect(listed(text).jobs.map(({ name }) => name)).toEqual([
      "plan",
      "staging",
      "approve",
      "production",
      "promote",
      "drift",
    ]);
    const wrong = listed(text.replace("resource_group: losant\n  environment: production", "resource_grup: losant"));
    expect(wrong.output).toContain("'resource_grup' property is not expected to be here");
  });

  test("has a time limit and a rule for each job, and takes one lock for all that changes a stack", () => {
    const {
      stages,
      default: _,
      workflow: __,
      ...jobs
    } = parse(readFileSync(join(EXAMPLE, ".gitlab-ci.yml"), "utf8")) as Record<
      string,
      { readonly stage: string; readonly timeout?: string; readonly rules?: unknown[]; script: string[] }
    > & {
      readonly stages: string[];
    };
    for (const job of Object.values(jobs)) {
      expect(stages).toContain(job.stage);
      expect([typeof job.timeout, job.rules?.length]).toEqual(["string", 1]);
      if (/ (deploy|promote) /.test(job.script.join())) expect(job).toMatchObject({ resource_group: "losant" });
    }
  });
});

describe("the example's packages", () => {
  const read = (path: string) => JSON.parse(readFileSync(path, "utf8")) as Record<string, Record<string, unknown>>;
  const manifest = read(join(EXAMPLE, "package.json"));
  const lock = read(join(EXAMPLE, "package-lock.json")) as unknown as {
    readonly packages: Record<
      string,
      { readonly integrity?: string; readonly resolved?: string; readonly version?: string }
    >;
  };

  test("are the versions of this repository, the CLI, too; `node scripts/example-lock.mjs` makes the lock file", () => {
    const { version, devDependencies } = read("package.json") as { version: unknown; devDependencies: object };
    const { "@pulumi/pulumi": sdk, pulumi: cli } = devDependencies as Record<string, string>;
    expect(manifest["dependencies"]).toEqual({ "@pulumi/pulumi": sdk, "pulumi-losant": version });
    expect(lock.packages["node_modules/pulumi-losant"]?.version).toBe(version);
    expect(readFileSync(join(EXAMPLE, "ci/install-pulumi.sh"), "utf8")).toContain(`\nversion=${cli}\n`);
  });

  test("have no `pulumi` of npm: it ends at the first signal, and leaves the CLI running", async () => {
    expect(Object.keys(lock.packages)).not.toContain("node_modules/pulumi");
    const home = mkdtempSync(join(tmpdir(), "pulumi-losant-npm-cli-"));
    try {
      const bin = join(home, "versions/0.0.0/bin");
      mkdirSync(bin, { recursive: true });
      writeFileSync(join(bin, "pulumi"), "#!/bin/sh\necho $$\nexec sleep 60\n", { mode: 0o755 });
      const env = { ...process.env, PULUMI_HOME: home, PULUMI_VERSION: "0.0.0" };
      const wrapper = spawn(process.execPath, ["node_modules/pulumi/run.js"], {
        env,
        stdio: ["ignore", "pipe", "ignore"],
      });
      const [printed] = (await once(wrapper.stdout, "data")) as [Buffer];
      const cli = Number(printed.toString());
      wrapper.kill("SIGINT");
      expect(await once(wrapper, "exit")).toEqual([null, "SIGINT"]);
      expect(process.kill(cli, 0)).toBe(true);
      process.kill(cli);
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  });

  test("have a checksum each, but for this one, and no host of a registry", () => {
    const entries = Object.entries(lock.packages).filter(([path]) => path !== "");
    expect(entries.length).toBeGreaterThan(50);
    expect(entries.flatMap(([path, { integrity }]) => (integrity === undefined ? [path] : []))).toEqual([
      "node_modules/pulumi-losant",
    ]);
    expect(entries.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
  });

  test("are installed by `npm ci`: manifest and lock file agree, and it would notice if they did not", () => {
    const folder = mkdtempSync(join(tmpdir(), "pulumi-losant-lock-"));
    const npmCi = () => {
      const args = ["ci", "--dry-run", "--offline", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
      return spawnSync("npm", args, { cwd: folder, encoding: "utf8", shell: process.platform === "win32" });
    };
    try {
      for (const name of ["package.json", "package-lock.json"]) cpSync(join(EXAMPLE, name), join(folder, name));
      expect(npmCi()).toMatchObject({ status: 0 });
      const other = { ...manifest, dependencies: { ...manifest["dependencies"], semver: "7.8.0" } };
      writeFileSync(join(folder, "package.json"), JSON.stringify(other));
      expect(npmCi()).toMatchObject({ status: 1, stderr: expect.stringContaining("semver") });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

test("the issue forms ask for something, in fields that GitHub has", () => {
  const folder = ".github/ISSUE_TEMPLATE";
  const forms = readdirSync(folder).filter((name) => name !== "config.yml");
  const kinds = ["markdown", "textarea", "input", "dropdown", "checkboxes"];
  for (const name of forms) {
    const form = parse(readFileSync(join(folder, name), "utf8")) as {
      readonly name?: string;
      readonly description?: string;
      readonly body: readonly { readonly type: string; readonly attributes: Record<string, unknown> }[];
    };
    expect([typeof form.name, typeof form.description]).toEqual(["string", "string"]);
    expect(form.body.filter(({ type }) => !kinds.includes(type))).toEqual([]);
    for (const { type, attributes } of form.body) {
      expect(typeof attributes[type === "markdown" ? "value" : "label"]).toBe("string");
    }
  }
  expect(forms.length).toBe(2);
});

test("Renovate's settings can be read", () => {
  expect(Object.keys(JSON.parse(readFileSync("renovate.json", "utf8")) as object)).toContain("packageRules");
});
