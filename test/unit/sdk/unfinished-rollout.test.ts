import { describe, expect, test } from "@jest/globals";
import { decide } from "../../../provider/decision/decide.js";
import type { DeviceView } from "../../../provider/resource/fleet.js";
import type { Drift, Saved } from "../../../provider/resource/state.js";
import type { PlanPreview } from "../../../provider/preview/plan-preview.js";
import { programView } from "../../../sdk/preview/program-view.js";
import { unfinishedWarnings } from "../../../provider/preview/unfinished.js";

const now = new Date("2026-11-26T12:00:00Z");
const WRITER = "apiToken 5b0044f0a3a3b90006c0a5e1";
const USER = "user 5b0044f0a3a3b90006c0a5e2";

const view = (deviceId: string, desired: string | null, rest: Partial<DeviceView> = {}): DeviceView => ({
  deviceId,
  name: `line-${deviceId}`,
  flowName: "Telemetry",
  desired,
  current: desired,
  sameContent: true,
  ...rest,
});

interface Situation {
  readonly views: readonly DeviceView[];
  readonly drift?: readonly Drift[];
  readonly unfinished?: boolean;
  readonly version?: string;
  readonly secret?: readonly string[];
}

/** The rollout of v2 to devices 1 to 4 has not come to its end. */
function warnings({ views, drift = [], unfinished = true, version = "v2", secret = [] }: Situation): string[][] {
  const applied = { applicationId: "a", flowId: "f", version: "v2", deviceIds: ["1", "2", "3", "4"] };
  const before: Saved = { inputs: applied, leaving: [], unfinished, facts: { writer: WRITER } };
  const inputs = { ...applied, version };
  const fleet = new Map(views.map((one) => [one.deviceId, one]));
  const program = programView({ flow: inputs, registrations: [], self: undefined, urns: [], holders: undefined });
  const decision = decide({ inputs, before, fleet, program, allowFleetWideCalls: true });
  const preview: PlanPreview = { inputs, before, isStateKnown: true, decision, fleet, secret: new Set(secret) };
  return unfinishedWarnings(preview, drift, now);
}

const failed = { attemptedVersion: "v2", error: "out of memory", at: "2026-11-26T10:00:00Z" };

describe("an unfinished rollout", () => {
  test("names the devices it waits for, each with the reason", () => {
    const views = [
      view("1", "v2"),
      view("2", "v2", { current: "v1", failure: failed }),
      view("3", "v2", { current: "v1", connected: false }),
      view("4", "v1", { changedBy: WRITER }),
    ];
    expect(warnings({ views })).toEqual([
      [
        "the rollout of v2 is unfinished: it waits for 3 of 4 devices",
        "line-2 (2): failed: out of memory (2h ago)",
        "line-3 (3): offline",
        "line-4 (4): not released yet",
      ],
    ]);
    expect(warnings({ views, unfinished: false })).toEqual([]);
    expect(warnings({ views, version: "v3" })).toEqual([]);
  });

  test("tells what a person moved meanwhile from what it has not reached", () => {
    const reached = ["1", "2"].map((id) => view(id, "v2"));
    const notReached = view("3", "v1", { changedBy: USER, changedAt: "2026-11-01T00:00:00Z" });
    const drift: Drift[] = [
      {
        deviceId: "3",
        expectedVersion: "v2",
        desiredVersion: "v1",
        changedBy: USER,
        changedAt: "2026-11-01T00:00:00Z",
      },
      { deviceId: "4", expectedVersion: "v2", desiredVersion: "v1" },
    ];
    const byHand = view("4", "v7", { changedBy: USER, changedAt: "2026-11-26T11:00:00Z" });
    expect(warnings({ views: [...reached, notReached, byHand], drift })).toEqual([
      ["the rollout of v2 is unfinished: it waits for 1 of 4 devices", "line-3 (3): not released yet"],
      [
        "drift of Telemetry: 1 device moved by hand since the rollout of v2 ended",
        `device line-4 (4): v2 -> v7 by ${USER} 1h ago`,
      ],
    ]);
  });

  test("shows no secret version and no secret device", () => {
    const views = [
      view("1", "v2"),
      view("2", "v2"),
      view("3", "v2", { current: "v1" }),
      view("4", "v7", { changedBy: USER }),
    ];
    const text = JSON.stringify(warnings({ views, secret: ["version", "deviceIds"] }));
    expect(text).toContain("[secret]: pending");
    expect(text).toContain("device [secret]: [secret] -> [secret] by user");
    expect(text).not.toMatch(/v2|v7|line-/);
  });
});
