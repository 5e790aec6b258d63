/** Live progress: on a terminal one line per resource, rewritten in place; elsewhere one line per event. */
import type { PipelineEvent } from "../engine/pipeline-events.js";

export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
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
  return output.isTTY === true ? rewriting(output) : appending(output);
}

/** A log leaves out refreshes and unchanged resources. */
function appending(output: Output): (event: PipelineEvent) => void {
  let last = "";
  return (event) => {
    const line = lineOf(event);
    const isLeftOut =
      event.type === "resource" && (event.op === "same" || event.op === "refresh" || event.status === "started");
    if (line === undefined || isLeftOut || line === last) return;
    last = line;
    output.write(`${line}\n`);
  };
}

function rewriting(output: Output): (event: PipelineEvent) => void {
  const lines = new Map<string, string>();
  let shown = 0;
  const draw = (): void => {
    // A terminal without a known width says 0.
    const width = Math.max((output.columns || 80) - 1, 20);
    // To the first of our lines; clear everything below.
    output.write(shown > 0 ? `\u001B[${shown}A\u001B[J` : "");
    for (const line of lines.values()) output.write(`${line.slice(0, width)}\n`);
    shown = lines.size;
  };
  return (event) => {
    if (event.type === "phase" && event.status === "started") lines.delete(keyOf(event));
    if (event.type === "phase" && event.status === "ended") {
      for (const key of lines.keys()) if (key.startsWith(rowKey(event, ""))) lines.delete(key);
    }
    if (event.type === "message") {
      // Messages stay; they go above the lines that are rewritten.
      output.write(shown > 0 ? `\u001B[${shown}A\u001B[J` : "");
      shown = 0;
      output.write(`${lineOf(event) ?? ""}\n`);
      draw();
      return;
    }
    const line = lineOf(event);
    if (line === undefined) lines.delete(keyOf(event));
    else lines.set(keyOf(event), line);
    draw();
  };
}

function keyOf(event: PipelineEvent): string {
  if (event.type === "progress" && event.row !== undefined) return rowKey(event, event.row);
  const resource = "resource" in event ? event.resource?.urn : undefined;
  return `${event.stack} ${resource ?? ""}`;
}

function rowKey({ stack }: PipelineEvent, row: string): string {
  return `${stack} row ${row}`;
}

function lineOf(event: PipelineEvent): string | undefined {
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
