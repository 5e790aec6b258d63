import { describe, expect, test } from "@jest/globals";
import { checkInputs, hasUnknown, UNKNOWN_GUID } from "../../../provider/resource/inputs.js";
import { parseInputs } from "../../../provider/resource/checked-inputs.js";
import { rolloutInputs } from "../../../provider/resource/rollout-inputs.js";
import { quoteValue } from "../../../provider/words.js";

const APP = "575ec8687ae143cd83dc4a97";
const FLOW = "575ed18f7ae143cd83dc4aa6";
const A = "575ecf887ae143cd83dc4aa1";
const B = "575ecf887ae143cd83dc4aa2";
const good = { applicationId: APP, flowId: FLOW, version: "v1", deviceIds: [A] };

const failuresOf = (news: Record<string, unknown>): string[] =>
  checkInputs(news).failures.map(({ property, reason }) => `${property}: ${reason}`);

describe("good input", () => {
  test("is passed on as it is, and nothing is added", () => {
    expect(checkInputs(good)).toEqual({ inputs: good, failures: [] });
  });

  test("device ids are a set: sorted, without repeats, in lower case", () => {
    const { inputs } = checkInputs({ ...good, deviceIds: [B, A, B.toUpperCase()] });
    expect(inputs["deviceIds"]).toEqual([A, B]);
  });

  test("the application comes from the settings where the program names none", () => {
    const { applicationId: _, ...rest } = good;
    expect(checkInputs(rest, APP)).toEqual({ inputs: good, failures: [] });
  });

  test("a version of null needs devices, unless the resource owns the whole flow", () => {
    expect(failuresOf({ ...good, version: null })).toEqual([]);
    expect(failuresOf({ ...good, version: null, deviceIds: [], exclusive: true })).toEqual([]);
    expect(failuresOf({ ...good, deviceIds: [], exclusive: true })).toHaveLength(1);
  });

  test.each([
    ["left out", {}],
    ["an output that is undefined", { deviceIds: undefined }],
  ])("a whole workflow is not cleared by a list that is %s", (_what, devices) => {
    const { deviceIds: _ids, ...rest } = good;
    expect(failuresOf({ ...rest, version: null, exclusive: true, ...devices })).toEqual([
      "deviceIds: no list: with exclusive: true and version: null the workflow is removed from every device. Give deviceIds: [] to say so, or name the devices",
    ]);
  });

  test("null is no list", () => {
    expect(failuresOf({ ...good, deviceIds: null })).toEqual([
      "deviceIds: null is not a list of device ids: give an array of ids; a Set as [...set]",
    ]);
  });

  test("what Pulumi and a refresh put beside the inputs is not taken for input", () => {
    expect(checkInputs({ ...good, __provider: "exports.handler", drift: [] })).toEqual({ inputs: good, failures: [] });
  });
});

test("what check accepts is read back whole, as an update gets it", () => {
  const rollout = {
    batches: [1, "100%"],
    canary: { deviceIds: [A] },
    timeoutSeconds: 60,
    pauseSeconds: 5,
    maxFailures: "10%",
    offline: "wait",
    health: { errors: { max: 0, windowSeconds: 600 }, settleSeconds: 30 },
    onFailure: "rollback",
    windows: [{ days: ["fri"], from: "22:00", to: "04:00", timeZone: "Europe/Vienna" }],
    outside: "wait",
    group: "graz",
  };
  const all = { ...good, exclusive: true, adopt: true, maxDevices: 3, rollout };
  expect(Object.keys(rollout).toSorted()).toEqual(Object.keys(rolloutInputs.shape).toSorted());
  expect(parseInputs(checkInputs(all).inputs)).toEqual(all);
});

test("a state of an older release may hold batches that are refused now", () => {
  const all = { ...good, rollout: { batches: [5, 2, "100%", 50] } };
  expect(parseInputs(all)).toEqual(all);
});

