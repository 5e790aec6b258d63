// Reading devices: by class, name, tag, or Losant's advanced query.
import { describe, expect, test } from "@jest/globals";
import type { SeedDevice } from "pulumi-losant/simulator";
import { bench } from "./support.js";
import type { Bench } from "./support.js";

const DEVICES: readonly Partial<SeedDevice>[] = [
  { name: "line-1", tags: { site: "graz", ring: "canary" } },
  { name: "line-2", tags: { site: "graz", ring: "broad" } },
  { name: "Line-3", tags: { site: "linz" }, behaviour: { kind: "offline" } as const },
  { name: "sensor", deviceClass: "standalone" },
];
const plant = () => bench({ devices: 4, device: (number) => DEVICES[number] ?? {} });

async function found(losant: Bench, query: string): Promise<unknown[]> {
  const { status, body } = await losant.get(`/devices?sortField=id&${query}`);
  if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body.items.map((item) => DEVICES.findIndex(({ name }) => name === item["name"]) + 1);
}

describe("devices", () => {
  test("are listed by name, each with class, tags, agent and connection", async () => {
    await using losant = await plant();
    const { body } = await losant.get("/devices");
    expect(body).toMatchObject({ count: 4, totalCount: 4, perPage: 100, page: 0, sortField: "name" });
    expect(body.items.map((item) => item["name"])).toEqual(["Line-3", "line-1", "line-2", "sensor"]);
    expect(body.items[1]).toMatchObject({
      id: losant.device(0),
      deviceId: losant.device(0),
      applicationId: losant.app,
      deviceClass: "edgeCompute",
      edgeAgentVersion: "1.40.0",
      tags: [
        { key: "site", value: "graz" },
        { key: "ring", value: "canary" },
      ],
      connectionInfo: { connected: 1 },
    });
    expect(body.items[0]).toMatchObject({ connectionInfo: { connected: 0 } });
  });

  test("are shown without connection, and with tags as an object, on request", async () => {
    await using losant = await plant();
    const { body } = await losant.get("/devices?filter=line-1&excludeConnectionInfo=true&tagsAsObject=true");
    expect(body.items).toHaveLength(1);
    expect(body.items[0]).not.toHaveProperty("connectionInfo");
    expect(body.items[0]).toMatchObject({ tags: { site: ["graz"], ring: ["canary"] } });
  });

  test.each([
    ["deviceClass=edgeCompute", [1, 2, 3]],
    ["deviceClass[]=edgeCompute&deviceClass[]=standalone", [1, 2, 3, 4]],
    ["deviceClass[0]=standalone", [4]],
    ["deviceClass=gateway", []],
    ["filter=line-*", [1, 2, 3]],
    ["filter=*-2&filterField=name", [2]],
    ["filter=line", []],
    ["filter=", [1, 2, 3, 4]],
    ["filter=line.1", []],
    ["tagFilter[0][key]=site&tagFilter[0][value]=graz", [1, 2]],
    ["tagFilter[0][value]=canary&tagFilter[1][value]=linz", [1, 3]],
    ["tagFilter[0][key]=ring", [1, 2]],
    ["tagFilter[0][key]=ring&tagFilter[0][value]=graz", []],
    ["queryDeleted=true", []],
    [`parentId=${"0".repeat(24)}`, []],
  ])("%s finds %j", async (query, numbers) => {
    await using losant = await plant();
    expect(await found(losant, query)).toEqual(numbers);
  });

  test("are sorted by connection, and page by page", async () => {
    await using losant = await plant();
    const { body } = await losant.get("/devices?sortField=connectionStatus&sortDirection=desc&perPage=1");
    expect(body).toMatchObject({ items: [{ name: "Line-3" }], count: 1, totalCount: 4 });
  });

  test("one by one", async () => {
    await using losant = await plant();
    const { status, body } = await losant.get(`/devices/${losant.device(3).toUpperCase()}`);
    expect([status, body]).toEqual([200, expect.objectContaining({ name: "sensor", deviceClass: "standalone" })]);
    expect(body).not.toHaveProperty("edgeAgentVersion");
    expect(await losant.get(`/devices/${"0".repeat(24)}`)).toEqual({
      status: 404,
      body: { type: "NotFound", message: "Device was not found" },
    });
  });

  test.each(["deviceClass=toaster", "tagFilter=site", "tagFilter[0][op]=x", "name=line-1", "query=%7B", "query=[]"])(
    "%s is refused",
    async (query) => {
      await using losant = await plant();
      expect(await losant.get(`/devices?${query}`)).toMatchObject({ status: 400, body: { type: "Validation" } });
    },
  );
});

