import { describe, expect, test } from "@jest/globals";
import { deployedIn, stoppedBy } from "../../../sdk/pipeline/engine/deployed.js";
import { engineFacts } from "../../../sdk/pipeline/engine/engine-events.js";
import { netMoves } from "../../../sdk/pipeline/engine/net-moves.js";
import { device, failedStep, ID, recorded, said, SECRET_VALUE, showing, state, step, urn } from "./support.js";

const applied = (from: string | null, to: string | null, ...numbers: number[]) => ({
  kind: "applied" as const,
  id: ID,
  calls: [{ verb: "replace" as const, why: `replace ${from} -> ${to}` }],
  moved: [{ from, to, deviceIds: numbers.map(device) }],
  names: {},
});

test("calls and moved devices are the provider's own record of this resource", () => {
  const other = { ...applied("v1", "v9", 5), id: "another" };
  const facts = engineFacts([
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

describe("what a rollout was judged on", () => {
  const judged = { settleSeconds: 60, devices: 2, errors: { count: 3, devices: 1, max: 0 } };

  test("is the last record of this resource", () => {
    const facts = engineFacts([
      recorded({ kind: "judged", id: ID, ...judged, devices: 1 }),
      recorded({ kind: "judged", id: ID, ...judged }),
      recorded({ kind: "judged", id: "another", settleSeconds: 1, devices: 9 }),
      step("update", state({}), state({ version: "v2" })),
    ]);
    expect(deployedIn(facts)[0]?.judged).toEqual(judged);
  });

  test("is missing where nothing was", () => {
    const facts = engineFacts([step("update", state({}), state({ version: "v2" }))]);
    expect(deployedIn(facts)[0]).not.toHaveProperty("judged");
  });
});

test("who has told the run to stop is said by its record", () => {
  const facts = engineFacts([recorded({ kind: "stopped", by: "anna@laptop" })]);
  expect([stoppedBy(facts), stoppedBy(engineFacts([]))]).toEqual(["anna@laptop", undefined]);
});

test("a resource that stayed as it is still tells which of its devices fail", () => {
  const facts = engineFacts([step("same", state({}), state({ failed: [0] }))]);
  expect(deployedIn(facts)).toMatchObject([{ op: "same", failed: [{ deviceId: device(0), error: "agent too old" }] }]);
});

describe("a failed step", () => {
  test("has the provider's reasons, and what it did before it failed", () => {
    const next = { ...state({ version: "v2", failed: [1] }), initErrors: ["device 1 cannot run v2"] };
    const record = { ...applied("v1", "v2", 0), names: { [device(1)]: "line-9" } };
    expect(deployedIn(engineFacts([recorded(record), failedStep("update", state({}), next)]))).toMatchObject([
      {
        reasons: ["device 1 cannot run v2"],
        moved: [{ deviceIds: [device(0)] }],
        failed: [{ deviceId: device(1), name: "line-9" }],
      },
    ]);
  });

  test("of a resource that was never made has the engine's error about it, and nobody else's", () => {
    const facts = engineFacts([
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
    const [resource] = deployedIn(engineFacts([recorded(late), failedStep("update", state({}), next)]));
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
      engineFacts([recorded(late), step("update", state({}), rollout(state({ failed: [0] })))]),
    );
    expect(resource?.failuresAccepted).toBe(true);
  });

  test("is not accepted where there was no rollout to accept it", () => {
    expect(deployedIn(engineFacts([step("same", state({}), state({ failed: [0] }))]))[0]?.failuresAccepted).toBe(false);
  });
});

describe("the way of a device over several steps of a rollout", () => {
  test("is from its first place to its last", () => {
    expect(netMoves([applied("v1", "v2", 0), applied("v2", "v3", 0)]).moved).toEqual([
      { from: "v1", to: "v3", deviceIds: [device(0)] },
    ]);
  });

  test("is a rollback where it ends at its beginning", () => {
    expect(netMoves([applied("v1", "v2", 0, 1), applied("v2", "v1", 1)])).toEqual({
      moved: [{ from: "v1", to: "v2", deviceIds: [device(0)] }],
      rolledBackDeviceIds: [device(1)],
    });
  });
});

describe("secret devices", () => {
  const secret = (from: string | null, to: string | null, count: number) => ({
    moved: [{ from, to, deviceIds: Array.from({ length: count }, () => "[secret]") }],
  });
  const counts = ({ moved, rolledBackDeviceIds }: ReturnType<typeof netMoves>) => [
    ...moved.map(({ from, to, deviceIds }) => [from, to, deviceIds.length]),
    rolledBackDeviceIds.length,
  ];

  test("are each counted", () => {
    expect(counts(netMoves([secret("v1", "v2", 5)]))).toEqual([["v1", "v2", 5], 0]);
  });

  test("in two batches are different devices", () => {
    expect(counts(netMoves([secret("v1", "v2", 2), secret("v1", "v2", 3)]))).toEqual([["v1", "v2", 5], 0]);
  });

  test("that are put back were rolled back", () => {
    expect(counts(netMoves([secret("v1", "v2", 5), secret("v2", "v1", 2)]))).toEqual([["v1", "v2", 3], 2]);
  });

  test("of one record are different devices, also where one goes where the other was", () => {
    const record = { moved: [...secret("v1", "v2", 1).moved, ...secret("v2", "v1", 1).moved] };
    expect(counts(netMoves([record]))).toEqual([["v1", "v2", 1], ["v2", "v1", 1], 0]);
  });

  test("at secret versions are moved, not rolled back", () => {
    const move = secret("[secret]", "[secret]", 2);
    expect(counts(netMoves([move]))).toEqual([["[secret]", "[secret]", 2], 0]);
    expect(counts(netMoves([move, move]))).toEqual([["[secret]", "[secret]", 4], 0]);
  });

  test("that failed are listed once each, with the version and the ids blanked in every text", () => {
    const side = showing(state({ version: "v7" }), {
      version: SECRET_VALUE,
      deviceIds: SECRET_VALUE,
      failures: [{ deviceId: "[secret]", attemptedVersion: "[secret]", error: "agent too old" }],
    });
    const problems = {
      kind: "problems" as const,
      id: ID,
      version: "v7",
      devices: ["agent too old", "agent too old", "still reports v1"].map((error) => ({ deviceId: "[secret]", error })),
      names: {},
    };
    const record = { ...applied("v1", "v7", 0, 1), names: { [device(0)]: "line-0" } };
    const next = { ...side, initErrors: [`device ${device(1)} cannot run v7`] };
    const [resource] = deployedIn(
      engineFacts([recorded(record), recorded(problems), failedStep("update", side, next)]),
    );
    expect(resource).toMatchObject({
      version: "[secret]",
      calls: [{ why: "replace [secret] -> [secret]" }],
      moved: [{ from: "[secret]", to: "[secret]", deviceIds: ["[secret]", "[secret]"] }],
      reasons: ["device [secret] cannot run [secret]"],
      secret: ["deviceIds", "version"],
    });
    expect(resource?.failed).toHaveLength(3);
    expect(JSON.stringify(resource)).not.toMatch(/\bv\d|line-0|d0{10}/);
  });
});

test("a secret version that only a failure names is blanked in its words", () => {
  const side = showing(state({ version: "v7" }), { version: SECRET_VALUE });
  const devices = [{ deviceId: device(0), error: "cannot run v7" }];
  const problems = { kind: "problems" as const, id: ID, version: "v7", devices, names: {} };
  expect(deployedIn(engineFacts([recorded(problems), step("update", side, side)]))[0]?.failed).toEqual([
    { deviceId: device(0), attemptedVersion: "[secret]", error: "cannot run [secret]" },
  ]);
});

describe("a deleted resource", () => {
  test("is listed with what it stopped", () => {
    const facts = engineFacts([recorded(applied("v1", null, 0, 1)), step("delete", state({}), null)]);
    expect(deployedIn(facts)).toMatchObject([
      { op: "delete", moved: [{ from: "v1", to: null, deviceIds: [device(0), device(1)] }] },
    ]);
  });

  test("with retainOnDelete says which devices keep the workflow", () => {
    const facts = engineFacts([step("delete", { ...state({}), retainOnDelete: true }, null)]);
    expect(deployedIn(facts)).toMatchObject([{ moved: [], retainedDeviceIds: [device(0), device(1)] }]);
  });

  test("says what another resource took", () => {
    const taker = step("create", null, state({ devices: [1] }), "taker");
    const [first] = deployedIn(engineFacts([taker, step("delete", state({}), null, "giver")]));
    expect(first).toMatchObject({ name: "giver", handedOverDeviceIds: [device(1)] });
  });
});

test("a call that serves several resources says so in each of them", () => {
  const shared = { ...applied("v1", "v2", 0), calls: [{ verb: "replace" as const, why: "w", shared: 2, call: 7 }] };
  const facts = engineFacts([recorded(shared), step("update", state({}), state({ version: "v2" }))]);
  expect(deployedIn(facts)[0]?.calls).toEqual([{ verb: "replace", why: "w", shared: 2, call: 7 }]);
});
