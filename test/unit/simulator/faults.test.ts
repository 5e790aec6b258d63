// Faults: which calls they hit, and what they do to an answer.
import { describe, expect, test } from "@jest/globals";
import { bench } from "./support.js";

describe("a fault", () => {
  test("hits the next call, once", async () => {
    await using losant = await bench();
    losant.simulator.fault({ status: 503 });
    expect(await losant.get("/devices")).toEqual({
      status: 503,
      body: { type: "Simulated", message: "simulated 503" },
    });
    expect((await losant.get("/devices")).status).toBe(200);
  });

  test("has the body and the headers that it is given", async () => {
    await using losant = await bench();
    const body = { type: "TooManyRequests", message: "Over rate limit, request throttled" };
    losant.simulator.fault({ status: 429, body, headers: { "retry-after": "7" } });
    const answer = await fetch(`${losant.simulator.url}/applications/${losant.app}`);
    expect([answer.status, answer.headers.get("retry-after"), await answer.json()]).toEqual([429, "7", body]);
  });

  test("keeps a write from happening", async () => {
    await using losant = await bench();
    losant.simulator.fault({ status: 500 });
    expect((await losant.release("v1", 0)).status).toBe(500);
    expect(losant.versions()).toEqual({});
  });

  test("can pretend that a write was accepted", async () => {
    await using losant = await bench();
    losant.simulator.fault({ status: 202, body: { success: true } });
    expect((await losant.release("v1", 0)).status).toBe(202);
    expect(losant.versions()).toEqual({});
  });

  test("hits only matching calls, after `skip` of them, `times` times", async () => {
    await using losant = await bench();
    losant.simulator.fault({ method: "GET", path: "/edge/deployments?", status: 500, skip: 1, times: 2 });
    const statuses: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      statuses.push((await losant.get("/edge/deployments?page=0")).status);
      expect((await losant.get("/devices")).status).toBe(200);
      expect((await losant.release("v1", 0)).status).toBe(202);
    }
    expect(statuses).toEqual([200, 500, 500, 200, 200]);
  });

  test.each([
    [/deployments\/release$/g, 500, 500],
    [/replace/, 202, 202],
  ])("hits the paths of a pattern: %s", async (path, first, second) => {
    await using losant = await bench();
    losant.simulator.fault({ path, status: 500, times: 2 });
    expect([(await losant.release("v1", 0)).status, (await losant.release("v1", 0)).status]).toEqual([first, second]);
  });

  test("ends when faults are cleared", async () => {
    await using losant = await bench();
    losant.simulator.fault({ status: 500, times: Infinity });
    expect((await losant.get("/devices")).status).toBe(500);
    losant.simulator.clearFaults();
    expect((await losant.get("/devices")).status).toBe(200);
  });

  test("can only delay: other calls overtake this one", async () => {
    const losant = await bench();
    losant.simulator.fault({ path: "/devices", delayMs: 3_600_000 });
    const arrived = new Promise<void>((resolve) => {
      losant.simulator.beforeCall(() => resolve());
    });
    const slow = losant.get("/devices").catch((error: Error) => error.message);
    await arrived;
    expect((await losant.get("/flows")).status).toBe(200);
    expect(losant.simulator.calls).toMatchObject([{ path: `/applications/${losant.app}/flows` }]);
    await losant.simulator.close();
    expect(await slow).toBe("fetch failed");
  });

  test("that only delays changes nothing about the answer", async () => {
    await using losant = await bench();
    losant.simulator.fault({ delayMs: 1 });
    expect((await losant.get("/devices")).body.items).toHaveLength(3);
  });

  test("can be a page of HTML, with any status", async () => {
    await using losant = await bench();
    losant.simulator.fault({ status: 404, body: "<html>Not Found</html>", headers: { server: "proxy" } });
    const answer = await fetch(`${losant.simulator.url}/applications/${losant.app}/edge/deployments`);
    const { headers } = answer;
    expect([answer.status, headers.get("content-type"), headers.get("server")]).toEqual([404, "text/html", "proxy"]);
    expect(await answer.text()).toBe("<html>Not Found</html>");
  });

  test("can be for writes only", async () => {
    await using losant = await bench();
    const body = { type: "NotFound", message: "Application was not found" };
    losant.simulator.fault({ method: "POST", status: 404, body, times: Infinity });
    expect(await losant.release("v1", 0)).toEqual({ status: 404, body });
    expect((await losant.get("/edge/deployments")).status).toBe(200);
    expect((await losant.release("v1", 0)).status).toBe(404);
    expect(losant.versions()).toEqual({});
  });

  test("can be an empty listing, several times", async () => {
    await using losant = await bench({ running: () => "v1" });
    const empty = { items: [], totalCount: 0 };
    losant.simulator.fault({ path: "/edge/deployments?", status: 200, body: empty, times: 2 });
    const totals: unknown[] = [];
    for (let round = 0; round < 3; round += 1) {
      totals.push((await losant.get("/edge/deployments?page=0")).body["totalCount"]);
    }
    expect(totals).toEqual([0, 0, 3]);
  });

  test("can leave fields out of every row, and of nothing else", async () => {
    await using losant = await bench({ running: () => "v1" });
    const before = await losant.get("/edge/deployments?sortField=id");
    losant.simulator.fault({ without: ["desiredVersion", "totalCount"] });
    const { status, body } = await losant.get("/edge/deployments?sortField=id");
    expect(status).toBe(200);
    expect(body).toEqual({
      ...before.body,
      items: before.body.items.map((row) => {
        const { desiredVersion: _, ...rest } = row;
        return rest;
      }),
    });
    expect(await losant.get("/edge/deployments?sortField=id")).toEqual(before);
  });

  test("can leave a field out of one record", async () => {
    await using losant = await bench({ running: () => "v1" });
    losant.simulator.fault({ without: ["currentVersion"] });
    const { body } = await losant.get(`/edge/deployments/${losant.row(0).id}`);
    expect(body).toMatchObject({ desiredVersion: "v1" });
    expect(body).not.toHaveProperty("currentVersion");
  });

  test("can be an answer that is not JSON, to a write that has happened", async () => {
    await using losant = await bench();
    losant.simulator.fault({ badJson: true });
    await expect(losant.release("v1", 0)).rejects.toThrow("is not valid JSON");
    expect(losant.versions()).toEqual({ 0: "v1>-" });
  });
});

describe("a reset connection", () => {
  test("before the call has taken effect", async () => {
    await using losant = await bench();
    losant.simulator.fault({ cut: "before" });
    await expect(losant.release("v1", 0)).rejects.toThrow("fetch failed");
    expect(losant.versions()).toEqual({});
    expect(losant.simulator.calls).toMatchObject([{ method: "POST", status: undefined }]);
  });

  test("after it has, which a client cannot tell from before", async () => {
    await using losant = await bench();
    losant.simulator.fault({ cut: "after" });
    await expect(losant.release("v1", 0)).rejects.toThrow("fetch failed");
    expect(losant.versions()).toEqual({ 0: "v1>-" });
    expect((await losant.release("v1", 0)).status).toBe(202);
  });
});
