// What a rollout says when it ends. While it runs: rollout-progress.test.ts.
import { describe, expect, test } from "@jest/globals";
import type { RuntimeError } from "../../../provider/losant/types.js";
import type { Fleet } from "../../../provider/resource/fleet.js";
import { headline, problemLine, summaryLine } from "../../../provider/messages/rollout-messages.js";
import { strategyOf } from "../../../provider/decision/rollout-strategy.js";
import type { DeviceState, DeviceStatus } from "../../../provider/decision/device-status.js";
import { isInteractive } from "../../../provider/host/terminal.js";

const MINUTE = 60_000;

function devices(counts: Partial<Record<DeviceState, number>>): DeviceStatus[] {
  const states = Object.entries(counts).flatMap(([state, count]) => Array.from({ length: count }, () => state));
  return states.map((state, index) => ({
    deviceId: `d${index}`,
    state: state as DeviceState,
    connected: state !== "offline" && state !== "lost",
    releasedAt: state === "waiting" ? undefined : 0,
  }));
}

const numbered = (count: number): string[] => Array.from({ length: count }, (_, index) => `d${index}`);

describe("the line at the end", () => {
  test("counts as watched only devices that have run the version", () => {
    const watching = strategyOf({ health: { errors: { max: 0 } } }, numbered(4));
    const statuses = devices({ done: 2, offline: 2 }).map((one) => ({
      ...one,
      watched: { runsSince: one.state === "done" ? 0 : undefined, errors: [] },
    }));
    expect(summaryLine("v2", watching, statuses, MINUTE)).toContain("; watched for 1m each: no error on 2 devices");
  });

  const strategy = strategyOf({ batches: [1, "50%"] }, numbered(40));

  test("counts who runs it and who does not", () => {
    const statuses = devices({ done: 36, failed: 1, offline: 2, moving: 1 });
    expect(summaryLine("v2", strategy, statuses, 4 * MINUTE)).toBe(
      "rolled out v2 to 40 devices in 3 batches, 4m: 36 run it, 2 offline, to follow when they connect, 1 failed, 1 no report yet",
    );
  });

  test("of a removal", () => {
    expect(summaryLine(null, strategyOf({}, numbered(3)), devices({ done: 3 }), 1_500)).toBe(
      "removed from 3 devices in 1 batch, 2s: 3 no longer run it",
    );
  });

  test("of a failure", () => {
    const statuses = devices({ done: 9, failed: 1, moving: 4, waiting: 26 });
    expect(headline("v2", strategy, statuses, [{ deviceId: "d9", kind: "failed" }], 2)).toBe(
      "rollout of v2 stopped in batch 2 of 3: 9 of 40 devices run it, 1 failed, 4 still under way, 26 not released",
    );
  });
});

describe("what is wrong with a device", () => {
  const seen = { deviceId: "d1", name: "line-1", desired: "v2", current: "v1", sameContent: true };
  const fleet = (more: object): Fleet => new Map([["d1", { ...seen, ...more }]]);

  test.each([
    [
      "failed",
      { failure: { attemptedVersion: "v2", error: "no room" } },
      "device line-1 (d1) could not run v2: no room",
    ],
    ["late", {}, "device line-1 (d1) still reports v1"],
    ["late", { connected: false }, "device line-1 (d1) still reports v1, and is offline"],
    ["late", { current: null }, "device line-1 (d1) still reports no version"],
    ["late", { current: "v2", sameContent: false }, "device line-1 (d1) still reports older content under the name v2"],
    ["offline", { connected: false }, "device line-1 (d1) is offline"],
    [
      "elsewhere",
      { desired: "v9", changedBy: "user 5b" },
      "device line-1 (d1): Losant wants v9 on it, not v2 (set by user 5b)",
    ],
    [
      "elsewhere",
      { desired: "v1" },
      "device line-1 (d1): Losant wants v1 on it, not v2; is it an edge compute device?",
    ],
  ] as const)("%s %j", (kind, more, line) => {
    expect(problemLine({ deviceId: "d1", kind }, "v2", fleet(more))).toBe(line);
  });

  test("that throws, and of one whose health is not known", () => {
    const error = { deviceId: "d1", at: 0, nodeLabel: "Read PLC", name: "TypeError", message: "no register 4" };
    const line = (errors: readonly RuntimeError[]): string =>
      problemLine({ deviceId: "d1", kind: "unhealthy", errors }, "v2", fleet({}));
    expect(line([error, error])).toBe(
      'device line-1 (d1) runs v2 and threw 2 errors, the last in node "Read PLC": TypeError: no register 4',
    );
    expect(line([{ deviceId: "d1", at: 0, nodeId: "n7" }])).toBe(
      "device line-1 (d1) runs v2 and threw 1 error in node n7: no message",
    );
    expect(problemLine({ deviceId: "d1", kind: "unjudged", trouble: "status 503" }, "v2", fleet({}))).toBe(
      "device line-1 (d1) runs v2, and its health is not known: status 503",
    );
  });

  test("of a device that Losant does not list", () => {
    expect(problemLine({ deviceId: "d1", kind: "elsewhere" }, "v2", new Map())).toBe(
      "device d1: Losant wants nothing on it, not v2; is it an edge compute device?",
    );
  });
});

describe("somebody watches", () => {
  test.each<[string, NodeJS.ProcessEnv, NodeJS.Platform, string, boolean]>([
    ["where the session has a terminal", {}, "linux", "/dev/null", true],
    ["not in a pipeline", { CI: "true" }, "linux", "/dev/null", false],
    ["where CI is said not to be", { CI: "false" }, "linux", "/dev/null", true],
    ["not without a terminal, as in a cron job", {}, "linux", "/dev/null/none", false],
    ["on Windows, as far as can be told", {}, "win32", "/dev/null/none", true],
    ["not in a pipeline on Windows", { CI: "1" }, "win32", "/dev/null", false],
  ])("%s", (_name, env, platform, terminal, watched) => {
    expect(isInteractive(env, platform, terminal)).toBe(watched);
  });
});