/** The id of a device of the fleet, counted from 1. */
const id = (number: number): string => `d${String(number - 1).padStart(23, "0")}`;

describe("a device query", () => {
  test.each<[object, number[]]>([
    [{}, [1, 2, 3, 4]],
    [{ deviceClass: "edgeCompute" }, [1, 2, 3]],
    [{ $and: [{ deviceClass: "edgeCompute" }, { tags: { site: "graz" } }] }, [1, 2]],
    [{ $or: [{ name: "sensor" }, { tags: { ring: "canary" } }] }, [1, 4]],
    [{ $or: [] }, []],
    [{ $and: [] }, [1, 2, 3, 4]],
    [{ $nor: [{ deviceClass: "standalone" }, { name: "line-1" }] }, [2, 3]],
    [{ deviceClass: "edgeCompute", name: { $ne: "line-1" } }, [2, 3]],
    [{ id: id(2) }, [2]],
    [{ id: { $in: [id(1), id(4)] } }, [1, 4]],
    [{ id: { $nin: [id(1), id(4)] } }, [2, 3]],
    [{ name: { $startsWith: "line" } }, [1, 2]],
    [{ name: { $startsWith: "line", $ci: true } }, [1, 2, 3]],
    [{ name: { $endsWith: "-2" } }, [2]],
    [{ name: { $contains: "ine" } }, [1, 2, 3]],
    [{ name: { $eq: "LINE-1", $ci: true } }, [1]],
    [{ name: { $gte: "line-2", $lt: "sensor" } }, [2]],
    [{ name: { $gt: "line-2" } }, [4]],
    [{ name: { $lte: "line-1" } }, [1, 3]],
    [{ connectionStatus: "disconnected" }, [3]],
    [{ connectionStatus: { $in: ["connected"] } }, [1, 2, 4]],
    [{ tags: { site: { $in: ["linz", "wien"] } } }, [3]],
    [{ tags: { site: { $nin: ["graz"] } } }, [3, 4]],
    [{ tags: { site: "graz", ring: "broad" } }, [2]],
    [{ tags: { $tagKey: "ring" } }, [1, 2]],
    [{ tags: { $tagKey: { $in: ["ring", "site"] }, $tagValue: "linz" } }, [3]],
    [{ tags: { $tagValue: { $in: ["canary", "linz"] } } }, [1, 3]],
    [{ tags: { $eq: { ring: "canary" } } }, [1]],
    [{ tags: { $ne: { site: "graz" } } }, [3, 4]],
    [{ tags: { ring: null } }, [3, 4]],
    [{ parentId: null }, [1, 2, 3, 4]],
    [{ parentId: id(1) }, []],
    [{ attributeName: { $contains: "temp" } }, []],
  ])("%j finds %j", async (query, numbers) => {
    await using losant = await bench({ devices: 4, device: (number) => ({ tags: {}, ...DEVICES[number] }) });
    expect(await found(losant, `query=${encodeURIComponent(JSON.stringify(query))}`)).toEqual(numbers);
  });

  test("overrides every other condition", async () => {
    await using losant = await plant();
    const query = encodeURIComponent(JSON.stringify({ name: "sensor" }));
    expect(await found(losant, `query=${query}&deviceClass=edgeCompute&filter=line*`)).toEqual([4]);
  });

  test.each<[object]>([
    [{ colour: "red" }],
    [{ "tags.site": "graz" }],
    [{ name: { $regex: "line" } }],
    [{ id: "line-1" }],
    [{ name: { $startsWith: "" } }],
    [{ id: { $eq: "0".repeat(24), $ne: "1".repeat(24) } }],
    [{ id: {} }],
    [{ $and: { name: "line-1" } }],
    [{ $not: { name: "line-1" } }],
    [{ $or: Array.from({ length: 101 }, () => ({})) }],
    [{ tags: [{ key: "site" }] }],
    [{ tags: { site: { $startsWith: "g" } } }],
    [{ tags: { $tagKey: "site", other: "x" } }],
    [{ $and: [{ $or: [{ colour: "red" }] }] }],
  ])("%j is refused", async (query) => {
    await using losant = await plant();
    const { status } = await losant.get(`/devices?query=${encodeURIComponent(JSON.stringify(query))}`);
    expect(status).toBe(400);
  });
});
