/**
 * `node scripts/example-lock.mjs`: the lock file of `examples/pipeline`, which people copy as a project of its own. This
 * package may not be published yet, so npm gets its manifest from here, and its entry has no checksum.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { main, Problem } from "./lib/main.mjs";
import { npm } from "./lib/packages.mjs";
import { root } from "./lib/paths.mjs";
import { runQuietly } from "./lib/run.mjs";

const NAME = "pulumi-losant";
const example = join(root, "examples", "pipeline");

await main(async () => {
  const {
    devDependencies: _,
    scripts: _scripts,
    workspaces: _workspaces,
    ...own
  } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const manifest = JSON.parse(readFileSync(join(example, "package.json"), "utf8"));
  const folder = mkdtempSync(join(tmpdir(), "pulumi-losant-lock-"));
  try {
    mkdirSync(join(folder, "own"));
    writeFileSync(join(folder, "own", "package.json"), JSON.stringify(own));
    await run(folder, "pack", "./own");
    const dependencies = { ...manifest.dependencies, [NAME]: `file:${NAME}-${own.version}.tgz` };
    writeFileSync(join(folder, "package.json"), JSON.stringify({ ...manifest, dependencies }));
    await run(folder, "install", "--package-lock-only", "--ignore-scripts", "--omit-lockfile-registry-resolved");
    const lock = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8"));
    lock.packages[""].dependencies = manifest.dependencies;
    const { resolved: _resolved, integrity: _integrity, ...entry } = lock.packages[`node_modules/${NAME}`];
    lock.packages[`node_modules/${NAME}`] = entry;
    writeFileSync(join(example, "package-lock.json"), `${JSON.stringify(lock, undefined, 2)}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

async function run(cwd, ...args) {
  const { command, args: first } = npm();
  const result = await runQuietly(command, [...first, ...args, "--no-audit", "--no-fund"], { cwd });
  if (result.code !== 0) throw new Problem(`npm ${args.join(" ")} failed:\n${result.output}`, result.code);
}
