import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { DeviceView, Fleet } from "../../../provider/resource/fleet.js";
import { liveOf } from "../../../provider/resource/live.js";
import type { Saved } from "../../../provider/resource/state.js";
import { savedOf, shownIn } from "../../../provider/resource/state.js";
import { inputProps, outputProps } from "../../../provider/resource/state-props.js";
import { propsOf } from "../../../sdk/pipeline/engine/engine-state.js";
import { replay } from "../../support/replay.js";

const DEVICES = 2500;
const deviceIds = Array.from({ length: DEVICES }, (_, number) => `d${String(number).padStart(23, "0")}`);
const saved: Saved = {
  inputs: { applicationId: "575ec8687ae143cd83dc4a97", flowId: "575ed18f7ae143cd83dc4aa6", version: "v2", deviceIds },
  leaving: [],
};
/** The first device is where it should be: where all are at one other version, `version` shows that. */
const fleetOf = (view: Partial<DeviceView>): Fleet =>
  new Map(
    deviceIds.map((deviceId, number): [string, DeviceView] => {
      const there = { deviceId, desired: "v2", current: "v2", sameContent: true };
      return [deviceId, number === 0 ? there : { ...there, ...view }];
    }),
  );
const drifted = liveOf(saved, fleetOf({ desired: "v1", current: "v1", changedBy: "user 1" }));
const failed = liveOf(saved, fleetOf({ current: "v1", failure: { attemptedVersion: "v2", error: "no space left" } }));
/** As Pulumi keeps it. */
const inState = (outputs: object) => JSON.parse(JSON.stringify(outputs)) as Record<string, unknown>;

/** From few values, so that neighbours are often alike. */
const anEntry = fc.record(
  {
    deviceId: fc.constantFrom(...deviceIds.slice(0, 20)),
    expectedVersion: fc.constantFrom("v1", "v2", null),
    desiredVersion: fc.constantFrom("v1", "v2", null),
    changedBy: fc.constantFrom("user 1", undefined),
    changedAt: fc.constantFrom("2026-01-01T00:00:00.000Z", "2026-01-01T00:00:00.001Z", undefined),
    unfinished: fc.constant(true as const),
  },
  { requiredKeys: ["deviceId", "expectedVersion", "desiredVersion"] },
);
const aFailure = fc.record(
  {
    deviceId: fc.constantFrom(...deviceIds.slice(0, 20)),
    attemptedVersion: fc.constantFrom("v1", "v2"),
    error: fc.constantFrom("no room", "at", ""),
    at: fc.constantFrom("2026-01-01T00:00:00.000Z", "2026-01-01T00:00:00.001Z"),
  },
  { requiredKeys: ["deviceId", "attemptedVersion", "error"] },
);

test("any list is read back as it was, in its order", () => {
  fc.assert(
    fc.property(
      fc.array(anEntry, { minLength: 1, maxLength: 30 }),
      fc.array(aFailure, { minLength: 1, maxLength: 30 }),
      (drift, failures) => {
        const first = <T>(entries: T[]): T[] => Array.from({ length: 1000 }, () => entries[0] as T);
        const all = {
          ...drifted.outputs,
          drift: [...first(drift), ...drift],
          failures: [...first(failures), ...failures],
        };
        const props = inState(outputProps(all));
        const read = [shownIn(props).drift, propsOf(props).drift, propsOf(props).failures];
        expect(read.map((entries) => entries?.slice(1000))).toEqual([drift, drift, failures]);
      },
    ),
    replay,
  );
});

test("devices that one person moved take 60 bytes each at most", () => {
  const at = (number: number) => new Date(number).toISOString();
  const drift = deviceIds.map((deviceId, number) => ({
    expectedVersion: "v2",
    desiredVersion: "v1",
    changedBy: "user 1",
    deviceId,
    changedAt: at(number),
  }));
  const text = outputProps({ ...drifted.outputs, drift }).__losant.unlisted?.drift ?? "";
  expect(text.length / (DEVICES - 1000)).toBeLessThan(60);
});

test("a text of whole entries, as earlier releases wrote it, is read", () => {
  const [one, others] = [drifted.outputs.drift.slice(0, 1), drifted.outputs.drift.slice(1)];
  const props = {
    ...inState(outputProps({ ...drifted.outputs, drift: one })),
    __losant: { schema: 2, unlisted: { drift: JSON.stringify(others) } },
  };
  expect(shownIn(props).drift).toEqual(drifted.outputs.drift);
});

describe("2,499 of 2,500 devices have drifted", () => {
  const props = inState(outputProps(drifted.outputs));

  test("the output lists 1,000, and so does the input of a refresh", () => {
    expect(props["drift"]).toEqual(drifted.outputs.drift.slice(0, 1000));
    expect(inputProps(drifted.inputs).drift).toEqual(drifted.outputs.drift.slice(0, 1000));
  });

  test("the state holds all of them, for the provider, the preview and the pipeline", () => {
    expect(drifted.outputs.drift).toHaveLength(DEVICES - 1);
    expect(shownIn(props).drift).toEqual(drifted.outputs.drift);
    expect(propsOf(props).drift).toEqual(drifted.outputs.drift);
    expect(savedOf(props)?.inputs).toEqual(saved.inputs);
  });

  test("a second refresh says the same", () => {
    const again = liveOf(savedOf(props) ?? saved, fleetOf({ desired: "v1", current: "v1", changedBy: "user 1" }));
    expect(inState(outputProps(again.outputs))).toEqual(props);
  });

  test("what a stopped rollout left behind is not taken for a move by a person, beyond the first 1,000 either", () => {
    const stopped: Saved = { ...saved, unfinished: true };
    const fleet = fleetOf({ desired: "v1", current: "v1" });
    const atTheStop = inState(outputProps(liveOf(stopped, fleet).outputs));
    expect(liveOf(stopped, fleet, shownIn(atTheStop).drift).moved).toEqual([]);
  });

  test("a text that this package has not written is refused", () => {
    for (const [drift, reason] of [
      ["[{", "is no JSON"],
      ['["d1"]', "expected string, received undefined"],
      ["[1]", "Invalid input"],
    ] as const) {
      const odd = { ...props, __losant: { schema: 2, unlisted: { drift } } };
      expect(() => shownIn(odd)).toThrow(reason);
      expect(propsOf(odd).drift).toHaveLength(1000);
    }
  });
});

describe("2,499 of 2,500 devices have failed", () => {
  const props = inState(outputProps(failed.outputs));

  test("the output lists 1,000, and the pipeline counts all", () => {
    expect(props["failures"]).toHaveLength(1000);
    expect(propsOf(props).failures).toEqual(inState(failed.outputs)["failures"]);
  });
});

test("1,000 entries are all listed, and nothing is added to the state", () => {
  const outputs = { ...drifted.outputs, drift: drifted.outputs.drift.slice(0, 1000) };
  expect(outputProps(outputs)).toBe(outputs);
});
