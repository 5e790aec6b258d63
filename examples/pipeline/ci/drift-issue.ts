/**
 * `node ci/drift-issue.ts report.json issue.md`: one open issue while there is drift, with the report of the last check. It is
 * closed when the check is clean. A check that did not run keeps it open, or opens it: nobody knows then.
 */
import { existsSync, readFileSync } from "node:fs";
import { exitCodeOf, report as schema } from "pulumi-losant/pipeline";
import { hostOf, jobPage } from "./host.ts";

const MARKER = "<!-- losant-drift-check -->";

const [reportFile = "report.json", bodyFile = "issue.md"] = process.argv.slice(2);
const host = hostOf(process.env);
const page = jobPage(process.env);
const open = (await host.openIssues()).filter(({ body }) => body.startsWith(MARKER));
const { title, text } = found();

if (title === undefined) {
  for (const { id } of open) await host.closeIssue(id, `Every device is where it should be: ${page}`);
  console.log(`Clean. Issues closed: ${open.length}.`);
} else {
  const body = `${MARKER}\nLast check: ${page}\n\n${text}`;
  const [first] = open;
  if (first === undefined) await host.openIssue(title, body);
  else await host.editIssue(first.id, title, body);
  console.log(`${first === undefined ? "Issue opened" : "Issue updated"}: ${title}`);
}

/** What the issue says; no title where there is nothing to say. */
function found(): { readonly title?: string; readonly text: string } {
  if (!existsSync(reportFile) || !existsSync(bodyFile)) {
    return { title: "The drift check did not run", text: "It left no report: its log says why." };
  }
  const report = schema.parse(JSON.parse(readFileSync(reportFile, "utf8")));
  const text = readFileSync(bodyFile, "utf8");
  if (report.kind !== "driftSummary") throw new Error(`${reportFile}: not a report of pulumi-losant drift`);
  const stacks = report.stacks.filter((stack) => exitCodeOf(stack) !== 0).map(({ stack }) => stack);
  return stacks.length === 0 ? { text } : { title: `Drift: ${stacks.join(", ")}`, text };
}
