/** `dist/`: bundled JavaScript, the native plugin, types, licences. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Problem } from "../lib/main.mjs";
import { nodeBinary } from "../lib/packages.mjs";
import { modulesDir, root } from "../lib/paths.mjs";
import { runQuietly } from "../lib/run.mjs";
import { bundle, ENTRIES } from "./bundle.mjs";
import { licensesOf } from "./licenses.mjs";
import { bundlePlugin } from "./plugin.mjs";
import { pruneTypes } from "./types.mjs";

const dist = join(root, "dist");

/** @throws Problem with what the compiler or the bundler says */
export async function build() {
  const bundled = await bundleAll().catch((error) => {
    throw new Problem(`The build failed:\n${error instanceof Error ? error.message : String(error)}`);
  });
  const tsc = join(modulesDir, "typescript", "bin", "tsc");
  const { code, output } = await runQuietly(nodeBinary(), [tsc, "-p", "tsconfig.build.json", "--pretty", "false"], {
    cwd: root,
  });
  if (code !== 0) throw new Problem(`The build failed:\n${output.trimEnd()}`, code);
  pruneTypes(dist, Object.keys(ENTRIES));
  mkdirSync(dist, { recursive: true });
  writeFileSync(join(dist, "THIRD-PARTY-LICENSES.txt"), licensesOf(bundled));
}

/** One after the other: the first one empties `dist/`. */
async function bundleAll() {
  const library = await bundle(root, dist);
  const plugin = await bundlePlugin(root, dist);
  return [...new Set([...library, ...plugin])].toSorted();
}
