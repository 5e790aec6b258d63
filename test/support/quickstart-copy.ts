/** The quick start in a copy of the repository, so that nobody's own stacks are touched. */
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { toolEnvironment } from "../../scripts/lib/environment.mjs";

const repository = resolve(import.meta.dirname, "../..");

export interface QuickstartCopy {
  readonly dir: string;
  /** Runs it to its end, without a terminal. */
  run(...args: readonly string[]): Promise<{ readonly code: number | null; readonly output: string }>;
  remove(): void;
}

export function copyForQuickstart(): QuickstartCopy {
  const dir = mkdtempSync(join(tmpdir(), "pulumi-losant quickstart-"));
  const needed = ["scripts", "examples", "provider", "sdk", "package.json", "package-lock.json", "Pulumi.yaml"];
  const settings = readdirSync(repository).filter((name) => name.startsWith("tsconfig"));
  for (const name of [...needed, ...settings]) cpSync(join(repository, name), join(dir, name), { recursive: true });
  symlinkSync(join(repository, "node_modules"), join(dir, "node_modules"));
  // The CLI is on this PATH, so the home, which remembers the selected stack, can be one to throw away.
  const env = { ...toolEnvironment(), PULUMI_HOME: join(dir, "home"), CI: "true" };
  return {
    dir,
    run: (...args) =>
      new Promise((done, failed) => {
        const script = join(dir, "scripts", "quickstart.mjs");
        const child = spawn("node", [script, ...args], { cwd: dir, env, stdio: ["ignore", "pipe", "pipe"] });
        let output = "";
        for (const stream of [child.stdout, child.stderr]) {
          stream.setEncoding("utf8").on("data", (text: string) => {
            output += text;
          });
        }
        child.on("error", failed).on("close", (code) => done({ code, output }));
      }),
    remove: () => rmSync(dir, { recursive: true, force: true, maxRetries: 3 }),
  };
}

/** What is shown under the heading with this number. */
export function stepIn(output: string, number: number): string {
  return output.split(/^── /m).find((part) => part.startsWith(`${number}. `)) ?? "";
}
