import { describe, expect, test } from "@jest/globals";
import type { Inputs, RolloutInputs } from "../../../provider/resource/inputs.js";
import { decide } from "../../../provider/decision/decide.js";
import type { Device } from "../../../provider/losant/types.js";
import type { DeviceView, Fleet } from "../../../provider/resource/fleet.js";
import { plannedRecord } from "../../../provider/preview/plan-preview.js";
import type { PlanPreview } from "../../../provider/preview/plan-preview.js";
import { programView } from "../../../sdk/preview/program-view.js";
import type { VersionFacts } from "../../../provider/lookup/plan-reads.js";
import { planLine, removalLine, unknownLine } from "../../../provider/preview/plan-line.js";
import { warningsOf } from "../../../provider/preview/warnings.js";
import { holdersOf, previousState } from "../../../sdk/program/previous-state.js";
import type { Registered } from "../../../sdk/program/registrations.js";

const view = (deviceId: string, desired: string | null, rest: Partial<DeviceView> = {}): DeviceView => ({
  deviceId,
  name: `line-${deviceId}`,
  desired,
  current: desired,
  sameContent: true,
  connected: true,
  ...rest,
});
const fleetOf = (...views: DeviceView[]): Fleet => new Map(views.map((one) => [one.deviceId, one]));
const inputsOf = (version: string | null, deviceIds: string[], rest: Partial<Inputs> = {}): Inputs => ({
  applicationId: "a",
  flowId: "f",
  version,
  deviceIds,
  ...rest,
});

interface Situation {
  readonly inputs: Inputs;
  readonly fleet: Fleet;
  /** What the resource had; undefined where it is new, "unreadable" where nobody can tell. */
  readonly before?: Inputs | "unreadable";
  /** What the state holds beside that. */
  readonly applied?: object;
  /** What another resource had. */
  readonly others?: Inputs;
  /** Resources of the program that declare devices of the flow, by name. */
  readonly takers?: Readonly<Record<string, readonly string[]>>;
  readonly devices?: PlanPreview["devices"];
  readonly secret?: readonly string[];
  /** The program declares the resource no more. */
  readonly isRemoved?: boolean;
}

const outputsOf = (of: Inputs, applied: object = {}) => ({
  type: "pulumi-nodejs:dynamic/losant:EdgeDeployment",
  outputs: { ...of, __losant: { schema: 2, name: "this", ...applied } },
});

function registered(name: string, deviceIds: readonly string[]): Registered {
  const declaration = { applicationId: "a", flowId: "f", deviceIds: new Set(deviceIds) };
  const known = { declaration, declaredAt: 1, flowKey: "a/f" };
  return { self: name, name, ignoreChanges: [], retainOnDelete: false, secret: new Set(), ...known };
}

function previewOf(situation: Situation): PlanPreview {
  const { inputs, fleet, before, applied, others, takers = {}, devices, secret = [], isRemoved = false } = situation;
  const state =
    before === "unreadable"
      ? undefined
      : previousState({
          ...(before && { this: outputsOf(before, applied) }),
          ...(others && { [Object.keys(takers)[0] ?? "other"]: outputsOf(others) }),
        });
  const saved = state?.find(["this"])?.saved;
  const self = isRemoved ? undefined : registered("this", inputs.deviceIds);
  const registrations = [
    ...(self === undefined ? [] : [self]),
    ...Object.entries(takers).map(([name, ids]) => registered(name, ids)),
  ];
  const holders = state && holdersOf(state.resources)(inputs);
  const decision = decide({
    inputs: isRemoved ? undefined : inputs,
    before: saved,
    fleet,
    program: programView({ flow: inputs, registrations, self, urns: ["this"], holders }),
    allowFleetWideCalls: true,
  });
  const isStateKnown = state !== undefined;
  return { inputs, before: saved, isStateKnown, decision, fleet, devices, secret: new Set(secret) };
}

/** Twelve devices, line-a to line-l; the last one is offline. */
function rolling(rollout: RolloutInputs, there: readonly string[] = []): Situation {
  const ids = [..."abcdefghijkl"];
  const views = ids.map((id) => view(id, there.includes(id) ? "v2" : "v1", { connected: id !== "l" }));
  return { inputs: inputsOf("v2", ids, { rollout }), fleet: fleetOf(...views), before: inputsOf("v1", ids) };
}

