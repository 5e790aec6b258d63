/**
 * `npm run plugin-archive [-- <folder>]`: the native plugin as Pulumi downloads it, for a server of your own or a release.
 * Default: `.pulumi-losant/plugin`.
 */
import { readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { main } from "./lib/main.mjs";
import { localDir, root } from "./lib/paths.mjs";
import { ensureReady } from "./lib/ready.mjs";

await main(async () => {
  await ensureReady({ build: true });
  // Among the packages that were perhaps installed a moment ago.
  const { archivesIn } = await import("./release/plugin-archive.mjs");
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const folder = resolve(process.argv[2] ?? join(localDir, "plugin"));
  const files = await archivesIn(folder, join(root, "dist", "plugin"), version);
  for (const file of files) console.log(relative(process.cwd(), file));
});
