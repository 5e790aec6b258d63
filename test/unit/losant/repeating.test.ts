import { describe, expect, test } from "@jest/globals";
import { startHttpServer } from "../../support/http-server.js";
import type { Reply } from "../../support/http-server.js";
import { app, clientFor, dev, empty, flow, refusal, rejection, taken } from "./support.js";

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
    ["no answer in time", ["hang", empty]],
    ["all of these", [hiccup, throttled(), "cut", "hang", "cutBody", empty]],
  ])("is repeated after %s", async (_, script) => {
    await using server = await startHttpServer(script);
    const { client, calls } = clientFor(server, { timeoutMs: 100 });
    expect(await client.listAllDeployments(app, { flowId: flow })).toEqual([]);
    expect(server.requests).toHaveLength(script.length);
    expect(calls.map(({ attempt }) => attempt)).toEqual(script.map((_, n) => n + 1));
    expect(calls.at(-1)?.status).toBe(200);
    expect(new Set(calls.map(({ path }) => path)).size).toBe(1);
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
  test("is repeated after 429, since it was not taken", async () => {
    await using server = await startHttpServer([throttled(), throttled(), taken]);
    const { client, calls } = clientFor(server);
    await client.release(app, request);
    expect(server.requests.map(({ body }) => body)).toEqual([request, request, request]);
    expect(calls.map(({ method, status }) => [method, status])).toEqual([
      ["POST", 429],
      ["POST", 429],
      ["POST", 202],
    ]);
  });

  test.each<[string, Reply]>([
    ["500", { status: 500 }],
    ["503", hiccup],
    ["503 with Retry-After", { ...hiccup, headers: { "retry-after": "0" } }],
    ["408", { status: 408 }],
    ["a cut connection", "cut"],
    ["an answer cut short", "cutBody"],
    ["no answer in time", "hang"],
  ])("is sent once, whatever comes of it: %s", async (_, reply) => {
    await using server = await startHttpServer([reply, taken]);
    const { client, calls } = clientFor(server, { timeoutMs: 100 });
    const error = await rejection(client.release(app, request));
    expect(error["outcomeUnknown"]).toBe(true);
    expect(server.requests).toHaveLength(1);
    expect(calls).toHaveLength(1);
  });
});

describe("Retry-After", () => {
  test.each<[string, () => string]>([
    ["seconds", () => "1"],
    // A date has whole seconds only: two from now is at least one.
    ["a date", () => new Date(Date.now() + 2000).toUTCString()],
  ])("as %s is waited for", async (_, value) => {
    await using server = await startHttpServer([throttled({ "retry-after": value() }), taken]);
    const started = performance.now();
    await clientFor(server).client.release(app, request);
    expect(performance.now() - started).toBeGreaterThan(950);
    expect(server.requests).toHaveLength(2);
  });

  test.each(["3600", new Date(Date.now() + 3_600_000).toUTCString(), "99999999999"])(
    "%s is beyond the time for the call: it fails at once and says why",
    async (value) => {
      await using server = await startHttpServer([throttled({ "retry-after": value })]);
      const error = await rejection(clientFor(server).client.release(app, request));
      expect(error.name).toBe("LosantRateLimitError");
      expect(server.requests).toHaveLength(1);
    },
  );

  test.each(["soon", "-5", "", "1.5"])("%j is nonsense and ignored", async (value) => {
    await using server = await startHttpServer([throttled({ "retry-after": value }), taken]);
    const started = performance.now();
    await clientFor(server).client.release(app, request);
    expect(performance.now() - started).toBeLessThan(900);
    expect(server.requests).toHaveLength(2);
  });
});

test("the whole call is bounded, however often an attempt may be repeated", async () => {
  await using server = await startHttpServer(["hang"]);
  const started = performance.now();
  const { client } = clientFor(server, { timeoutMs: 80, totalTimeoutMs: 200 });
  const error = await rejection(client.listDeployments(app, {}));
  expect(performance.now() - started).toBeLessThan(1000);
  expect(error.name).toBe("LosantTimeoutError");
  expect(server.requests.length).toBeGreaterThan(1);
  expect(server.requests.length).toBeLessThan(4);
});

test("the whole call is bounded in the middle of an attempt too", async () => {
  await using server = await startHttpServer(["hang"]);
  const started = performance.now();
  const error = await rejection(
    clientFor(server, { timeoutMs: 10_000, totalTimeoutMs: 200 }).client.listDeployments(app, {}),
  );
  expect(performance.now() - started).toBeLessThan(2000);
  expect(error.name).toBe("LosantTimeoutError");
  expect(server.requests).toHaveLength(1);
});
