import { describe, expect, test } from "@jest/globals";
import { engineFacts } from "../../../sdk/pipeline/engine/engine-events.js";
import { changesOf, healthIn, isClean } from "../../../sdk/pipeline/engine/health.js";
import { whoMoved } from "../../../sdk/pipeline/report/moved-devices.js";
import { applied, device, ID, moved, recorded, SECRET_VALUE, showing, state, step, urn } from "./support.js";

const healthOf = (...events: Parameters<typeof engineFacts>[0]) => healthIn(engineFacts(events));

describe("an unchanged fleet", () => {
  test("is clean, and each resource says where it stands", () => {
    const health = healthOf(step("refresh", state({}), state({})));
    expect(isClean(health)).toBe(true);
    expect(health).toMatchObject([
      { name: "telemetry", id: ID, version: "v1", deviceCount: 2, drift: [], gone: false },
    ]);
  });

  test("is clean where devices are not there yet: lag is no drift", () => {
    const health = healthOf(step("refresh", state({}), state({ pending: [1] })));
    expect(isClean(health)).toBe(true);
    expect(health[0]?.pendingDeviceIds).toEqual([device(1)]);
  });

  test("is clean where a device failed, and the failure is told", () => {
    const health = healthOf(step("refresh", state({}), state({ failed: [1] })));
    expect(isClean(health)).toBe(true);
    expect(health[0]?.failed).toMatchObject([{ deviceId: device(1), error: "agent too old" }]);
  });
});

describe("a fleet that somebody changed by hand", () => {
  const drift = [moved(1, "v1", "v3")];

  test("shows device, expected, actual, who and when", () => {
    const health = healthOf(step("refresh", state({}), state({ drift })));
    expect(isClean(health)).toBe(false);
    expect(health[0]?.drift).toEqual([
      {
        deviceId: device(1),
        expected: "v1",
        actual: "v3",
        changedBy: "user 5b0044f0a3a3b90006c0a5e1",
        changedAt: "2026-11-23T07:45:10.401Z",
        unfinished: false,
      },
    ]);
  });

  test("names the device where the provider's record does", () => {
    const found = { kind: "found", id: ID, gone: false, drift, names: { [device(1)]: "line-3" } } as const;
    const health = healthOf(recorded(found), step("refresh", state({}), state({ drift })));
    expect(health[0]?.drift[0]?.name).toBe("line-3");
  });

  test("names who moved it where the provider's record does, and keeps the id for programs", () => {
    const actors = { "user 5b0044f0a3a3b90006c0a5e1": "Ann Example" };
    const found = { kind: "found", id: ID, gone: false, drift, names: {}, actors } as const;
    const health = healthOf(recorded(found), step("refresh", state({}), state({ drift })));
    const [entry] = health[0]?.drift ?? [];
    expect(entry).toMatchObject({ changedBy: "user 5b0044f0a3a3b90006c0a5e1", changedByName: "Ann Example" });
    expect(whoMoved(entry ?? {})).toBe('user "Ann Example"');
    expect(whoMoved({ changedBy: "flow 5b" })).toBe("flow 5b");
    expect(whoMoved({})).toBe("unknown");
  });

  test("keeps the declared version where all devices were moved to another one", () => {
    const all = [moved(0, "v1", "v3"), moved(1, "v1", "v3")];
    const health = healthOf(step("refresh", state({}), state({ version: "v3", declared: "v1", drift: all })));
    expect(health[0]).toMatchObject({ version: "v1", drift: [{ expected: "v1" }, { expected: "v1" }] });
  });

  test("is still drift after a plain refresh saved it: no run was cut short", () => {
    const health = healthOf(step("refresh", state({ drift }), state({ drift })));
    expect(health[0]?.drift[0]?.unfinished).toBe(false);
  });
});

describe("a resource that no device carries any more", () => {
  test("reports each device as not deployed, with who did it from the record", () => {
    const drift = [moved(0, "v1", null), moved(1, "v1", null)];
    const record = recorded({ kind: "found", id: ID, gone: true, drift, names: {} });
    const health = healthOf(record, step("refresh", state({}), null));
    expect(health).toMatchObject([
      { gone: true, drift: [{ actual: null, changedBy: drift[0]?.changedBy }, { actual: null }] },
    ]);
  });

  test("reports each device without a record too (an older provider)", () => {
    const health = healthOf(step("refresh", state({ version: "v3", declared: "v1" }), null));
    expect(health[0]?.drift).toMatchObject([
      { deviceId: device(0), expected: "v1", actual: null },
      { deviceId: device(1), expected: "v1", actual: null },
    ]);
  });
});

