import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { getDevices, getDevicesOutput } from "pulumi-losant";
import { demoFleet, fleet, startSimulator } from "pulumi-losant/simulator";
import type { Simulator } from "pulumi-losant/simulator";
import { asked, beginProgram, messageOf, settingsOf, settled, unknown } from "./support.js";

const production = "aa0000000000000000000002";
const line = (number: number): string => `d1${String(number).padStart(22, "0")}`;
const lines = (...numbers: number[]): string[] => numbers.map(line);

describe("devices of a plant", () => {
  let losant: Simulator;

  beforeAll(async () => {
    losant = await startSimulator({ seed: demoFleet() });
  });
  afterAll(() => losant.close());
  beforeEach(() => {
    beginProgram(settingsOf(losant, production, "demo-user-token"));
    losant.clearCalls();
  });

  test("all edge compute devices, sorted, where nothing is named", async () => {
    const { ids, devices } = await getDevices();
    expect(ids).toEqual(lines(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12));
    expect(devices[0]).toMatchObject({ name: "line-1", deviceClass: "edgeCompute", edgeAgentVersion: "1.40.0" });
  });

  test("any listed tag selects a device", async () => {
    const { ids } = await getDevices({
      tags: [
        { key: "ring", value: "canary" },
        { key: "hall", value: "b" },
      ],
    });
    expect(ids).toEqual(lines(1, 7, 8, 9, 10, 11, 12));
  });

  test("within one tag, key and value both have to match", async () => {
    expect((await getDevices({ tags: [{ key: "hall", value: "a" }] })).ids).toEqual(lines(1, 2, 3, 4, 5, 6));
    expect(await messageOf(() => getDevices({ tags: [{ key: "ring", value: "a" }] }))).toBe(
      'getDevices: no edge compute device has the tag ring=a: there are "broad" and "canary"',
    );
  });

  test("a key alone and a value alone stand for any of the other", async () => {
    expect((await getDevices({ tags: [{ key: "site" }] })).ids).toHaveLength(12);
    expect((await getDevices({ tags: [{ value: "canary" }] })).ids).toEqual(lines(1));
  });

  test("other classes only where they are asked for", async () => {
    const tags = [{ key: "site", value: "graz" }];
    expect((await getDevices({ tags, deviceClass: "standalone" })).ids).toEqual(lines(99));
    expect((await getDevices({ tags, deviceClass: "any" })).ids).toHaveLength(13);
  });

  test.each([
    ["line-1", lines(1)],
    ["line-1*", lines(1, 10, 11, 12)],
    ["*-1", lines(1)],
    ["l*-*2", lines(2, 12)],
    ["*ine*1", lines(1, 11)],
  ])("the name %s", async (name, expected) => {
    expect((await getDevices({ name })).ids).toEqual(expected);
  });

  test("each condition narrows the answer", async () => {
    const { ids } = await getDevices({
      name: "line-1*",
      tags: [{ key: "hall", value: "b" }],
      ids: lines(1, 10, 11),
    });
    expect(ids).toEqual(lines(10, 11));
  });

  test("a tag is no mistake where only another condition excludes its devices", async () => {
    const tags = [
      { key: "hall", value: "a" },
      { key: "hall", value: "b" },
    ];
    expect((await getDevices({ name: "line-2", tags })).ids).toEqual(lines(2));
  });

  test("equal questions are asked once in a program, whatever the order of the words", async () => {
    await Promise.all([
      getDevices({ name: "line-*", tags: [{ key: "hall", value: "a" }] }),
      getDevices({ tags: [{ value: "a", key: "hall" }], name: "line-*" }),
    ]);
    await getDevices({ name: "line-*", tags: [{ key: "hall", value: "a" }], applicationId: production.toUpperCase() });
    expect(asked(losant)).toEqual({ devices: 1 });
  });

  test("another run of the program asks again", async () => {
    await getDevices({ name: "line-1" });
    beginProgram(settingsOf(losant, production, "demo-user-token"));
    await getDevices({ name: "line-1" });
    expect(asked(losant)).toEqual({ devices: 2 });
  });

  test("a mistake is an error that Pulumi shows as a sentence, without a stack", async () => {
    const error: unknown = await getDevices({ ids: [line(55)] }).catch((thrown: unknown) => thrown);
    expect(pulumi.RunError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ stack: `getDevices: there is no device ${line(55)} in this application` });
  });

  describe("nothing matches", () => {
    test.each([
      [
        "a mistyped value",
        { tags: [{ key: "ring", value: "canry" }] },
        'getDevices: no edge compute device has the tag ring=canry: did you mean "canary"?',
      ],
      [
        "a mistyped key",
        { tags: [{ key: "rign", value: "canary" }] },
        'getDevices: no edge compute device has the tag rign=canary: no device has the key "rign"; did you mean "ring"?',
      ],
      [
        "one of two tags",
        { tags: [{ key: "hall", value: "a" }, { value: "broood" }] },
        'getDevices: no edge compute device has the tag *=broood: did you mean "broad"?',
      ],
      [
        "a mistyped name",
        { name: "lime-3" },
        'getDevices: no edge compute device is named "lime-3": did you mean "line-3", "line-1" or "line-2"?',
      ],
      [
        "an id that does not exist",
        { ids: [line(1), line(55)] },
        `getDevices: there is no device ${line(55)} in this application`,
      ],
      [
        "an id of another class",
        { ids: [line(99)] },
        `getDevices: device ${line(99)} (office-sensor) is of class standalone, not edgeCompute`,
      ],
      [
        "conditions that are met, but never together",
        { name: "line-1", tags: [{ key: "hall", value: "b" }, { value: "broad" }] },
        'getDevices: no edge compute device has the name "line-1" and one of the tags hall=b, *=broad',
      ],
    ])("%s", async (_what, args, expected) => {
      expect(await messageOf(() => getDevices(args))).toBe(expected);
    });

    test("a tag that only devices of another class have", async () => {
      const message = await messageOf(() => getDevices({ tags: [{ key: "site" }], deviceClass: "gateway" }));
      expect(message).toBe(
        "getDevices: no device of class gateway has the tag site=*: 13 of class edgeCompute, standalone have it",
      );
    });
  });

  test.each([
    [{ tags: [{}] }, "getDevices: tags[0]: an empty tag would match every device: give a key, a value or both"],
    [{ tags: [] }, "getDevices: tags: an empty list of tags matches no device: leave it out or name one"],
    [
      { tags: [{ key: "a b" }] },
      'getDevices: tags[0].key: "a b" is not a tag key, which has 1 to 255 letters, digits, _ and -',
    ],
    [{ tag: "x" }, "getDevices: unknown: tag. It takes applicationId, tags, name, ids, deviceClass"],
    [
      { ids: ["575e"] },
      'getDevices: ids[0]: "575e" is not a Losant id, which has 24 hexadecimal digits; open the device in Losant: the id is in its address',
    ],
  ])("bad input %j is answered before anything is asked", async (args, expected) => {
    expect(await messageOf(() => getDevices(args as never))).toBe(expected);
    expect(asked(losant)).toEqual({});
  });

  test("outputs are waited for, and unknown ones give an unknown answer", async () => {
    beginProgram(settingsOf(losant, production, "demo-user-token"), true);
    const known = getDevicesOutput({ tags: [{ key: "hall", value: Promise.resolve("a").then(String) as never }] });
    expect(await settled(known)).toMatchObject({ ids: lines(1, 2, 3, 4, 5, 6) });
    losant.clearCalls();
    expect(await settled(getDevicesOutput({ name: unknown() }))).toBe("unknown");
    expect(asked(losant)).toEqual({});
  });
});

