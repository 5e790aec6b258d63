/**
 * The languages that the native plugin is tried in. Each has a program in `examples/` that declares the same plant; what it
 * needs on this machine is got or made when a test asks for it. A language that is not here skips its tests by name.
 */
import { beforeAll, afterAll, describe } from "@jest/globals";
import { demoFleet, startSimulator } from "pulumi-losant/simulator";
import type { Simulator } from "pulumi-losant/simulator";
import { delimiter, join, resolve } from "node:path";
import { readFileSync, writeFileSync } from "node:fs";
import { ensureLanguageHost, hasJavaHost } from "../../scripts/lib/language-hosts.mjs";
import { ensurePython } from "../../scripts/lib/python.mjs";
import { runQuietly } from "../../scripts/lib/run.mjs";
import { generateSdk } from "../../scripts/lib/sdk.mjs";
import { nativeExample, pluginFolder } from "./native-project.js";
import type { Project } from "./project.js";

/** A language that is ready, or why it is not. */
interface Ready {
  readonly missing?: string;
  /** Makes the copy of a program run. */
  readonly prepare?: (project: Project) => Promise<void>;
}

/** Programs, and the host for Java where Pulumi's own is not there. */
const languages = resolve(import.meta.dirname, "../languages");
const BUILD_MS = 570_000;
/** The flags are those of the CLI's own build, so that what both need is compiled once; `go run` keeps what it has linked. */
const GO = { CGO_ENABLED: "0", GOWORK: "off", GOFLAGS: "-trimpath -buildvcs=false", PULUMI_GO_USE_RUN: "true" };
/** The plugin's file, which says its schema. */
const plugin = join(pluginFolder, "pulumi-resource-losant");

interface Language {
  /** The file of an example that is the program. */
  readonly main: string;
  readonly ready: () => Promise<Ready>;
}

export const LANGUAGES = {
  yaml: { main: "Pulumi.yaml", ready: () => ensureLanguageHost("yaml") },
  python: { main: "__main__.py", ready: readyPython },
  go: { main: "main.go", ready: readyGo },
  java: { main: "src/main/java/plant/App.java", ready: readyJava },
} satisfies Readonly<Record<string, Language>>;

export type LanguageName = keyof typeof LANGUAGES;

export interface LanguageStage {
  readonly losant: Simulator;
  readonly project: Project;
}

/**
 * Tests of one language: a copy of its example at the demo fleet, with the plugin of this build.
 *
 * @param program - the name of a file in `test/languages/programs/` that stands in place of the example's
 */
export async function describeLanguage(
  name: LanguageName,
  tests: (stage: () => LanguageStage) => void,
  program?: string,
): Promise<void> {
  const language: Language = LANGUAGES[name];
  const { missing, prepare } = await language.ready();
  const title = `${program ?? "examples"}/${name}${missing === undefined ? "" : ` (${missing})`}`;
  (missing === undefined ? describe : describe.skip)(title, () => {
    let losant: Simulator;
    let project: Project;
    beforeAll(async () => {
      losant = await startSimulator({ seed: demoFleet(), reportDelayMs: 0 });
      project = await nativeExample(name, losant);
      if (program !== undefined) replaceProgram(project, language.main, readFileSync(sourceOf(program, name), "utf8"));
      await prepare?.(project);
    }, BUILD_MS);
    afterAll(async () => {
      project?.remove();
      await losant?.close();
    });
    tests(() => ({ losant, project }));
  });
}

const ENDINGS: Readonly<Record<LanguageName, string>> = { yaml: "yaml", python: "py", go: "go", java: "java" };
const sourceOf = (program: string, name: LanguageName): string =>
  join(languages, "programs", `${program}.${ENDINGS[name]}`);

/** Of a YAML program, Pulumi.yaml says the project, too. */
function replaceProgram(project: Project, main: string, text: string): void {
  const file = join(project.dir, main);
  const kept = main === "Pulumi.yaml" ? readFileSync(file, "utf8").split(/^config:/m)[0] : "";
  writeFileSync(file, `${kept}${text}`);
}

async function readyPython(): Promise<Ready> {
  const host = await ensureLanguageHost("python");
  if (host.missing !== undefined) return host;
  const { bin, missing } = await ensurePython();
  if (bin === undefined) return { missing };
  return {
    prepare: async (project) => {
      // An old host does not know the option `virtualenv`.
      putFirst(project, bin);
      if (/^import pulumi_losant/m.test(readFileSync(join(project.dir, LANGUAGES.python.main), "utf8"))) {
        await installPythonSdk(project);
      }
    },
  };
}

async function readyGo(): Promise<Ready> {
  const host = await ensureLanguageHost("go");
  return host.missing === undefined ? { prepare: buildGo } : host;
}

async function readyJava(): Promise<Ready> {
  for (const tool of ["javac", "mvn"]) {
    const { code } = await runQuietly(tool, ["-version"]);
    if (code !== 0) return { missing: `there is no ${tool} on PATH` };
  }
  return { prepare: async (project) => (hasJavaHost() ? undefined : putFirst(project, join(languages, "java-host"))) };
}

function putFirst(project: Project, folder: string): void {
  project.env["PATH"] = [folder, project.env["PATH"]].join(delimiter);
}

async function must(project: Project, command: string, ...args: string[]): Promise<void> {
  const options = { cwd: project.dir, env: project.env, timeoutMs: BUILD_MS };
  const { code, output } = await runQuietly(command, args, options);
  if (code !== 0) throw new Error(`${command} ${args.join(" ")}: ${output}`);
}

/** Generates the SDK where go.mod has it, and builds the program before the first command. */
async function buildGo(project: Project): Promise<void> {
  await generateSdk("go", plugin, join(project.dir, "sdks", "losant"));
  Object.assign(project.env, GO);
  await must(project, "go", "mod", "tidy");
  await must(project, "go", "build", "-o", join(project.home, "plant"), ".");
}

/** Beside the environment, which other tests share; and of the packages that it wants only the one that is not there. */
async function installPythonSdk(project: Project): Promise<void> {
  const sdk = join(project.dir, "sdks", "losant");
  const site = join(project.dir, "site");
  await generateSdk("python", plugin, sdk);
  const install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target", site];
  await must(project, "python", ...install, "--no-deps", sdk);
  await must(project, "python", ...install, "parver");
  project.env["PYTHONPATH"] = site;
}
