/** `npm run setup`: gets what is missing and says where everything is. */
import { relative } from "node:path";
import { main } from "./lib/main.mjs";
import { root, stateDir } from "./lib/paths.mjs";
import { ensureReady } from "./lib/ready.mjs";
import { runQuietly } from "./lib/run.mjs";

await main(async () => {
  const started = Date.now();
  const { node, cli } = await ensureReady({ cli: true, build: true });
  const { stdout: nodeVersion } = await runQuietly(node, ["--version"]);
  const rows = [
    ["Pulumi CLI", `${cli.version}  ${cli.binary}`],
    ["Node", `${nodeVersion.trim().slice(1)}  ${relative(root, node)}`],
    ["Build", "dist/"],
    ["Local stacks", process.env.PULUMI_BACKEND_URL ?? `${relative(root, stateDir)}/`],
  ];
  for (const [name, value] of rows) console.log(`${name.padEnd(13)} ${value}`);
  console.log(`\nReady (${((Date.now() - started) / 1000).toFixed(1)} s). Next: npm run quickstart`);
});
