import { describe, expect, test } from "@jest/globals";
import { gzipSync } from "node:zlib";
import type { LosantClient } from "../../../provider/losant/index.js";
import { startHttpServer } from "../../support/http-server.js";
import type { Reply } from "../../support/http-server.js";
import { app, clientFor, dev, empty, flow, refusal, rejection, startServerInNoTime, taken, token } from "./support.js";

const throttled = (headers = {}) => refusal(429, "RateLimited", "Over rate limit", headers);
const request = { flowId: flow, version: "v1", deviceIds: [dev(1)] } as const;
const hiccup = { status: 503, text: "upstream" };

describe("a read", () => {
  test.each<[string, Reply[]]>([
    ["503", [hiccup, empty]],
    ["429", [throttled(), empty]],
    ["408", [{ status: 408 }, empty]],
    ["a cut connection", ["cut", empty]],
    ["an answer cut short", ["cutBody", empty]],
    ["a page of a proxy with status 200", [{ status: 200, text: "<html>Sign in</html>" }, empty]],
    ["JSON of another shape", [{ status: 200, json: { items: null } }, empty]],
    ["nothing at all with status 200", [{ status: 200, text: "" }, empty]],
    ["no answer in time", ["hang", empty]],
    ["all of these", [hiccup, throttled(), "cut", "hang", "cutBody", empty]],
  ])("is repeated after %s", async (_, script) => {
    await using server = await startServerInNoTime(script);
    const { client, calls } = clientFor(server);
    expect(await client.listAllDeployments(app, { flowId: flow })).toEqual([]);
    expect(server.requests).toHaveLength(script.length);
    expect(calls.map(({ attempt }) => attempt)).toEqual(script.map((_, n) => n + 1));
    expect(calls.at(-1)?.status).toBe(200);
    expect(new Set(calls.map(({ path }) => path)).size).toBe(1);
  });

  test("is repeated twice where the answers stay unreadable, and the error says so", async () => {
    await using server = await startHttpServer([{ status: 200, text: "<html>Sign in</html>" }]);
    const error = await rejection(clientFor(server).client.listDeployments(app, {}));
    expect(error.name).toBe("LosantAnswerError");
    expect(error.message).toContain("the answer is not JSON (given up after 3 tries in ");
    expect(server.requests).toHaveLength(3);
  });

  test.each([400, 401, 403, 404, 409, 413, 422, 501])("is not repeated after %d", async (status) => {
    await using server = await startHttpServer([refusal(status, "T", "m")]);
    const { client, calls } = clientFor(server);
    const error = await rejection(client.listDeployments(app, {}));
    expect(error["status"]).toBe(status);
    expect(server.requests).toHaveLength(1);
    expect(calls).toHaveLength(1);
  });

  test("reports every attempt, with status, path and query", async () => {
    await using server = await startHttpServer(["cut", hiccup, empty]);
    const { client, calls } = clientFor(server);
    await client.listDeployments(app, { flowId: flow });
    const path = `/applications/${app}/edge/deployments?_actions=false&_links=false&_embedded=true&flowId=${flow}`;
    expect(calls).toEqual([
      { method: "GET", path, status: undefined, attempt: 1 },
      { method: "GET", path, status: 503, attempt: 2 },
      { method: "GET", path, status: 200, attempt: 3 },
    ]);
  });
});

describe("a write", () => {
  const writes: Record<string, (client: LosantClient) => Promise<void>> = {
    release: (client) => client.release(app, request),
    replace: (client) => client.replace(app, { flowId: flow, oldVersion: "v1", newVersion: "v2" }),
    remove: (client) => client.remove(app, { flowId: flow, every: "device" }),
  };
  // Each row: the reply, may it have been taken, is it worth looking and trying again.
  const replies: [string, Reply, boolean, boolean][] = [
    ["429", throttled(), false, true],
    ["429 with Retry-After", throttled({ "retry-after": "0" }), false, true],
    ["500", { status: 500 }, true, true],
    ["503", hiccup, true, true],
    ["503 with Retry-After", { ...hiccup, headers: { "retry-after": "0" } }, true, true],
    ["408", { status: 408 }, true, true],
    ["a cut connection", "cut", true, true],
    ["an answer cut short", "cutBody", true, true],
    ["no answer in time", "hang", true, true],
    ["an unreadable answer", { status: 202, text: "<html>" }, true, false],
    ["404", refusal(404, "NotFound", "Flow version not found."), false, false],
    ["501", { status: 501 }, false, false],
  ];

  describe.each(Object.entries(writes))("%s", (_, act) => {
    test.each(replies)("is sent once, whatever comes of it: %s", async (_, reply, outcomeUnknown, retryable) => {
      await using server = await startServerInNoTime([reply, taken]);
      const { client, calls } = clientFor(server);
      const error = await rejection(act(client));
      expect(error).toMatchObject({ outcomeUnknown, retryable, attempts: 1 });
      expect(server.requests).toHaveLength(1);
      expect(calls).toMatchObject([{ method: "POST", attempt: 1 }]);
    });
  });

  test("that was taken is told once, too", async () => {
    await using server = await startHttpServer([taken]);
    const { client, calls } = clientFor(server);
    await client.release(app, request);
    expect(server.requests.map(({ body }) => body)).toEqual([request]);
    expect(calls).toMatchObject([{ method: "POST", status: 202, attempt: 1 }]);
  });
});

