import { describe, expect, test } from "@jest/globals";
import { pipelineEvent } from "../../../sdk/pipeline/engine/pipeline-events.js";
import type { PipelineEvent } from "../../../sdk/pipeline/engine/pipeline-events.js";
import { progressLines } from "../../../sdk/pipeline/run/progress.js";
import { rowUrn } from "../../../provider/host/progress-rows.js";
import { recorded, said, state, step, urn } from "./support.js";

const asIs = (text: string): string => text;

function shown(isTTY: boolean, ...events: readonly (PipelineEvent | undefined)[]): string {
  return shownAt(80, isTTY, ...events);
}

function shownAt(columns: number, isTTY: boolean, ...events: readonly (PipelineEvent | undefined)[]): string {
  let text = "";
  const onEvent = progressLines({ isTTY, columns, write: (more) => (text += more) });
  for (const event of events) if (event) onEvent(event);
  return text;
}

const up = (event: Parameters<typeof pipelineEvent>[2]) => pipelineEvent("dev", "up", event, asIs);
const update = up(step("update", state({}), state({ version: "v2" })));
const progress = up(said("info", "v2: 12/40 devices, 1 failed", urn("telemetry"), true));

describe("the engine's events in our words", () => {
  test("a resource, a message, live progress", () => {
    expect(update).toMatchObject({ type: "resource", status: "done", op: "update", resource: { name: "telemetry" } });
    expect(up(said("warning", "line-3 is offline"))).toMatchObject({ type: "message", severity: "warning" });
    expect(progress).toMatchObject({ type: "progress", message: "v2: 12/40 devices, 1 failed" });
  });

  test("machinery, records and debug lines are nobody's news", () => {
    expect(up(step("same", null, null, "plant-dev", "pulumi:pulumi:Stack"))).toBeUndefined();
    expect(up(recorded({ kind: "applied", id: "x", calls: [], moved: [], names: {} }))).toBeUndefined();
    expect(up(said("debug", "GET /applications"))).toBeUndefined();
  });

  test("no secret passes", () => {
    const event = pipelineEvent("dev", "up", said("info", "token t0ken"), (text) => text.replace("t0ken", "[secret]"));
    expect(event).toMatchObject({ message: "token [secret]" });
  });
});

describe("in a log", () => {
  test("a line for each thing that happened, none for what stayed as it is", () => {
    const same = up(step("same", state({}), state({}), "other"));
    expect(shown(false, same, progress, update)).toBe(
      "dev: telemetry v2: 12/40 devices, 1 failed\ndev: telemetry update done\n",
    );
  });

  test("a preview says what would happen, not that it happened", () => {
    const event = pipelineEvent("dev", "preview", step("create", null, state({}, true)), asIs);
    expect(shown(false, event)).toBe("dev: would create telemetry\n");
  });
});

describe("on a terminal", () => {
  test("a resource has one line, rewritten in place", () => {
    expect(shown(true, progress, update)).toBe(
      "dev: telemetry v2: 12/40 devices, 1 failed\n\u001B[1A\u001B[Jdev: telemetry update done\n",
    );
  });

  test("a rollout and each device under way have a line of their own, and those go with the phase", () => {
    const row = (key: string, message: string) => up(said("info", message, rowUrn({ key, label: "hall-a" }), true));
    const lines = shown(
      true,
      row("hall-a", "hall-a  v2  0/12"),
      row("hall-a d1", "hall-a  line-1  still reports v1"),
      row("hall-a", "hall-a  v2  1/12"),
      row("hall-a d1", ""),
      { stack: "dev", phase: "up", type: "phase", status: "ended" },
    ).split("\u001B[J");
    expect(lines.map((text) => text.split("\n").slice(0, -1))).toEqual([
      ["dev: hall-a  v2  0/12"],
      ["dev: hall-a  v2  0/12", "dev: hall-a  line-1  still reports v1"],
      ["dev: hall-a  v2  1/12", "dev: hall-a  line-1  still reports v1"],
      ["dev: hall-a  v2  1/12"],
      ["dev: up ended"],
    ]);
  });

  test("a message stays above the lines that change", () => {
    const text = shown(true, progress, up(said("warning", "line-3 is offline")));
    expect(
      text.endsWith("\u001B[1A\u001B[Jdev: warning: line-3 is offline\ndev: telemetry v2: 12/40 devices, 1 failed\n"),
    ).toBe(true);
  });

  test("a line is cut to the width, so that going up finds it", () => {
    const long = up(said("info", "x".repeat(300), urn("telemetry"), true));
    expect(shown(true, long).length).toBe(80);
    expect(shownAt(40, true, long).length).toBe(40);
    expect(shownAt(0, true, long).length).toBe(80);
  });
});
