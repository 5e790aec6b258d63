/** `npm run test:projects`: package managers, workspaces and bundlers, each with the packed tarball on the real CLI. */
import { toolEnvironment } from "./lib/environment.mjs";
import { main } from "./lib/main.mjs";
import { root } from "./lib/paths.mjs";
import { ensureReady } from "./lib/ready.mjs";
import { runVisibly } from "./lib/run.mjs";

await main(async () => {
  await ensureReady({ cli: true, build: true });
  const env = { ...toolEnvironment(), LONG_TESTS: "true" };
  return runVisibly("npm", ["run", "--silent", "jest", "--", "test/projects", ...process.argv.slice(2)], {
    cwd: root,
    env,
  });
});
