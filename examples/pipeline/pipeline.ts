/**
 * The pipeline's jobs, called by the workflow files beside it and just as well by hand:
 *
 *     node pipeline.ts drift                  is every device where it should be? (exit code 2 if not)
 *     node pipeline.ts deploy staging         one stack
 *     node pipeline.ts promote                staging, ten minutes without a failure, production
 *
 * Leaves `report.json` and `report.md`; on GitHub the report is also the job's summary.
 */
import { appendFile, writeFile } from "node:fs/promises";
import { LocalWorkspace } from "@pulumi/pulumi/automation/index.js";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import * as pipeline from "pulumi-losant/pipeline";

const [job = "", ...names] = process.argv.slice(2);
const onEvent = pipeline.progressLines(process.stderr);
const holdSeconds = Number(process.env["HOLD_SECONDS"] ?? 600);

const cancelled = new AbortController();
// A cancelled job sends this: running operations finish, and the lock of the stack is released.
for (const name of ["SIGINT", "SIGTERM"]) process.once(name, () => cancelled.abort());
const run = { onEvent, signal: cancelled.signal };

const jobs: Record<string, () => Promise<pipeline.Report>> = {
  drift: async () => pipeline.detectDriftAll(await stacks("staging", "production"), run),
  deploy: async () => pipeline.deployAll(await stacks(...names), { maxDevices: 50 }, run),
  promote: async () =>
    pipeline.promote(await stacks("staging", "production"), {
      ...run,
      gates: { maxDevices: 50 },
      between: { holdSeconds, check: pipeline.noFailures() },
    }),
};

async function stacks(...stackNames: string[]): Promise<Stack[]> {
  const selected: Stack[] = [];
  for (const stackName of stackNames) {
    selected.push(await LocalWorkspace.selectStack({ stackName, workDir: import.meta.dirname }));
  }
  return selected;
}

const work = jobs[job];
if (!work || (job === "deploy" && names.length === 0)) {
  console.error("Say what to do: drift, deploy <stack>..., or promote.");
  process.exit(1);
}
const report = await work();
const markdown = pipeline.toMarkdown(report);
await writeFile("report.json", pipeline.toJSON(report));
await writeFile("report.md", markdown);
const summary = process.env["GITHUB_STEP_SUMMARY"];
if (summary) await appendFile(summary, markdown);
console.log(markdown);
process.exitCode = pipeline.exitCodeOf(report);