test("hundreds of ids and tags are asked for in pieces that Losant takes, and give one answer", async () => {
  const seed = fleet({ devices: 350 });
  const losant = await startSimulator({ seed });
  beginProgram(settingsOf(losant, "a00000000000000000000001", "fleet-token-c0ffee"));
  const all = seed.applications[0]?.devices ?? [];
  const tags = all.slice(0, 250).map((_, number) => ({ key: "number", value: String(number) }));

  expect((await getDevices({ ids: all.map(({ id }) => id).toReversed() })).ids).toEqual(all.map(({ id }) => id));
  expect(asked(losant)).toEqual({ devices: 4 });
  expect((await getDevices({ tags })).ids).toHaveLength(250);
  const longest = Math.max(...losant.calls.map(({ query }) => encodeURIComponent(query["query"] ?? "").length));
  expect(longest).toBeLessThan(8000);
  await losant.close();
});

test("an API that ignores the query does not choose devices for us", async () => {
  const losant = await startSimulator({ seed: demoFleet() });
  beginProgram(settingsOf(losant, production, "demo-user-token"));
  const items = [{ id: line(5), name: "line-5", deviceClass: "edgeCompute", tags: [{ key: "ring", value: "broad" }] }];
  losant.fault({ path: "/devices", status: 200, body: { items, totalCount: 1 } });
  expect(await messageOf(() => getDevices({ tags: [{ key: "ring", value: "canary" }] }))).toContain("ring=canary");
  await losant.close();
});

test("a program without a token is told how to set one", async () => {
  beginProgram({ "losant:applicationId": production, "losant:apiUrl": "http://127.0.0.1:9" });
  delete process.env["LOSANT_API_TOKEN"];
  expect(await messageOf(() => getDevices())).toContain("pulumi config set --secret losant:apiToken");
});
