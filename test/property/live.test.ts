// What the state says after a look, for any state and any fleet.
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Version } from "../../provider/losant/types.js";
import { liveOf } from "../../provider/resource/live.js";
import type { Fleet } from "../../provider/resource/fleet.js";
import type { Saved } from "../../provider/resource/state.js";

const aVersion = fc.constantFrom<Version>("v1", "v1", "v2", null);
const aDevice = fc.record({
  as: fc.constantFrom("declared", "declared", "leaving", "handed over", "foreign"),
  desired: aVersion,
  current: aVersion,
});

const aCase = fc.record({
  devices: fc.array(aDevice, { minLength: 1, maxLength: 6 }),
  version: aVersion,
  unfinished: fc.boolean(),
});
type Case = typeof aCase extends fc.Arbitrary<infer T> ? T : never;

function lookOf({ devices, version, unfinished }: Case): { saved: Saved; fleet: Fleet } {
  const idsOf = (what: string): string[] => devices.flatMap(({ as }, index) => (as === what ? [`d${index}`] : []));
  const views = devices.map(({ desired, current }, index) => ({
    deviceId: `d${index}`,
    desired,
    current,
    sameContent: true,
  }));
  return {
    saved: {
      inputs: { applicationId: "a", flowId: "f", version, deviceIds: idsOf("declared") },
      leaving: idsOf("leaving"),
      handedOver: new Map(idsOf("handed over").map((id) => [id, "another"])),
      unfinished,
    },
    fleet: new Map(views.map((view) => [view.deviceId, view])),
  };
}

describe("the state after a look", () => {
  test("shows another version only where every declared device has it", () => {
    fc.assert(
      fc.property(aCase, (given) => {
        const { saved, fleet } = lookOf(given);
        const { outputs } = liveOf(saved, fleet);
        if (outputs.version === saved.inputs.version) return;
        const shown = saved.inputs.deviceIds.map((id) => fleet.get(id)?.desired ?? null);
        expect(shown).toEqual(saved.inputs.deviceIds.map(() => outputs.version));
        // What is declared is not forgotten.
        expect(outputs.__losant.version).toBe(saved.inputs.version);
      }),
      { numRuns: 2000 },
    );
  });

  test("owns what it owned, but for devices that were to lose the flow and have lost it", () => {
    fc.assert(
      fc.property(aCase, (given) => {
        const { saved, fleet } = lookOf(given);
        const { outputs } = liveOf(saved, fleet);
        expect(outputs.deviceIds).toEqual(saved.inputs.deviceIds);
        const { leaving = [], handedOver = {} } = outputs.__losant;
        expect(leaving).toEqual(saved.leaving.filter((id) => fleet.get(id)?.desired !== null));
        expect(Object.values(handedOver).flat()).toEqual([...(saved.handedOver?.keys() ?? [])]);
      }),
      { numRuns: 1000 },
    );
  });

  test("is drifted or pending where one device is not where it should be, and deployed nowhere else", () => {
    fc.assert(
      fc.property(aCase, (given) => {
        const { saved, fleet } = lookOf({ ...given, unfinished: false });
        const { outputs } = liveOf(saved, fleet);
        const isThere = (id: string, version: Version): boolean => {
          const view = fleet.get(id);
          return (view?.desired ?? null) === version && (view?.current ?? null) === version;
        };
        const declared = saved.inputs.deviceIds.every((id) => isThere(id, saved.inputs.version));
        const left = saved.leaving.every((id) => (fleet.get(id)?.desired ?? null) === null);
        expect(outputs.status === "deployed").toBe(declared && left);
      }),
      { numRuns: 1000 },
    );
  });

  test("says nothing of any device where Losant could not be looked at, and that it does not know", () => {
    fc.assert(
      fc.property(aCase, (given) => {
        const { saved } = lookOf(given);
        const { outputs, gone, moved } = liveOf(saved, undefined);
        expect(outputs).toMatchObject({ status: "unknown", drift: [], failures: [], pendingDeviceIds: [] });
        expect(outputs.__losant.unverified).toBe(true);
        expect({ gone, moved }).toEqual({ gone: false, moved: [] });
      }),
      { numRuns: 300 },
    );
  });
});
