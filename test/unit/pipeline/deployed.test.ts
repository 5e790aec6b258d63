import { describe, expect, test } from "@jest/globals";
import { deployedIn, journeys } from "../../../sdk/pipeline/deployed.js";
import { factsOf } from "../../../sdk/pipeline/engine-events.js";
import { device, failedStep, ID, recorded, said, state, step, urn } from "./support.js";

const applied = (from: string | null, to: string | null, ...numbers: number[]) => ({
  kind: "applied" as const,
  id: ID,
  calls: [{ verb: "replace" as const, why: `replace ${from} -> ${to}` }],
  moved: [{ from, to, deviceIds: numbers.map(device) }],
  names: {},
});

test("calls and moved devices are the provider's own record of this resource", () => {
  const other = { ...applied("v1", "v9", 5), id: "another" };
  const facts = factsOf([
    recorded(other),
    recorded(applied("v1", "v2", 0, 1)),
    step("update", state({}), state({ version: "v2", pending: [1] })),
  ]);
  expect(deployedIn(facts)).toMatchObject([
    {
      name: "telemetry",
      op: "update",
      version: "v2",
      calls: [{ verb: "replace", why: "replace v1 -> v2" }],
      moved: [{ from: "v1", to: "v2", deviceIds: [device(0), device(1)] }],
      pendingDeviceIds: [device(1)],
      failed: [],
      reasons: [],
    },
  ]);
});

test("a resource that stayed as it is still tells which of its devices fail", () => {
  const facts = factsOf([step("same", state({}), state({ failed: [0] }))]);
  expect(deployedIn(facts)).toMatchObject([{ op: "same", failed: [{ deviceId: device(0), error: "agent too old" }] }]);
});

describe("a failed step", () => {
  test("has the provider's reasons, and what it did before it failed", () => {
    const next = { ...state({ version: "v2", failed: [1] }), initErrors: ["device 1 cannot run v2"] };
    const record = { ...applied("v1", "v2", 0), names: { [device(1)]: "line-9" } };
    expect(deployedIn(factsOf([recorded(record), failedStep("update", state({}), next)]))).toMatchObject([
      {
        reasons: ["device 1 cannot run v2"],
        moved: [{ deviceIds: [device(0)] }],
        failed: [{ deviceId: device(1), name: "line-9" }],
      },
    ]);
  });

  test("of a resource that was never made has the engine's error about it, and nobody else's", () => {
    const facts = factsOf([
      said("error", "another resource's trouble", urn("other")),
      said("error", "2 devices already deployed at another version", urn("telemetry")),
      failedStep("create", null, state({}, true)),
    ]);
    expect(deployedIn(facts)).toMatchObject([
      { op: "create", reasons: ["2 devices already deployed at another version"] },
    ]);
    expect(deployedIn(facts)[0]).not.toHaveProperty("id");
  });
});

describe("what a rollout counted as failed", () => {
  const late = {
    kind: "problems" as const,
    id: ID,
    version: "v2",
    devices: [
      { deviceId: device(0), error: "agent too old" },
      { deviceId: device(1), error: "device line-1 still reports v1" },
    ],
    names: { [device(1)]: "line-1" },
  };
  const rollout = (one: ReturnType<typeof state>) => ({
    ...one,
    inputs: { ...one.inputs, rollout: { maxFailures: 2 } },
  });

  test("is listed once, also where a rollback has hidden it", () => {
    const next = { ...rollout(state({ version: "v2", failed: [0] })), initErrors: ["stopped"] };
    const [resource] = deployedIn(factsOf([recorded(late), failedStep("update", state({}), next)]));
    expect(resource?.failed.map(({ deviceId, error }) => [deviceId, error])).toEqual([
      [device(0), "agent too old"],
      [device(1), "device line-1 still reports v1"],
    ]);
    expect(resource).toMatchObject({
      failuresAccepted: false,
      failed: [{}, { name: "line-1", attemptedVersion: "v2" }],
    });
  });

  test("is accepted where the rollout was a success all the same", () => {
    const [resource] = deployedIn(
      factsOf([recorded(late), step("update", state({}), rollout(state({ failed: [0] })))]),
    );
    expect(resource?.failuresAccepted).toBe(true);
  });

  test("is not accepted where there was no rollout to accept it", () => {
    expect(deployedIn(factsOf([step("same", state({}), state({ failed: [0] }))]))[0]?.failuresAccepted).toBe(false);
  });
});

describe("the way of a device over several steps of a rollout", () => {
  test("is from its first place to its last", () => {
    expect(journeys([applied("v1", "v2", 0), applied("v2", "v3", 0)]).moved).toEqual([
      { from: "v1", to: "v3", deviceIds: [device(0)] },
    ]);
  });

  test("is a rollback where it ends at its beginning", () => {
    expect(journeys([applied("v1", "v2", 0, 1), applied("v2", "v1", 1)])).toEqual({
      moved: [{ from: "v1", to: "v2", deviceIds: [device(0)] }],
      rolledBackDeviceIds: [device(1)],
    });
  });
});
