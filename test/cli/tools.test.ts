// What one gets without cloning: `npx pulumi-losant simulator`, `init`, `doctor`, `--version`, from the built package.
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pulumiLosant } from "../support/automation.js";
import { said } from "../support/diagnostics.js";
import { createProject } from "../support/project.js";
import type { Project } from "../support/project.js";

const main = resolve("dist/sdk/cli/main.js");
interface Described {
  readonly url: string;
  readonly tokens: readonly { readonly token: string }[];
  readonly applications: readonly { readonly id: string }[];
}

let simulator: ChildProcess;
let described: Described;
let project: Project;

beforeAll(async () => {
  project = await createProject();
  simulator = spawn(process.execPath, [main, "simulator", "--port", "0", "--json"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [line] = (await once(simulator.stdout as NodeJS.ReadableStream, "data")) as [Buffer];
  described = JSON.parse(String(line)) as Described;
});
afterAll(() => {
  simulator.kill("SIGKILL");
  project.remove();
});

const losant = (): Record<string, string> => ({
  LOSANT_API_URL: described.url,
  LOSANT_API_TOKEN: described.tokens[0]?.token ?? "",
  LOSANT_APPLICATION_ID: described.applications[0]?.id ?? "",
});

test("--version is the version of the package; no command but simulator loads the simulator", () => {
  const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
  const show = 'process.on("exit", () => console.error(Object.keys(require.cache).join("\\n")));';
  const run = spawnSync(process.execPath, ["-e", `${show} require(${JSON.stringify(main)})`, "--", "--version"], {
    encoding: "utf8",
  });
  expect(run.stdout.trim()).toBe(version);
  expect(run.stderr).toContain("main.js");
  expect(run.stderr).not.toMatch(/simulator|serve\.js|doctor\.js/);
});

test("doctor finds all there is for the simulator", async () => {
  const { code, stdout } = await pulumiLosant(project, ["doctor"], { env: losant() });
  expect(stdout).toMatch(/^ok {7}the token has flowVersions\.get/m);
  expect([code, stdout]).toEqual([0, expect.not.stringContaining("wrong")]);
});

test.each(["typescript", "javascript"])("a new %s program deploys to the simulator as it is", async (language) => {
  const folder = join(project.home, language);
  // `pulumi new` takes the folders of the templates too, also from a git URL.
  const { code } =
    language === "typescript"
      ? await pulumiLosant(project, ["init", folder, "--language", language])
      : await project.run(["new", resolve("templates", language), "--generate-only", "--yes", "--dir", folder]);
  expect(code).toBe(0);
  if (language === "typescript") {
    cpSync(join(project.dir, "node_modules"), join(folder, "node_modules"), {
      recursive: true,
      verbatimSymlinks: true,
    });
    const compiler = spawnSync(process.execPath, [resolve("node_modules/typescript/bin/tsc"), "-p", folder]);
    expect(String(compiler.stdout)).toBe("");
  }
  const file = language === "typescript" ? "index.ts" : "index.js";
  rmSync(join(project.dir, "index.js"), { force: true });
  for (const name of ["Pulumi.yaml", file, "package.json"]) cpSync(join(folder, name), join(project.dir, name));
  // The stack is that of the test's own project.
  const yaml = readFileSync(join(folder, "Pulumi.yaml"), "utf8").replace(/^name: .*/, "name: plant");
  writeFileSync(join(project.dir, "Pulumi.yaml"), yaml);
  const preview = await project.run(["preview"], { env: losant() });
  expect(preview).toMatchObject({ code: 0 });
  expect(said(preview)).toEqual({ canary: ["v1.2.4 on 1 device by release (1 call)"] });
});
