/** The Pulumi CLI, where it already is; `pulumi-install.mjs` gets it where it is not. */
import { spawnSync } from "node:child_process";
import {
  accessSync,
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  realpathSync,
  renameSync,
  statSync,
} from "node:fs";
import { delimiter, join } from "node:path";
import { cliPlace, cliVersion, modulesDir, pulumiHome } from "./paths.mjs";

export const OLDEST_CLI = "3.254.0";

const windows = process.platform === "win32";
const exe = windows ? ".exe" : "";
export const CLI = `pulumi${exe}`;
export const LANGUAGE_HOST = `pulumi-language-nodejs${exe}`;
/** A script that starts the plugin process of dynamic providers. */
const DYNAMIC_PROVIDER = `pulumi-resource-pulumi-nodejs${windows ? ".cmd" : ""}`;

/**
 * @typedef {object} Cli
 * @property {string} dir - stands on PATH of every Pulumi command
 * @property {string} binary
 * @property {string} version
 */

/**
 * A new enough `pulumi` on PATH with all it needs, or what lies in Pulumi's own place for this version.
 *
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Cli | undefined}
 */
export function findCli(env = process.env) {
  return onPath(env) ?? inPlace(cliPlace(env));
}

/**
 * The CLI in Pulumi's own place, if it is whole; the script for dynamic providers is in every npm install.
 *
 * @param {string} dir
 * @returns {Cli | undefined}
 */
export function inPlace(dir) {
  if (!isExecutable(join(dir, CLI)) || !isExecutable(join(dir, LANGUAGE_HOST))) return undefined;
  const script = join(dir, DYNAMIC_PROVIDER);
  const shipped = join(modulesDir, "@pulumi", "pulumi", DYNAMIC_PROVIDER);
  if (!isExecutable(script) && existsSync(shipped)) {
    const draft = `${script}.${process.pid}`;
    copyFileSync(shipped, draft);
    chmodSync(draft, 0o755);
    renameSync(draft, script);
  }
  return { dir, binary: join(dir, CLI), version: cliVersion };
}

/** @returns {Cli | undefined} */
function onPath(env) {
  const dirs = (env.PATH ?? "").split(delimiter).filter(Boolean);
  // npm puts node_modules/.bin first, and the `pulumi` there is the npm package that would start a download.
  const dir = dirs.filter(has(CLI)).find((candidate) => !realpathSync(join(candidate, CLI)).endsWith(".js"));
  if (dir === undefined) return undefined;
  const complete = [LANGUAGE_HOST, DYNAMIC_PROVIDER].every((name) => [dir, ...dirs].some(has(name)));
  const version = complete ? versionOf(join(dir, CLI), env) : undefined;
  return version && isAtLeast(version, OLDEST_CLI) ? { dir, binary: join(dir, CLI), version } : undefined;
}

function has(name) {
  return (dir) => isExecutable(join(dir, name));
}

/** Asked once a process: it costs a fifth of a second. */
const versions = new Map();

function versionOf(binary, env) {
  const key = `${binary} ${statSync(binary).mtimeMs} ${pulumiHome(env)}`;
  if (!versions.has(key)) {
    const answer = spawnSync(binary, ["version"], {
      env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" },
      encoding: "utf8",
      timeout: 15_000,
    });
    versions.set(key, /^v?(\d+\.\d+\.\d+)/.exec(answer.stdout ?? "")?.[1]);
  }
  return versions.get(key);
}

/** Compares versions number by number. Pure. @param {string} version @param {string} least */
export function isAtLeast(version, least) {
  const [a, b] = [numbers(version), numbers(least)];
  const differs = b.findIndex((part, i) => a[i] !== part);
  return differs === -1 || a[differs] > b[differs];
}

function numbers(version) {
  return version.split(".").map((part) => Number.parseInt(part, 10));
}

export function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
