// Reading deployments: what is listed, in what order, on which page.
import { describe, expect, test } from "@jest/globals";
import { bench } from "./support.js";
import type { Answer } from "./support.js";

const names = ({ body }: Answer) => body.items.map((item) => item["deviceName"]);

describe("a listing of deployments", () => {
  test("is empty where nothing was ever deployed", async () => {
    await using losant = await bench();
    const { status, body } = await losant.get("/edge/deployments");
    expect(status).toBe(200);
    expect(body).toMatchObject({ items: [], count: 0, totalCount: 0, applicationId: losant.app });
  });

  test("repeats the question, and says how it is sorted and paged", async () => {
    await using losant = await bench({ running: () => "v1" });
    const [flowId, deviceId] = [losant.flow(), losant.device(1)];
    const { body } = await losant.get(`/edge/deployments?flowId=${flowId}&deviceId=${deviceId}&version=v1`);
    expect(body).toEqual({
      items: [expect.objectContaining({ deviceId, flowId, desiredVersion: "v1", currentVersion: "v1" })],
      count: 1,
      totalCount: 1,
      perPage: 100,
      page: 0,
      sortField: "lastUpdated",
      sortDirection: "asc",
      applicationId: losant.app,
      flowId,
      deviceId,
      version: "v1",
      _type: "edgeDeployments",
      _links: { self: { href: `/applications/${losant.app}/edge/deployments` } },
    });
  });

  test("shows a deployment with its device, its flow, etags and connection", async () => {
    await using losant = await bench({ running: () => "v1" });
    const { items } = (await losant.get("/edge/deployments")).body;
    expect(items[0]).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f]{24}$/),
      applicationId: losant.app,
      deviceName: "device-0",
      flowName: "flow-0",
      flowClass: "edge",
      deviceConnectionInfo: { connected: 1 },
      logs: [],
    });
    expect(items[0]?.["desiredEtag"]).toEqual(items[0]?.["currentEtag"]);
  });

  test("of an old private install has neither names nor etags, in its logs too", async () => {
    await using losant = await bench({ legacy: true, reportDelayMs: 0 });
    await losant.release("v1", 0);
    const [item] = (await losant.get("/edge/deployments")).body.items;
    expect(Object.keys(item ?? {}).toSorted()).toEqual([
      "_type",
      "applicationId",
      "creationDate",
      "currentVersion",
      "desiredVersion",
      "deviceId",
      "edgeDeploymentId",
      "flowId",
      "id",
      "lastUpdated",
      "logs",
    ]);
    expect(JSON.stringify(item)).not.toContain("Etag");
  });

  test("matches a version on either side", async () => {
    await using losant = await bench({ running: (number) => (number === 0 ? "v2" : "v1") });
    await losant.release("v2", 1);
    const desiredOrCurrent = await losant.get("/edge/deployments?version=v2&sortField=id");
    expect(new Set(names(desiredOrCurrent))).toEqual(new Set(["device-0", "device-1"]));
    const currentOnly = await losant.get("/edge/deployments?version=v1&sortField=id");
    expect(new Set(names(currentOnly))).toEqual(new Set(["device-1", "device-2"]));
    expect(losant.versions()).toEqual({ 0: "v2>v2", 1: "v2>v1", 2: "v1>v1" });
  });

  test("keeps removed deployments, with both versions null, unless filterEmpty is set", async () => {
    await using losant = await bench({ running: () => "v1", reportDelayMs: 0 });
    await losant.release(null, 0);
    const sorted = "/edge/deployments?sortField=deviceId";
    expect(names(await losant.get(sorted))).toEqual(["device-0", "device-1", "device-2"]);
    expect(names(await losant.get(`${sorted}&filterEmpty=false`))).toHaveLength(3);
    expect(names(await losant.get(`${sorted}&filterEmpty=true`))).toEqual(["device-1", "device-2"]);
  });

  test("holds a removal that the device has not reported yet", async () => {
    await using losant = await bench({ running: () => "v1" });
    await losant.release(null, 0);
    const { items } = (await losant.get("/edge/deployments?filterEmpty=true")).body;
    expect(items).toHaveLength(3);
  });

  test("is sorted by the latest change by default", async () => {
    let time = Date.parse("2026-05-05T12:00:00Z");
    await using losant = await bench({ running: () => "v1", clock: () => (time += 1000) });
    await losant.release("v2", 0);
    expect(names(await losant.get("/edge/deployments"))).toEqual(["device-1", "device-2", "device-0"]);
    expect(names(await losant.get("/edge/deployments?sortDirection=desc"))[0]).toBe("device-0");
  });

  test.each([
    ["deviceId", "asc", "device-0"],
    ["deviceId", "desc", "device-2"],
    ["desiredVersion", "desc", "device-1"],
  ])("sorts by %s, %s", async (field, direction, first) => {
    await using losant = await bench({ running: (number) => (number === 1 ? "v9" : "v1") });
    const answer = await losant.get(`/edge/deployments?sortField=${field}&sortDirection=${direction}`);
    expect(names(answer)[0]).toBe(first);
  });

  test("accepts ids in upper and lower case", async () => {
    await using losant = await bench({ running: () => "v1" });
    const { body } = await losant.get(`/edge/deployments?deviceId=${losant.device(1).toUpperCase()}`);
    expect(body.items).toHaveLength(1);
  });
});

