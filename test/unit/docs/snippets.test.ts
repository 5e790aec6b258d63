// The code blocks of the README and of docs/ compile, and those that deploy run against the simulator.
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import * as losant from "pulumi-losant";
import * as pipeline from "pulumi-losant/pipeline";
import * as simulation from "pulumi-losant/simulator";
import type { Simulator } from "pulumi-losant/simulator";
import ts from "typescript";
import { parseAllDocuments } from "yaml";
import { beginProgram, settingsOf } from "../sdk/support.js";
import { blocks, blocksOf } from "./pages.js";
import type { Block } from "./pages.js";

const inLanguage = (...languages: string[]): [string, Block][] =>
  blocks.filter(({ language }) => languages.includes(language)).map((block) => [block.at, block]);

/** What a block takes for granted: names that the text around it has introduced. */
const GIVEN: Readonly<Record<string, readonly [type: string, value: string]>> = {
  applicationId: ["string", '"aa0000000000000000000002"'],
  flowId: ["string", '"f10000000000000000000001"'],
  deviceId: ["string", '"d10000000000000000000001"'],
  deviceIds: ["string[]", '["d10000000000000000000001"]'],
  testBench: ["string[]", '["d10000000000000000000001"]'],
};

const importsOf = (code: string): string[] => [...code.matchAll(/\bfrom "([^"]+)"/g)].map(([, name = ""]) => name);

/** All of them have reached the engine, and their look-ups have ended. */
const registered = (): Promise<void> => (pulumi.runtime as unknown as { waitForRPCs(): Promise<void> }).waitForRPCs();

function isGiven(name: string, code: string): boolean {
  return new RegExp(`\\b${name}\\b(?!:)`).test(code) && !new RegExp(`\\b(const|let) ${name}\\b`).test(code);
}

/** What the examples of comments take for granted besides. */
const STACK = 'import("@pulumi/pulumi/automation/index.js").Stack';
const IN_COMMENTS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(["stack", "staging", "production", "graz", "linz"].map((name) => [name, STACK])),
  place: "{ applicationId: string; flowId: string; deviceId: string }",
  by: 'import("pulumi-losant/simulator").Actor',
};

