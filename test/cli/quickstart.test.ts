/** `npm run quickstart` as a person meets it, in a copy of the repository, so that nobody's own stacks are touched. */
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { toolEnvironment } from "../../scripts/lib/environment.mjs";

const { textOf } = (await import(new URL("../../scripts/picture/svg.mjs", import.meta.url).href)) as {
  textOf: (svg: string) => string[];
};
const repository = resolve(import.meta.dirname, "../..");
let copy: string;
let run: { code: number | null; output: string };

beforeAll(async () => {
  copy = mkdtempSync(join(tmpdir(), "pulumi-losant quickstart-"));
  const needed = ["scripts", "examples", "provider", "sdk", "package.json", "package-lock.json", "Pulumi.yaml"];
  const settings = readdirSync(repository).filter((name) => name.startsWith("tsconfig"));
  for (const name of [...needed, ...settings]) cpSync(join(repository, name), join(copy, name), { recursive: true });
  symlinkSync(join(repository, "node_modules"), join(copy, "node_modules"));
  // The CLI is on this PATH, so the home, which remembers the selected stack, can be one to throw away.
  const env = { ...toolEnvironment(), PULUMI_HOME: join(copy, "home"), CI: "true" };
  run = await outcome("node", [join(copy, "scripts", "quickstart.mjs")], env);
}, 180_000);

afterAll(() => rmSync(copy, { recursive: true, force: true, maxRetries: 3 }));

function outcome(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<typeof run> {
  return new Promise((done, failed) => {
    const child = spawn(command, args, { cwd: copy, env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    }
    child.on("error", failed).on("close", (code) => done({ code, output }));
  });
}

/** What is shown under the heading with this number. */
function step(number: number): string {
  return run.output.split(/^── /m).find((part) => part.startsWith(`${number}. `)) ?? "";
}

test("it ends well", () => {
  expect(run).toEqual({ code: 0, output: expect.stringMatching(/Done in .* nothing is left running/s) });
});

test("one release creates, and a second look writes nothing", () => {
  expect(step(1)).toMatch(/\+ 2 created.*Losant was asked: \d reads?, POST \/edge\/deployments\/release 202$/ms);
  expect(step(2)).toMatch(/2 unchanged.*no write$/ms);
});

test("the drift names the device, the versions and who did it", () => {
  expect(step(4)).toMatch(/line-2.*v1\.2\.3 -> v1\.2\.2 by user b00000000000000000000001/);
  expect(step(4)).toMatch(/~ 1 to update.*no write$/ms);
  expect(step(5)).toMatch(/~ 1 updated.*reads, POST \/edge\/deployments\/\w+ 202$/ms);
});

test("the README's picture is what the drift really looks like: `npm run picture` makes it anew", () => {
  const shown = textOf(readFileSync(join(repository, "docs", "preview.svg"), "utf8")).map((line) => line.trimEnd());
  const said = run.output.split("\n").map((line) => line.trimEnd());
  const start = said.indexOf(shown[0] ?? "");
  expect(shown.length).toBeGreaterThan(10);
  // Pulumi's order of the parts below "Diagnostics:" differs from run to run.
  expect(said.slice(start, start + shown.length).toSorted()).toEqual(shown.toSorted());
});

test("the bump is one call", () => {
  expect(step(6)).toMatch(/~ version +: "v1\.2\.3" => "v1\.2\.4"/);
  expect(step(7)).toMatch(/~ 1 updated.*reads, POST \/edge\/deployments\/replace 202$/ms);
});

test("the token is not shown, and neither stack nor its settings are left", () => {
  expect(run.output).not.toContain("demo-deploy-token");
  expect(existsSync(join(copy, "Pulumi.quickstart.yaml"))).toBe(false);
  const stacks = join(copy, ".pulumi-losant", "state", ".pulumi", "stacks", "losant-quickstart");
  expect(readdirSync(stacks)).not.toContain("quickstart.json");
});
