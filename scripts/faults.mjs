/** `npm run faults`: every call of every verb meets every fault of the simulator; prints what came of it, as tables. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toolEnvironment } from "./lib/environment.mjs";
import { main } from "./lib/main.mjs";
import { root } from "./lib/paths.mjs";
import { ensureReady } from "./lib/ready.mjs";
import { runVisibly } from "./lib/run.mjs";

await main(async () => {
  await ensureReady({});
  const scratch = mkdtempSync(join(tmpdir(), "pulumi-losant-faults-"));
  const table = join(scratch, "faults.md");
  try {
    const env = { ...toolEnvironment(), LONG_TESTS: "true", FAULTS_TABLE: table };
    const code = await runVisibly("npm", ["run", "--silent", "jest", "--", "long/faults"], { cwd: root, env });
    if (existsSync(table)) console.log(readFileSync(table, "utf8"));
    return code;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
});