describe("pages", () => {
  test("start at 0, and together hold every row once", async () => {
    await using losant = await bench({ devices: 7, running: () => "v1" });
    const pages = await Promise.all(
      [0, 1, 2, 3].map((page) => losant.get(`/edge/deployments?sortField=id&perPage=3&page=${page}`)),
    );
    expect(pages.map(({ body }) => [body["count"], body["totalCount"], body["page"]])).toEqual([
      [3, 7, 0],
      [3, 7, 1],
      [1, 7, 2],
      [0, 7, 3],
    ]);
    expect(new Set(pages.flatMap(names)).size).toBe(7);
  });

  test("hold 100 rows by default, and never more than the server allows", async () => {
    await using losant = await bench({ devices: 150, running: () => "v1", maxPerPage: 120 });
    expect((await losant.get("/edge/deployments")).body["count"]).toBe(100);
    const { body } = await losant.get("/edge/deployments?perPage=5000");
    expect(body).toMatchObject({ count: 120, totalCount: 150, perPage: 120 });
  });

  test("in the default order lose a row when a device reports between two pages", async () => {
    let time = Date.parse("2026-05-05T12:00:00Z");
    await using losant = await bench({ devices: 4, running: () => "v1", clock: () => (time += 1000) });
    await losant.release("v2", 0);
    const first = names(await losant.get("/edge/deployments?perPage=2"));
    await losant.release("v2", 1);
    const second = names(await losant.get("/edge/deployments?perPage=2&page=1"));
    expect(new Set([...first, ...second]).size).toBeLessThan(4);
  });
});

describe("one deployment", () => {
  test("is the row of the listing", async () => {
    await using losant = await bench({ running: () => "v1" });
    const { items } = (await losant.get("/edge/deployments")).body;
    const { status, body } = await losant.get(`/edge/deployments/${String(items[0]?.["id"])}?_links=false`);
    expect([status, body]).toEqual([200, items[0]]);
  });

  test("that does not exist is not found", async () => {
    await using losant = await bench();
    expect(await losant.get(`/edge/deployments/${"0".repeat(24)}`)).toEqual({
      status: 404,
      body: { type: "NotFound", message: "Edge deployment was not found" },
    });
  });
});

describe("a wrong query is refused", () => {
  test.each([
    "flowID=575ec8687ae143cd83dc4a97",
    "flowId=telemetry",
    "version=",
    "filterEmpty=yes",
    "page=-1",
    "page=one",
    "perPage=0",
    "perPage=1.5",
    "sortField=version",
    "sortDirection=up",
    "_embedded=maybe",
    "version[]=v1&version[]=v2",
  ])("%s", async (query) => {
    await using losant = await bench();
    const { status, body } = await losant.get(`/edge/deployments?${query}`);
    expect(status).toBe(400);
    expect(body).toEqual({ type: "Validation", message: expect.stringMatching(/\S/) });
  });

  test("and the message names the wrong parameter", async () => {
    await using losant = await bench();
    const { body } = await losant.get("/edge/deployments?flowId=telemetry");
    expect(body["message"]).toMatch(/^flowId: /);
    expect((await losant.get("/edge/deployments?flow=x")).body["message"]).toContain('"flow"');
  });
});

test("the parameters that the official clients send with every call are accepted", async () => {
  await using losant = await bench();
  const answer = await losant.get("/edge/deployments?_actions=false&_links=true&_embedded=true");
  expect(answer.status).toBe(200);
});