describe("a run that stopped half-way", () => {
  const left = [moved(1, "v2", "v1")];
  const saved = state({ version: "v2", drift: left, initErrors: ["device 1: wanted at v2, Losant shows v1"] });

  test("leaves devices that are unfinished, not somebody's change", () => {
    const health = healthOf(step("refresh", saved, state({ version: "v2", drift: left })));
    expect(health[0]?.drift).toMatchObject([{ deviceId: device(1), unfinished: true }]);
    expect(isClean(health)).toBe(false);
  });

  test("is remembered by the resource itself, also after a refresh erased the errors", () => {
    const outputs = { ...saved.outputs, __losant: { schema: 1, rollout: "unfinished" } };
    const refreshed = { ...saved, outputs, initErrors: [] };
    const live = { ...refreshed, inputs: { ...refreshed.inputs, unfinishedRollout: "v2: 1/2 devices" } };
    const health = healthOf(step("refresh", refreshed, live));
    expect(health).toMatchObject([{ unfinishedRollout: "v2: 1/2 devices", drift: [{ unfinished: true }] }]);
  });

  test("is not clean, also where all devices are released and one failed", () => {
    const live = state({ failed: [1] });
    const health = healthOf(
      step("refresh", saved, { ...live, inputs: { ...live.inputs, unfinishedRollout: "v2: 1/2" } }),
    );
    expect(health[0]?.drift).toEqual([]);
    expect(isClean(health)).toBe(false);
  });

  test("does not excuse a device that somebody set to the same version since", () => {
    const [first] = left;
    if (first === undefined) throw new Error("no drift");
    for (const since of [
      { ...first, changedAt: "2026-11-23T09:00:00.000Z" },
      { ...first, changedBy: "user 5b0044f0a3a3b90006c0a5e2" },
    ]) {
      const health = healthOf(step("refresh", saved, state({ version: "v2", drift: [since] })));
      expect(health[0]?.drift).toMatchObject([{ unfinished: false }]);
    }
  });

  test("excuses a device of which Losant's logs tell nothing any more", () => {
    const silent = left.map(({ deviceId, expectedVersion, desiredVersion }) => ({
      deviceId,
      expectedVersion,
      desiredVersion,
    }));
    const health = healthOf(step("refresh", saved, state({ version: "v2", drift: silent })));
    expect(health[0]?.drift).toMatchObject([{ unfinished: true }]);
  });

  test.each([
    ["status", showing(saved, { status: "unknown" })],
    ["mark", applied(saved, { rollout: "unfinished", unverified: true })],
  ])("and could not look at Losant left nobody knows what: what differs then is drift (%s)", (_where, unverified) => {
    const live = state({ version: "v2", drift: left });
    const [resource] = healthOf(step("refresh", unverified, live));
    expect(resource?.drift).toMatchObject([{ unfinished: false }]);
    expect(resource).not.toHaveProperty("unverified");
  });

  test("excuses a secret device by its log alone", () => {
    const secret = [moved(1, "v2", "v1")].map((entry) => ({ ...entry, deviceId: "[secret]" }));
    const before = showing(state({ version: "v2", drift: secret, initErrors: ["stopped"] }), {
      deviceIds: SECRET_VALUE,
    });
    expect(healthOf(step("refresh", before, before))[0]?.drift).toMatchObject([
      { deviceId: "[secret]", unfinished: true },
    ]);
    const since = secret.map((entry) => ({ ...entry, changedAt: "2026-11-23T09:00:00.000Z" }));
    const live = showing(state({ version: "v2", drift: since }), { deviceIds: SECRET_VALUE });
    expect(healthOf(step("refresh", before, live))[0]?.drift).toMatchObject([{ unfinished: false }]);
  });

  test("does not excuse a device that somebody moved since", () => {
    const since = [moved(1, "v2", "v3")];
    const health = healthOf(step("refresh", saved, state({ version: "v2", drift: since })));
    expect(health[0]?.drift).toMatchObject([{ unfinished: false }]);
  });
});

