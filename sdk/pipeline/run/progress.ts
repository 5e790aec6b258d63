/** Live progress: on a terminal one line per resource, rewritten in place, as many as fit; elsewhere one line per event. */
import type { PipelineEvent } from "../engine/pipeline-events.js";
import { liveRegion } from "./live-region.js";

export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

/**
 * An `onEvent` that prints progress. Give it stderr if stdout carries a report.
 *
 * @example
 * ```ts
 * await deploy(stack, {}, { onEvent: progressLines(process.stderr) });
 * ```
 */
export function progressLines(output: Output): (event: PipelineEvent) => void {
  return progressOn(output).onEvent;
}

/** @internal */
export interface Progress {
  readonly onEvent: (event: PipelineEvent) => void;
  /** A line that stays: on a terminal above those that are rewritten. */
  readonly say: (text: string) => void;
}

/** @internal */
export function progressOn(output: Output): Progress {
  if (output.isTTY === true) return rewriting(output);
  return { onEvent: appending(output), say: (text) => void output.write(`${text}\n`) };
}

/** A log leaves out refreshes and unchanged resources. */
function appending(output: Output): (event: PipelineEvent) => void {
  let last = "";
  return (event) => {
    if (!isShown(event)) return;
    const line = lineOf(event);
    const isLeftOut =
      event.type === "resource" && (event.op === "same" || event.op === "refresh" || event.status === "started");
    if (line === undefined || isLeftOut || line === last) return;
    last = line;
    output.write(`${line}\n`);
  };
}

function rewriting(output: Output): Progress {
  const region = liveRegion(output);
  return {
    say: (text) => region.say(text),
    onEvent: (event) => {
      if (!isShown(event)) return;
      const line = lineOf(event);
      if (event.type === "message") {
        region.say(line ?? "");
        return;
      }
      const key = keyOf(event);
      // The line of a phase that begins goes below what the phase before has left.
      if (event.type === "phase" && event.status === "started") region.remove(key);
      // The rows of a phase go with it: its resources stay.
      if (event.type === "phase" && event.status === "ended") region.removeAll(rowKey(event, ""));
      if (line === undefined) region.remove(key);
      else region.set(key, { text: line, done: isDone(event) });
    },
  };
}

function isDone(event: ShownEvent): boolean {
  if (event.type === "phase") return event.status === "ended";
  return event.type === "resource" && event.status !== "started";
}

function keyOf(event: ShownEvent): string {
  if (event.type === "progress" && event.row !== undefined) return rowKey(event, event.row);
  const resource = "resource" in event ? event.resource?.urn : undefined;
  return `${event.stack} ${resource ?? ""}`;
}

function rowKey({ stack }: PipelineEvent, row: string): string {
  return `${stack} row ${row}`;
}

/** The others: a plan is in the report, and the provider's own progress says in a few words what batches and devices do. */
type ShownEvent = Exclude<PipelineEvent, { type: "plan" | "batch" | "device" }>;

function isShown(event: PipelineEvent): event is ShownEvent {
  return event.type !== "plan" && event.type !== "batch" && event.type !== "device";
}

function lineOf(event: ShownEvent): string | undefined {
  const lead = `${event.stack}: `;
  switch (event.type) {
    case "phase":
      return `${lead}${event.phase} ${event.status}`;
    case "resource":
      // A preview creates nothing, so it must not print "create done".
      return event.phase === "preview" && event.op !== "refresh"
        ? `${lead}would ${event.op} ${event.resource.name}`
        : `${lead}${event.resource.name} ${event.op} ${event.status}`;
    case "progress":
      if (event.message === "") return undefined;
      return `${lead}${event.resource === undefined ? "" : `${event.resource.name} `}${event.message}`;
    case "message": {
      const severity = event.severity === "info" ? "" : `${event.severity}: `;
      const resource = event.resource === undefined ? "" : `${event.resource.name}: `;
      return event.message
        .split("\n")
        .map((line) => `${lead}${severity}${resource}${line}`)
        .join("\n");
    }
  }
}
