import { describe, expect, test } from "@jest/globals";
import { factsOf } from "../../../sdk/pipeline/engine-events.js";
import { planIn } from "../../../sdk/pipeline/planned.js";
import { device, moved, recorded, state, step, urn } from "./support.js";

const planOf = (...events: Parameters<typeof factsOf>[0]) => planIn(factsOf(events));

describe("without the plan in the preview, moves follow from state and declaration", () => {
  test("a new version moves every device", () => {
    const plan = planOf(step("update", state({}), state({ version: "v2" }, true)));
    expect(plan.resources[0]?.moved).toEqual([{ from: "v1", to: "v2", deviceIds: [device(0), device(1)] }]);
    expect(plan.devicesMoved).toBe(2);
  });

  test("a drifted device that is there already is not moved", () => {
    const drifted = state({ drift: [moved(1, "v1", "v2")] });
    const plan = planOf(step("update", drifted, state({ version: "v2" }, true)));
    expect(plan.resources[0]?.moved).toEqual([{ from: "v1", to: "v2", deviceIds: [device(0)] }]);
  });

  test("drift alone moves the drifted device back", () => {
    const plan = planOf(step("update", state({ drift: [moved(1, "v1", "v3")] }), state({}, true)));
    expect(plan.resources[0]?.moved).toEqual([{ from: "v3", to: "v1", deviceIds: [device(1)] }]);
  });

  test("a device that joins counts, from where nobody knows; one that leaves loses the flow", () => {
    const plan = planOf(step("update", state({ devices: [0, 1] }), state({ devices: [1, 2] }, true)));
    expect(plan.resources[0]?.moved).toEqual([
      { to: "v1", deviceIds: [device(2)] },
      { from: "v1", to: null, deviceIds: [device(0)] },
    ]);
    expect(plan.devicesMoved).toBe(2);
  });

  test("a foreign device that an exclusive resource removes counts", () => {
    const foreign = state({ drift: [moved(9, null, "v1")] });
    expect(planOf(step("update", foreign, state({}, true))).resources[0]?.moved).toEqual([
      { from: "v1", to: null, deviceIds: [device(9)] },
    ]);
  });

  test("deleting a resource stops its devices", () => {
    expect(planOf(step("delete", state({}), null)).devicesMoved).toBe(2);
  });

  test("replacing a resource stops the old flow's devices and starts the new one's", () => {
    expect(planOf(step("replace", state({}), state({}, true))).devicesMoved).toBe(4);
  });

  test("settings alone move nobody", () => {
    expect(planOf(step("update", state({}), state({}, true))).devicesMoved).toBe(0);
  });
});

describe("with the plan in the preview", () => {
  test("its record is what counts: a joining device may be there already", () => {
    const record = recorded({
      kind: "planned",
      urn: urn("telemetry"),
      calls: ["release v1 to 1 device by name"],
      moved: [],
    });
    const plan = planOf(record, step("create", null, state({}, true)));
    expect(plan).toMatchObject({ devicesMoved: 0, resources: [{ calls: ["release v1 to 1 device by name"] }] });
  });

  test("a replacement is still counted on both sides", () => {
    const record = recorded({ kind: "planned", urn: urn("telemetry"), calls: [], moved: [] });
    expect(planOf(record, step("replace", state({}), state({}, true))).devicesMoved).toBe(4);
  });
});

test("an unchanged stack has an empty plan; other resources are listed apart", () => {
  const plan = planOf(step("same", state({}), state({})), step("update", null, null, "bucket", "aws:s3:Bucket"));
  expect(plan).toMatchObject({ devicesMoved: 0, resources: [], otherChanges: [{ name: "bucket" }] });
});
