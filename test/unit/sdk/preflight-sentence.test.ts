import { describe, expect, test } from "@jest/globals";
import type { Inputs } from "../../../provider/inputs.js";
import { leavingOf, takenOver } from "../../../provider/membership.js";
import type { DeviceView, Fleet } from "../../../provider/observe.js";
import { plan } from "../../../provider/plan.js";
import { intentOf } from "../../../provider/state.js";
import type { Saved } from "../../../provider/state.js";
import { previousState } from "../../../sdk/preflight/previous.js";
import type { VersionFacts } from "../../../sdk/preflight/reads.js";
import { prospectLine } from "../../../sdk/preflight/sentence.js";
import type { Prospect } from "../../../sdk/preflight/sentence.js";
import { warningsOf } from "../../../sdk/preflight/warnings.js";
import type { Device } from "../../../provider/losant/types.js";

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
  /** What another resource had. */
  readonly others?: Inputs;
  /** What other resources of the program declare. */
  readonly claimed?: readonly string[];
  readonly devices?: Prospect["devices"];
}

const outputsOf = (of: Inputs) => ({ type: "pulumi-nodejs:dynamic/losant:EdgeDeployment", outputs: { ...of } });

function prospectOf({ inputs, fleet, before, others, claimed = [], devices }: Situation): Prospect {
  const state =
    before === "unreadable"
      ? undefined
      : previousState({ ...(before && { this: outputsOf(before) }), ...(others && { other: outputsOf(others) }) });
  const saved: Saved | undefined = state?.saved(["this"]);
  const leaving = leavingOf(inputs, saved, (id) => claimed.includes(id));
  const outlook = plan({ ...intentOf(inputs, leaving, fleet), observed: fleet });
  return { inputs, before: saved, state, leaving, fleet, devices, plan: outlook };
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
      "v1 removed from 5 devices by release (1 call); 5 leave (line-2, line-3, line-4 and 2 more)",
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
      "one that goes to another resource of the program",
      { inputs: inputsOf("v1", ["1"]), fleet: two, before: inputsOf("v1", ["1", "2"]), claimed: ["2"] },
      "nothing to do; 1 goes to another resource (line-2)",
    ],
    [
      "a rollout chooses its own calls",
      { inputs: inputsOf("v2", ["1", "2"], { rollout: {} }), fleet: two, before: inputsOf("v1", ["1", "2"]) },
      "v1 -> v2 on 2 devices as a rollout",
    ],
    [
      "the state cannot be read: nobody is said to join or leave",
      { inputs: inputsOf("v2", ["1", "3"]), fleet: two, before: "unreadable" },
      "v1 -> v2 on 2 devices by release (1 call); 1 without it until now (3)",
    ],
  ])("%s", (_what, situation, line) => {
    expect(prospectLine(prospectOf(situation))).toBe(line);
  });

  test("a changed workflow says what becomes of the old one", () => {
    const prospect = prospectOf({ inputs: inputsOf("v1", ["1"]), fleet: fleetOf() });
    const replaced: Saved = { inputs: inputsOf("v1", ["1", "2"], { flowId: "old" }), leaving: [] };
    expect(prospectLine({ ...prospect, replaced })).toBe(
      "v1 on 1 device by release (1 call); workflow old is removed from its 2 devices",
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
  const prospect = prospectOf({ inputs: inputsOf("v2", ["1"], rest), fleet: fleetOf(), devices: new Map(devices) });
  return warningsOf({ ...prospect, version, taken: [], now: new Date() }).map(([head]) => head);
};
const secret = (value: unknown) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});

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
    const found = headsOf({ kind: "missing", others: ["v1"] }, [
      ["1", undefined],
      device("2", { deviceClass: "gateway" }),
    ]);
    expect(found).toEqual([
      'workflow f has no version "v2": did you mean "v1"?',
      "1 device not in application a",
      "1 device not of the edge compute class: Losant deploys no workflow there",
    ]);
  });

  test("devices that others have: refused, or taken over where that is declared", () => {
    const inputs = inputsOf("v2", ["1"]);
    const fleet = fleetOf(view("1", "v1"));
    const taken = takenOver(inputs, undefined, fleet, () => false);
    const prospect = prospectOf({ inputs, fleet });
    const first = (adopt: boolean) =>
      warningsOf({ ...prospect, inputs: { ...inputs, adopt }, version: undefined, taken, now: new Date() })[0]?.[0];
    expect(first(false)).toContain("`pulumi up` will refuse");
    expect(first(true)).toContain("`pulumi up` takes over");
    expect(takenOver(inputs, undefined, fleet, () => true)).toEqual([]);
  });
});

test("the state's secrets are looked into, and other resources are not ours", () => {
  const type = "pulumi-nodejs:dynamic/losant:EdgeDeployment";
  const state = previousState({
    ours: {
      type,
      outputs: { ...inputsOf("v1", ["1"]), deviceIds: secret(["1", "2"]), __losant: { schema: 1, leaving: ["3"] } },
    },
    theirs: { type: "aws:s3:Bucket", outputs: inputsOf("v1", ["9"]) },
    broken: { type, outputs: {} },
  });
  const flow = { applicationId: "a", flowId: "f" };
  expect(["1", "2", "3", "9"].map((id) => state.isOwned(flow, id))).toEqual([true, true, true, false]);
  expect(state.saved(["unknown", "ours"])?.inputs.deviceIds).toEqual(["1", "2"]);
  expect(state.saved(["theirs", "broken"])).toBeUndefined();
});
