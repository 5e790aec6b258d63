// What is refused before it is a call: other hosts, web pages of other origins, large bodies, queries without end.
import { connect } from "node:net";
import { once } from "node:events";
import { describe, expect, test } from "@jest/globals";
import { answerTo, ask } from "./raw-http.js";
import { bench } from "./support.js";
import type { Bench } from "./support.js";

const portOf = (losant: Bench) => new URL(losant.simulator.url).port;

/** The first line of the answer to these lines, sent as they are. */
async function answerToText(losant: Bench, text: string): Promise<string> {
  const socket = connect(Number(portOf(losant)), "127.0.0.1");
  socket.write(text);
  const [data] = (await once(socket, "data")) as [Buffer];
  socket.destroy();
  return data.toString().split("\r\n")[0] ?? "";
}

describe("the Host header", () => {
  test.each(["127.0.0.1", "localhost", "LOCALHOST", "[::1]", "127.0.0.2"])("may be %s, with any port", async (host) => {
    await using losant = await bench();
    for (const header of [host, `${host}:${portOf(losant)}`, `${host}:1`]) {
      expect((await answerTo(ask(losant, "/devices", { headers: { host: header } }))).status).toBe(200);
    }
  });

  test.each([
    "losant.example",
    "127.0.0.1.losant.example",
    "localhost.losant.example:4680",
    "notlocalhost",
    "192.168.0.1",
    "127.0.0.1@losant.example",
  ])("of another machine is refused, as a page by DNS rebinding sends it: %s", async (host) => {
    await using losant = await bench();
    const body = { flowId: losant.flow(), version: "v1", deviceIds: [losant.device(0)] };
    const { status, headers } = await answerTo(ask(losant, "/edge/deployments/release", { body, headers: { host } }));
    expect(status).toBeGreaterThanOrEqual(400);
    expect(headers).not.toHaveProperty("access-control-allow-origin");
    expect(losant.versions()).toEqual({});
    expect(losant.simulator.calls).toEqual([]);
  });

  test("is named by the error, with what is allowed", async () => {
    await using losant = await bench();
    const { status, body } = await answerTo(ask(losant, "/devices", { headers: { host: "losant.example" } }));
    expect(status).toBe(403);
    expect(JSON.parse(body.toString())).toEqual({
      type: "Forbidden",
      message: "The simulator serves this machine only: ask for 127.0.0.1 or localhost, not losant.example",
    });
  });

  test("does not help where the request line names another machine", async () => {
    await using losant = await bench();
    const head = (url: string) => `GET ${url} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`;
    expect(await answerToText(losant, head("http://losant.example/x"))).toContain(" 403 ");
    expect(await answerToText(losant, head("http://127.0.0.1/x"))).toContain(" 405 ");
  });
});

test("a web page of another origin may not ask: no answer allows it", async () => {
  await using losant = await bench();
  const origin = "https://losant.example";
  const headers = {
    origin,
    "access-control-request-method": "POST",
    "access-control-request-headers": "authorization",
  };
  const preflight = await answerTo(ask(losant, "/edge/deployments/release", { method: "OPTIONS", headers }));
  expect(preflight.status).toBe(405);
  const read = await answerTo(ask(losant, "/devices", { headers: { origin } }));
  for (const answer of [preflight, read]) {
    expect(Object.keys(answer.headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
  }
});

describe("a body", () => {
  const MEGABYTE = 1 << 20;

  test("that is announced as too large is refused before it is sent", async () => {
    await using losant = await bench();
    const path = `/applications/${losant.app}/edge/deployments/release`;
    const head = `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ${MEGABYTE + 1}\r\n\r\n`;
    expect(await answerToText(losant, head)).toContain(" 413 ");
    expect(losant.simulator.calls).toEqual([]);
  });

  test("that is sent in chunks is refused once it is too large", async () => {
    await using losant = await bench();
    const path = `/applications/${losant.app}/edge/deployments/release`;
    const head = `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n`;
    const chunk = `${(MEGABYTE + 1).toString(16)}\r\n${" ".repeat(MEGABYTE + 1)}\r\n`;
    // No last chunk: the answer does not wait for the end.
    expect(await answerToText(losant, head + chunk)).toContain(" 413 ");
  });

  test("of the largest size is read", async () => {
    await using losant = await bench();
    const blank = " ".repeat(MEGABYTE - 2);
    const { status } = await losant.post("/edge/deployments/remove", `{${blank}}`);
    expect(status).toBe(400);
    expect(losant.simulator.calls).toMatchObject([{ body: {} }]);
  });
});

describe("a query", () => {
  const tags = (count: number) =>
    Array.from({ length: count }, (_, index) => `tagFilter[${index}][key]=number`).join("&");

  test("may hold as many tags as Losant documents, and no more", async () => {
    await using losant = await bench();
    expect((await losant.get(`/devices?${tags(100)}`)).body.items).toHaveLength(3);
    expect((await losant.get(`/devices?${tags(101)}`)).status).toBe(400);
  });

  test.each([
    ["deep", "tagFilter[0][key][a][b]=x", /depth/],
    ["a far index", "deviceClass[1000000000]=edgeCompute", /limit/],
    ["many parameters", Array.from({ length: 1001 }, (_, index) => `p${index}=`).join("&"), /Parameter limit/],
    ["toString", "toString=x", /toString/],
  ])("that is hostile is a 400 that says why: %s", async (_, query, message) => {
    await using losant = await bench();
    const { status, body } = await losant.get(`/devices?${query}`);
    expect([status, body["message"]]).toEqual([400, expect.stringMatching(message)]);
  });
});
