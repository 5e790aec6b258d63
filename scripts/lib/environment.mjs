/** The environment of commands: the pinned Node, the right CLI, and for Pulumi a backend that needs no account. */
import { mkdirSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { nodeBinary } from "./packages.mjs";
import { compileCacheDir, modulesDir, stateDir } from "./paths.mjs";
import { findCli } from "./pulumi-cli.mjs";

/**
 * `env` with the pinned Node, the CLI (if it is there) and the tools of node_modules first on PATH. The CLI goes before
 * node_modules/.bin, where npm has a `pulumi` of its own that only downloads.
 *
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {NodeJS.ProcessEnv}
 */
export function toolEnvironment(env = process.env) {
  const node = nodeBinary();
  const first = [node && dirname(node), findCli(env)?.dir, join(modulesDir, ".bin")].filter(Boolean);
  const rest = (env.PATH ?? "").split(delimiter).filter((dir) => dir && !first.includes(dir));
  return { ...env, PATH: [...first, ...rest].join(delimiter) };
}

/**
 * The environment of a Pulumi command. What the person has set wins; without a backend of theirs it is this clone's own
 * folder, with an empty passphrase: nothing to log in to, nothing to type. The CLI says what happened, not what is new.
 *
 * @param {object} [options]
 * @param {string} [options.home] - PULUMI_HOME, for example a folder a test throws away; the CLI itself is still looked
 *   for where `env` says
 * @param {string} [options.backend] - a folder, or a URL such as `s3://...`
 * @param {NodeJS.ProcessEnv} [options.env]
 * @returns {NodeJS.ProcessEnv}
 */
export function pulumiEnvironment({ home, backend, env = process.env } = {}) {
  const ours = backend ?? (env.PULUMI_BACKEND_URL ? undefined : stateDir);
  const result = {
    ...toolEnvironment(env),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_SUPPRESS_NEO_LINK: "true",
    // A command starts two or three Node processes, and each would compile Pulumi's SDK anew.
    NODE_COMPILE_CACHE: env.NODE_COMPILE_CACHE ?? compileCacheDir,
  };
  if (home !== undefined) result.PULUMI_HOME = home;
  if (ours === undefined) return result;

  result.PULUMI_BACKEND_URL = ours.includes("://") ? ours : folderBackend(ours);
  // Only here: an empty passphrase on somebody's shared backend would be no secret at all.
  if (env.PULUMI_CONFIG_PASSPHRASE === undefined && env.PULUMI_CONFIG_PASSPHRASE_FILE === undefined) {
    result.PULUMI_CONFIG_PASSPHRASE = "";
  }
  return result;
}

/** Pulumi wants the folder to be there. */
function folderBackend(folder) {
  mkdirSync(folder, { recursive: true });
  return `file://${folder.replaceAll("\\", "/")}`;
}
