/** A report as a comment or an issue that a job updates in place. Pure. */
import { bytesOf, toMarkdown } from "./markdown.js";
import type { Report } from "./results.js";

/** GitHub refuses a comment or an issue of more than 65,536 characters. A text has never more characters than bytes. */
const MAX_BYTES = 65_000;

/**
 * A result as Markdown for a comment of a pull request, or for an issue: at most 65,000 bytes. Lists are shortened as
 * those of {@link toMarkdown}. Its first line is a marker that is not shown: the same for every run of the same kind on the
 * same stacks. So a job finds its own comment again, and updates it.
 *
 * @example
 * ```ts
 * const { report } = await plan(stack);
 * await writeFile("comment.md", toComment(report));
 * ```
 */
export function toComment(report: Report): string {
  const head = `${markerOf(report)}\n\n`;
  return head + toMarkdown(report, { maxBytes: MAX_BYTES - bytesOf(head) });
}

/** `<!-- pulumi-losant: plan production -->` */
function markerOf(report: Report): string {
  // A stack's name has none of the characters that are left out here; a report that was read from a file may have.
  const names = stacksOf(report).map((stack) => stack.replaceAll(/[^\w./-]+|--+>?/g, "_"));
  return `<!-- pulumi-losant: ${[KINDS[report.kind], ...names].join(" ").slice(0, 500)} -->`;
}

const KINDS: Readonly<Record<Report["kind"], string>> = {
  plan: "plan",
  drift: "drift",
  driftSummary: "drift",
  deploy: "deploy",
  deploySummary: "deploy",
  promote: "promote",
};

function stacksOf(report: Report): string[] {
  switch (report.kind) {
    case "plan":
    case "drift":
    case "deploy":
      return [report.stack];
    case "driftSummary":
    case "deploySummary":
      return report.stacks.map(({ stack }) => stack);
    case "promote":
      return [...report.stages.map(({ stack }) => stack), ...report.notReached];
  }
}
