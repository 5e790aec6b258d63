/** The build in dist/: made when a source is newer, a quick look otherwise. */
import { existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { withLock } from "./lock.mjs";
import { Problem } from "./main.mjs";
import { nodeBinary } from "./packages.mjs";
import { localDir, root } from "./paths.mjs";
import { withProgress } from "./progress.mjs";
import { runQuietly } from "./run.mjs";

const SOURCES = ["provider", "sdk", "scripts/build"];
const SETTINGS = ["tsconfig.base.json", "tsconfig.build.json", "package-lock.json"];
/** Not in dist/, which is published as it is. */
const stamp = join(localDir, "built");

/** @returns {Promise<boolean>} whether something had to be built */
export async function ensureBuilt() {
  if (isCurrent()) return false;
  await withLock(join(localDir, "build.lock"), async () => {
    if (!isCurrent()) await withProgress("Building dist/", build);
  });
  return true;
}

/** In a process of its own: the bundler is among the packages that were perhaps installed a moment ago. */
async function build() {
  const started = new Date();
  const { code, output } = await runQuietly(nodeBinary(), [join(root, "scripts", "build.mjs")], { cwd: root });
  if (code !== 0) throw new Problem(output.trim(), code);
  mkdirSync(localDir, { recursive: true });
  writeFileSync(stamp, "The build in dist/ is of this file's date.\n");
  // What was edited while the build ran is newer than the build.
  utimesSync(stamp, started, started);
}

function isCurrent() {
  const built = statSync(stamp, { throwIfNoEntry: false });
  if (built === undefined || !existsSync(join(root, "dist", "sdk", "index.js"))) return false;
  // A folder's own date tells of files that went away.
  return [...SETTINGS, ...SOURCES.flatMap((folder) => [folder, ...entries(join(root, folder))])].every(
    (path) => statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs <= built.mtimeMs,
  );
}

/** All below a folder, as paths relative to the repository, with forward slashes. */
function entries(folder) {
  if (!existsSync(folder)) return [];
  const prefix = relative(root, folder).split(sep).join("/");
  return readdirSync(folder, { recursive: true }).map((path) => `${prefix}/${path.split(sep).join("/")}`);
}
