/** npm's packages, as package-lock.json names them. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { withLock } from "./lock.mjs";
import { Problem } from "./main.mjs";
import { modulesDir, nodeDir, root } from "./paths.mjs";
import { withProgress } from "./progress.mjs";
import { runQuietly } from "./run.mjs";

const lockFile = join(root, "package-lock.json");
/** npm's own note of what it installed. */
const installedFile = join(modulesDir, ".package-lock.json");
const OLDEST_NODE = [22, 13];

export async function ensurePackages() {
  if (!areCurrent()) {
    await withLock(join(root, ".pulumi-losant", "packages.lock"), async () => {
      if (!areCurrent()) await install();
    });
  }
  if (nodeBinary() === undefined) {
    throw new Problem(
      `Node 24 is missing in node_modules, and this Node is ${process.versions.node} (22.13 or newer is needed).\n` +
        "npm gets it with an install script; are those switched off (ignore-scripts)? Then: npm rebuild node --ignore-scripts=false",
    );
  }
}

/** The Node that runs programs, tools and tests: the pinned one, or this one where it is new enough. */
export function nodeBinary() {
  const pinned = join(nodeDir, process.platform === "win32" ? "node.exe" : "node");
  if (existsSync(pinned)) return pinned;
  const [major, minor] = process.versions.node.split(".").map(Number);
  return major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]) ? process.execPath : undefined;
}

async function install() {
  const { command, args } = npm();
  await withProgress("Installing npm packages, Node 24 among them", async () => {
    // Remarks about engines (EBADENGINE) are of npm's own Node, not of ours.
    const options = ["--loglevel=error", "--no-fund", "--no-audit"];
    const result = await runQuietly(command, [...args, "ci", ...options], { cwd: root });
    if (result.code !== 0) throw new Problem(`npm ci failed:\n${firstLines(result.output)}`, result.code);
  });
}

/** npm gives the reason first and its manual afterwards. */
function firstLines(output, count = 12) {
  return output.trimEnd().split("\n").slice(0, count).join("\n");
}

/** The npm that started this script, or the one on PATH. */
export function npm(env = process.env) {
  const script = env.npm_execpath;
  if (script?.endsWith("npm-cli.js")) return { command: process.execPath, args: [script] };
  return { command: process.platform === "win32" ? "npm.cmd" : "npm", args: [] };
}

function areCurrent() {
  if (!existsSync(installedFile)) return false;
  if (statSync(installedFile).mtimeMs >= statSync(lockFile).mtimeMs) return true;
  // A newer date need not mean other packages (a checkout, a merge), and `npm ci` takes half a minute.
  return isInstalled(packagesOf(lockFile), packagesOf(installedFile));
}

function packagesOf(file) {
  return JSON.parse(readFileSync(file, "utf8")).packages;
}

/**
 * Whether all that is wanted is there; optional packages are for other platforms. Pure.
 *
 * @param {Record<string, { version?: string, link?: boolean, optional?: boolean }>} wanted
 * @param {Record<string, { version?: string }>} installed
 */
export function isInstalled(wanted, installed) {
  return Object.entries(wanted)
    .filter(([path]) => path.startsWith("node_modules/"))
    .every(([path, { version, optional }]) => (path in installed ? installed[path].version === version : optional));
}
