// A compiler finds the types of each entry of the package, in every way of finding modules that TypeScript has.
import { describe, expect, test } from "@jest/globals";
import { readFileSync } from "node:fs";
import ts from "typescript";

type Entry = string | { readonly types: string };
const manifestText = readFileSync("package.json", "utf8");
const manifest = JSON.parse(manifestText) as { exports: Record<string, Entry> };
const entries = Object.entries(manifest.exports).flatMap(([name, entry]) =>
  typeof entry === "string" ? [] : [[`pulumi-losant${name.slice(1)}`, entry.types.replace("./", "")] as const],
);

const AT = "/plant/node_modules/pulumi-losant/";
/** The package as it is installed: its manifest, and a types file an entry. */
const files = new Map([[`${AT}package.json`, manifestText], ...entries.map(([, types]) => [AT + types, ""] as const)]);
const host: ts.ModuleResolutionHost = {
  fileExists: (path) => files.has(path),
  readFile: (path) => files.get(path),
};

const { CommonJS, ESNext } = ts.ModuleKind;
const { Node10, Node16, NodeNext, Bundler } = ts.ModuleResolutionKind;
describe.each([
  ["node (the older one)", Node10, CommonJS],
  ["node16 in CommonJS", Node16, CommonJS],
  ["nodenext in an ES module", NodeNext, ESNext],
  ["bundler", Bundler, ESNext],
] as const)("moduleResolution %s", (_, moduleResolution, mode) => {
  test.each(entries)("%s", (name, types) => {
    const options = { moduleResolution, target: ts.ScriptTarget.ES2022 };
    const { resolvedModule } = ts.resolveModuleName(name, "/plant/index.ts", options, host, undefined, undefined, mode);
    expect(resolvedModule?.resolvedFileName).toBe(AT + types);
  });
});
