/** Where things are. Everything is relative to the repository, so a clone works wherever it lies. */
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** What this clone keeps for itself: state of local stacks, stamps, locks, what Node compiled. Ignored by git, safe to delete. */
export const localDir = join(root, ".pulumi-losant");
export const stateDir = join(localDir, "state");
export const compileCacheDir = join(localDir, "compile-cache");

export const modulesDir = join(root, "node_modules");
/** Holds `node` and nothing else, so it can stand first on PATH without hiding any other command. */
export const nodeDir = join(modulesDir, "node", "bin");

const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** The npm package `pulumi` has the version of the CLI it installs: one number to bump. */
export const cliVersion = manifest.devDependencies.pulumi;

/** @param {NodeJS.ProcessEnv} env */
export function pulumiHome(env) {
  return env.PULUMI_HOME || join(homedir(), ".pulumi");
}

/** Where Pulumi's npm package and its Automation API put the CLI, too. @param {NodeJS.ProcessEnv} env */
export function cliPlace(env) {
  return join(pulumiHome(env), "versions", cliVersion, "bin");
}
