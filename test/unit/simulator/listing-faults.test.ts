// Listings that do not hold together, and faults for one page, one operation, one call.
import { describe, expect, test } from "@jest/globals";
import { fleet } from "pulumi-losant/simulator";
import type { Fault, ListingFault, SimulatedOperation } from "pulumi-losant/simulator";
import { bench } from "./support.js";
import type { Bench } from "./support.js";

const SEVEN = { devices: 7, running: () => "v1" } as const;
const ROWS = [0, 1, 2, 3, 4, 5, 6];

/** The devices of each page of three, by number, and what each page says the total is. */
async function pages(losant: Bench, count = 3) {
  const numbers = new Map(ROWS.map((number) => [losant.row(number).id, number]));
  const sorted = [...numbers].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const position = new Map(sorted.map(([id], index) => [id, index]));
  const found: { rows: unknown[]; total: unknown }[] = [];
  for (let page = 0; page < count; page += 1) {
    const { body } = await losant.get(`/edge/deployments?sortField=id&perPage=3&page=${page}`);
    found.push({ rows: body.items.map(({ id }) => position.get(String(id)) ?? "unknown"), total: body["totalCount"] });
  }
  return found;
}

describe("a listing", () => {
  test.each([
    [-5, 2],
    [1_000_000, 1_000_007],
    [-100, 0],
  ])("may say a wrong total: %d", async (totalCountBy, total) => {
    await using losant = await bench(SEVEN);
    losant.simulator.fault({ listing: { totalCountBy }, times: Infinity });
    expect(await pages(losant)).toEqual([
      { rows: [0, 1, 2], total },
      { rows: [3, 4, 5], total },
      { rows: [6], total },
    ]);
  });

  test("may hold two rows of one device", async () => {
    await using losant = await bench(SEVEN);
    losant.simulator.fault({ listing: { extraRow: { id: "e".repeat(24), desiredVersion: "v9" } } });
    const { items, count } = (await losant.get("/edge/deployments?sortField=id&perPage=3")).body as never as {
      items: { deviceId: string; desiredVersion: string }[];
      count: number;
    };
    expect(items.map(({ deviceId }) => deviceId === items[0]?.deviceId)).toEqual([true, false, false, true]);
    expect([items[3]?.desiredVersion, count]).toEqual(["v9", 4]);
    expect((await losant.get("/edge/deployments")).body.items).toHaveLength(7);
  });

  test("may hold a row of another flow", async () => {
    await using losant = await bench(SEVEN);
    const flowId = "e".repeat(24);
    losant.simulator.fault({ listing: { extraRow: { id: flowId, flowId } } });
    const { items } = (await losant.get(`/edge/deployments?flowId=${losant.flow()}`)).body;
    expect(items.filter((row) => row["flowId"] !== losant.flow())).toHaveLength(1);
  });

  test("has no extra row where the page is empty", async () => {
    await using losant = await bench();
    losant.simulator.fault({ listing: { extraRow: { deviceId: "x" } } });
    expect((await losant.get("/edge/deployments")).body.items).toEqual([]);
  });

  test("repeats a row where one has come in before the page", async () => {
    await using losant = await bench(SEVEN);
    losant.simulator.fault({ page: 1, listing: { shift: 1 } });
    expect(await pages(losant)).toEqual([
      { rows: [0, 1, 2], total: 7 },
      { rows: [2, 3, 4], total: 8 },
      { rows: [6], total: 7 },
    ]);
  });

  test("loses a row where one before the page has gone", async () => {
    await using losant = await bench(SEVEN);
    for (const page of [1, 2]) losant.simulator.fault({ page, listing: { shift: -1 } });
    expect(await pages(losant)).toEqual([
      { rows: [0, 1, 2], total: 7 },
      { rows: [4, 5, 6], total: 6 },
      { rows: [], total: 6 },
    ]);
  });

  test.each<[string, ListingFault["listing"]]>([
    ["/devices?filter=*", { totalCountBy: 1, extraRow: {} }],
    ["/flows?flowClass=edge", { totalCountBy: 1, extraRow: {} }],
    [`/flows/${fleet().applications[0]?.flows[0]?.id}/versions`, { totalCountBy: 1, extraRow: {} }],
  ])("of any kind may lie: %s", async (path, listing) => {
    await using losant = await bench();
    const { body: real } = await losant.get(path);
    losant.simulator.fault({ listing });
    const { body } = await losant.get(path);
    expect(body["totalCount"]).toBe(Number(real["totalCount"]) + 1);
    expect(body.items).toEqual([...real.items, real.items[0]]);
  });
});

