import { describe, expect, test } from "@jest/globals";
import { engineFacts } from "../../../sdk/pipeline/engine/engine-events.js";
import { planIn } from "../../../sdk/pipeline/engine/planned.js";
import {
  APPLICATION,
  applied,
  device,
  moved,
  recorded,
  SECRET_VALUE,
  showing,
  state,
  step,
  UNKNOWN_VALUE,
  urn,
} from "./support.js";

const OTHER_FLOW = "f00000000000000000000001";

const planOf = (...events: Parameters<typeof engineFacts>[0]) => planIn(engineFacts(events));

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
    const elsewhere = showing(state({}, true), { flowId: OTHER_FLOW });
    expect(planOf(step("replace", state({}), elsewhere)).devicesMoved).toBe(4);
  });

  test("replacing a resource within its flow moves its devices, each once", () => {
    expect(planOf(step("replace", state({}), state({}, true))).devicesMoved).toBe(2);
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
    const joins = [{ from: null, to: "v1", deviceIds: [device(0), device(1)] }];
    const record = recorded({ kind: "planned", urn: urn("telemetry"), calls: [], moved: joins });
    const elsewhere = showing(state({}, true), { flowId: OTHER_FLOW });
    expect(planOf(record, step("replace", state({}), elsewhere)).devicesMoved).toBe(4);
    const there = recorded({ kind: "planned", urn: urn("telemetry"), calls: [], moved: [] });
    expect(planOf(there, step("replace", state({}), elsewhere)).devicesMoved).toBe(2);
  });
});

test("an unchanged stack has an empty plan; other resources are listed apart", () => {
  const plan = planOf(step("same", state({}), state({})), step("update", null, null, "bucket", "aws:s3:Bucket"));
  expect(plan).toMatchObject({ devicesMoved: 0, resources: [], otherChanges: [{ name: "bucket" }] });
});

const planned = (name: string, ...groups: { from: string | null; to: string | null; deviceIds: string[] }[]) =>
  recorded({ kind: "planned", urn: urn(name), calls: groups.map(() => "a call"), moved: groups });

describe("what a preview does not know is unknown, never none", () => {
  test.each([
    ["deviceIds", { deviceIds: UNKNOWN_VALUE }],
    ["deviceIds", { deviceIds: [device(0), UNKNOWN_VALUE] }],
    ["version", { version: UNKNOWN_VALUE }],
    ["flowId", { flowId: UNKNOWN_VALUE }],
    ["applicationId", { applicationId: UNKNOWN_VALUE }],
  ])("%s of a create", (name, properties) => {
    const plan = planOf(step("create", null, showing(state({}, true), properties)));
    expect(plan).toMatchObject({ devicesUnknown: true, resources: [{ unknown: [name] }] });
    expect(JSON.stringify(plan)).not.toContain(UNKNOWN_VALUE);
  });

  test("a list whose ids are not known stops none of the devices that are there", () => {
    const plan = planOf(step("update", state({}), showing(state({}, true), { deviceIds: UNKNOWN_VALUE })));
    expect(plan.resources[0]).toMatchObject({ moved: [], unknown: ["deviceIds"] });
  });

  test("the known devices of such a list count at least", () => {
    const deviceIds = [device(7), device(8), UNKNOWN_VALUE];
    const plan = planOf(step("create", null, showing(state({}, true), { deviceIds })));
    expect(plan).toMatchObject({ devicesMoved: 2, resources: [{ moved: [{ to: "v1" }] }] });
  });

  test("a new exclusive resource may stop any device, unless a plan has looked; one that was refreshed has looked", () => {
    const exclusive = showing(state({}, true), { exclusive: true });
    expect(planOf(step("create", null, exclusive)).resources[0]?.unknown).toEqual(["exclusive"]);
    expect(planOf(step("update", state({}), exclusive)).resources[0]?.unknown).toEqual(["exclusive"]);
    const before = showing(state({}), { exclusive: true });
    expect(planOf(step("update", before, exclusive)).resources[0]).not.toHaveProperty("unknown");
    expect(planOf(planned("telemetry"), step("create", null, exclusive)).resources[0]).not.toHaveProperty("unknown");
  });

  test("a plan where everything is known has no word of it", () => {
    const plan = planOf(step("create", null, state({}, true)));
    expect(plan).not.toHaveProperty("devicesUnknown");
    expect(plan.resources[0]).not.toHaveProperty("unknown");
  });
});

