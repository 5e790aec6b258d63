// The tests that docs/testing.md shows. `unit/docs` compiles the blocks of all pages.
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pulumiEnvironment } from "../../scripts/lib/environment.mjs";
import { codeBlocks } from "../support/code-blocks.js";
import type { CodeBlock } from "../support/code-blocks.js";

const modules = resolve("node_modules");

let dir: string;

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "pulumi-losant-docs-"));
  symlinkSync(modules, join(dir, "node_modules"));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** A CommonJS project with these files, compiled to JavaScript beside them. @returns what the compiler says */
function compile(name: string, blocks: readonly CodeBlock[]): { readonly project: string; readonly output: string } {
  const project = join(dir, name);
  mkdirSync(project);
  writeFileSync(join(project, "package.json"), JSON.stringify({ name, type: "commonjs" }));
  const compilerOptions = { module: "nodenext", target: "es2023", strict: true, skipLibCheck: true, types: ["node"] };
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions }));
  for (const [index, { file = `block-${index}.ts`, text }] of blocks.entries())
    writeFileSync(join(project, file), text);
  const { stdout } = spawnSync(process.execPath, [join(modules, "typescript/bin/tsc"), "-p", project], {
    encoding: "utf8",
  });
  return { project, output: stdout };
}

test("the tests of docs/testing.md pass in plain Jest, without flags", () => {
  const { project, output } = compile(
    "testing",
    codeBlocks(readFileSync("docs/testing.md", "utf8")).filter(({ language }) => language === "ts"),
  );
  expect(output).toBe("");
  mkdirSync(join(dir, "home"));
  const env = { ...pulumiEnvironment({ home: join(dir, "home") }), NODE_OPTIONS: "" };
  const jest = [join(modules, "jest/bin/jest.js"), "--rootDir", project, "--json", "--testMatch", "**/*.test.js"];
  const stdout = execFileSync(process.execPath, jest, { cwd: project, env, encoding: "utf8", stdio: "pipe" });
  expect(JSON.parse(stdout)).toMatchObject({ success: true, numPassedTests: 3 });
});
