import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { planCalls } from "../../provider/decision/plan.js";
import type { Call, PlanInput } from "../../provider/decision/plan.js";
import type { Versions } from "../../provider/resource/fleet.js";
import type { LosantId, Version } from "../../provider/losant/types.js";

type Fleet = ReadonlyMap<LosantId, Versions>;
/** What `oldVersion` of a replace is matched on is not documented: the properties have to hold for each reading. */
type Reading = "desired" | "current" | "either";

const aVersion: fc.Arbitrary<Version> = fc.constantFrom("v1", "v2", "v3", null);

const aDevice = fc.record({
  desired: aVersion,
  current: aVersion,
  wanted: fc.option(aVersion, { nil: undefined, freq: 3 }),
  owned: fc.boolean(),
  /** Most devices run what they should; the interesting ones do not. */
  settled: fc.integer({ min: 0, max: 3 }).map((n) => n > 0),
});

/** Large fleets come from repeating a few kinds of device, so that chunks and ties occur. */
const aSituation = fc
  .array(
    fc.tuple(
      aDevice,
      fc.oneof({ weight: 9, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.integer({ min: 2, max: 1500 }) }),
    ),
    {
      maxLength: 8,
    },
  )
  .map((kinds): PlanInput => {
    const devices = kinds.flatMap(([kind, count]) => Array.from({ length: count }, () => kind));
    const rows = devices.map((device, index) => ({ ...device, id: `d${String(index).padStart(5, "0")}` }));
    return {
      desired: new Map(rows.flatMap(({ id, wanted }) => (wanted === undefined ? [] : [[id, wanted]]))),
      observed: new Map(
        rows.map(({ id, desired, current, settled }) => [id, { desired, current: settled ? desired : current }]),
      ),
      owned: new Set(rows.filter(({ owned }) => owned).map(({ id }) => id)),
    };
  });

const aReading = fc.constantFrom<Reading>("desired", "current", "either");

/** What Losant makes of one call. */
function after(fleet: Fleet, call: Call, reading: Reading): Fleet {
  return new Map(
    [...fleet].map(([id, device]) => {
      const target = targetOf(call, id, device, reading);
      return [id, target === undefined ? device : { ...device, desired: target }];
    }),
  );
}

function targetOf(call: Call, id: LosantId, { desired, current }: Versions, reading: Reading): Version | undefined {
  switch (call.verb) {
    case "release":
      return call.deviceIds.includes(id) ? call.version : undefined;
    case "replace": {
      const onDesired = desired === call.oldVersion;
      const onCurrent = current === call.oldVersion;
      const hit = { desired: onDesired, current: onCurrent, either: onDesired || onCurrent }[reading];
      return hit ? call.newVersion : undefined;
    }
    case "remove":
      return "every" in call || call.deviceId === id ? null : undefined;
  }
}

const withAll = ({ observed, desired }: PlanInput): Fleet =>
  new Map([
    ...[...desired.keys()].map((id): [LosantId, Versions] => [id, { desired: null, current: null }]),
    ...observed,
  ]);

const desiredOf = (fleet: Fleet, id: LosantId): Version => fleet.get(id)?.desired ?? null;

describe("whatever the situation", () => {
  test("no foreign device moves, however the calls are ordered and replace is read", () => {
    fc.assert(
      fc.property(aSituation, aReading, fc.boolean(), (situation, reading, reversed) => {
        const calls = reversed ? planCalls(situation).calls.toReversed() : planCalls(situation).calls;
        const end = calls.reduce<Fleet>((fleet, call) => after(fleet, call, reading), withAll(situation));
        for (const [id, device] of situation.observed) {
          if (!situation.owned.has(id)) expect(desiredOf(end, id)).toBe(device.desired);
        }
      }),
      { numRuns: 500 },
    );
  });

  test("an owned device that is where it should be never moves", () => {
    fc.assert(
      fc.property(aSituation, aReading, fc.boolean(), (situation, reading, reversed) => {
        const calls = reversed ? planCalls(situation).calls.toReversed() : planCalls(situation).calls;
        let fleet = withAll(situation);
        for (const call of calls) {
          fleet = after(fleet, call, reading);
          for (const [id, wanted] of situation.desired) {
            const was = situation.observed.get(id)?.desired ?? null;
            if (situation.owned.has(id) && was === wanted) expect(desiredOf(fleet, id)).toBe(wanted);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  test("a plan made after applying one is empty, with replace read as its name says", () => {
    fc.assert(
      fc.property(aSituation, fc.constantFrom<Reading>("desired", "either"), (situation, reading) => {
        const end = planCalls(situation).calls.reduce<Fleet>(
          (fleet, call) => after(fleet, call, reading),
          withAll(situation),
        );
        expect(planCalls({ ...situation, observed: end }).calls).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  test("where replace means the current version, a second plan by name ends it", () => {
    fc.assert(
      fc.property(aSituation, (situation) => {
        const first = planCalls(situation).calls.reduce<Fleet>(
          (fleet, call) => after(fleet, call, "current"),
          withAll(situation),
        );
        const second = planCalls({ ...situation, observed: first, allowFleetWideCalls: false });
        const end = second.calls.reduce<Fleet>((fleet, call) => after(fleet, call, "current"), first);
        expect(planCalls({ ...situation, observed: end }).calls).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test("there are never more calls than releasing each version by name would take", () => {
    fc.assert(
      fc.property(aSituation, (situation) => {
        const { calls, moves } = planCalls(situation);
        const naive = [...Map.groupBy(moves, (move) => move.to).values()].reduce(
          (sum, group) => sum + Math.ceil(group.length / 1000),
          0,
        );
        expect(calls.length).toBeLessThanOrEqual(naive);
      }),
      { numRuns: 500 },
    );
  });

  test("a release names between 1 and 1000 devices, each once, all of them owned and to be moved", () => {
    fc.assert(
      fc.property(aSituation, fc.boolean(), (situation, wide) => {
        for (const call of planCalls({ ...situation, allowFleetWideCalls: wide }).calls) {
          if (call.verb !== "release") continue;
          expect(call.deviceIds.length).toBeLessThanOrEqual(1000);
          expect(new Set(call.deviceIds).size).toBe(call.deviceIds.length);
          for (const id of call.deviceIds) {
            expect(situation.owned.has(id)).toBe(true);
            expect(situation.desired.get(id)).toBe(call.version);
            expect(situation.observed.get(id)?.desired).not.toBe(call.version);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});
