/** A Pulumi project in a folder of its own, driven by the real CLI: own backend, own home, thrown away at the end. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { provideStack } from "./stack-template.js";
import { pulumiEnvironment } from "../../scripts/lib/environment.mjs";

const repository = resolve(import.meta.dirname, "../..");

export interface Result {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Both, in the order in which they came. */
  readonly output: string;
}

export interface Settings {
  readonly config?: Readonly<Record<string, string>>;
  readonly secrets?: Readonly<Record<string, string>>;
}

export interface ProjectOptions extends Settings {
  /** A folder of `examples/`, instead of a program: the project is a copy of it. */
  readonly example?: string;
  /** The stacks, each with settings of its own besides the common ones. @default one, `dev` */
  readonly stacks?: Readonly<Record<string, Settings>>;
  /** JavaScript, an ES module. @default the program {@link Project.declare} writes */
  readonly program?: string;
  readonly refreshAlways?: boolean;
  /** Where `pulumi-losant` and `@pulumi/pulumi` are found. @default this repository's node_modules */
  readonly modules?: string;
  /** Of the program: `index.js` as an ES module, unless said otherwise. */
  readonly packageType?: "module" | "commonjs";
  /** The program is `index.ts`, run the way Pulumi's template runs it. @default false */
  readonly typescript?: boolean;
}

export interface Resource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly inputs?: Record<string, unknown>;
  readonly outputs?: Record<string, unknown>;
  readonly initErrors?: string[];
}

export interface Project {
  readonly dir: string;
  readonly backend: string;
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
  write(program: string): void;
  /** `EdgeDeployment`s by name, from plain arguments. */
  declare(resources: Readonly<Record<string, object>>): void;
  run(args: readonly string[], options?: RunOptions): Promise<Result>;
  start(args: readonly string[], options?: RunOptions): Started;
  preview(...args: string[]): Promise<Result>;
  up(...args: string[]): Promise<Result>;
  refresh(...args: string[]): Promise<Result>;
  destroy(...args: string[]): Promise<Result>;
  /** The EdgeDeployments in the state, `__provider` left out; by name. */
  deployments(): Promise<Record<string, Resource>>;
  /** What `__provider` is in the inputs and outputs of each of them. */
  providerCode(): Promise<string[]>;
  outputs(): Promise<Record<string, unknown>>;
  /** The text of every file below the project's folder: program, state, history, backups, home. */
  everyFile(): { readonly path: string; readonly text: string }[];
  remove(): void;
}

export interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
}

export interface Started {
  readonly child: ChildProcess;
  readonly done: Promise<Result>;
}

const DECLARING = `
import { readFileSync } from "node:fs";
import * as losant from "pulumi-losant";
const resources = JSON.parse(readFileSync("resources.json", "utf8"));
export const statuses = Object.fromEntries(
  Object.entries(resources).map(([name, { options, ...args }]) => {
    const resource = new losant.EdgeDeployment(name, args, options);
    return [name, resource.status];
  }),
);
`;