describe("one line says what will move", () => {
  const two = fleetOf(view("1", "v1"), view("2", "v1"));
  test.each<[string, Situation, string]>([
    [
      "nothing",
      { inputs: inputsOf("v1", ["1", "2"]), fleet: two, before: inputsOf("v1", ["1", "2"]) },
      "nothing to do",
    ],
    [
      "a new version",
      { inputs: inputsOf("v2", ["1", "2"]), fleet: two, before: inputsOf("v1", ["1", "2"]) },
      "v1 -> v2 on 2 devices by replace (1 call)",
    ],
    [
      "a new version, somebody else has the old one too",
      {
        inputs: inputsOf("v2", ["1", "2"]),
        fleet: fleetOf(view("1", "v1"), view("2", "v1"), view("9", "v1")),
        before: inputsOf("v1", ["1", "2"]),
      },
      "v1 -> v2 on 2 devices by release (1 call)",
    ],
    [
      "offline, joining and leaving",
      {
        inputs: inputsOf("v2", ["1", "3"]),
        fleet: fleetOf(view("1", "v1", { connected: false }), view("2", "v1")),
        before: inputsOf("v1", ["1", "2"]),
        devices: new Map([["3", { id: "3", name: "line-3", tags: [], connected: false }]]),
      },
      "v1 -> v2 on 2 devices by release and remove (2 calls); 2 offline; 1 joins (line-3), 1 leaves (line-2)",
    ],
    [
      "one that joins and has the version already",
      { inputs: inputsOf("v1", ["1", "2"]), fleet: two, before: inputsOf("v1", ["1"]) },
      "nothing to do; 1 joins (line-2)",
    ],
    [
      "many leave",
      {
        inputs: inputsOf("v1", ["1"]),
        fleet: fleetOf(...["1", "2", "3", "4", "5", "6"].map((id) => view(id, "v1"))),
        before: inputsOf("v1", ["1", "2", "3", "4", "5", "6"]),
      },
      "v1 removed from 5 devices by release (1 call); 5 leave (line-2, line-3 and 3 more)",
    ],
    ["a new resource", { inputs: inputsOf("v1", ["1", "2"]), fleet: fleetOf() }, "v1 on 2 devices by release (1 call)"],
    [
      "devices brought back from two versions",
      {
        inputs: inputsOf("v1", ["1", "2", "3"]),
        fleet: fleetOf(view("1", "v3"), view("2", "v2"), view("3", "v1")),
        before: inputsOf("v1", ["1", "2", "3"]),
      },
      "v2, v3 -> v1 on 2 devices by release (1 call)",
    ],
    [
      "the workflow must not run there",
      {
        inputs: inputsOf(null, ["1"]),
        fleet: fleetOf(view("1", "v1"), view("2", "v1")),
        before: inputsOf("v1", ["1"]),
      },
      "v1 removed from 1 device by remove (1 call)",
    ],
    [
      "exclusive, and a stranger",
      {
        inputs: inputsOf("v1", ["1"], { exclusive: true }),
        fleet: fleetOf(view("1", "v1"), view("8", "v1")),
        before: inputsOf("v1", ["1"], { exclusive: true }),
      },
      "v1 removed from 1 device by remove (1 call); exclusive: removed from 1 device that others deployed to (line-8)",
    ],
    [
      "a renamed resource has nobody joining",
      { inputs: inputsOf("v1", ["1", "2"]), fleet: two, others: inputsOf("v1", ["1", "2"]) },
      "nothing to do",
    ],
    [
      "one that comes from another resource of the stack",
      { inputs: inputsOf("v1", ["1", "2"]), fleet: two, before: inputsOf("v1", ["1"]), others: inputsOf("v1", ["2"]) },
      "nothing to do; 1 joins (line-2)",
    ],
    [
      "devices that go to other resources of the program",
      {
        inputs: inputsOf("v1", ["1"]),
        fleet: fleetOf(...["1", "2", "3", "4"].map((id) => view(id, "v1"))),
        before: inputsOf("v1", ["1", "2", "3", "4"]),
        takers: { "ring-2": ["2", "3"], "ring-3": ["4"] },
      },
      "nothing to do; 2 go to ring-2 (line-2, line-3), 1 goes to ring-3 (line-4)",
    ],
    [
      "one that an earlier run handed over, and the other resource's state shows it: it is spoken of no more",
      {
        inputs: inputsOf("v1", ["1"]),
        fleet: two,
        before: inputsOf("v1", ["1"]),
        applied: { handedOver: { "ring-2": ["2"] } },
        others: inputsOf("v1", ["2"]),
        takers: { "ring-2": ["2"] },
      },
      "nothing to do",
    ],
    [
      "one that an earlier run handed over, and nobody declares it now",
      {
        inputs: inputsOf("v1", ["1"]),
        fleet: two,
        before: inputsOf("v1", ["1"]),
        applied: { handedOver: { "ring-2": ["2"] } },
      },
      "v1 removed from 1 device by remove (1 call); 1 leaves (line-2)",
    ],
    [
      "a secret version",
      {
        inputs: inputsOf("v2", ["1", "3"]),
        fleet: fleetOf(view("1", "v1"), view("2", "v1")),
        before: inputsOf("v1", ["1", "2"]),
        secret: ["version"],
      },
      "[secret] -> [secret] on 2 devices by release and remove (2 calls); 1 joins (3), 1 leaves (line-2)",
    ],
    [
      "secret devices: neither ids nor names",
      {
        inputs: inputsOf("v2", ["1", "3"]),
        fleet: fleetOf(view("1", "v1"), view("2", "v1")),
        before: inputsOf("v1", ["1", "2"]),
        secret: ["deviceIds"],
      },
      "v1 -> v2 on 2 devices by release and remove (2 calls); 1 joins ([secret]), 1 leaves ([secret])",
    ],
    [
      "a rollout chooses its own calls",
      { inputs: inputsOf("v2", ["1", "2"], { rollout: {} }), fleet: two, before: inputsOf("v1", ["1", "2"]) },
      "v1 -> v2 on 2 devices as a rollout in 1 batch: 2 (line-1, line-2)",
    ],
    [
      "the batches of a rollout, and who is first",
      rolling({ batches: [1, "25%", "100%"] }),
      "v1 -> v2 on 12 devices as a rollout in 3 batches: 1 (line-a), 3, 12; 1 offline",
    ],
    [
      "a list of batches that does not end with all devices, and a batch that adds none",
      rolling({ batches: [3, "25%", 5] }),
      'v1 -> v2 on 12 devices as a rollout in 3 batches: 3 (line-a, line-b, line-c), 5, 12 (the last batch is always all 12; "25%" of 12 adds no device); 1 offline',
    ],
    [
      "a canary that is named",
      rolling({ batches: ["50%"], canary: { deviceIds: ["c", "k"] } }),
      "v1 -> v2 on 12 devices as a rollout in 3 batches: 2 (line-c, line-k), 6, 12 (the last batch is always all 12); 1 offline",
    ],
    [
      "a canary that is offline",
      rolling({ canary: { deviceIds: ["l"] } }),
      "v1 -> v2 on 12 devices as a rollout in 1 batch: 1 (line-l) (then waits for the canary, which is offline); 1 offline",
    ],
    [
      "a rollout that goes on from what is live",
      rolling({ batches: [1, "25%", "100%"] }, ["a", "b"]),
      "v1 -> v2 on 10 devices as a rollout in 2 batches: 3 (line-c), 12; 1 offline",
    ],
    [
      "secret devices in a rollout",
      { ...rolling({ batches: [1, "100%"] }), secret: ["deviceIds"] },
      "v1 -> v2 on 12 devices as a rollout in 2 batches: 1 ([secret]), 12; 1 offline",
    ],
    [
      "the state cannot be read: nobody is said to join or leave",
      { inputs: inputsOf("v2", ["1", "3"]), fleet: two, before: "unreadable" },
      "v1 -> v2 on 2 devices by release (1 call); 1 without it so far (3)",
    ],
  ])("%s", (_what, situation, line) => {
    expect(planLine(previewOf(situation))).toBe(line);
  });

  test("a rollout with windows says when the next one opens, or until when one is open", () => {
    const windows = [{ from: "22:00", to: "04:00", timeZone: "Europe/Vienna" }];
    const lineAt = (time: string, more: object = {}): string => {
      const line = planLine({ ...previewOf(rolling({ windows, ...more })), now: new Date(time) });
      return line.split("; ").slice(1, -1).join("; ");
    };
    expect(lineAt("2026-11-27T15:48:00.5Z")).toBe(
      "no window is open: the next one opens Fri 27 Nov, 22:00 (Europe/Vienna), in 5h 12m; `pulumi up` moves nothing before",
    );
    expect(lineAt("2026-11-27T15:48:00Z", { outside: "wait" })).toMatch(/; `pulumi up` waits for it$/);
    expect(lineAt("2026-11-28T02:00:00Z")).toBe("a window is open until Sat 28 Nov, 04:00 (Europe/Vienna)");
  });

  test("a changed workflow says what becomes of the old one", () => {
    const preview = previewOf({ inputs: inputsOf("v1", ["1"]), fleet: fleetOf() });
    const old = (isRetained: boolean, isToBeRetained: boolean): string => {
      const replaced = { flowId: "old", leaving: 2, isRetained, isToBeRetained };
      const [move, ...rest] = planLine({ ...preview, replaced }).split("; ");
      expect(move).toBe("v1 on 1 device by release (1 call)");
      return rest.join("; ");
    };
    expect(old(false, false)).toBe("workflow old is removed from its 2 devices");
    expect(old(true, true)).toBe(
      "workflow old keeps running on its 2 devices, because of retainOnDelete, and nothing manages it there any more",
    );
    // Pulumi deletes by what the state says.
    expect(old(true, false)).toBe(old(true, true));
    expect(old(false, true)).toBe(
      "workflow old is removed from its 2 devices (retainOnDelete is new: it counts from the next `pulumi up` on)",
    );
  });

  test("inputs that are not known yet are named, and that another workflow replaces the resource", () => {
    expect(unknownLine(["version"])).toBe("what will move is not known before `pulumi up`, because version is not");
    expect(unknownLine(["flowId", "deviceIds"])).toBe(
      "what will move is not known before `pulumi up`, because flowId, deviceIds are not; " +
        "another flowId than before replaces the resource",
    );
  });
});