/** The block with what is given; TypeScript. */
function whole({ at, code }: Block): string {
  const isComment = at.startsWith("sdk/");
  const given = Object.entries(GIVEN).filter(([name]) => isGiven(name, code));
  const declared = Object.entries(IN_COMMENTS).filter(([name]) => isComment && isGiven(name, code));
  const ofSimulator = at.startsWith("sdk/simulator/") && isGiven("losant", code);
  const imports = !ofSimulator && /\blosant\./.test(code) && !/import .*\blosant\b|const losant\b/.test(code);
  const modules = { "pulumi-losant/pipeline": pipeline, "pulumi-losant/simulator": simulation };
  const called = Object.entries(modules).flatMap(([name, exported]) => {
    const names = Object.keys(exported).filter((one) => new RegExp(`(?<![.\\w])${one}\\b`).test(code));
    const missing = names.filter(
      (one) => isComment && !new RegExp(`import [^\\n]*\\b${one}\\b|const (\\{[^}\\n]*)?\\b${one}\\b`).test(code),
    );
    return missing.length === 0 ? [] : [`import { ${missing.join(", ")} } from "${name}";`];
  });
  return [
    ...(imports ? ['import * as losant from "pulumi-losant";'] : []),
    ...(ofSimulator ? ['declare const losant: import("pulumi-losant/simulator").Simulator;'] : []),
    ...(isComment && /\b(read|write)File\(/.test(code) && !code.includes("node:fs/promises")
      ? ['import { readFile, writeFile } from "node:fs/promises";']
      : []),
    ...called,
    ...given.map(([name, [type, value]]) => `const ${name}: ${type} = ${value};`),
    ...declared.map(([name, type]) => `declare const ${name}: ${type};`),
    code,
    "export {};",
  ].join("\n");
}

describe("blocks in TypeScript and JavaScript", () => {
  const script = inLanguage("ts", "js").map(([at, block], index) => {
    const isCommonJs = block.language === "js" && block.code.includes("module.exports");
    const ending = block.language === "js" ? (isCommonJs ? "cjs" : "mjs") : "mts";
    // In a folder of the repository, so that its packages are found. Files that a page names import each other.
    const named = /^\/\/ ([\w.-]+\.ts)\n/.exec(block.code)?.[1];
    const folder = resolve("test", "snippets", at.replaceAll(/[^a-z]+/g, "-"));
    const code = isCommonJs ? block.code : whole(block);
    return { at, path: join(folder, named ?? `${index}.${ending}`), code };
  });

  test("compile as ES modules, strictly", () => {
    expect(script.length).toBeGreaterThan(15);
    const { config } = ts.readConfigFile("tsconfig.json", (path) => ts.sys.readFile(path)) as { config: object };
    const { options } = ts.parseJsonConfigFileContent(config, ts.sys, resolve("."));
    options.allowJs = true;
    options.noUnusedLocals = false;
    options.noUnusedParameters = false;
    const host = ts.createCompilerHost(options);
    const texts = new Map(script.map(({ path, code }) => [path, code]));
    const { fileExists, readFile, getSourceFile } = host;
    host.fileExists = (path) => texts.has(path) || fileExists(path);
    const folders = new Set([...texts.keys()].map((path) => dirname(path)));
    const { directoryExists } = host;
    host.directoryExists = (path) => folders.has(path) || directoryExists?.(path) === true;
    host.readFile = (path) => texts.get(path) ?? readFile(path);
    host.getSourceFile = (path, languageVersion, ...rest) => {
      const text = texts.get(path);
      return text === undefined
        ? getSourceFile(path, languageVersion, ...rest)
        : ts.createSourceFile(path, text, languageVersion);
    };
    const program = ts.createProgram([...texts.keys()], options, host);
    const problems = script.flatMap(({ at, path }) => {
      const source = program.getSourceFile(path);
      const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
      return found.map(({ messageText }) => `${at}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`);
    });
    expect(problems).toEqual([]);
  }, 60_000);

  describe("run, where they declare something or start the simulator", () => {
    let simulator: Simulator;
    beforeAll(async () => {
      simulator = await simulation.startSimulator({ seed: simulation.demoFleet() });
    });
    afterAll(() => simulator.close());

    const modules: Readonly<Record<string, object>> = {
      "@pulumi/pulumi": pulumi,
      "pulumi-losant": losant,
      "pulumi-losant/pipeline": pipeline,
      "pulumi-losant/simulator": simulation,
    };
    const runnable = script.filter(
      ({ at, code }) =>
        !at.startsWith("sdk/") &&
        /new losant\.|startSimulator/.test(code) &&
        importsOf(code).every((name) => name in modules),
    );

    test("there are some", () => expect(runnable.length).toBeGreaterThan(3));

    test.each(runnable.map(({ at, code }) => [at, code]))("%s", async (_, code) => {
      beginProgram(settingsOf(simulator, "aa0000000000000000000002", "demo-user-token"));
      const { outputText } = ts.transpileModule(code, {
        compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
      });
      // Top-level `await` needs a function around it.
      const run = new Function("require", "exports", "console", `return (async () => {${outputText}\n})();`) as (
        ...given: unknown[]
      ) => Promise<void>;
      const said: unknown[] = [];
      await run((name: string) => modules[name], {}, { log: (text: unknown) => said.push(text) });
      await registered();
      expect(said.every((text) => typeof text === "string")).toBe(true);
    });
  });
});

test.each(inLanguage("yaml", "yml"))("the YAML of %s can be read", (_, { code }) => {
  for (const document of parseAllDocuments(code)) expect(document.errors).toEqual([]);
});

test("a block that is indented, or in a comment, is found without its indentation", () => {
  const text = "1. one\n\n   ```sh\n   npm test\n   ```\n\n * ```ts\n * const a = {\n *   b: 1,\n * };\n * ```\n";
  expect(blocksOf("a.md", text)).toEqual([
    { at: "a.md:3", language: "sh", code: "npm test\n" },
    { at: "a.md:7", language: "ts", code: "const a = {\n  b: 1,\n};\n" },
  ]);
});

/** Other compilers are not at hand here; `npm run test:languages` runs the examples. */
describe.each([
  ["go", ["examples/go/main.go"]],
  ["java", ["examples/java/src/main/java/plant/App.java"]],
])("a block in %s", (language, files) => {
  test.each(inLanguage(language))("%s is a part of its example", (_at, { code }) => {
    const linesOf = (text: string) => text.split("\n").map((line) => line.trim());
    const example = files.flatMap((file) => linesOf(readFileSync(file, "utf8")));
    expect(linesOf(code).filter((line) => !example.includes(line))).toEqual([]);
  });
});
