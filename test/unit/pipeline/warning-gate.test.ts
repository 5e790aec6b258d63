// Warnings of the preview and change windows refuse runs; deletions count.
import { describe, expect, test } from "@jest/globals";
import { checkGates, refusalOf } from "../../../sdk/pipeline/gates/gates.js";
import { windowFrom } from "../../../sdk/pipeline/gates/window-gate.js";
import { engineFacts } from "../../../sdk/pipeline/engine/engine-events.js";
import { planIn } from "../../../sdk/pipeline/engine/planned.js";
import type { WarningCode } from "../../../provider/messages/preview-warnings.js";
import { device, recorded, said, SECRET_VALUE, showing, state, step, urn } from "./support.js";

const update = step("update", state({}), state({ version: "v2" }, true));
const planned = recorded({
  kind: "planned",
  urn: urn("telemetry"),
  calls: [],
  moved: [{ from: "v1", to: "v2", deviceIds: [device(0), device(1)] }],
});
const warned = (code: WarningCode, text: string) =>
  recorded({ kind: "warned", urn: urn("telemetry"), warnings: [{ code, text }] });
const planOf = (...events: Parameters<typeof engineFacts>[0][number][]) =>
  planIn(engineFacts([...events, planned, update]));

/** As a program in JavaScript may give it. */
const named = (name: string): WarningCode[] => [name as WarningCode];

describe("warnings are in the plan", () => {
  test("with their kind and their resource, each once though the preview prints them, too", () => {
    const text = "1 device with an agent older than v2 needs (1.9.0): update the agent first\nline-1 has 1.2.0";
    expect(planOf(said("warning", text, urn("telemetry")), warned("old-agent", text)).warnings).toEqual([
      { code: "old-agent", resource: "telemetry", message: text },
    ]);
  });

  test("those of anything else are `other`", () => {
    expect(planOf(said("warning", "the bucket is public", urn("bucket"))).warnings).toEqual([
      { code: "other", resource: "bucket", message: "the bucket is public" },
    ]);
  });

  test("where the preview made no plan, it says that nothing was checked", () => {
    expect(planIn(engineFacts([update])).warnings).toMatchObject([{ code: "unchecked", resource: "telemetry" }]);
  });
});

describe("failOn", () => {
  const refused = (code: WarningCode, gates: Parameters<typeof refusalOf>[0] = {}) =>
    refusalOf(gates, planOf(warned(code, "2 devices not good\nline-1\nline-2")), []);

  test.each<WarningCode>([
    "unknown-application",
    "unknown-flow",
    "unknown-version",
    "unknown-device",
    "wrong-class",
    "old-agent",
  ])("%s refuses by default", async (code) => {
    expect(await refused(code)).toEqual({
      gate: "failOn",
      reason: expect.stringMatching(
        /^1 warning of the preview \(.*\): telemetry: 2 devices not good \(line-1 and 1 more\)\. .*--allow-warning /,
      ),
    });
    expect(await refused(code, { allowWarnings: [code] })).toBeUndefined();
    expect(await refused(code, { failOn: "none" })).toBeUndefined();
    expect((await refused(code, { allowWarnings: ["takeover"] }))?.gate).toBe("failOn");
  });

  test.each<WarningCode>(["takeover", "working-copy", "unchecked", "stops", "unfinished", "other"])(
    "%s refuses where all warnings do, or where it is named",
    async (code) => {
      expect(await refused(code)).toBeUndefined();
      expect((await refused(code, { failOn: "warnings" }))?.gate).toBe("failOn");
      expect((await refused(code, { failOn: [code] }))?.gate).toBe("failOn");
      expect(await refused(code, { failOn: "warnings", allowWarnings: [code] })).toBeUndefined();
    },
  );

  test("a name that is none is refused, with the one that was meant", () => {
    expect(() => checkGates({ failOn: named("old-agents") })).toThrow(
      /failOn: "old-agents" is no kind of warning.*old-agent/,
    );
    expect(() => checkGates({ allowWarnings: named("toString") })).toThrow(/allowWarnings: "toString"/);
  });
});

describe("maxRemoved", () => {
  const removal = planIn(engineFacts([step("delete", state({}), null)]));

  test("a deleted resource counts with all of its devices, also in maxDevices", async () => {
    expect(removal).toMatchObject({ devicesMoved: 2, devicesRemoved: 2 });
    expect((await refusalOf({ maxDevices: 1 }, removal, []))?.gate).toBe("maxDevices");
    expect(await refusalOf({ maxRemoved: 1 }, removal, [])).toEqual({
      gate: "maxRemoved",
      reason: expect.stringContaining("would be removed from 2 devices (telemetry: 2), and maxRemoved allows 1"),
    });
    expect(await refusalOf({ maxRemoved: 2 }, removal, [])).toBeUndefined();
  });

  test("devices that get a version do not count", async () => {
    expect(await refusalOf({ maxRemoved: 0 }, planOf(), [])).toBeUndefined();
  });

  test("is closed where it cannot count", async () => {
    const plan = planIn(engineFacts([step("create", null, showing(state({}, true), { deviceIds: SECRET_VALUE }))]));
    expect((await refusalOf({ maxRemoved: 5 }, plan, []))?.reason).toMatch(/is not known, and maxRemoved allows 5/);
  });

  test("a value without sense is refused", () => {
    expect(() => checkGates({ maxRemoved: -1 })).toThrow("maxRemoved: -1 is not a number of devices");
  });
});

describe("windows", () => {
  const windows = [windowFrom("mon-fri 22:00-04:00 Europe/Vienna")];
  const at = (time: string) => ({ now: Date.parse(time) });

  test("inside, the run goes on; outside, it is refused with the next opening", async () => {
    expect(await refusalOf({ windows }, planOf(), [], at("2026-11-27T21:00:00Z"))).toBeUndefined();
    expect(await refusalOf({ windows }, planOf(), [], at("2026-11-27T20:59:00Z"))).toEqual({
      gate: "windows",
      reason:
        "it is 2026-11-27 21:59, outside of the change windows. The next one is from 2026-11-27 22:00 to " +
        "2026-11-28 04:00 (Europe/Vienna). Run again then, or without windows.",
    });
  });

  test("a plan that changes nothing may run at any time; a plan alone has no time", async () => {
    const nothing = planIn(engineFacts([]));
    expect(await refusalOf({ windows }, nothing, [], at("2026-11-27T12:00:00Z"))).toBeUndefined();
    expect(await refusalOf({ windows }, planOf(), [])).toBeUndefined();
  });

  test.each<[string, object]>([
    ["22:00-04:00 Europe/Vienna", { from: "22:00", to: "04:00", timeZone: "Europe/Vienna" }],
    ["sat-mon 00:00-24:00 UTC", { days: ["sat", "sun", "mon"], from: "00:00", to: "24:00", timeZone: "UTC" }],
    ["Mon,wed 08:00-09:30 UTC", { days: ["mon", "wed"], from: "08:00", to: "09:30", timeZone: "UTC" }],
  ])("%s", (text, expected) => {
    expect(windowFrom(text)).toEqual(expected);
  });

  test.each([
    ["at night", /"at night" is no window: give for example/],
    ["mon-fry 22:00-04:00 UTC", /"fry" is no day/],
    ["25:00-04:00 UTC", /"25:00" is not a time/],
    ["22:00-04:00 Mars/Olympus", /"Mars\/Olympus" is not a time zone/],
    ["22:00-22:00 UTC", /closes when it opens/],
  ])("%s is refused, with the way out", (text, message) => {
    expect(() => windowFrom(text)).toThrow(message);
  });
});
