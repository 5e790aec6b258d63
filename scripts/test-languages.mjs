/** `npm run test:languages`: the native plugin in programs of each language, and the SDKs that Pulumi generates for them. */
import { toolEnvironment } from "./lib/environment.mjs";
import { main } from "./lib/main.mjs";
import { root } from "./lib/paths.mjs";
import { ensureReady } from "./lib/ready.mjs";
import { runVisibly } from "./lib/run.mjs";

await main(async () => {
  await ensureReady({ cli: true, build: true });
  const env = { ...toolEnvironment(), LONG_TESTS: "true" };
  const wanted = process.argv.slice(2);
  return runVisibly("npm", ["run", "--silent", "jest", "--", ...(wanted.length > 0 ? wanted : ["test/languages"])], {
    cwd: root,
    env,
  });
});