describe("secrets", () => {
  const secretly = { version: SECRET_VALUE, deviceIds: SECRET_VALUE };
  const secret = (...numbers: number[]) => showing(state({ devices: numbers }), secretly);

  test("a record with blanked ids counts each of them, and neither id nor version is shown", () => {
    const record = planned("telemetry", { from: "v1", to: "[secret]", deviceIds: ["[secret]", "[secret]"] });
    const plan = planOf(record, step("update", secret(0, 1), showing(state({}, true), secretly)));
    expect(plan).toMatchObject({
      devicesMoved: 2,
      resources: [
        { moved: [{ from: "[secret]", deviceIds: ["[secret]", "[secret]"] }], secret: ["deviceIds", "version"] },
      ],
    });
    expect(plan.resources[0]).not.toHaveProperty("unknown");
  });

  test("a record that names them is blanked here", () => {
    const record = planned("telemetry", { from: null, to: "v7", deviceIds: [device(0), device(1)] });
    const plan = planOf(record, step("create", null, showing(state({}, true), secretly)));
    expect(plan).toMatchObject({ devicesMoved: 2, resources: [{ moved: [{ from: null, to: "[secret]" }] }] });
    expect(JSON.stringify(plan)).not.toMatch(/v7|d0{10}/);
  });

  test("without a record, secret ids are not known; a secret version is, since it moves no more than the devices", () => {
    expect(planOf(step("create", null, showing(state({}, true), secretly))).resources[0]?.unknown).toEqual([
      "deviceIds",
    ]);
    const version = { version: SECRET_VALUE };
    const plan = planOf(step("update", showing(state({}), version), showing(state({}, true), version)));
    expect(plan.devicesMoved).toBe(2);
    expect(plan.resources[0]).not.toHaveProperty("unknown");
  });

  test("a deleted resource counts the devices of its state, also where that is the number alone", () => {
    const plan = planOf(step("delete", secret(0, 1, 2), null));
    expect(plan).toMatchObject({ devicesMoved: 3, resources: [{ moved: [{ to: null }] }] });
    expect(plan.resources[0]?.moved[0]?.deviceIds).toEqual(["[secret]", "[secret]", "[secret]"]);
  });

  test("drift that names devices of a secret list does not count them twice", () => {
    const drift = [moved(0, "v1", "v3")];
    const side = showing(state({ devices: [0, 1, 2], drift }), { deviceIds: SECRET_VALUE });
    expect(planOf(step("delete", side, null)).devicesMoved).toBe(3);
  });

  test("the text [secret], as older CLIs show it, is a secret too", () => {
    const plan = planOf(step("create", null, showing(state({}, true), { deviceIds: "[secret]" })));
    expect(plan.resources[0]).toMatchObject({ unknown: ["deviceIds"], secret: ["deviceIds"], moved: [] });
  });
});

describe("a resource that is dropped", () => {
  const dropped = (own: Record<string, unknown> = {}) => step("delete", applied(state({}), own), null, "old");
  const created = (overrides = {}) => step("create", null, state({ ...overrides }, true), "new");

  test("stops its devices, and is listed with them", () => {
    expect(planOf(dropped()).resources).toMatchObject([
      { name: "old", op: "delete", moved: [{ from: "v1", to: null, deviceIds: [device(0), device(1)] }] },
    ]);
  });

  test("as its own plan says, where the program made one", () => {
    const record = planned("old", { from: "v1", to: null, deviceIds: [device(0)] });
    expect(planOf(record, dropped()).devicesMoved).toBe(1);
  });

  test("hands over what another resource declares and has, by that one's plan", () => {
    const plan = planOf(planned("new"), created(), dropped());
    expect(plan.devicesMoved).toBe(0);
    expect(plan.resources[1]).toMatchObject({ moved: [], handedOverDeviceIds: [device(0), device(1)] });
  });

  test("counts a device once where the other one moves it to another version", () => {
    const record = planned("new", { from: "v1", to: "v2", deviceIds: [device(0), device(1)] });
    expect(planOf(record, created({ version: "v2" }), dropped()).devicesMoved).toBe(2);
  });

  test("counts each device once where neither has a plan: too many rather than too few", () => {
    expect(planOf(created(), dropped()).devicesMoved).toBe(2);
  });

  test("hands nothing over to a resource of another workflow, one that is deleted too or one that is only looked up", () => {
    const elsewhere = step("create", null, showing(state({}, true), { flowId: OTHER_FLOW }), "new");
    expect(planOf(planned("new"), elsewhere, dropped()).devicesMoved).toBe(2);
    expect(planOf(planned("new"), step("delete", state({}), null, "new"), dropped()).devicesMoved).toBe(2);
    expect(planOf(step("read", null, state({}), "new"), dropped()).devicesMoved).toBe(2);
  });

  test("has handed over what an unchanged resource declares", () => {
    const kept = step("same", state({ devices: [5] }), state({ devices: [5] }), "new");
    const plan = planOf(kept, dropped({ handedOver: { new: [device(5)] } }));
    expect(plan.devicesMoved).toBe(2);
  });

  test("stops what was handed over to a resource that is not there", () => {
    expect(planOf(dropped({ handedOver: { gone: [device(5)] } })).devicesMoved).toBe(3);
  });

  test.each([
    ["the engine", { ...state({}), retainOnDelete: true }],
    ["the resource itself", applied(state({}), { retainOnDelete: true })],
  ])("with retainOnDelete, as %s says, stops nothing and says which devices keep the workflow", (_who, side) => {
    const plan = planOf(step("delete", side, null));
    expect(plan.devicesMoved).toBe(0);
    expect(plan.resources[0]).toMatchObject({ moved: [], retainedDeviceIds: [device(0), device(1)] });
  });

  test("of which nothing is left moves nothing", () => {
    expect(planOf(step("delete", state({ version: null }), null)).devicesMoved).toBe(0);
  });
});

test("a flow is one whatever the case of its ids", () => {
  const upper = showing(state({}, true), { applicationId: APPLICATION.toUpperCase() });
  const plan = planOf(planned("new"), step("create", null, upper, "new"), step("delete", state({}), null, "old"));
  expect(plan.devicesMoved).toBe(0);
});