describe("Retry-After", () => {
  const write = (client: LosantClient) => client.release(app, request);
  const read = (client: LosantClient) => client.listDeployments(app, {});
  /** What the error says of it. */
  async function told(reply: Reply, act = write): Promise<{ ms: unknown; requests: number }> {
    await using server = await startHttpServer([reply]);
    const error = await rejection(act(clientFor(server).client));
    return { ms: error["retryAfterMs"], requests: server.requests.length };
  }

  test.each([
    ["7", 7000],
    ["0", 0],
    ["3600", 3_600_000],
    ["Wed, 21 Oct 2015 07:28:00 GMT", 0],
  ])("%j of a refused write is told in milliseconds", async (value, ms) => {
    expect(await told(throttled({ "retry-after": value }))).toEqual({ ms, requests: 1 });
    expect(await told({ ...hiccup, headers: { "retry-after": value } })).toEqual({ ms, requests: 1 });
  });

  test("as a date is told as a span from now", async () => {
    const date = Math.ceil(Date.now() / 1000) * 1000 + 3_600_000;
    const before = Date.now();
    const { ms } = await told(throttled({ "retry-after": new Date(date).toUTCString() }));
    expect(ms).toBeLessThanOrEqual(date - before);
    expect(ms).toBeGreaterThanOrEqual(date - Date.now());
  });

  test.each(["soon", "-5", "", "1.5"])("%j is nonsense and ignored", async (value) => {
    expect(await told(throttled({ "retry-after": value }))).toEqual({ ms: undefined, requests: 1 });
    await using server = await startHttpServer([throttled({ "retry-after": value }), empty]);
    await read(clientFor(server).client);
    expect(server.requests).toHaveLength(2);
  });

  test.each([400, 404, 408, 500, 502])("of a %d means nothing", async (status) => {
    expect(await told(refusal(status, "T", "m", { "retry-after": "7" }))).toEqual({ ms: undefined, requests: 1 });
  });

  test("is of the last answer", async () => {
    await using server = await startHttpServer([throttled({ "retry-after": "0" }), throttled()]);
    const error = await rejection(read(clientFor(server).client));
    expect(error).toMatchObject({ name: "LosantRateLimitError", attempts: 8 });
    expect(error).not.toHaveProperty("retryAfterMs");
  });

  test.each(["3600", new Date(Date.now() + 3_600_000).toUTCString(), "99999999999"])(
    "%s is beyond the time for a read: it fails at once and says why",
    async (value) => {
      await using server = await startHttpServer([throttled({ "retry-after": value })]);
      const error = await rejection(read(clientFor(server).client));
      expect(error.name).toBe("LosantRateLimitError");
      expect(error["retryAfterMs"]).toBeGreaterThan(3_000_000);
      expect(server.requests).toHaveLength(1);
    },
  );
});

test("the whole call is bounded: an attempt that would come too late is not made", async () => {
  await using server = await startHttpServer([hiccup]);
  const { client, calls } = clientFor(server, { totalTimeoutMs: 60_000, retryDelayMs: 200_000 });
  const error = await rejection(client.listDeployments(app, {}));
  expect(error.name).toBe("LosantServerError");
  expect(calls).toHaveLength(1);
});

test("the whole call is bounded in the middle of an attempt too", async () => {
  await using server = await startHttpServer(["hang"]);
  const { client } = clientFor(server, { totalTimeoutMs: 200 });
  const error = await rejection(client.listDeployments(app, {}));
  expect(error.message).toContain("was not done within 0.2 s");
  expect(server.requests.length).toBeLessThan(2);
});

describe("an answer that is too large", () => {
  const bomb = gzipSync(JSON.stringify({ items: [], totalCount: 0, padding: "x".repeat(20_000_000) }));

  test.each([
    ["as it is", { json: { items: [], totalCount: 0, padding: "x".repeat(2_000_000) } }],
    ["compressed to a small one", { bytes: bomb, headers: { "content-encoding": "gzip" } }],
  ])("%s: is not read to its end, and not asked for again", async (_, reply) => {
    await using server = await startHttpServer([{ status: 200, ...reply }]);
    const error = await rejection(clientFor(server, { maxAnswerBytes: 2 ** 20 }).client.listDeployments(app, {}));
    expect(error.name).toBe("LosantAnswerError");
    expect(error.message).toContain("it is larger than 1 MB");
    expect(server.requests).toHaveLength(1);
  });
});

test("an answer that holds the token gives it to nobody", async () => {
  const row = { deviceId: dev(2), flowId: flow, deviceName: `a ${token}`, currentVersion: null, desiredVersion: "v1" };
  await using server = await startHttpServer([{ status: 200, json: { items: [row], totalCount: 1 } }]);
  const [found] = await clientFor(server).client.listAllDeployments(app, {});
  expect(found?.deviceName).toBe("a [token]");
  // JSON can write any character as an escape.
  const hidden = JSON.stringify({ items: [row], totalCount: 1 }).replace(
    token,
    `\\u00${token.charCodeAt(0).toString(16)}${token.slice(1)}`,
  );
  await using other = await startHttpServer([{ status: 200, text: hidden }]);
  const [again] = await clientFor(other).client.listAllDeployments(app, {});
  expect(hidden).not.toContain(token);
  expect(again?.deviceName).toBe("a [token]");
});
