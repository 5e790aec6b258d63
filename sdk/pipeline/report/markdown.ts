/** Results as a Markdown page of a CI job: tables, long device lists folded. Pure. */
import { deployBlocks } from "./markdown-deploy.js";
import { driftBlocks } from "./markdown-drift.js";
import { planReportBlocks } from "./markdown-plan.js";
import { text } from "./markdown-text.js";
import type { PromoteResult, Report } from "./results.js";

export interface MarkdownOptions {
  /**
   * The page is not larger: lists are shortened first, the same for all, and count what they leave out.
   * @default 1000000; GitHub refuses a job page over 1 MiB as a whole
   */
  readonly maxBytes?: number;
}

const MAX_BYTES = 1_000_000;
/** How many entries a list has, the longest that fits. */
const LENGTHS = [Infinity, 3000, 1000, 300, 100, 30, 10, 3, 1];

export function toMarkdown(report: Report, { maxBytes = MAX_BYTES }: MarkdownOptions = {}): string {
  for (const most of LENGTHS) {
    const page = pageOf([...noteOf(most), ...blocksOf(report, most)]);
    if (bytesOf(page) <= maxBytes) return page;
  }
  return cutPage(blocksOf(report, 1), maxBytes);
}

function noteOf(most: number): string[] {
  if (most === Infinity) return [];
  const entries = most === 1 ? "entry" : `${most} entries`;
  return [`> Shortened to fit: each list shows its first ${entries}. The JSON report has all of them.`];
}

/** The blocks that fit, in their order, and how many do not. */
function cutPage(blocks: readonly string[], maxBytes: number): string {
  const kept: string[] = [];
  let bytes = bytesOf(pageOf([leftOut(blocks.length)]));
  for (const block of blocks) {
    bytes += bytesOf(`\n\n${block}`);
    if (bytes > maxBytes) break;
    kept.push(block);
  }
  return pageOf([...kept, leftOut(blocks.length - kept.length)]);
}

function leftOut(count: number): string {
  return `> ${count} more sections do not fit. The JSON report has all of it.`;
}

function pageOf(blocks: readonly string[]): string {
  return `${blocks.join("\n\n")}\n`;
}

/** @internal */
export function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

function blocksOf(report: Report, most: number): string[] {
  switch (report.kind) {
    case "plan":
      return planReportBlocks(report, most);
    case "drift":
      return driftBlocks(report, most);
    case "deploy":
      return deployBlocks(report, most);
    case "promote":
      return promoteBlocks(report, most);
    case "driftSummary":
      return report.stacks.flatMap((stack) => driftBlocks(stack, most));
    case "deploySummary":
      return report.stacks.flatMap((stack) => deployBlocks(stack, most));
  }
}

function promoteBlocks({ outcome, stages, holds, notReached }: PromoteResult, most: number): string[] {
  const reached = stages.map(({ stack, outcome: each }) => `${text(stack)} ${each}`);
  const holdLines = holds.map(
    ({ after, outcome: each, reason, seconds }) =>
      `Hold after ${text(after)}: ${each} (${seconds} s)${reason === undefined ? "" : `: ${text(reason)}`}`,
  );
  return [
    `# Promotion ${outcome}: ${[...reached, ...notReached.map((stack) => `${text(stack)} not reached`)].join(", ")}`,
    ...holdLines,
    ...stages.flatMap((stage) => deployBlocks(stage, most)),
  ];
}
