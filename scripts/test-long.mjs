/** `npm run test:long`: the whole matrix, handovers in every order and random lives on the real CLI, large fleets; before a release. */
import { toolEnvironment } from "./lib/environment.mjs";
import { main } from "./lib/main.mjs";
import { root } from "./lib/paths.mjs";
import { ensureReady } from "./lib/ready.mjs";
import { runVisibly } from "./lib/run.mjs";

await main(async () => {
  await ensureReady({ cli: true, build: true });
  const env = { ...toolEnvironment(), LONG_TESTS: "true" };
  return runVisibly("npm", ["run", "--silent", "jest", "--", "test/long"], { cwd: root, env });
});