const device = (id: string, rest: Partial<Device> = {}): [string, Device] => [
  id,
  { id, name: `line-${id}`, deviceClass: "edgeCompute", tags: [], edgeAgentVersion: "1.40.0", ...rest },
];
const headsOf = (
  version: VersionFacts | undefined,
  devices: [string, Device | undefined][],
  rest: Partial<Inputs> = {},
) => {
  const preview = previewOf({ inputs: inputsOf("v2", ["1"], rest), fleet: fleetOf(), devices: new Map(devices) });
  return warningsOf({ ...preview, version, now: new Date() }).map(({ lines: [head] }) => head);
};
describe("warnings", () => {
  test.each<[string, string | undefined, string, boolean]>([
    ["older", "1.36.0", "1.39.0", true],
    ["older by more than a digit", "1.9.0", "1.10.0", true],
    ["equal", "1.39.0", "1.39.0", false],
    ["newer", "2.0.0", "1.39.0", false],
    ["of few digits", "1.39", "1.39.0", false],
    ["unknown", undefined, "1.39.0", false],
    ["no version at all", "custom", "1.39.0", false],
  ])("an agent that is %s", (_what, edgeAgentVersion, minimumAgentVersion, warned) => {
    const lines = headsOf({ kind: "exists", minimumAgentVersion }, [device("1", { edgeAgentVersion })]);
    expect(lines).toHaveLength(warned ? 1 : 0);
  });

  test("none where all is well, or nothing is known", () => {
    expect(headsOf({ kind: "exists" }, [device("1")])).toEqual([]);
    expect(headsOf(undefined, [])).toEqual([]);
  });

  test("each kind of trouble has a line of its own", () => {
    const found = headsOf({ kind: "workingCopy" }, [["1", undefined], device("2", { deviceClass: "gateway" })]);
    expect(found).toEqual([
      'version "develop" is the working copy, which can change at any time: use it only on test devices',
      "1 device not in application a",
      "1 device not of the edge compute class: Losant deploys no workflow there",
    ]);
  });

  test("devices that others have: refused, or taken over where that is declared", () => {
    const fleet = fleetOf(view("1", "v1"));
    const first = (rest: Partial<Situation>, adopt = false) => {
      const preview = previewOf({ inputs: inputsOf("v2", ["1"], { adopt }), fleet, ...rest });
      return warningsOf({ ...preview, version: undefined, now: new Date() })[0]?.lines[0];
    };
    expect(first({})).toContain("`pulumi up` will refuse");
    expect(first({}, true)).toContain("`pulumi up` takes it over");
    expect(first({ others: inputsOf("v1", ["1"]) })).toBeUndefined();
    expect(first({ before: "unreadable" })).toBeUndefined();
  });

  test("a device that an API token set may be an interrupted run's: it says how to go on", () => {
    const by = (changedBy: string) => {
      const fleet = fleetOf(view("1", "v1", { changedBy }));
      const preview = previewOf({ inputs: inputsOf("v2", ["1"]), fleet });
      return warningsOf({ ...preview, version: undefined, now: new Date() })[0]?.lines[1];
    };
    expect(by("apiToken 5b0044f0a3a3b90006c0a5e1")).toBe(
      "line-1: set by an API token. If an interrupted run of this stack did it, set adopt: true for one `pulumi up`",
    );
    expect(by("user 5b0044f0a3a3b90006c0a5e1")).toBe(
      "device line-1 (1) is at v1, set by user 5b0044f0a3a3b90006c0a5e1",
    );
  });

  test("a takeover of secret devices names none", () => {
    const secret = ["deviceIds", "version"];
    const preview = previewOf({ inputs: inputsOf("v2", ["1"]), fleet: fleetOf(view("1", "v1")), secret });
    const text = JSON.stringify(warningsOf({ ...preview, version: undefined, now: new Date() }));
    expect(text).toContain("device [secret] is at [secret]");
    expect(text).not.toMatch(/line-1|v1|v2/);
  });
});