describe("a fault for one page", () => {
  test("leaves the others alone, and takes a listing without a page for its first", async () => {
    await using losant = await bench(SEVEN);
    const statuses = async (page: number) => {
      losant.simulator.clearFaults();
      losant.simulator.fault({ page, status: 503, times: Infinity });
      const paths = [
        "/edge/deployments",
        "/edge/deployments?page=0",
        "/edge/deployments?page=1",
        "/devices?page=1",
        "",
      ];
      return Promise.all(paths.map(async (path) => (await losant.get(path)).status));
    };
    expect(await statuses(0)).toEqual([503, 503, 200, 200, 200]);
    expect(await statuses(1)).toEqual([200, 200, 503, 503, 200]);
  });
});

describe("a fault for one operation", () => {
  const paths = (losant: Bench): [SimulatedOperation, string, object?][] => [
    ["getApplication", ""],
    ["listDeployments", "/edge/deployments?page=1"],
    ["getDeployment", `/edge/deployments/${losant.row(0).id}`],
    ["release", "/edge/deployments/release", { flowId: losant.flow(), version: "v1", deviceIds: [] }],
    ["replace", "/edge/deployments/replace", { flowId: losant.flow(), oldVersion: "v8", newVersion: "v1" }],
    ["remove", "/edge/deployments/remove", { flowId: losant.flow(), deviceId: losant.device(9) || null }],
    ["listDevices", "/devices"],
    ["getDevice", `/devices/${losant.device(0)}`],
    ["listFlows", "/flows"],
    ["getFlow", `/flows/${losant.flow()}`],
    ["listFlowVersions", `/flows/${losant.flow()}/versions`],
    ["getFlowVersion", `/flows/${losant.flow()}/versions/v1`],
  ];

  test("hits that operation and no other", async () => {
    await using losant = await bench(SEVEN);
    const calls = paths(losant);
    for (const [operation] of calls) {
      losant.simulator.fault({ operation, status: 418, times: Infinity });
      const hit: string[] = [];
      for (const [name, path, body] of calls) {
        const { status } = await (body === undefined ? losant.get(path) : losant.post(path, body));
        if (status === 418) hit.push(name);
        else expect([name, status]).toEqual([name, body === undefined ? 200 : 202]);
      }
      expect(hit).toEqual([operation]);
      losant.simulator.clearFaults();
    }
  });

  test("counts only its own calls", async () => {
    await using losant = await bench();
    losant.simulator.fault({ operation: "release", skip: 1, times: 2, status: 503 });
    const statuses: number[] = [];
    for (let call = 0; call < 4; call += 1) {
      expect((await losant.get("/devices")).status).toBe(200);
      statuses.push((await losant.release("v1", 0)).status);
    }
    expect(statuses).toEqual([202, 503, 503, 202]);
  });
});

test.each<[number, number[]]>([
  [1, [503, 200, 200, 200]],
  [3, [503, 503, 503, 200]],
  [Infinity, [503, 503, 503, 503]],
])("a fault hits %d calls", async (times, statuses) => {
  await using losant = await bench();
  const fault: Fault = { status: 503, times };
  losant.simulator.fault(fault);
  const found: number[] = [];
  for (const _ of statuses) found.push((await losant.get("/devices")).status);
  expect(found).toEqual(statuses);
});
