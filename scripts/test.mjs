/**
 * `npm test`: set-up where something is missing, then format, lint, types, build and every Jest test; the first step that
 * fails ends it with its exit code. Arguments go to Jest: `npm test -- unit`.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureBuilt } from "./lib/build.mjs";
import { toolEnvironment } from "./lib/environment.mjs";
import { main } from "./lib/main.mjs";
import { npm } from "./lib/packages.mjs";
import { root } from "./lib/paths.mjs";
import { duration } from "./lib/progress.mjs";
import { ensureReady } from "./lib/ready.mjs";
import { runVisibly } from "./lib/run.mjs";
import { countsIn } from "./lib/test-counts.mjs";

await main(async () => {
  const started = Date.now();
  const scratch = mkdtempSync(join(tmpdir(), "pulumi-losant-test-"));
  const report = join(scratch, "jest.json");
  const steps = {
    "Set-up": () => ensureReady({ cli: true }),
    Format: () => npmScript("format:check"),
    Lint: () => npmScript("lint"),
    Types: () => npmScript("types"),
    Build: () => ensureBuilt(),
    Tests: () => npmScript("jest", "--json", `--outputFile=${report}`, ...process.argv.slice(2)),
  };
  try {
    let code = 0;
    for (const [name, step] of Object.entries(steps)) {
      code = await timed(name, step);
      if (code !== 0) break;
    }
    console.log(`\nTotal: ${duration(Date.now() - started)}`);
    // The last line of a run, alone, for whoever reads it by script.
    if (existsSync(report)) console.log(countsIn(JSON.parse(readFileSync(report, "utf8"))));
    return code;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
});

async function timed(name, step) {
  const started = Date.now();
  console.log(`\n== ${name}`);
  const answer = await step();
  const code = typeof answer === "number" ? answer : 0;
  console.log(`== ${name}: ${code === 0 ? "ok" : `failed, exit code ${code}`} (${duration(Date.now() - started)})`);
  return code;
}

/** The scripts of package.json are the one place that says how each tool is called. */
function npmScript(name, ...args) {
  const { command, args: first } = npm();
  return runVisibly(command, [...first, "run", "--silent", name, "--", ...args], { cwd: root, env: toolEnvironment() });
}
