/** `npm run simulator`: a local Losant to try things on, until Ctrl-C. `-- --port 5000`, `-- --json`. */
import { join } from "node:path";
import { main } from "./lib/main.mjs";
import { root } from "./lib/paths.mjs";
import { ensureReady } from "./lib/ready.mjs";
import { runVisibly } from "./lib/run.mjs";
import { parseArguments } from "./simulator/arguments.mjs";

await main(async () => {
  const args = process.argv.slice(2);
  // A wrong argument ends here, before anything is installed or built.
  parseArguments(args);
  const { node } = await ensureReady({ build: true });
  // The command of the package, on the package's Node.
  const command = [join(root, "dist", "sdk", "cli", "main.js"), "simulator", "--pulumi", "npm run pulumi --"];
  return runVisibly(node, [...command, ...args], { cwd: root });
});