export async function createProject(options: ProjectOptions = {}): Promise<Project> {
  const top = mkdtempSync(join(tmpdir(), "pulumi-losant-test-"));
  const [dir, backend, home] = ["program", "backend", "home"].map((name) => join(top, name)) as [
    string,
    string,
    string,
  ];
  for (const folder of [dir, backend, home]) mkdirSync(folder);
  symlinkSync(options.modules ?? join(repository, "node_modules"), join(dir, "node_modules"));
  const env = {
    ...pulumiEnvironment({ home, backend }),
    PULUMI_CONFIG_PASSPHRASE: "correct horse",
    // Pulumi is a Go program, and a quarter of a short command is the collection of its garbage.
    GOGC: "off",
    GOMEMLIMIT: "1GiB",
    // The stack of all commands that do not say another.
    PULUMI_STACK: options.stacks === undefined ? "dev" : undefined,
    LOSANT_API_TOKEN: undefined,
    LOSANT_API_URL: undefined,
    LOSANT_APPLICATION_ID: undefined,
  };
  const main = options.typescript ? "index.ts" : "index.js";
  const write = (program: string): void => writeFileSync(join(dir, main), program);
  writeFileSync(join(dir, "package.json"), JSON.stringify({ name: "p", type: options.packageType ?? "module" }));
  writeFileSync(
    join(dir, "Pulumi.yaml"),
    [
      "name: plant",
      `runtime: { name: nodejs, options: { typescript: ${options.typescript ?? false} } }`,
      `main: ${main}`,
      ...((options.refreshAlways ?? true) ? ["options: { refresh: always }"] : []),
    ].join("\n"),
  );
  write(options.program ?? DECLARING);
  if (options.example) cpSync(join(repository, "examples", options.example), dir, { recursive: true });

  const start: Project["start"] = (args, runOptions) => {
    const child = spawn("pulumi", [...args, "--non-interactive"], {
      cwd: dir,
      env: { ...env, ...runOptions?.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    return { child, done: resultOf(child) };
  };
  const run: Project["run"] = (args, runOptions) => start(args, runOptions).done;
  const must = async (...args: string[]): Promise<Result> => {
    const result = await run(args);
    if (result.code !== 0) throw new Error(`pulumi ${args.join(" ")}: exit ${result.code}\n${result.output}`);
    return result;
  };

  const ours = async (): Promise<Resource[]> => {
    const exported = JSON.parse((await must("stack", "export")).stdout) as {
      deployment: { resources?: Resource[] };
    };
    return (exported.deployment.resources ?? []).filter(({ type }) => type.endsWith(":EdgeDeployment"));
  };

  const init = async (stack: string, ...all: readonly Settings[]): Promise<void> => {
    await must("stack", "init", stack);
    const flags = all.flatMap(flagsOf);
    if (flags.length > 0) await must("config", "set-all", "--path", "--stack", stack, ...flags);
  };
  if (options.stacks === undefined) {
    await provideStack({ dir, backend, program: options.example ?? "plant" }, options, () =>
      init("dev", { secrets: options.secrets }),
    );
  } else {
    for (const [stack, own] of Object.entries(options.stacks)) await init(stack, options, own);
  }

  return {
    dir,
    backend,
    home,
    env,
    write,
    declare: (resources) => writeFileSync(join(dir, "resources.json"), JSON.stringify(resources)),
    run,
    start,
    preview: (...args) => run(["preview", ...args]),
    up: (...args) => run(["up", "--yes", "--skip-preview", ...args]),
    refresh: (...args) => run(["refresh", "--yes", "--skip-preview", ...args]),
    destroy: (...args) => run(["destroy", "--yes", "--skip-preview", ...args]),
    deployments: async () =>
      Object.fromEntries(
        (await ours()).map((resource) => [resource.urn.split("::").at(-1), withoutProvider(resource)]),
      ) as Record<string, Resource>,
    providerCode: async () =>
      (await ours()).flatMap(({ inputs, outputs }) => [inputs, outputs].map((one) => String(one?.["__provider"]))),
    outputs: async () => JSON.parse((await must("stack", "output", "--json")).stdout) as Record<string, unknown>,
    everyFile: () => [
      // Not below the program: its node_modules is a link into the repository.
      ...filesIn(dir, false),
      ...[backend, home].flatMap((folder) => filesIn(folder, true)),
    ],
    remove: () => rmSync(top, { recursive: true, force: true, maxRetries: 3 }),
  };
}

/** Waits until `condition` holds; a command that ends before that will not bring it about any more. */
export async function untilIn(command: Promise<Result>, condition: () => boolean): Promise<void> {
  const ended = command.then(({ output }) => output);
  while (!condition()) {
    const output = await Promise.race([ended, sleep(20)]);
    if (output !== undefined && !condition()) throw new Error(`it ended before what was waited for\n${output}`);
  }
}

/** Of `pulumi config set-all`: one command, however many settings. */
function flagsOf({ config = {}, secrets = {} }: Settings): string[] {
  const flags = (flag: string, values: Readonly<Record<string, string>>): string[] =>
    Object.entries(values).flatMap(([key, value]) => [flag, `${key}=${value}`]);
  return [...flags("--plaintext", config), ...flags("--secret", secrets)];
}

function filesIn(folder: string, recursive: boolean): { path: string; text: string }[] {
  return readdirSync(folder, { recursive, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path, text: readFileSync(path, "utf8") }));
}

function withoutProvider(resource: Resource): Resource {
  return { ...resource, inputs: declaredOnly(resource.inputs), outputs: declaredOnly(resource.outputs) };
}

function declaredOnly(properties: Record<string, unknown> = {}): Record<string, unknown> {
  return Object.fromEntries(Object.entries(properties).filter(([name]) => name !== "__provider"));
}

function resultOf(child: ChildProcess): Promise<Result> {
  const texts = { stdout: "", stderr: "", output: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name]?.setEncoding("utf8").on("data", (text: string) => {
      texts[name] += text;
      texts.output += text;
    });
  }
  return new Promise((done, failed) => {
    child.on("error", failed).on("close", (code, signal) => done({ code, signal, ...texts }));
  });
}