describe("bad input gets one line with the property, the value and the way out", () => {
  const table: readonly (readonly [string, Record<string, unknown>, string])[] = [
    [
      "an id that is none",
      { ...good, flowId: "xyz" },
      'flowId: "xyz" is not a Losant id, which has 24 hexadecimal digits; open the workflow in Losant: the id is in its address',
    ],
    [
      "one bad id among many",
      { ...good, deviceIds: [A, "zzz", B] },
      'deviceIds[1]: "zzz" is not a Losant id, which has 24 hexadecimal digits; open the device in Losant: the id is in its address',
    ],
    [
      "an id that is no string",
      { ...good, applicationId: 5 },
      "applicationId: 5 is not a Losant id: give the application's id as a string; open the application in Losant: the id is in its address",
    ],
    [
      "no application",
      { flowId: FLOW, version: "v1", deviceIds: [A] },
      "applicationId: no application: set applicationId, or `pulumi config set losant:applicationId <id>`, or the environment variable LOSANT_APPLICATION_ID",
    ],
    [
      "no flow",
      { applicationId: APP, version: "v1", deviceIds: [A] },
      "flowId: no workflow: name the edge workflow to deploy by its id; open it in Losant: the id is in its address",
    ],
    [
      "an empty version",
      { ...good, version: "" },
      'version: "" is not a version: name the version to run, or null to have the workflow removed',
    ],
    [
      "no version",
      { applicationId: APP, flowId: FLOW, deviceIds: [A] },
      "version: no version: name the version of the workflow to run, or null to have it removed",
    ],
    [
      "a version that is too long",
      { ...good, version: "v".repeat(256) },
      `version: "${"v".repeat(56)}... is longer than the 255 characters a version name may have`,
    ],
    [
      "no device at all",
      { ...good, deviceIds: [] },
      "deviceIds: no device at all: name at least one edge device (deviceIds, or deviceTags that match one)",
    ],
    [
      "no list of devices",
      { ...good, deviceIds: A },
      `deviceIds: "${A}" is not a list of device ids: give an array of ids; a Set as [...set]`,
    ],
    [
      "more than maxDevices",
      { ...good, deviceIds: [A, B], maxDevices: 1 },
      "maxDevices: 2 devices are declared, but maxDevices allows 1: look at what chose them, then raise maxDevices",
    ],
    [
      "a maxDevices of 0",
      { ...good, maxDevices: 0 },
      "maxDevices: 0 would allow no device: give 1 or more, or leave it out",
    ],
    [
      "adopt that is no boolean",
      { ...good, adopt: "yes" },
      'adopt: "yes" is neither true nor false: give one of them, or leave it out',
    ],
    [
      "a Set, which Pulumi hands over as an empty object",
      { ...good, deviceIds: {} },
      "deviceIds: {} is not a list of device ids: give an array of ids; a Set as [...set]",
    ],
    [
      "a Set of batches",
      { ...good, rollout: { batches: {} } },
      'rollout.batches: {} is not a list: give for example [1, "25%", "100%"]',
    ],
    [
      "a Set of canaries",
      { ...good, rollout: { canary: { deviceIds: {} } } },
      "rollout.canary.deviceIds: {} is not a list of device ids: give an array of ids; a Set as [...set]",
    ],
    [
      "a version with a line break",
      { ...good, version: "v1\nv2" },
      String.raw`version: "v1\nv2" has a line break or another control character: name the version as Losant shows it`,
    ],
    [
      "a name that does not exist",
      { ...good, deviceIDs: [A] },
      'deviceIDs: "deviceIDs" is no input: did you mean "deviceIds"?',
    ],
    [
      "a name that is nothing like one",
      { ...good, colour: "red" },
      'colour: "colour" is no input: there are "adopt", "applicationId", "deviceIds", "exclusive", "flowId", "maxDevices", "rollout" and "version"',
    ],
    [
      "a misspelt name in a rollout",
      { ...good, rollout: { timeOutSeconds: 3 } },
      'rollout.timeOutSeconds: "timeOutSeconds" is no input: did you mean "timeoutSeconds"?',
    ],
    ...["constructor", "__proto__", "toString", "hasOwnProperty"].map(
      (name): [string, Record<string, unknown>, string] => [
        `${name} as a name`,
        Object.fromEntries([...Object.entries(good), [name, 1]]),
        `${name}: "${name}" is no input: there are "adopt", "applicationId", "deviceIds", "exclusive", "flowId", "maxDevices", "rollout" and "version"`,
      ],
    ),
    ...["constructor", "__proto__", "toString"].map((name): [string, Record<string, unknown>, string] => [
      `${name} as an id`,
      { ...good, flowId: name },
      `flowId: "${name}" is not a Losant id, which has 24 hexadecimal digits; open the workflow in Losant: the id is in its address`,
    ]),
    [
      "a thousand wrong ids",
      { ...good, deviceIds: [A, ...Array.from({ length: 1000 }, (_, index) => `line-${index}`)] },
      'deviceIds: 1000 entries are wrong. The first one is deviceIds[1]: "line-0" is not a Losant id, which has 24 hexadecimal digits; open the device in Losant: the id is in its address',
    ],
    ...(
      [
        [
          { from: "22", to: "04:00" },
          '[0].from: "22" is not a time: say when the window opens as "HH:MM", for example "22:00"',
        ],
        [
          { from: "22:00", to: "24:30" },
          '[0].to: "24:30" is not a time: say when the window closes as "HH:MM", for example "04:00", or "24:00"',
        ],
        [
          { from: "22:00", to: "22:00" },
          '[0].to: the window closes when it opens: give another time, or "00:00" to "24:00" for the whole day',
        ],
        [
          { from: "22:00", to: "04:00", timeZone: "Vienna" },
          '[0].timeZone: "Vienna" is not a time zone: give its name, for example "Europe/Vienna"',
        ],
        [
          { from: "22:00", to: "04:00", days: ["monday"] },
          '[0].days[0]: "monday" is not one of "mon", "tue", "wed", "thu", "fri", "sat", "sun"',
        ],
        [{ from: "22:00", to: "04:00", day: ["mon"] }, '[0].day: "day" is no input: did you mean "days"?'],
      ] as const
    ).map(([window, message]): [string, Record<string, unknown>, string] => [
      `a window ${JSON.stringify(window)}`,
      { ...good, rollout: { windows: [{ timeZone: "Europe/Vienna", ...window }] } },
      `rollout.windows${message}`,
    ]),
    [
      "a word for outside, and no windows",
      { ...good, rollout: { outside: "wait" } },
      "rollout.outside: there are no windows to be outside of: give windows too, or leave it out",
    ],
    ...[5, "", "  ", "a\nb", "x".repeat(101)].map((group): [string, Record<string, unknown>, string] => [
      `the group ${JSON.stringify(group).slice(0, 9)}`,
      { ...good, rollout: { group } },
      `rollout.group: ${quoteValue(group)} is not the name of a group: give 1 to 100 characters, or leave it out`,
    ]),
    [
      "an unknown word in a rollout",
      { ...good, rollout: { offline: "skip" } },
      'rollout.offline: "skip" is not one of "ignore", "wait", "fail"',
    ],
    [
      "a batch that is no number or percentage",
      { ...good, rollout: { batches: [1, "half"] } },
      'rollout.batches[1]: "half" is neither a number of devices (1 or more) nor a percentage like "25%": batches are cumulative, for example [1, "25%", "100%"]',
    ],
    [
      "a batch over 100 %",
      { ...good, rollout: { batches: ["101%"] } },
      'rollout.batches[0]: "101%" is neither a number of devices (1 or more) nor a percentage like "25%": batches are cumulative, for example [1, "25%", "100%"]',
    ],
    [
      "batches that do not rise",
      { ...good, rollout: { batches: [5, 2] } },
      'rollout.batches[1]: 2 does not rise above 5, the batch before it. Batches are cumulative: write for example [5, "100%"]',
    ],
    [
      "a batch beyond the devices",
      { ...good, rollout: { batches: [1, 2] } },
      'rollout.batches[1]: 2 is more than the 1 device of this resource. Batches are cumulative: write for example [1, "100%"]',
    ],
    [
      "a canary that is another resource's device",
      { ...good, rollout: { canary: { deviceIds: [B] } } },
      `rollout.canary.deviceIds: "${B}" is not among the devices of this resource: a canary is some of its deviceIds`,
    ],
    [
      "a canary of no device",
      { ...good, rollout: { canary: { deviceIds: [] } } },
      "rollout.canary.deviceIds: no device at all: name the devices that get the version first, or leave canary out",
    ],
    [
      "health by nothing",
      { ...good, rollout: { health: {} } },
      'rollout.health.errors: nothing to judge by: say how many errors a device may have, errors: { max: 0 }, or which share of its runs may fail, failedRuns: "2%"',
    ],
    [
      "a share of runs that is a number",
      { ...good, rollout: { health: { failedRuns: 2 } } },
      'rollout.health.failedRuns: 2 is not a percentage of runs: give for example "2%"',
    ],
    [
      "a share of runs over all of them",
      { ...good, rollout: { health: { failedRuns: "200%" } } },
      'rollout.health.failedRuns: "200%" is not a percentage of runs: give "0%" to "100%", for example "2%"',
    ],
    [
      "a baseline that is a word",
      { ...good, rollout: { health: { failedRuns: "2%", baseline: "v1" } } },
      'rollout.health.baseline: "v1" is neither true nor false: give one of them, or leave it out',
    ],
    [
      "health without a number",
      { ...good, rollout: { health: { errors: {} } } },
      "rollout.health.errors.max: nothing is not a number of errors: say how many one device may have",
    ],
    [
      "health by less than none",
      { ...good, rollout: { health: { errors: { max: -1 } } } },
      "rollout.health.errors.max: -1 is not a number of errors: give 0 or more",
    ],
    [
      "a word that health does not know",
      { ...good, rollout: { health: { errors: { max: 0, window: 5 } } } },
      'rollout.health.errors.window: "window" is no input: did you mean "windowSeconds"?',
    ],
    [
      "a word that a canary does not know",
      { ...good, rollout: { canary: { deviceIds: good.deviceIds, deviceId: "x" } } },
      'rollout.canary.deviceId: "deviceId" is no input: did you mean "deviceIds"?',
    ],
    [
      "a word that a rollout does not know",
      { ...good, rollout: { canaries: { deviceIds: good.deviceIds } } },
      'rollout.canaries: "canaries" is no input: did you mean "canary"?',
    ],
    [
      "a word of health in the wrong place",
      { ...good, rollout: { health: { errors: { max: 0 }, settle: 5 } } },
      'rollout.health.settle: "settle" is no input: did you mean "settleSeconds"?',
    ],
    [
      "errors that are forgotten while a device is watched",
      { ...good, rollout: { health: { errors: { max: 0, windowSeconds: 30 } } } },
      "rollout.health.errors.windowSeconds: 30 is less than the 60 of settleSeconds: errors would not count for as long as a device is watched",
    ],
    [
      "the health of the working copy",
      { ...good, version: "develop", rollout: { health: { errors: { max: 0 } } } },
      'rollout.health: the health of "develop" cannot be judged, since Losant lists errors of named versions: make a version of it',
    ],
    [
      "a time-out of nothing",
      { ...good, rollout: { timeoutSeconds: 0 } },
      "rollout.timeoutSeconds: 0 is too small: give 1 seconds or more",
    ],
  ];
  test.each(table)("%s", (_name, news, line) => {
    expect(failuresOf(news)).toEqual([line]);
  });

  test("several at once, each on its own line", () => {
    expect(failuresOf({ ...good, flowId: "x", version: "", deviceIds: ["y"] })).toHaveLength(3);
  });
});

describe("what is not known yet", () => {
  test.each([
    ["a flow", { ...good, flowId: UNKNOWN_GUID }],
    ["a version", { ...good, version: UNKNOWN_GUID }],
    ["the list of devices", { ...good, deviceIds: UNKNOWN_GUID }],
    ["one device", { ...good, deviceIds: [A, UNKNOWN_GUID] }],
    ["a number", { ...good, maxDevices: UNKNOWN_GUID }],
    ["a batch", { ...good, rollout: { batches: [7, UNKNOWN_GUID, 3] } }],
    ["the canary", { ...good, rollout: { canary: { deviceIds: [UNKNOWN_GUID] } } }],
    ["a word in a rollout", { ...good, rollout: { offline: UNKNOWN_GUID } }],
  ])("%s is not validated, and is passed on", (_name, news) => {
    const { inputs, failures } = checkInputs(news);
    expect(failures).toEqual([]);
    expect(hasUnknown(inputs)).toBe(true);
  });

  test("does not hide what is known to be wrong", () => {
    expect(failuresOf({ ...good, flowId: UNKNOWN_GUID, deviceIds: ["zzz"] })).toHaveLength(1);
  });
});
