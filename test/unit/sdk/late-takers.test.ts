import { describe, expect, test } from "@jest/globals";
import { decide } from "../../../provider/decision/decide.js";
import type { DeviceView } from "../../../provider/resource/fleet.js";
import { lateTakerWarnings } from "../../../sdk/preview/late-takers.js";
import type { PlanPreview } from "../../../provider/preview/plan-preview.js";
import { programView } from "../../../sdk/preview/program-view.js";
import type { Registered } from "../../../sdk/program/registrations.js";

const flow = { applicationId: "a", flowId: "f" };

function registered(name: string, deviceIds: readonly string[] | undefined, at: Partial<Registered> = {}): Registered {
  return {
    self: name,
    name,
    ignoreChanges: [],
    retainOnDelete: false,
    secret: new Set(),
    flowKey: "a/f",
    ...(deviceIds === undefined ? {} : { declaration: { ...flow, deviceIds: new Set(deviceIds) }, declaredAt: 1 }),
    ...at,
  };
}

const view = (deviceId: string): DeviceView => ({
  deviceId,
  name: `line-${deviceId}`,
  desired: "v1",
  current: "v1",
  sameContent: true,
});

/** `ring-1` had 1, 2 and 3, and declares 1 now; its registration was sent at step 10. */
function warningsWith(others: readonly Registered[], live: readonly string[] = ["1", "2", "3"]): string[] {
  const giver = registered("ring-1", ["1"], { sentAt: 10 });
  const registrations = [giver, ...others];
  const inputs = { ...flow, version: "v1", deviceIds: ["1"] };
  const fleet = new Map(live.map((id) => [id, view(id)]));
  const before = { inputs: { ...inputs, deviceIds: ["1", "2", "3"] }, leaving: [] };
  const program = programView({ flow, registrations, self: giver, urns: [], holders: undefined });
  const decision = decide({ inputs, before, fleet, program, allowFleetWideCalls: true });
  const preview: PlanPreview = { inputs, before, isStateKnown: true, decision, fleet, secret: new Set() };
  return lateTakerWarnings(giver, preview, registrations);
}

describe("a device that is stopped although another resource takes it", () => {
  test("is named with giver, taker and the way out", () => {
    expect(warningsWith([registered("ring-2", ["2", "3"], { declaredAt: 20 })])).toEqual([
      "2 devices leave ring-1 and are stopped (line-2, line-3), though ring-2 declares them: when ring-1 was registered, " +
        "ring-2 was not known yet. To avoid the stop, give the device ids as plain values, and declare both resources " +
        "before the first await",
    ]);
  });

  test("may be one that a resource takes whose devices are not known", () => {
    const warnings = warningsWith([registered("ring-2", ["2"], { declaredAt: 20 }), registered("ring-3", undefined)]);
    expect(warnings).toEqual([
      expect.stringMatching(/^1 device leaves ring-1 and is stopped \(line-2\), though ring-2 declares it/),
      expect.stringMatching(
        /^1 device leaves ring-1 and is stopped \(line-3\)\. If it should go to ring-3, whose devices are not known yet, it starts again only after the stop/,
      ),
    ]);
  });
});

describe("there is nothing to warn of", () => {
  test.each<[string, readonly Registered[], readonly string[] | undefined]>([
    ["the taker was declared in time", [registered("ring-2", ["2", "3"], { declaredAt: 5 })], undefined],
    ["no resource takes them", [registered("ring-2", ["9"], { declaredAt: 20 })], undefined],
    [
      "another workflow should run there",
      [
        registered("fans", ["2"], {
          flowKey: "a/g",
          declaration: { ...flow, flowId: "g", deviceIds: new Set(["2"]) },
          declaredAt: 20,
        }),
      ],
      undefined,
    ],
    ["the unknown resource is of another workflow", [registered("fans", undefined, { flowKey: "a/g" })], undefined],
    ["nothing runs on them", [registered("ring-2", ["2", "3"], { declaredAt: 20 })], ["1"]],
  ])("%s", (_what, others, live) => {
    expect(warningsWith(others, live)).toEqual([]);
  });
});
