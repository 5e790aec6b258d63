// The lint rules that hold the rooms: each is broken once, and has to be noticed.
import { expect, test } from "@jest/globals";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

const modules = resolve("node_modules");
const { doubleNames } = (await import(new URL("../../scripts/lint-names.mjs", import.meta.url).href)) as {
  doubleNames: (texts: Readonly<Record<string, string>>) => string[];
};

/** What the rules say of a tree that has these files and nothing else. */
function problems(files: Readonly<Record<string, string>>): string {
  const tree = mkdtempSync(join(tmpdir(), "pulumi-losant-rooms-"));
  try {
    for (const name of [".dependency-cruiser.cjs", "tsconfig.json", "tsconfig.base.json"])
      cpSync(name, join(tree, name));
    symlinkSync(modules, join(tree, "node_modules"));
    for (const folder of ["provider", "sdk"]) mkdirSync(join(tree, folder));
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(tree, path)), { recursive: true });
      writeFileSync(join(tree, path), text);
    }
    return execFileSync(
      process.execPath,
      [join(modules, "dependency-cruiser/bin/dependency-cruise.mjs"), "provider", "sdk"],
      {
        cwd: tree,
        encoding: "utf8",
      },
    );
  } catch (error) {
    return (error as { stdout: string }).stdout;
  } finally {
    rmSync(tree, { recursive: true, force: true });
  }
}

test("imports that run upwards, in circles, or out of a pure room are refused, types too", () => {
  const found = problems({
    "provider/resource/up.ts": 'import type { A } from "../decision/a.js";\nexport type Up = A;\n',
    "provider/decision/a.ts": "export type A = string;\n",
    "provider/decision/files.ts": 'import { readFileSync } from "node:fs";\nexport const read = readFileSync;\n',
    "provider/apply/one.ts": 'import type { Two } from "./two.js";\nexport type One = Two;\n',
    "provider/apply/two.ts": 'import type { One } from "./one.js";\nexport type Two = One | string;\n',
    "provider/apply/sdk.ts": 'import type { Args } from "../../sdk/args.js";\nexport type Known = Args;\n',
    "provider/apply/pulumi.ts": 'import type { Output } from "@pulumi/pulumi";\nexport type Out = Output<string>;\n',
    "provider/lookup/calls.ts": 'import type { One } from "../apply/one.js";\nexport type Call = One;\n',
    "sdk/args.ts": "export type Args = string;\n",
    "sdk/simulator/shared.ts": 'import type { Args } from "../args.js";\nexport type Shared = Args;\n',
    "sdk/pipeline/report/up.ts": 'import { run } from "../run/run.js";\nexport const up = run;\n',
    "sdk/pipeline/run/run.ts": "export const run = 1;\n",
    "sdk/status/files.ts": 'import { readFileSync } from "node:fs";\nexport const view = readFileSync;\n',
    "sdk/status/run.ts": 'import { run } from "../pipeline/run/run.js";\nexport const status = run;\n',
    "sdk/status/shown.ts": 'import type { Row } from "./page/row.js";\nexport type Shown = Row;\n',
    "sdk/status/page/row.ts": "export type Row = string;\n",
  });
  const lines = found.split("\n").filter((line) => line.includes(" error "));
  const fileOf = (line: string): string => /: (\S+) →/.exec(line)?.[1] ?? line;
  expect([...new Set(lines.map(fileOf))].toSorted()).toEqual([
    "provider/apply/one.ts",
    "provider/apply/pulumi.ts",
    "provider/apply/sdk.ts",
    "provider/decision/files.ts",
    "provider/lookup/calls.ts",
    "provider/resource/up.ts",
    "sdk/pipeline/report/up.ts",
    "sdk/simulator/shared.ts",
    "sdk/status/files.ts",
    "sdk/status/run.ts",
    "sdk/status/shown.ts",
  ]);
});

test("a name that two files export is refused, an overload is not", () => {
  expect(
    doubleNames({
      "a.ts": "export function read(a: string): void;\nexport function read(a: number): void;\nexport const one = 1;\n",
      "b.ts": "export interface one {}\n",
    }),
  ).toEqual(["one is exported by a.ts and b.ts"]);
});
