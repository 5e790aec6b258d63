/**
 * The JavaScript of `dist/`: what users load, in few CommonJS files. Only @pulumi/pulumi stays outside.
 *
 * - A program of any kind loads it, and so do plain Jest, Yarn PnP and Pulumi's dynamic host: no ES module is left that
 *   `require` or `import()` would have to get at run time.
 * - It loads in a third of the time: two hundred small files become a few, and what is not used of them is left out.
 * - What is loaded late (`import()` in the sources) is a chunk of its own, so a program that only declares resources does
 *   not load the HTTP client, and users of the provider install no web server for the simulator.
 *
 * It is not minified: a stack trace names our functions, and so there are no source maps.
 */
import { join } from "node:path";
import { rolldown } from "rolldown";
import { buildPage } from "./page.mjs";

/** What package.json exports, and the command, by the file in `dist/`. */
export const ENTRIES = {
  "provider/dynamic": "provider/dynamic.ts",
  "sdk/index": "sdk/index.ts",
  "sdk/native/index": "sdk/native/index.ts",
  "sdk/pipeline/index": "sdk/pipeline/index.ts",
  "sdk/policy/index": "sdk/policy/index.ts",
  "sdk/simulator/index": "sdk/simulator/index.ts",
  "sdk/cli/main": "sdk/cli/main.ts",
};

/** What only scripts of this repository load. Users get no types of it. */
const INTERNAL = { "sdk/status/index": "sdk/status/index.ts" };

/** Found where the program finds them. The package's own name stands in the stub that Pulumi serialises. */
const EXTERNAL = [/^@pulumi\/pulumi(\/|$)/, /^google-protobuf(\/|$)/, /^pulumi-losant(\/|$)/];

/**
 * @param {string} root - of the repository
 * @param {string} outDir
 * @returns {Promise<readonly string[]>} the files of other packages that went into the bundle
 */
export async function bundle(root, outDir) {
  const page = await buildPage(root);
  const build = await rolldown({
    input: Object.fromEntries(
      Object.entries({ ...ENTRIES, ...INTERNAL }).map(([name, file]) => [name, join(root, file)]),
    ),
    platform: "node",
    external: EXTERNAL,
    plugins: [textOfPage(root, page.template)],
    resolve: { extensionAlias: { ".js": [".ts", ".js"] } },
    // A package that is not installed would be left as a `require` that fails at a user's.
    onLog: (level, log, handler) => handler(log.code === "UNRESOLVED_IMPORT" ? "error" : level, log),
  });
  const { output } = await build.write({
    dir: outDir,
    format: "cjs",
    exports: "named",
    entryFileNames: "[name].js",
    chunkFileNames: "chunks/[name].js",
    cleanDir: true,
  });
  await build.close();
  const modules = output.flatMap((file) => (file.type === "chunk" ? file.moduleIds : []));
  const foreign = [...modules.filter((id) => id.includes("node_modules")), ...page.files];
  return [...new Set(foreign)].toSorted();
}

/** The page as the text that `sdk/status/template.ts` exports. */
function textOfPage(root, template) {
  const file = join(root, "sdk", "status", "template.ts");
  return {
    name: "text-of-page",
    load: (id) => (id === file ? `export const pageTemplate = ${JSON.stringify(template)};` : null),
  };
}
