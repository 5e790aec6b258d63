// A long listing is sorted once, not once a page; a name pattern costs no more than the name is long.
import { describe, expect, test } from "@jest/globals";
import { fleet } from "pulumi-losant/simulator";
import { createBackend } from "../../../sdk/simulator/backend.js";
import { deploymentRoutes } from "../../../sdk/simulator/deployment-routes.js";
import { createListingCache } from "../../../sdk/simulator/listing-cache.js";
import { globMatches, readPage } from "../../../sdk/simulator/paging.js";
import { bench } from "./support.js";

describe("a listing of 100 pages of 1000 rows", () => {
  const DEVICES = 100_000;

  test("asks each row once for its sort key", () => {
    const all = Array.from({ length: DEVICES }, (_, number) => ({ id: String((number * 7919) % DEVICES) }));
    let keysRead = 0;
    const listings = createListingCache();
    const read = (page: number) =>
      readPage(
        listings,
        { page, perPage: 1000, sortField: "id" },
        {
          name: "rows",
          rows: () => all,
          keyOf: ({ id }) => {
            keysRead += 1;
            return id;
          },
          view: (row) => row,
          defaultSort: "id",
          maxPerPage: 1000,
        },
      ).items;
    const found = Array.from({ length: 100 }, (_, page) => read(page)).flat() as { id: string }[];
    expect(keysRead).toBe(DEVICES);
    expect(found.map(({ id }) => id)).toEqual(all.map(({ id }) => id).toSorted());
  });

  test("goes through the deployments once, and again after a change", () => {
    const seed = fleet({ devices: DEVICES, running: () => "v1" });
    const backend = createBackend(seed, { reportDelayMs: 3_600_000 });
    const application = [...backend.applications.values()][0];
    if (!application) throw new Error("the seed is empty");
    let walks = 0;
    const values = application.rows.values.bind(application.rows);
    application.rows.values = () => {
      walks += 1;
      return values();
    };
    const [list] = deploymentRoutes(backend, {
      writeStatus: 202,
      desiredDelayMs: 0,
      maxPerPage: 1000,
      replaceMatches: "desired",
      legacy: false,
      logsOrder: "oldestFirst",
    });
    const [flow] = seed.applications[0]?.flows ?? [];
    const by = { sourceType: "user", sourceId: "u" } as const;
    const read = (page: number, more: object = {}) =>
      list?.answer({
        application,
        by,
        body: undefined,
        param: () => "",
        query: { sortField: "id", perPage: "1000", page: String(page), ...more },
      }) as { items: { id: string }[]; totalCount: number };
    const ids = Array.from({ length: 100 }, (_, page) => read(page).items.map(({ id }) => id)).flat();
    expect([walks, new Set(ids).size]).toEqual([1, DEVICES]);
    read(0, { version: "v1" });
    expect(walks).toBe(2);
    backend.schedule(application, flow?.id ?? "", seed.applications[0]?.devices[0]?.id ?? "", "v2", by);
    expect(read(0, { version: "v2" }).totalCount).toBe(1);
    read(1);
    expect(walks).toBe(4);
    backend.scheduler.stop();
  });
});

describe("pages show each change at once", () => {
  test("of a version, a report, a row, a connection", async () => {
    await using losant = await bench({ devices: 3, running: (number) => (number === 0 ? "v1" : null) });
    const total = async (query: string) => (await losant.get(`/edge/deployments?${query}`)).body["totalCount"];
    const firstByConnection = async () =>
      (await losant.get("/devices?sortField=connectionStatus")).body.items[0]?.["name"];
    expect([await total(""), await total("version=v2"), await total("version=v1")]).toEqual([1, 0, 1]);
    expect(await firstByConnection()).toBe("device-0");
    const place = { applicationId: losant.app, flowId: losant.flow(), deviceId: losant.device(2) };
    losant.simulator.change({ ...place, version: null, by: { sourceType: "user", sourceId: "u" } });
    expect(await total("")).toBe(2);
    await losant.release("v2", 0, 1);
    expect([await total(""), await total("version=v2"), await total("version=v1")]).toEqual([3, 2, 1]);
    losant.simulator.settle();
    expect([await total(""), await total("version=v2"), await total("version=v1")]).toEqual([3, 2, 0]);
    losant.simulator.disconnect(losant.device(0));
    expect(await firstByConnection()).toBe("device-1");
    losant.simulator.connect(losant.device(0));
    expect(await firstByConnection()).toBe("device-0");
  });

  test("in each of more listings than are cached", async () => {
    await using losant = await bench({ devices: 60, running: () => "v1" });
    for (let round = 0; round < 2; round += 1) {
      for (let number = 0; number < 60; number += 1) {
        const { items } = (await losant.get(`/edge/deployments?deviceId=${losant.device(number)}`)).body;
        expect(items.map((item) => item["deviceName"])).toEqual([`device-${number}`]);
      }
    }
  });
});

describe("a name pattern", () => {
  test.each([
    ["line-1", "Line-1", true],
    ["line", "line-1", false],
    ["line*", "line-1", true],
    ["*1", "line-1", true],
    ["l*e*1", "line-1", true],
    ["*", "", true],
    ["a*a", "a", false],
    ["a*b*a", "aba", true],
    ["*ab*", "aab", true],
    ["*.*", "ab", false],
    ["", "anything", true],
  ])("%j on %j: %s", (glob, name, isMatch) => {
    expect(globMatches(glob, name)).toBe(isMatch);
  });

  test("of many stars does not go back over the name", () => {
    // With a backtracking pattern this does not end.
    expect(globMatches(`${"*-".repeat(200)}x`, "-".repeat(10_000))).toBe(false);
  });
});
