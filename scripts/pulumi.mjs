/** `npm run pulumi -- <arguments>`: the right CLI, on the right Node, with this clone's own backend. */
import { pulumiEnvironment } from "./lib/environment.mjs";
import { main, Problem } from "./lib/main.mjs";
import { ensureReady } from "./lib/ready.mjs";
import { runQuietly, runVisibly } from "./lib/run.mjs";
import { needsStack } from "./lib/stack.mjs";

await main(async () => {
  const args = process.argv.slice(2);
  const { cli } = await ensureReady({ cli: true, build: true });
  const env = pulumiEnvironment();
  const ownBackend = process.env.PULUMI_BACKEND_URL === undefined;
  if (ownBackend && needsStack(args, env)) await selectAnyStack(cli.binary, env);
  return runVisibly(cli.binary, args, { env });
});

/** A fresh clone has no stack; asking for a name, or failing, helps nobody there. */
async function selectAnyStack(binary, env) {
  const selected = await runQuietly(binary, ["stack", "--show-name", "--non-interactive"], { env });
  if (selected.code === 0) return;
  const made = await runQuietly(binary, ["stack", "select", "--create", "dev", "--non-interactive"], { env });
  if (made.code !== 0) throw new Problem(made.output.trimEnd(), made.code);
  process.stderr.write("No stack was selected: using `dev`. Others: npm run pulumi -- stack select --create <name>\n");
}
