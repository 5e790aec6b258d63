/**
 * The languages that the native plugin is tried in. Each has a program in `examples/` that declares the same plant; what it
 * needs on this machine is got or made when a test asks for it. A language that is not here skips its tests by name.
 */
import { beforeAll, afterAll, describe } from "@jest/globals";
import { demoFleet, startSimulator } from "pulumi-losant/simulator";
import type { Simulator } from "pulumi-losant/simulator";
import { delimiter, join, resolve } from "node:path";
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

/** Where Pulumi's own host is not: see the file in this folder. */
const javaHost = resolve(import.meta.dirname, "../languages/java-host");
const BUILD_MS = 570_000;
/** The flags are those of the CLI's own build, so that what both need is compiled once; `go run` keeps what it has linked. */
const GO = { CGO_ENABLED: "0", GOWORK: "off", GOFLAGS: "-trimpath -buildvcs=false", PULUMI_GO_USE_RUN: "true" };
/** The plugin's file, which says its schema. */
const plugin = join(pluginFolder, "pulumi-resource-losant");

export const LANGUAGES = {
  yaml: () => ensureLanguageHost("yaml"),

  python: async (): Promise<Ready> => {
    const host = await ensureLanguageHost("python");
    if (host.missing !== undefined) return host;
    const { bin, missing } = await ensurePython();
    if (bin === undefined) return { missing };
    // An old host does not know the option `virtualenv`.
    return { prepare: async (project) => putFirst(project, bin) };
  },

  go: async (): Promise<Ready> => {
    const host = await ensureLanguageHost("go");
    if (host.missing !== undefined) return host;
    return { prepare: buildGo };
  },

  java: async (): Promise<Ready> => {
    for (const tool of ["javac", "mvn"]) {
      const { code } = await runQuietly(tool, ["-version"]);
      if (code !== 0) return { missing: `there is no ${tool} on PATH` };
    }
    return { prepare: async (project) => (hasJavaHost() ? undefined : putFirst(project, javaHost)) };
  },
} satisfies Readonly<Record<string, () => Promise<Ready>>>;

export type LanguageName = keyof typeof LANGUAGES;

export interface LanguageStage {
  readonly losant: Simulator;
  readonly project: Project;
}

/**
 * Tests of one language: a copy of its example at the demo fleet, with the plugin of this build.
 *
 * @param change - what becomes of the copy before it is built
 */
export async function describeLanguage(
  name: LanguageName,
  tests: (stage: () => LanguageStage) => void,
  change: (project: Project) => void = () => {},
): Promise<void> {
  const { missing, prepare }: Ready = await LANGUAGES[name]();
  const title = `examples/${name}${missing === undefined ? "" : ` (${missing})`}`;
  (missing === undefined ? describe : describe.skip)(title, () => {
    let losant: Simulator;
    let project: Project;
    beforeAll(async () => {
      losant = await startSimulator({ seed: demoFleet(), reportDelayMs: 0 });
      project = await nativeExample(name, losant);
      change(project);
      await prepare?.(project);
    }, BUILD_MS);
    afterAll(async () => {
      project?.remove();
      await losant?.close();
    });
    tests(() => ({ losant, project }));
  });
}

function putFirst(project: Project, folder: string): void {
  project.env["PATH"] = [folder, project.env["PATH"]].join(delimiter);
}

/** Generates the SDK where go.mod has it, and builds the program before the first command. */
async function buildGo(project: Project): Promise<void> {
  await generateSdk("go", plugin, join(project.dir, "sdks", "losant"));
  Object.assign(project.env, GO);
  for (const args of [
    ["mod", "tidy"],
    ["build", "-o", join(project.home, "plant"), "."],
  ]) {
    const options = { cwd: project.dir, env: project.env, timeoutMs: BUILD_MS };
    const { code, output } = await runQuietly("go", args, options);
    if (code !== 0) throw new Error(`go ${args.join(" ")}: ${output}`);
  }
}
