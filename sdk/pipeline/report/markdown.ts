/** Results as a Markdown page of a CI job: tables, long device lists folded. Pure. */
import { deployBlocks } from "./markdown-deploy.js";
import { driftBlocks } from "./markdown-drift.js";
import { text } from "./markdown-text.js";
import type { PromoteResult, Report } from "./results.js";

export function toMarkdown(report: Report): string {
  return `${blocksOf(report).join("\n\n")}\n`;
}

function blocksOf(report: Report): string[] {
  switch (report.kind) {
    case "drift":
      return driftBlocks(report);
    case "deploy":
      return deployBlocks(report);
    case "promote":
      return promoteBlocks(report);
    case "driftSummary":
      return report.stacks.flatMap(driftBlocks);
    case "deploySummary":
      return report.stacks.flatMap(deployBlocks);
  }
}

function promoteBlocks({ outcome, stages, holds, notReached }: PromoteResult): string[] {
  const reached = stages.map(({ stack, outcome: each }) => `${text(stack)} ${each}`);
  const holdLines = holds.map(
    ({ after, outcome: each, reason, seconds }) =>
      `Hold after ${text(after)}: ${each} (${seconds} s)${reason === undefined ? "" : `: ${text(reason)}`}`,
  );
  return [
    `# Promotion ${outcome}: ${[...reached, ...notReached.map((stack) => `${text(stack)} not reached`)].join(", ")}`,
    ...holdLines,
    ...stages.flatMap(deployBlocks),
  ];
}
