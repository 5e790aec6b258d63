/** The build in dist/: made when a source is newer, a quick look otherwise. */
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { withLock } from "./lock.mjs";
import { Problem } from "./main.mjs";
import { nodeBinary } from "./packages.mjs";
import { localDir, modulesDir, root } from "./paths.mjs";
import { withProgress } from "./progress.mjs";
import { runQuietly } from "./run.mjs";

const SOURCES = ["provider", "sdk"];
const SETTINGS = ["tsconfig.base.json", "tsconfig.build.json", "package-lock.json"];
const dist = join(root, "dist");
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

async function build() {
  const started = new Date();
  const tsc = join(modulesDir, "typescript", "bin", "tsc");
  const { code, output } = await runQuietly(nodeBinary(), [tsc, "-p", "tsconfig.build.json", "--pretty", "false"], {
    cwd: root,
  });
  if (code !== 0) throw new Problem(`The build failed:\n${output.trimEnd()}`, code);
  removeLeftovers();
  mkdirSync(localDir, { recursive: true });
  writeFileSync(stamp, "The build in dist/ is of this file's date.\n");
  // What was edited while the compiler ran is newer than the build.
  utimesSync(stamp, started, started);
}

function isCurrent() {
  const built = statSync(stamp, { throwIfNoEntry: false });
  if (built === undefined || !existsSync(join(dist, "sdk", "index.js"))) return false;
  // A folder's own date tells of files that went away.
  return [...SETTINGS, ...SOURCES.flatMap((folder) => [folder, ...entries(join(root, folder))])].every(
    (path) => statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs <= built.mtimeMs,
  );
}

/** The compiler never deletes what it wrote for a source that is gone. */
function removeLeftovers() {
  const sources = new Set(SOURCES.flatMap((folder) => entries(join(root, folder))));
  for (const file of leftovers(entries(dist), sources)) rmSync(join(root, file));
}

/**
 * Pure.
 * @param {readonly string[]} built - paths such as `dist/sdk/index.d.ts`
 * @param {ReadonlySet<string>} sources - paths such as `sdk/index.ts`
 */
export function leftovers(built, sources) {
  return built.filter((path) => {
    const source = path.replace(/^dist\//, "").replace(/(\.d\.ts|\.js|\.js\.map)$/, ".ts");
    return /\.(js|map|d\.ts)$/.test(path) && !sources.has(source);
  });
}

/** All below a folder, as paths relative to the repository, with forward slashes. */
function entries(folder) {
  if (!existsSync(folder)) return [];
  const prefix = relative(root, folder).split(sep).join("/");
  return readdirSync(folder, { recursive: true }).map((path) => `${prefix}/${path.split(sep).join("/")}`);
}
