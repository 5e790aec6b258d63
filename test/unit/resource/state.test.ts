import { describe, expect, test } from "@jest/globals";
import type { Inputs } from "../../../provider/resource/inputs.js";
import type { Version } from "../../../provider/losant/types.js";
import type { DeviceView, Fleet } from "../../../provider/resource/fleet.js";
import { liveOf } from "../../../provider/resource/live.js";
import { intentOf } from "../../../provider/resource/ownership.js";
import { newId, savedOf, shownIn } from "../../../provider/resource/state.js";
import type { Saved } from "../../../provider/resource/state.js";

const APP = "575ec8687ae143cd83dc4a97";
const FLOW = "575ed18f7ae143cd83dc4aa6";

const declared = (over: Partial<Inputs> = {}): Inputs => ({
  applicationId: APP,
  flowId: FLOW,
  version: "v2",
  deviceIds: ["a", "b", "c"],
  ...over,
});
const saved = (over: Partial<Inputs> = {}, leaving: string[] = []): Saved => ({ inputs: declared(over), leaving });

/** `{a: "v2", b: "v2(v1)"}`: desired, and in brackets what it still runs. */
function fleet(devices: Record<string, string>, facts: Record<string, Partial<DeviceView>> = {}): Fleet {
  return new Map(
    Object.entries(devices).map(([deviceId, text]) => {
      const [, desired = "", current = desired] = /^([^(]+)(?:\((.+)\))?$/.exec(text) ?? [];
      const view = { deviceId, desired: versionOf(desired), current: versionOf(current), sameContent: true };
      return [deviceId, { ...view, ...facts[deviceId] }];
    }),
  );
}
const versionOf = (text: string): Version => (text === "-" ? null : text);

describe("the state after a refresh, when the fleet is as declared", () => {
  const live = liveOf(saved(), fleet({ a: "v2", b: "v2", c: "v2", z: "v1" }));

  test("is deployed, with nothing pending, failed or drifted", () => {
    expect(live.outputs).toEqual({
      ...declared(),
      status: "deployed",
      deviceCount: 3,
      pendingDeviceIds: [],
      failures: [],
      drift: [],
      __losant: { schema: 2 },
    });
  });

  test("echoes the inputs, so that a preview shows no change", () => {
    expect(live.inputs).toEqual(declared());
    expect(live.gone).toBe(false);
  });

  test("is the same for whatever the devices connect, report or log", () => {
    const noisy = fleet(
      { a: "v2", b: "v2", c: "v2", z: "v3(v1)" },
      { a: { connected: false, changedAt: "2026-01-01T00:00:00Z", changedBy: "user 1", name: "line-1" } },
    );
    expect(liveOf(saved(), noisy)).toEqual(live);
  });
});

describe("lag is not drift", () => {
  test("a device that is not there yet is pending", () => {
    const { outputs, inputs } = liveOf(saved(), fleet({ a: "v2(v1)", b: "v2(-)", c: "v2" }));
    expect(outputs).toMatchObject({ status: "pending", pendingDeviceIds: ["a", "b"], drift: [], failures: [] });
    expect(inputs).toEqual(declared());
  });

  test("a device that runs older content under the same name is pending", () => {
    const { outputs } = liveOf(saved(), fleet({ a: "v2", b: "v2", c: "v2" }, { c: { sameContent: false } }));
    expect(outputs).toMatchObject({ status: "pending", pendingDeviceIds: ["c"] });
  });

  test("a device that could not run the version has failed, with its own error", () => {
    const failure = { attemptedVersion: "v2", error: "agent too old", at: "2026-01-01T00:00:00Z" };
    const { outputs } = liveOf(saved(), fleet({ a: "v2", b: "v2(v1)", c: "v2(v1)" }, { b: { failure } }));
    expect(outputs).toMatchObject({
      status: "failed",
      failures: [{ deviceId: "b", ...failure }],
      pendingDeviceIds: ["c"],
    });
  });
});

describe("drift of intent", () => {
  const who = { changedBy: "user 5b00", changedAt: "2026-01-01T00:00:00Z" };

  test("a failure that Losant noted without a date has none, not an undefined one", () => {
    const failure = { attemptedVersion: "v2", error: "agent too old", at: undefined };
    const { outputs } = liveOf(saved(), fleet({ a: "v2", b: "v2(v1)", c: "v2" }, { b: { failure } }));
    expect(Object.keys(outputs.failures[0] ?? {})).toEqual(["deviceId", "attemptedVersion", "error"]);
  });

  test("a device that somebody moved stays in deviceIds, and shows under drift with who and when", () => {
    const { outputs, inputs } = liveOf(saved(), fleet({ a: "v2", b: "v1", c: "v2" }, { b: who }));
    const drift = [{ deviceId: "b", expectedVersion: "v2", desiredVersion: "v1", ...who }];
    expect(outputs).toMatchObject({ status: "drifted", version: "v2", deviceIds: ["a", "b", "c"], drift });
    expect(inputs).toEqual({ ...declared(), drift });
  });

  test("all devices on one other version: the version itself shows as changed", () => {
    const { outputs, inputs } = liveOf(saved(), fleet({ a: "v1", b: "v1", c: "v1" }));
    expect(outputs).toMatchObject({ status: "drifted", version: "v1" });
    expect(inputs).toEqual(declared({ version: "v1" }));
  });

  test("a second refresh says the same as the first", () => {
    for (const moved of [fleet({ a: "v2", b: "v1", c: "-" }), fleet({ a: "v1", b: "v1", c: "v1" })]) {
      const first = liveOf(saved(), moved);
      const again = savedOf({ ...first.outputs });
      expect(again).toMatchObject(saved());
      expect(again && liveOf(again, moved)).toEqual(first);
    }
  });

  test("no device carries the flow any more: gone", () => {
    expect(liveOf(saved(), fleet({ a: "-", z: "v1" })).gone).toBe(true);
    expect(liveOf(saved(), fleet({ a: "-(v2)" })).gone).toBe(false);
  });

  test("a resource that wants nothing deployed is never gone", () => {
    expect(liveOf(saved({ version: null }), fleet({})).gone).toBe(false);
  });

  test("a flow that must not run here, and does: drift", () => {
    const { outputs } = liveOf(saved({ version: null }), fleet({ a: "v1" }));
    expect(outputs.drift).toEqual([{ deviceId: "a", expectedVersion: null, desiredVersion: "v1" }]);
  });
});

describe("a resource that owns the whole flow", () => {
  test("any other device that carries it is drift, by id", () => {
    const { outputs, inputs } = liveOf(saved({ exclusive: true }), fleet({ a: "v2", b: "v2", c: "v2", z: "v1" }));
    const drift = [{ deviceId: "z", expectedVersion: null, desiredVersion: "v1" }];
    expect(outputs).toMatchObject({ drift, deviceIds: ["a", "b", "c"] });
    expect(inputs.drift).toEqual(drift);
  });

  test("means to remove it there, and only there", () => {
    const { desired, owned } = intentOf({
      inputs: declared({ exclusive: true }),
      leaving: [],
      fleet: fleet({ a: "v2", z: "v1", y: "-" }),
    });
    expect([...desired]).toEqual([
      ["a", "v2"],
      ["z", null],
      ["b", "v2"],
      ["c", "v2"],
    ]);
    expect(owned.has("y")).toBe(false);
  });
});

describe("devices that were to lose the flow when the last update broke off", () => {
  test("are still owned, and show as drift until they have", () => {
    const { outputs } = liveOf(saved({}, ["x", "y"]), fleet({ a: "v2", b: "v2", c: "v2", x: "v1", y: "-" }));
    expect(outputs.drift).toEqual([{ deviceId: "x", expectedVersion: null, desiredVersion: "v1" }]);
    expect(outputs.__losant.leaving).toEqual(["x"]);
    expect(savedOf({ ...outputs })?.leaving).toEqual(["x"]);
  });
});

describe("what the state says of a resource", () => {
  test("without __losant (an import by file) it is what the properties say", () => {
    expect(savedOf({ ...declared({ deviceIds: ["B", "a"] }), status: "deployed" })).toMatchObject(
      saved({ deviceIds: ["a", "b"] }),
    );
  });

  test("without the essentials (a get) it is nothing", () => {
    expect(savedOf({ __provider: "x" })).toBeUndefined();
  });

  test("settings are kept", () => {
    const settings = { exclusive: true, adopt: true, maxDevices: 5, rollout: { batches: [1] } };
    expect(savedOf({ ...declared(settings) })?.inputs).toEqual(declared(settings));
  });
});

test("an id is new for each resource, also where two have had the same devices", () => {
  const ids = new Set(Array.from({ length: 1000 }, () => newId(declared())));
  expect(ids.size).toBe(1000);
  for (const id of ids) expect(id).toMatch(new RegExp(`^${APP}/${FLOW}/[0-9a-f]{16}$`));
});

describe("what another release has saved", () => {
  const outputs = liveOf(saved(), fleet({ a: "v2", b: "v2", c: "v2" })).outputs;

  test("is refused where it is newer, with what to do", () => {
    expect(() => savedOf({ ...outputs, __losant: { schema: 3, version: { no: "longer text" } } })).toThrow(
      /newer release of pulumi-losant \(its schema is 3, this release knows up to 2\): update pulumi-losant/,
    );
  });

  test("is read where it is of 0.1.0", () => {
    const old = { ...outputs, __losant: { schema: 1, version: "v1", leaving: ["z"], rollout: "unfinished" } };
    expect(savedOf(old)).toMatchObject({ inputs: { version: "v1" }, leaving: ["z"], unfinished: true });
  });

  test("is refused where it is not ours", () => {
    expect(() => savedOf({ ...outputs, __losant: { schema: 2, leaving: "z" } })).toThrow(/leaving/);
  });
});

describe("the state after calls that could not be looked at afterwards", () => {
  const { outputs, inputs } = liveOf({ ...saved(), unfinished: true }, undefined);

  test("says unknown, and nothing of any device", () => {
    expect(outputs).toMatchObject({ status: "unknown", drift: [], failures: [], pendingDeviceIds: [] });
    expect(inputs).toEqual(declared());
  });

  test("is remembered until something was looked at", () => {
    const again = savedOf({ ...outputs }) as Saved;
    expect(again.unverified).toBe(true);
    expect(liveOf(again, fleet({ a: "v2", b: "v2", c: "v2" })).outputs).toMatchObject({ status: "deployed" });
    expect(liveOf(again, fleet({ a: "v2", b: "v2", c: "v2" })).outputs.__losant).not.toHaveProperty("unverified");
  });

  test("what a later look shows elsewhere is drift: nobody knows of an unfinished run of ours there", () => {
    const again = savedOf({ ...outputs }) as Saved;
    const live = liveOf(again, fleet({ a: "v9", b: "v2", c: "v2" }, { a: { changedBy: "user 1" } }), outputs.drift);
    expect(live.outputs.status).toBe("drifted");
    expect(live.moved).toHaveLength(1);
  });
});

describe("devices that are handed over", () => {
  const giver: Saved = { ...saved({ deviceIds: ["a"] }), handedOver: new Map([["b", "taker"]]) };

  test("stay in the saved state, by the name of the taker", () => {
    const { outputs } = liveOf(giver, fleet({ a: "v2", b: "v2" }));
    expect(outputs.__losant.handedOver).toEqual({ taker: ["b"] });
    expect(savedOf({ ...outputs })?.handedOver).toEqual(giver.handedOver);
    expect(outputs.drift).toEqual([]);
  });

  test("are owned, so the resource is not gone while one of them carries the flow", () => {
    expect(liveOf(giver, fleet({ b: "v2" })).gone).toBe(false);
    expect(liveOf(giver, fleet({})).gone).toBe(true);
  });

  test("are not stopped by an exclusive giver", () => {
    const exclusive: Saved = { ...giver, inputs: { ...giver.inputs, exclusive: true } };
    expect(liveOf(exclusive, fleet({ a: "v2", b: "v1" })).outputs.drift).toEqual([]);
  });
});

test("where the program ignores the version, another one on an owned device is no drift", () => {
  const ignoring: Saved = { ...saved(), facts: { ignoresVersion: true } };
  const { outputs, inputs } = liveOf(ignoring, fleet({ a: "v9", b: "v2", c: "v2" }));
  expect(outputs).toMatchObject({ status: "deployed", version: "v2", drift: [] });
  expect(inputs).toEqual(declared());
});

test("a state without drift, or with null, shows none; one that is not ours is refused", () => {
  expect(shownIn({}).drift).toEqual([]);
  expect(shownIn({ drift: null }).drift).toEqual([]);
  expect(() => shownIn({ drift: [{ deviceId: 5 }] })).toThrow(
    "the state holds a drift that pulumi-losant has not written",
  );
});
