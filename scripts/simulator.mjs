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
  // The local Losant is part of the package, so it runs on the package's Node.
  return runVisibly(node, [join(root, "scripts", "simulator", "serve.mjs"), ...args], { cwd: root });
});
