/**
 * `npm run quickstart`: from a fresh clone to `pulumi up` of an edge deployment, against a Losant on this machine.
 * `-- --keep` leaves it running to play with; `-- rollout`, `-- adopt` and `-- ci` add a scene of the second act.
 */
import { join } from "node:path";
import { pulumiEnvironment } from "./lib/environment.mjs";
import { withLock } from "./lib/lock.mjs";
import { main, Problem } from "./lib/main.mjs";
import { localDir, root, stateDir } from "./lib/paths.mjs";
import { ensureReady } from "./lib/ready.mjs";
import { runVisibly } from "./lib/run.mjs";
import { ACTS, wishesIn } from "./quickstart/acts.mjs";

await main(async () => {
  const args = process.argv.slice(2);
  const { unknown, keep, acts } = wishesIn(args);
  if (unknown !== undefined) {
    throw new Problem(`Unknown argument ${unknown}. There are --keep, ${Object.keys(ACTS).join(", ")}.`);
  }
  if (keep && acts.length > 0) throw new Problem(`--keep leaves the first act running: not with ${acts.join(", ")}.`);

  const { node } = await ensureReady({ cli: true, build: true });
  // Whatever stack or backend the person works with otherwise is not touched.
  const { PULUMI_STACK: _, ...own } = process.env;
  const env = pulumiEnvironment({ backend: stateDir, env: own });
  // The local Losant is part of the package, so the tour runs on the Node the package is for.
  const tour = join(root, "scripts", "quickstart", "tour.mjs");
  return withLock(
    join(localDir, "quickstart.lock"),
    () => runVisibly(node, [tour, ...args], { cwd: root, env }),
    sayWaiting,
  );
});

function sayWaiting() {
  process.stderr.write("Another quick start runs in this folder; waiting for its end (Ctrl-C to give up) ...\n");
}
