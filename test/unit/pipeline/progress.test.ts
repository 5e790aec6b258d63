import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { pipelineEvent } from "../../../sdk/pipeline/engine/pipeline-events.js";
import type { PipelineEvent } from "../../../sdk/pipeline/engine/pipeline-events.js";
import { progressLines, progressOn } from "../../../sdk/pipeline/run/progress.js";
import { widthOf } from "../../../provider/text/width.js";
import { screenOf } from "../../support/terminal.js";
import { rowUrn } from "../../../provider/host/progress-rows.js";
import { recorded, said, state, step, urn } from "./support.js";

const asIs = (text: string): string => text;

function shown(isTTY: boolean, ...events: readonly (PipelineEvent | undefined)[]): string {
  let text = "";
  const onEvent = progressLines({ isTTY, write: (more) => (text += more) });
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
  const terminal = (size: { columns?: number; rows?: number } = {}) => {
    let text = "";
    const progress = progressOn({ isTTY: true, columns: 80, rows: 24, ...size, write: (more) => (text += more) });
    return { ...progress, screen: () => screenOf(text, size.rows || 24), text: () => text };
  };
  const of = (name: string, message: string, ephemeral = true) =>
    up(said("info", message, urn(name), ephemeral)) as PipelineEvent;
  const ended = (name: string) => up(step("update", state({}), state({ version: "v2" }), name)) as PipelineEvent;

  test("a resource has one line, rewritten in place", () => {
    const { onEvent, screen } = terminal();
    onEvent(of("telemetry", "v2: 12/40 devices"));
    onEvent(of("alarms", "v3: 1/2 devices"));
    expect(screen()).toEqual(["dev: telemetry v2: 12/40 devices", "dev: alarms v3: 1/2 devices"]);
    onEvent(of("telemetry", "v2: 13/40 devices, 1 failed"));
    onEvent(ended("alarms"));
    expect(screen()).toEqual(["dev: telemetry v2: 13/40 devices, 1 failed", "dev: alarms update done"]);
  });

  test("a message, and what an interrupt says, stay above the lines that change", () => {
    const { onEvent, say, screen } = terminal();
    onEvent(of("telemetry", "v2: 12/40 devices"));
    onEvent(up(said("warning", "line-3 is offline")) as PipelineEvent);
    say("SIGINT: ending after the running operations.");
    onEvent(of("telemetry", "v2: 40/40 devices"));
    expect(screen()).toEqual([
      "dev: warning: line-3 is offline",
      "SIGINT: ending after the running operations.",
      "dev: telemetry v2: 40/40 devices",
    ]);
  });

  test("a phase that begins has its line below what the one before has left", () => {
    const { onEvent, screen } = terminal();
    const phase = (name: "preview" | "up", status: "started" | "ended"): void =>
      onEvent({ stack: "dev", phase: name, type: "phase", status });
    phase("preview", "started");
    onEvent(ended("telemetry"));
    phase("preview", "ended");
    phase("up", "started");
    expect(screen()).toEqual(["dev: telemetry update done", "dev: up started"]);
  });

  test.each([
    [80, 79],
    [40, 39],
    [0, 79],
  ])("in %i columns a line has %i at most, wide characters count twice, and none wraps", (columns, most) => {
    const { onEvent, screen } = terminal({ columns });
    for (let number = 0; number < 4; number++) onEvent(of("telemetry", `${"x".repeat(300)}${number}`));
    onEvent(of("alarms", "工場".repeat(100)));
    expect(screen()).toHaveLength(2);
    expect(screen().map((line) => widthOf(line) <= most)).toEqual([true, true]);
  });

  test("more lines than the terminal has are never drawn: what runs is shown first, and the rest is counted", () => {
    const { onEvent, screen } = terminal({ rows: 8 });
    for (let number = 0; number < 30; number++) onEvent(ended(`done-${number}`));
    for (const name of ["one", "two"]) onEvent(of(name, "1/2 devices"));
    onEvent(of("one", "2/2 devices"));
    expect(screen()).toEqual([
      "dev: done-26 update done",
      "dev: done-27 update done",
      "dev: done-28 update done",
      "dev: done-29 update done",
      "dev: one 2/2 devices",
      "dev: two 1/2 devices",
      "and 26 lines more, 26 of them done",
    ]);
  });

  test("whatever comes in whatever order, nothing of an old line is left, and nothing scrolls away twice", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 120 }), fc.boolean()), {
          maxLength: 60,
        }),
        fc.integer({ min: 4, max: 20 }),
        (steps, rows) => {
          const { onEvent, screen } = terminal({ rows });
          const last = new Map<number, string>();
          let messages = 0;
          for (const [who, length, isMessage] of steps) {
            onEvent(of(`r${who}`, "x".repeat(isMessage ? length % 60 : length) + who, !isMessage));
            if (isMessage) messages += 1;
            else last.set(who, `dev: r${who} `);
          }
          const shown = screen();
          const live = shown.slice(messages);
          expect(shown.slice(0, messages).filter((line) => !/^dev: r\d+: /.test(line))).toEqual([]);
          expect(live).toHaveLength(Math.min(last.size, rows - 1));
          const names = live.flatMap((line) => /^dev: r(\d+) /.exec(line)?.[1] ?? []);
          expect(new Set(names).size).toBe(last.size > rows - 1 ? rows - 2 : last.size);
        },
      ),
      { numRuns: 200 },
    );
  });

  test("a rollout and each device under way have a line of their own, and those go with the phase", () => {
    const { onEvent, screen } = terminal();
    const row = (key: string, message: string): void =>
      onEvent(up(said("info", message, rowUrn({ key, label: "hall-a" }), true)) as PipelineEvent);
    row("hall-a", "hall-a  v2  0/12");
    row("hall-a d1", "hall-a  line-1  still reports v1");
    expect(screen()).toEqual(["dev: hall-a  v2  0/12", "dev: hall-a  line-1  still reports v1"]);
    row("hall-a", "hall-a  v2  1/12");
    row("hall-a d1", "");
    expect(screen()).toEqual(["dev: hall-a  v2  1/12"]);
    onEvent({ stack: "dev", phase: "up", type: "phase", status: "ended" });
    expect(screen()).toEqual(["dev: up ended"]);
  });
});
