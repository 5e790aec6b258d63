/**
 * Projects as people lay them out: workspaces, package managers, bundlers, on the packed tarball of this repository. Each
 * lies in a folder of its own outside of the repository, so that nothing is found in its node_modules by accident.
 */
import { execFile, execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { toolEnvironment } from "../../scripts/lib/environment.mjs";
import { projectAt } from "../support/plant.js";
import type { Plant } from "../support/plant.js";
import type { Project } from "../support/project.js";

const { devDependencies } = JSON.parse(readFileSync("package.json", "utf8")) as {
  devDependencies: Record<string, string>;
};

/** Only these tests need them, so they are no devDependencies of the repository. */
const TOOLS = {
  "@vercel/ncc": "0.45.0",
  "@yarnpkg/cli-dist": "4.18.1",
  esbuild: "0.28.2",
  pnpm: "12.21.0",
  tsx: "4.23.15",
  webpack: "5.113.0",
};

export const PULUMI = devDependencies["@pulumi/pulumi"] ?? "";
export const TYPESCRIPT = devDependencies["typescript"] ?? "";

export interface Workshop {
  /** The packed tarball: what the registry would give. */
  readonly tarball: string;
  /** Puts a project together: files, then `install` in its folder. */
  open(plant: Plant, layout: Layout): Promise<Opened>;
  close(): void;
}

export interface Layout {
  /** Texts, and objects that become JSON. */
  readonly files: Readonly<Record<string, string | object>>;
  /** The folder with Pulumi.yaml. @default the project's folder */
  readonly program?: string;
  /** What Pulumi's language host is told of the program, and where it starts. */
  readonly options?: object;
  readonly main?: string;
  /** Commands that put packages and bundles there; one after the other. */
  readonly install: readonly (readonly string[])[];
}

export interface Opened extends Pick<Project, "dir" | "run" | "preview" | "up" | "destroy" | "remove"> {
  /** A command in the folder of the program, with `pulumi` and the tools on PATH. */
  command(line: readonly string[]): Promise<{ code: number; output: string }>;
}

export async function openWorkshop(): Promise<Workshop> {
  const top = mkdtempSync(join(tmpdir(), "pulumi-losant-workshop-"));
  const env = quiet(toolEnvironment());
  const run = (line: readonly string[], cwd: string): string =>
    execFileSync(line[0] ?? "", line.slice(1), { cwd, env, encoding: "utf8", stdio: "pipe" });
  const packed = Object.values(
    JSON.parse(run(["npm", "pack", "--json", "--ignore-scripts", "--pack-destination", top], resolve("."))) as object,
  ) as { filename: string }[];
  const tarball = join(top, packed[0]?.filename ?? "");
  const tools = join(top, "tools");
  mkdirSync(tools);
  writeFileSync(join(tools, "package.json"), JSON.stringify({ name: "tools", private: true, dependencies: TOOLS }));
  run(["npm", "install", "--prefer-offline"], tools);

  return {
    tarball,
    open: async (plant, { files, program = ".", options = { typescript: false }, main = "index.js", install }) => {
      const project = await projectAt(plant, { typescript: false });
      rmSync(join(project.dir, "node_modules"));
      rmSync(join(project.dir, "index.js"));
      const folder = join(project.dir, program);
      mkdirSync(folder, { recursive: true });
      for (const name of ["Pulumi.dev.yaml", "package.json"]) {
        if (program !== ".") renameSync(join(project.dir, name), join(folder, name));
      }
      rmSync(join(project.dir, "Pulumi.yaml"));
      const manifest = { name: "plant", runtime: { name: "nodejs", options }, main };
      writeFileSync(join(folder, "Pulumi.yaml"), JSON.stringify(manifest));
      for (const [path, content] of Object.entries(files)) {
        mkdirSync(dirname(join(project.dir, path)), { recursive: true });
        writeFileSync(
          join(project.dir, path),
          typeof content === "string" ? content : JSON.stringify(content, null, 2),
        );
      }
      const inTools: NodeJS.ProcessEnv = quiet({
        ...project.env,
        PATH: [join(tools, "node_modules/.bin"), project.env["PATH"]].join(delimiter),
      });
      const command: Opened["command"] = async (line) => {
        try {
          const { stdout, stderr } = await promisify(execFile)(line[0] ?? "", line.slice(1), {
            cwd: folder,
            env: inTools,
          });
          return { code: 0, output: stdout + stderr };
        } catch (error) {
          const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
          return { code, output: `${stdout}${stderr}` };
        }
      };
      for (const line of install) {
        try {
          await promisify(execFile)(line[0] ?? "", line.slice(1), { cwd: project.dir, env: inTools });
        } catch (error) {
          const { stdout, stderr } = error as { stdout: string; stderr: string };
          throw new Error(`${line.join(" ")}\n${stdout}\n${stderr}`, { cause: error });
        }
      }
      const run: Opened["run"] = (args) => project.run([...args, "-C", folder]);
      return {
        dir: folder,
        command,
        run,
        preview: (...args) => run(["preview", ...args]),
        up: (...args) => run(["up", "--yes", "--skip-preview", ...args]),
        destroy: (...args) => run(["destroy", "--yes", "--skip-preview", ...args]),
        remove: project.remove,
      };
    },
    close: () => rmSync(top, { recursive: true, force: true, maxRetries: 3 }),
  };
}

function quiet(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return {
    ...env,
    npm_config_fund: "false",
    npm_config_audit: "false",
    npm_config_loglevel: "error",
    // Yarn does not read npm's settings.
    YARN_NPM_REGISTRY_SERVER: execFileSync("npm", ["config", "get", "registry"], { encoding: "utf8" }).trim(),
    YARN_ENABLE_TELEMETRY: "0",
    YARN_ENABLE_IMMUTABLE_INSTALLS: "false",
    YARN_ENABLE_GLOBAL_CACHE: "true",
    CI: "true",
  };
}
