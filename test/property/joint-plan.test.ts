// One plan for several resources of a flow: nobody outside of it moves, and the order of the resources does not matter.
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { jointPlan } from "../../provider/decision/joint-plan.js";
import type { JointPlanInput } from "../../provider/decision/joint-plan.js";
import type { LosantId, Version } from "../../provider/losant/types.js";
import type { Fleet } from "../../provider/resource/fleet.js";
import type { Call, CallPlan } from "../../provider/decision/plan.js";
import type { Intent } from "../../provider/resource/ownership.js";

const VERSIONS = ["v1", "v1", "v2", "v3", null] as const;
const aVersion = fc.constantFrom<Version>(...VERSIONS);

/** What a device is to a plan: one of two resources wants it, or both do, or one whose calls are under way, or nobody. */
const aRole = fc.constantFrom("first", "first", "second", "second", "given", "under way", "foreign");

const aDevice = fc.record({
  role: aRole,
  desired: aVersion,
  current: aVersion,
  wanted: aVersion,
  arrived: fc.boolean(),
});
type Device = typeof aDevice extends fc.Arbitrary<infer T> ? T : never;

const aCase = fc.record({
  devices: fc.array(aDevice, { minLength: 1, maxLength: 8 }),
  reading: fc.constantFrom<"desired" | "current" | "either">("desired", "current", "either"),
  isFreshLook: fc.boolean(),
});

const idOf = (index: number): LosantId => `d${index}`;

function inputOf(devices: readonly Device[], isFreshLook: boolean, isReversed: boolean): JointPlanInput {
  const intentOf = (wants: (device: Device) => Version | undefined): Intent => {
    const desired = new Map<LosantId, Version>();
    for (const [index, device] of devices.entries()) {
      const version = wants(device);
      if (version !== undefined) desired.set(idOf(index), version);
    }
    return { desired, owned: new Set(desired.keys()) };
  };
  // A device that is given: the first resource lets it go, and the second one wants it.
  const first = intentOf(({ role, wanted }) => (role === "first" ? wanted : role === "given" ? null : undefined));
  const second = intentOf(({ role, wanted }) => (role === "second" || role === "given" ? wanted : undefined));
  return {
    wanted: isReversed ? [second, first] : [first, second],
    underWay: [intentOf(({ role, wanted }) => (role === "under way" ? wanted : undefined))],
    fleet: fleetOf(devices),
    allowFleetWideCalls: true,
    isFreshLook,
  };
}

function fleetOf(devices: readonly Device[]): Fleet {
  return new Map(
    devices.map(({ desired, current }, index) => [
      idOf(index),
      { deviceId: idOf(index), desired, current, sameContent: true },
    ]),
  );
}

/** Where a call takes the device, if it reaches it; what is under way has perhaps arrived by then. */
function targetOf(call: Call, index: number, device: Device, reading: string): Version | undefined {
  const isThere = device.role === "under way" && device.arrived;
  const [desired, current] = isThere ? [device.wanted, device.wanted] : [device.desired, device.current];
  switch (call.verb) {
    case "release":
      return call.deviceIds.includes(idOf(index)) ? call.version : undefined;
    case "replace": {
      const hits = [reading !== "current" && desired, reading !== "desired" && current];
      return hits.includes(call.oldVersion) ? call.newVersion : undefined;
    }
    case "remove":
      return "every" in call || call.deviceId === idOf(index) ? null : undefined;
  }
}

const movesOf = ({ moves }: CallPlan) => moves.map(({ deviceId, to }) => `${deviceId} ${to}`).toSorted();
const callsOf = (plan: CallPlan | "look again"): readonly Call[] => (plan === "look again" ? [] : plan.calls);

describe("one plan for what several resources want", () => {
  test("moves nobody else's device, and none whose calls are under way", () => {
    fc.assert(
      fc.property(aCase, ({ devices, reading, isFreshLook }) => {
        for (const call of callsOf(jointPlan(inputOf(devices, isFreshLook, false)))) {
          for (const [index, device] of devices.entries()) {
            if (device.role !== "foreign" && device.role !== "under way") continue;
            const own = device.role === "under way" && device.arrived ? device.wanted : device.desired;
            expect([call, targetOf(call, index, device, reading) ?? own]).toEqual([call, own]);
          }
        }
      }),
      { numRuns: 2000 },
    );
  });

  test("is the same in whatever order they come, and a device that one gives to another does not stop", () => {
    fc.assert(
      fc.property(aCase, ({ devices, isFreshLook }) => {
        const plan = jointPlan(inputOf(devices, isFreshLook, false));
        const reversed = jointPlan(inputOf(devices, isFreshLook, true));
        if (plan === "look again" || reversed === "look again") return expect(plan).toEqual(reversed);
        expect(movesOf(plan)).toEqual(movesOf(reversed));
        const given = devices.flatMap(({ role, wanted }, index) => (role === "given" ? [[idOf(index), wanted]] : []));
        const meant = new Map(given as [LosantId, Version][]);
        for (const { deviceId, to } of plan.moves) if (meant.has(deviceId)) expect(to).toBe(meant.get(deviceId));
        return undefined;
      }),
      { numRuns: 2000 },
    );
  });

  test("uses a wide call only on a look that was made after everybody had come in", () => {
    fc.assert(
      fc.property(aCase, ({ devices }) => {
        const calls = callsOf(jointPlan(inputOf(devices, false, false)));
        expect(calls.filter((call) => call.verb === "replace" || "every" in call)).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });
});
