/** Other versions of Node than the pinned one: from npm, into this clone's own folder, when a test first needs them. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";

/** Ignored by git, safe to delete. */
const localDir = resolve(import.meta.dirname, "../../.pulumi-losant");

/** `env` with this version of Node first on PATH, so that the CLI starts programs and plugins with it. */
export function withNode(version: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...env, PATH: [folderOf(version), env["PATH"]].join(delimiter) };
}

function folderOf(version: string): string {
  const place = join(localDir, `node-${version}`);
  if (!existsSync(place)) install(version, place);
  return join(place, "node_modules", "node", "bin");
}

/** Made beside the place and moved in whole. The package gets its binary with an install script. */
function install(version: string, place: string): void {
  const draft = `${place}.draft`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  const flags = ["--no-save", "--no-fund", "--no-audit", "--ignore-scripts=false", "--loglevel=error"];
  execFileSync("npm", ["install", ...flags, "--prefix", draft, `node@${version}`], { stdio: "pipe" });
  renameSync(draft, place);
}
