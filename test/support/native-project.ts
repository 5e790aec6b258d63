/** A project of another language than JavaScript, with the native plugin of this build. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { stringify } from "yaml";
import type { Simulator } from "pulumi-losant/simulator";
import { archivePlugin } from "../../scripts/release/plugin-archive.mjs";
import { startHttpServer } from "./http-server.js";
import type { TestServer } from "./http-server.js";
import { projectAt } from "./plant.js";
import type { Plant } from "./plant.js";
import { createProject } from "./project.js";
import type { Project, ProjectOptions } from "./project.js";

export const pluginFolder = resolve(import.meta.dirname, "../../dist/plugin");

/** What a Pulumi.yaml holds besides name, runtime and plugin. */
export type YamlProgram = Readonly<Record<string, unknown>>;

export interface NativeProject extends Project {
  /** Writes Pulumi.yaml. For the runtime `yaml` it is the program too. */
  program(more: YamlProgram): void;
}

export async function nativeProjectAt(
  plant: Plant,
  runtime: unknown = "yaml",
  options: ProjectOptions = {},
): Promise<NativeProject> {
  const project = await projectAt(plant, { ...options, refreshAlways: false });
  const program = nativeProgramIn(project, runtime);
  program({});
  return { ...project, program };
}

/** @returns what writes the Pulumi.yaml of the project */
export function nativeProgramIn(project: Project, runtime: unknown): NativeProject["program"] {
  const plugins = { providers: [{ name: "losant", path: pluginFolder }] };
  return (more) =>
    writeFileSync(join(project.dir, "Pulumi.yaml"), stringify({ name: "plant", runtime, plugins, ...more }));
}

/** The PATH without npm's links to the plugin: what Pulumi finds then, it was given in another way. */
export function pathWithoutPlugin({ env }: Pick<Project, "env">): string {
  const folders = (env["PATH"] ?? "").split(delimiter);
  return folders.filter((folder) => !existsSync(join(folder, "pulumi-resource-losant"))).join(delimiter);
}

/** A server that answers with the plugin's archive, whatever it is asked. Pulumi wants to know the length before. */
export async function serveArchive(project: Pick<Project, "home">): Promise<TestServer> {
  const archive = join(project.home, "plugin.tar.gz");
  await archivePlugin(pluginFolder, archive);
  const bytes = readFileSync(archive);
  return startHttpServer([{ status: 200, bytes, headers: { "content-length": String(bytes.length) } }]);
}

/** A copy of an example in another language, with the plugin of this build, at the demo fleet. */
export async function nativeExample(example: string, losant: Simulator): Promise<Project> {
  const project = await createProject({
    example,
    config: { "losant:apiUrl": losant.url, "losant:applicationId": "aa0000000000000000000002" },
    secrets: { "losant:apiToken": "demo-deploy-token" },
  });
  const file = join(project.dir, "Pulumi.yaml");
  // The copy lies elsewhere.
  writeFileSync(file, readFileSync(file, "utf8").replace("../../dist/plugin", pluginFolder));
  return project;
}
