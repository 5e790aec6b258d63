// The workflows, ours and those of the examples, by GitHub's own parser and its schema; and what we want of each besides.
import { describe, expect, test } from "@jest/globals";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

const OURS = ".github/workflows";
const FOLDERS = [OURS, "examples/pipeline/.github/workflows"];
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
  const files = JSON.parse(process.argv[1]);
  const problemsOf = (name, content) =>
    parseWorkflow({ name, content }, new NoOperationTraceWriter()).context.errors.getErrors().map(({ message }) => message);
  console.log(JSON.stringify(files.map(([name, content]) => problemsOf(name, content))));
`;

function problemsOf(files: readonly (readonly [string, string])[]): string[][] {
  const args = ["--input-type=module", "-e", PARSE, JSON.stringify(files)];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" })) as string[][];
}

test("GitHub's parser finds nothing wrong, and would notice a key that does not exist", () => {
  const files = paths.map((path) => [path, readFileSync(path, "utf8")] as const);
  const wrong = readFileSync(join(OURS, "ci.yml"), "utf8").replace("runs-on:", "run-on:");
  const found = problemsOf([...files, ["wrong.yml", wrong]]);
  expect(found.slice(0, -1)).toEqual(paths.map(() => []));
  expect(found.at(-1)?.join()).toContain("run-on");
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

test("our actions are pinned by commit, with the version beside it for Renovate", () => {
  const uses = paths
    .filter((path) => path.startsWith(OURS))
    .flatMap((path) => readFileSync(path, "utf8").match(/uses: .*/g) ?? []);
  expect(uses.length).toBeGreaterThan(3);
  expect(uses.filter((line) => !/^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
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