describe("a resource that no run and no refresh could look at", () => {
  const unverified = applied(showing(state({}), { status: "unknown" }), { unverified: true });

  test("is not clean, and says so", () => {
    const health = healthOf(step("same", unverified, unverified));
    expect(health).toMatchObject([{ name: "telemetry", unverified: true, drift: [], deviceCount: 2 }]);
    expect(isClean(health)).toBe(false);
  });

  test("is looked at by a refresh, and then as it is shown", () => {
    const health = healthOf(step("refresh", unverified, state({})), step("same", state({}), state({})));
    expect(health).toHaveLength(1);
    expect(isClean(health)).toBe(true);
  });
});

describe("secret version and device ids", () => {
  const secretly = { version: SECRET_VALUE, deviceIds: SECRET_VALUE };
  const saved = showing(state({}), secretly);

  test("a clean fleet is clean", () => {
    const health = healthOf(step("refresh", saved, saved));
    expect(isClean(health)).toBe(true);
    expect(health).toMatchObject([{ version: "[secret]", deviceCount: 2, secret: ["deviceIds", "version"] }]);
  });

  test("stand in no drift, failure, list or line, and are counted", () => {
    const drift = [moved(0, "v7", "v8")];
    const shown = state({ version: "v7", drift, failed: [1], pending: [1] });
    const failures = [{ deviceId: device(1), attemptedVersion: "v7", error: `v7 fails on ${device(1)}` }];
    const live = showing(shown, { ...secretly, failures });
    const line = { ...live, inputs: { ...live.inputs, unfinishedRollout: "0 of 2 devices at v7, 1 failed" } };
    const found = { kind: "found", id: ID, gone: false, drift, names: { [device(0)]: "line-0" } } as const;
    const health = healthOf(recorded(found), step("refresh", saved, line));
    expect(health).toMatchObject([
      {
        drift: [{ deviceId: "[secret]", expected: "[secret]", actual: "[secret]", changedBy: drift[0]?.changedBy }],
        failed: [{ deviceId: "[secret]", attemptedVersion: "[secret]", error: "[secret] fails on [secret]" }],
        pendingDeviceIds: ["[secret]"],
        unfinishedRollout: "0 of 2 devices at [secret], 1 failed",
      },
    ]);
    expect(JSON.stringify(health)).not.toMatch(/v7|v8|line-0|d0{10}/);
  });

  test("of a workflow that is gone count each device", () => {
    const health = healthOf(step("refresh", saved, null));
    expect(health[0]?.drift).toEqual(
      [1, 2].map(() => ({ deviceId: "[secret]", expected: "[secret]", actual: null, unfinished: false })),
    );
  });

  test("a drift that the engine hides is drift", () => {
    const live = showing(state({}), { ...secretly, drift: SECRET_VALUE, status: "drifted" });
    expect(isClean(healthOf(step("refresh", saved, live)))).toBe(false);
    const found = {
      kind: "found",
      id: ID,
      gone: false,
      drift: [moved(0, "v1", "v2"), moved(1, "v1", "v2")].map((entry) => ({ ...entry, deviceId: "[secret]" })),
      names: { "[secret]": "line-1" },
    } as const;
    const told = healthOf(recorded(found), step("refresh", saved, live));
    expect(told[0]?.drift).toHaveLength(2);
    expect(JSON.stringify(told)).not.toContain("line-1");
  });
});

test("what pulumi up would change is listed, of any kind of resource, without the machinery", () => {
  const facts = engineFacts([
    step("update", state({}), state({}, true)),
    step("create", null, null, "bucket", "aws:s3:Bucket"),
    step("same", null, null, "queue", "aws:sqs:Queue"),
    step("update", null, null, "plant-dev", "pulumi:pulumi:Stack"),
    step("update", null, null, "default", "pulumi:providers:aws"),
  ]);
  expect(changesOf(facts)).toEqual([
    { urn: urn("bucket", "aws:s3:Bucket"), type: "aws:s3:Bucket", name: "bucket", op: "create" },
    expect.objectContaining({ name: "telemetry", op: "update" }),
  ]);
});
