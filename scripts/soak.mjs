/** `npm run soak`: ten minutes of changes while 5 % of all calls fail. SOAK_MINUTES and SOAK_SEED choose others. */
import { toolEnvironment } from "./lib/environment.mjs";
import { main } from "./lib/main.mjs";
import { root } from "./lib/paths.mjs";
import { ensureReady } from "./lib/ready.mjs";
import { runVisibly } from "./lib/run.mjs";

await main(async () => {
  await ensureReady({});
  const env = { ...toolEnvironment(), LONG_TESTS: "true" };
  return runVisibly("npm", ["run", "--silent", "jest", "--", "long/soak"], { cwd: root, env });
});
