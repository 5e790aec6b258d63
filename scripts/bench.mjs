/** `npm run bench [-- <part of a name> [its arguments]]`: runs the measurements in test/bench, one after the other. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { toolEnvironment } from "./lib/environment.mjs";
import { main } from "./lib/main.mjs";
import { root } from "./lib/paths.mjs";
import { ensureReady } from "./lib/ready.mjs";
import { runVisibly } from "./lib/run.mjs";

await main(async () => {
  const { node } = await ensureReady({ cli: true, build: true });
  const folder = join(root, "test", "bench");
  const [wanted = "", ...rest] = process.argv.slice(2);
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".mjs") && name.includes(wanted))) {
    console.log(`\n== ${file}`);
    const code = await runVisibly(node, [join(folder, file), ...rest], { cwd: root, env: toolEnvironment() });
    if (code !== 0) return code;
  }
  return 0;
});
