/**
 * `dist/plugin/pulumi-resource-losant`: the native plugin, one CommonJS file with a shebang, so that npm's link to it, a
 * copy of it and `pulumi plugin install --file` all work. Nothing stays outside of it but Node's own modules.
 *
 * Of `@pulumi/pulumi` it holds the messages of the plugin protocol alone; an import that reaches the rest of the SDK (8 MB
 * with TypeScript) fails the build. Windows starts a `.cmd` that stands beside the file.
 */
import { chmodSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";

export const PLUGIN = "pulumi-resource-losant";
const MAX_BYTES = 2_000_000;
const OLDEST_NODE = "22.13";

/** Of `@pulumi/pulumi`, the plugin needs the messages alone. */
const ALLOWED = /[\\/]@pulumi[\\/]pulumi[\\/](proto[\\/]|package\.json)/;

/** Runs before anything else, in a syntax that every Node reads. */
const NODE_CHECK = `var v = process.versions.node.split(".");
if (+v[0] < 22 || (+v[0] === 22 && +v[1] < 13)) {
  process.stderr.write("${PLUGIN}: Node ${OLDEST_NODE} or newer is needed, and this is " + process.versions.node + " (" + process.execPath + "). Put a newer Node first on PATH.\\n");
  process.exit(1);
}`;

/**
 * @param {string} root - of the repository
 * @param {string} outDir - `dist`
 * @returns {Promise<readonly string[]>} the files of other packages that went into the bundle
 */
export async function bundlePlugin(root, outDir) {
  const folder = join(outDir, "plugin");
  const file = join(folder, PLUGIN);
  const build = await rolldown({
    input: join(root, "provider/plugin/main.ts"),
    platform: "node",
    // An older Node has to read it as far as the sentence above.
    transform: { target: "es2020" },
    resolve: { extensionAlias: { ".js": [".ts", ".js"] } },
    onLog: (level, log, handler) => handler(log.code === "UNRESOLVED_IMPORT" ? "error" : level, log),
  });
  const { output } = await build.write({
    file,
    format: "cjs",
    minify: true,
    codeSplitting: false,
    banner: NODE_CHECK,
  });
  await build.close();
  const modules = output.flatMap((chunk) => (chunk.type === "chunk" ? chunk.moduleIds : []));
  const packages = [...new Set(modules)].filter((id) => id.includes("node_modules"));
  const foreign = packages.filter((id) => /[\\/]@pulumi[\\/]pulumi[\\/]/.test(id) && !ALLOWED.test(id));
  if (foreign.length > 0)
    throw new Error(`the plugin's bundle pulls in Pulumi's SDK: ${foreign.slice(0, 3).join(", ")}`);
  const { size } = statSync(file);
  if (size > MAX_BYTES) throw new Error(`the plugin's bundle has ${size} bytes, and may have ${MAX_BYTES}`);
  chmodSync(file, 0o755);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${PLUGIN}.cmd`), `@node "%~dp0${PLUGIN}" %*\r\n`);
  return packages.toSorted();
}