describe("what deleting a resource stops", () => {
  const ids = Array.from({ length: 12 }, (_, index) => String(index + 1));
  const all = fleetOf(...ids.map((id) => view(id, "v1", { flowName: "Telemetry" })));
  const removed = (rest: Partial<Situation>) =>
    removalLine(
      "telemetry",
      previewOf({ inputs: inputsOf("v1", ids), before: inputsOf("v1", ids), fleet: all, isRemoved: true, ...rest }),
    );

  test.each<[string, Partial<Situation>, string]>([
    [
      "all of its devices",
      {},
      "telemetry: Telemetry is removed from 12 devices (line-1, line-10 and 10 more), by remove (1 call)",
    ],
    [
      "not those that another resource declares",
      { takers: { rest: ids.slice(2) } },
      "telemetry: Telemetry is removed from 2 devices (line-1, line-2), by release (1 call); 10 go to rest (line-10, line-11 and 8 more)",
    ],
    [
      "nothing where all devices go elsewhere, as in a rename",
      { takers: { renamed: ids } },
      "telemetry: 12 go to renamed (line-1, line-10 and 10 more)",
    ],
    [
      "nothing where nothing runs",
      { fleet: fleetOf() },
      "telemetry: f is removed from no device: none of its devices carries it",
    ],
    [
      "nothing with retainOnDelete",
      { applied: { retainOnDelete: true } },
      "telemetry: Telemetry keeps running on 12 devices (line-1, line-10 and 10 more), because of retainOnDelete, and nothing manages it there any more",
    ],
    [
      "with secret devices",
      { secret: ["deviceIds"] },
      "telemetry: Telemetry is removed from 12 devices ([secret]), by remove (1 call)",
    ],
  ])("%s", (_what, rest, line) => {
    expect(removed(rest)).toBe(line);
  });
});

