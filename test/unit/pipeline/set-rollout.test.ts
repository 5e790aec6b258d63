// The rollout of an EdgeDeploymentSet in the pipeline's report: where it did not get to its end, the engine calls no member.
import { describe, expect, test } from "@jest/globals";
import { deployedIn, isPaused, otherChangesIn } from "../../../sdk/pipeline/engine/deployed.js";
import { engineFacts } from "../../../sdk/pipeline/engine/engine-events.js";
import { isAllRefused, refusedIn } from "../../../sdk/pipeline/gates/held-run.js";
import { netMoves } from "../../../sdk/pipeline/engine/net-moves.js";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { APPLICATION, device, FLOW, ID, recorded, SECRET_VALUE, state, step, TYPE, urn } from "./support.js";

const SET_TYPE = "pulumi-nodejs:dynamic/losant:SetRollout";
const COMPONENT = "losant:index:EdgeDeploymentSet";
const OTHER_FLOW = "f00000000000000000000001";
const SET = `${APPLICATION}/set/0123456789abcdef`;
const parent = urn("hall-a", COMPONENT);

const inputs = {
  applicationId: APPLICATION,
  deviceIds: [device(0), device(1)],
  workflows: { telemetry: { flowId: FLOW, version: "v2" }, vibration: { flowId: OTHER_FLOW, version: "w2" } },
  rollout: { batches: [1, "100%"] },
};

/** A step of the rollout of a set, as the engine shows it. A set that is not created has no id. */
function setStep(op: string, { fails = true, id = SET, more = {} } = {}): EngineEvent {
  const shown = { id, inputs: { ...inputs, ...more }, outputs: id === "" ? {} : inputs, initErrors: [], parent };
  const old = op === "create" ? null : shown;
  const metadata = { op, urn: urn("hall-a", `${COMPONENT}$${SET_TYPE}`), type: SET_TYPE, old, new: shown };
  return (fails
    ? { sequence: 0, timestamp: 0, resOpFailedEvent: { metadata, status: 1, steps: 1 } }
    : { sequence: 0, timestamp: 0, resOutputsEvent: { metadata } }) as unknown as EngineEvent;
}

const ended = { sequence: 0, timestamp: 0, summaryEvent: {} } as unknown as EngineEvent;

const applied = (part: number, from: string | null, to: string | null, ...numbers: number[]) => ({
  kind: "applied" as const,
  id: SET,
  part,
  calls: [{ verb: "release" as const, why: `release ${to}` }],
  moved: [{ from, to, deviceIds: numbers.map(device) }],
  names: {},
});
const problems = {
  kind: "problems" as const,
  id: SET,
  version: "v2 + w2",
  devices: [{ deviceId: device(1), error: "Vibration: no room" }],
  names: { [device(1)]: "line-2" },
};

describe("a set that went back", () => {
  const events = [
    recorded(applied(0, "v1", "v2", 0, 1)),
    recorded(applied(1, "w1", "w2", 0, 1)),
    recorded(problems),
    recorded(applied(0, "v2", "v1", 0, 1)),
    recorded(applied(1, "w2", "w1", 0, 1)),
  ];

  test.each(["update", "create"])("has a row of its own, with calls, failed and rolled back devices: %s", (op) => {
    const facts = engineFacts([...events, setStep(op, { id: op === "create" ? "" : SET })]);
    expect(deployedIn(facts)).toMatchObject([
      {
        name: "hall-a",
        op,
        applicationId: APPLICATION,
        flowId: `${FLOW} + ${OTHER_FLOW}`,
        calls: [{ why: "release v2" }, { why: "release w2" }, { why: "release v1" }, { why: "release w1" }],
        moved: [],
        failed: [{ deviceId: device(1), name: "line-2", attemptedVersion: "v2 + w2", error: "Vibration: no room" }],
        rolledBackDeviceIds: [device(0), device(1)],
      },
    ]);
    expect(otherChangesIn(facts)).toEqual([]);
  });

  test("with secret workflows shows what the plugin has blanked", () => {
    const secret = { telemetry: SECRET_VALUE, vibration: { flowId: OTHER_FLOW, version: "w2" } };
    const [row] = deployedIn(engineFacts([...events, setStep("update", { more: { workflows: secret } })]));
    expect(row).toMatchObject({ name: "hall-a", flowId: "" });
  });
});

test("each workflow is netted by itself: a device that one workflow took back and the other one kept has moved", () => {
  const records = [applied(0, "v1", "v2", 0, 1), applied(1, "w1", "w2", 0, 1), applied(0, "v2", "v1", 0)];
  expect(netMoves(records)).toEqual({
    moved: [
      { from: "v1", to: "v2", deviceIds: [device(1)] },
      { from: "w1", to: "w2", deviceIds: [device(0), device(1)] },
    ],
    rolledBackDeviceIds: [],
  });
});

test("a set that got to its end has no row: its members have what it moved, and what it was judged on", () => {
  const judged = { settleSeconds: 60, devices: 2, errors: { count: 0, devices: 0, max: 0 } };
  const member = { ...state({ version: "v2" }), parent };
  const other = { ...state({ version: "v2" }), parent: urn("elsewhere", COMPONENT) };
  const facts = engineFacts([
    recorded({ kind: "judged", id: SET, ...judged }),
    setStep("update", { fails: false }),
    step("update", member, member, "hall-a-telemetry"),
    step("update", other, { ...other, id: `${ID}0` }, "other"),
  ]);
  expect(deployedIn(facts).map(({ name, judged: found }) => [name, found])).toEqual([
    ["hall-a-telemetry", judged],
    ["other", undefined],
  ]);
  expect(otherChangesIn(facts)).toMatchObject([{ name: "hall-a", type: SET_TYPE }]);
});

test("a set that waits for its window pauses the run", () => {
  const paused = recorded({ kind: "paused", id: SET });
  expect(isPaused(engineFacts([paused, setStep("update"), ended]))).toBe(true);
  expect(isPaused(engineFacts([setStep("update"), ended]))).toBe(false);
});

test("a set that the approved plan refuses refuses the run, also where it would be created", () => {
  const changes = [{ deviceId: device(0), was: '"w1" -> "w2"', is: '"w4" -> "w2"' }];
  const created = step("create", null, { ...state({}), id: "" }, "hall-a", COMPONENT);
  const facts = engineFacts([
    created,
    recorded({ kind: "refused", id: SET, changes }),
    setStep("create", { id: "" }),
    ended,
  ]);
  expect(isAllRefused(facts)).toBe(true);
  expect(refusedIn(facts)).toEqual([{ what: "device", resource: "hall-a", ...changes[0] }]);
  const moved = step("update", state({}), state({ version: "v2" }), "other", TYPE);
  expect(isAllRefused(engineFacts([moved, recorded({ kind: "refused", id: SET, changes }), setStep("update")]))).toBe(
    false,
  );
});
