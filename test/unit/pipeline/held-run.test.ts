// What `deploy --plan` hands to the plugin, and what it makes of the plugin's answer.
import { describe, expect, test } from "@jest/globals";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { NATIVE_EDGE_DEPLOYMENT_TYPE } from "../../../provider/type-token.js";
import { changedSince } from "../../../sdk/pipeline/gates/approval.js";
import { refusalOf } from "../../../sdk/pipeline/gates/gates.js";
import { approvedMovesIn, isAllRefused, refusedIn, unheldIn } from "../../../sdk/pipeline/gates/held-run.js";
import { engineFacts } from "../../../sdk/pipeline/engine/engine-events.js";
import { planFileOf } from "../../../sdk/pipeline/engine/plan-contents.js";
import { planIn } from "../../../sdk/pipeline/engine/planned.js";
import type { PlanFile } from "../../../sdk/pipeline/report/plan-file.js";
import { APPLICATION, device, failedStep, FLOW, ID, recorded, showing, state, step, urn } from "./support.js";

const OTHER_FLOW = FLOW.replace(/0$/, "1");

function fileOf(...events: EngineEvent[]): PlanFile {
  const facts = engineFacts(events);
  return planFileOf(facts, planIn(facts), { stack: "dev", createdAt: "2026-11-27T04:00:00.000Z" });
}
const planned = (name: string, from: string | null, to: string | null, ...numbers: number[]): EngineEvent =>
  recorded({
    kind: "planned",
    urn: urn(name),
    calls: [],
    moved: [{ from, to, deviceIds: numbers.map(device) }],
  });

describe("what a plan approves", () => {
  test("the moves of an update", () => {
    const file = fileOf(
      planned("telemetry", "v1", "v2", 0, 1),
      step("update", state({}), state({ version: "v2" }, true)),
    );
    expect(approvedMovesIn(file)).toEqual([
      { applicationId: APPLICATION, flowId: FLOW, from: "v1", to: "v2", deviceIds: [device(0), device(1)] },
    ]);
  });

  test("those of a delete", () => {
    expect(approvedMovesIn(fileOf(step("delete", state({}), null)))).toEqual([
      { applicationId: APPLICATION, flowId: FLOW, from: "v1", to: null, deviceIds: [device(0), device(1)] },
    ]);
  });

  test("those of a replacement: in the new workflow, and out of the old one", () => {
    const file = fileOf(
      planned("telemetry", null, "v1", 0, 1),
      step("replace", state({}), showing(state({}, true), { flowId: OTHER_FLOW })),
    );
    expect(file.resources[0]?.unknown).toBeUndefined();
    const both = { applicationId: APPLICATION, deviceIds: [device(0), device(1)] };
    expect(approvedMovesIn(file)).toEqual([
      { ...both, flowId: OTHER_FLOW, from: null, to: "v1" },
      { ...both, flowId: FLOW, from: "v1", to: null },
    ]);
    expect(changedSince(file, file, [])).toEqual([]);
  });

  test("not the stop of a device that another resource brings to a version: it must not stop in between", () => {
    const file = fileOf(
      planned("giver", "v1", null, 0, 1),
      step("update", state({}), state({ devices: [] }, true), "giver"),
      planned("taker", "v1", "v2", 0),
      step("create", null, state({ version: "v2", devices: [0] }, true), "taker"),
    );
    expect(approvedMovesIn(file).map(({ from, to, deviceIds }) => [from, to, deviceIds])).toEqual([
      ["v1", null, [device(1)]],
      ["v1", "v2", [device(0)]],
    ]);
  });
});

describe("a plugin that does not hold itself to the plan", () => {
  const update = step("update", state({}), state({ version: "v2" }, true));
  const native = step("same", state({}), state({}), "other", NATIVE_EDGE_DEPLOYMENT_TYPE);
  const file = fileOf(update);
  const held = (front: "dynamic" | "native", plan?: string): EngineEvent =>
    recorded({ kind: "held", front, ...(plan === undefined ? {} : { plan }) });

  test.each<[string, EngineEvent[], string[]]>([
    ["says nothing, as one of an older release", [update], ["telemetry"]],
    ["cannot read it", [held("dynamic"), update], ["telemetry"]],
    ["has another one", [held("dynamic", "sha256:other"), update], ["telemetry"]],
    ["is only one of two", [held("dynamic", file.hash), update, native], ["other"]],
    ["does not count where it only reads", [step("read", null, state({}))], []],
    ["is none of both that do", [held("dynamic", file.hash), held("native", file.hash), update, native], []],
  ])("%s", (_what, events, expected) => {
    expect(unheldIn(engineFacts(events), file)).toEqual(expected);
  });

  test("is refused before anything runs", async () => {
    const plan = planIn(engineFacts([update]));
    const gates = { approved: file, failOn: "none" } as const;
    const refusal = await refusalOf(gates, plan, [], { current: file, unheld: ["telemetry"] });
    expect(refusal).toMatchObject({
      gate: "approved",
      reason: expect.stringMatching(/^the plugin of telemetry does not/),
    });
    expect(await refusalOf(gates, plan, [], { current: file, unheld: [] })).toBeUndefined();
  });
});

describe("what the plugin refused during the run", () => {
  const change = { deviceId: device(2), was: "not in the plan", is: 'not deployed -> "v1"' };
  const refused = (id: string): EngineEvent => recorded({ kind: "refused", id, changes: [change] });
  const factsOf = (...events: EngineEvent[]) => engineFacts(events);

  test("is named by its resource, also where that could not be created", () => {
    expect(refusedIn(factsOf(refused(ID), failedStep("update", state({}), state({}, true))))).toEqual([
      { what: "device", resource: "telemetry", ...change },
    ]);
    const created = factsOf(
      refused(`${APPLICATION}/${FLOW}/new`),
      failedStep("create", null, state({}, true), "fresh"),
    );
    expect(refusedIn(created)).toEqual([{ what: "device", resource: "fresh", ...change }]);
  });

  test("is a refusal of the whole run where nothing else was done", () => {
    const failed = failedStep("update", state({}), state({}, true));
    expect(isAllRefused(factsOf(refused(ID), failed))).toBe(true);
    expect(isAllRefused(factsOf(failed))).toBe(false);
    const other = step("create", null, state({}, true), "other");
    expect(isAllRefused(factsOf(refused(ID), failed, other))).toBe(false);
    const call = { verb: "release", why: "release v1 to 1 device by name" } as const;
    const wrote = recorded({ kind: "applied", id: ID, calls: [call], moved: [], names: {} });
    expect(isAllRefused(factsOf(refused(ID), failed, wrote))).toBe(false);
    expect(isAllRefused(factsOf(refused(ID), failed, failedStep("update", state({}), null, "broken")))).toBe(false);
  });
});