describe("the record for pipelines", () => {
  const situation: Situation = {
    inputs: inputsOf("v2", ["1", "2"]),
    fleet: fleetOf(view("1", "v1"), view("2", "v1")),
    before: inputsOf("v1", ["1", "2"]),
  };

  test("has the moves and each call's own sentence", () => {
    expect(plannedRecord("urn", previewOf(situation))).toEqual({
      kind: "planned",
      urn: "urn",
      calls: ["replace v1 -> v2: moves 2 devices, all owned"],
      moved: [{ from: "v1", to: "v2", deviceIds: ["1", "2"] }],
      names: { "1": "line-1", "2": "line-2" },
    });
  });

  test("has the address of Losant's web page for its own cloud, and for no other API", () => {
    const { ui } = plannedRecord("urn", previewOf(situation), "https://api.losant.com");
    expect(ui).toBe("https://app.losant.com");
    expect(plannedRecord("urn", previewOf(situation), "https://losant.example.com")).not.toHaveProperty("ui");
  });

  test("has numbers and no values where they are secret", () => {
    expect(plannedRecord("urn", previewOf({ ...situation, secret: ["version", "deviceIds"] }))).toEqual({
      kind: "planned",
      urn: "urn",
      calls: ["replace: 2 of the devices"],
      moved: [{ from: "[secret]", to: "[secret]", deviceIds: ["[secret]", "[secret]"] }],
    });
  });
});
