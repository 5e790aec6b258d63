// The SDKs that Pulumi generates: each says all that the schema says. There is no .NET on most machines of ours, so the C#
// sources are parsed at least, by a grammar of C# in Python; where `dotnet` is on PATH they are compiled.
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { PACKAGE_SCHEMA } from "../../provider/plugin/schema.js";
import { ensurePython } from "../../scripts/lib/python.mjs";
import { runQuietly } from "../../scripts/lib/run.mjs";
import { generateSdk } from "../../scripts/lib/sdk.mjs";
import { pluginFolder } from "../support/native-project.js";

const GENERATE_MS = 570_000;
const ENDINGS = { go: ".go", python: ".py", dotnet: ".cs" } as const;
/** No SDK says what the items of a list are; those for Python and C# leave out a function's arguments as a whole. */
const LEFT_OUT = /\.items$|^functions\.[^.]+\.(inputs|outputs)$/;

const scratch = mkdtempSync(join(tmpdir(), "pulumi-losant-sdks-"));
const folderOf = (language: keyof typeof ENDINGS): string => join(scratch, language);

const go = await runQuietly("go", ["version"]);
const missing = go.code === 0 ? undefined : "there is no go on PATH";

beforeAll(async () => {
  if (missing !== undefined) return;
  for (const language of Object.keys(ENDINGS) as (keyof typeof ENDINGS)[]) {
    await generateSdk(language, join(pluginFolder, "pulumi-resource-losant"), folderOf(language));
  }
}, GENERATE_MS);
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Without the marks of comments and the escapes of their languages. */
function words(text: string): string {
  const unescaped = text.replaceAll("&gt;", ">").replaceAll("&lt;", "<").replaceAll('\\"', '"');
  return unescaped.replaceAll(/^\s*\/\/+/gm, "").replaceAll(/\s+/g, " ");
}

function descriptionsIn(path: string, value: unknown): (readonly [string, string])[] {
  if (value === null || typeof value !== "object") return [];
  const { description } = value as { description?: unknown };
  const inner = Object.entries(value).flatMap(([name, one]) => descriptionsIn(`${path}.${name}`, one));
  return typeof description === "string" ? [[path, description], ...inner] : inner;
}

const { resources, functions, types, provider } = PACKAGE_SCHEMA;
const descriptions = Object.entries({ resources, functions, types, provider })
  .flatMap(([name, value]) => descriptionsIn(name, value))
  .filter(([path]) => !LEFT_OUT.test(path));

function sourcesOf(language: keyof typeof ENDINGS): string {
  return readdirSync(folderOf(language), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ENDINGS[language]))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"))
    .join("\n");
}

const described = missing === undefined ? describe : describe.skip;

described(`the generated SDK${missing ? ` (${missing})` : ""}`, () => {
  test.each(Object.keys(ENDINGS) as (keyof typeof ENDINGS)[])("for %s has every description", (language) => {
    const text = words(sourcesOf(language));
    expect(descriptions.length).toBeGreaterThan(150);
    expect(descriptions.filter(([, description]) => !text.includes(words(description)))).toEqual([]);
  });

  test("for C# has a class for each resource, function and type", () => {
    const text = sourcesOf("dotnet");
    const names = [resources, functions, types].flatMap((all) => Object.keys(all)).map((token) => token.split(":")[2]);
    const classes = [...text.matchAll(/\bclass (\w+)/g)].map(([, name]) => name?.toLowerCase());
    expect(names.filter((name) => !classes.includes(name?.toLowerCase()))).toEqual([]);
  });
});

const python = missing === undefined ? await ensurePython() : { missing };
(python.bin === undefined ? test.skip : test)(
  `the C# sources parse${python.missing ? ` (${python.missing})` : ""}`,
  async () => {
    const site = join(scratch, "site");
    const packages = ["tree-sitter==0.25.2", "tree-sitter-c-sharp==0.23.5"];
    const run = (...args: string[]) =>
      runQuietly(join(python.bin ?? "", "python"), args, { env: { ...process.env, PYTHONPATH: site } });
    const installed = await run("-m", "pip", "install", "--quiet", "--target", site, ...packages);
    expect([installed.code, installed.code === 0 ? "" : installed.output]).toEqual([0, ""]);
    const parsed = await run(resolve(import.meta.dirname, "parse-csharp.py"), folderOf("dotnet"));
    expect(parsed.output.trim().split("\n")).toEqual([expect.stringMatching(/^\d\d files parse$/)]);
  },
);

const dotnet = await runQuietly("dotnet", ["--version"]);
(missing === undefined && dotnet.code === 0 ? test : test.skip)(
  `the C# sources compile${dotnet.code === 0 ? "" : " (there is no dotnet on PATH)"}`,
  async () => {
    const built = await runQuietly("dotnet", ["build"], { cwd: folderOf("dotnet"), timeoutMs: GENERATE_MS });
    expect([built.code, built.code === 0 ? "" : built.output]).toEqual([0, ""]);
  },
);
