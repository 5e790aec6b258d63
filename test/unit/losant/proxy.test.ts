import { afterEach, describe, expect, test } from "@jest/globals";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { proxyFor } from "../../../provider/losant/proxy.js";
import { app, clientFor, rejection } from "./support.js";
import { startHttpServer } from "../../support/http-server.js";
import { empty } from "./support.js";

const NODE = "v24.21.0";
const LOSANT = "https://api.losant.com";
const proxy = { url: "http://proxy:3128", shown: "proxy:3128" };

describe("which proxy", () => {
  test.each([
    ["none is set", LOSANT, {}, undefined],
    ["HTTPS_PROXY", LOSANT, { HTTPS_PROXY: "http://proxy:3128" }, proxy],
    ["the small letters first", LOSANT, { https_proxy: "http://proxy:3128", HTTPS_PROXY: "http://other" }, proxy],
    ["ALL_PROXY", LOSANT, { ALL_PROXY: "http://proxy:3128" }, proxy],
    ["without http://", LOSANT, { HTTPS_PROXY: "proxy:3128" }, proxy],
    ["HTTP_PROXY is for plain http", LOSANT, { HTTP_PROXY: "http://proxy:3128" }, undefined],
    ["an empty one is none", LOSANT, { HTTPS_PROXY: " " }, undefined],
    ["this machine", "http://127.0.0.1:8080", { HTTPS_PROXY: "http://proxy:3128", ALL_PROXY: "x" }, undefined],
    ["this machine by https", "https://localhost", { HTTPS_PROXY: "http://proxy:3128" }, undefined],
  ])("%s", (_, url, env, expected) => {
    expect(proxyFor(url, env, NODE)).toEqual(expected);
  });

  test.each([
    ["*", true],
    ["api.losant.com", true],
    ["losant.com", true],
    [".losant.com", true],
    ["*.losant.com", true],
    ["LOSANT.COM", true],
    ["example.com, losant.com", true],
    ["ant.com", false],
    ["example.com", false],
    ["", false],
  ])("NO_PROXY %j: none %p", (list, isDirect) => {
    const env = { HTTPS_PROXY: "http://proxy:3128", NO_PROXY: list };
    expect(proxyFor(LOSANT, env, NODE) === undefined).toBe(isDirect);
  });

  test("a value that is no address is refused, and not repeated: it may hold a password", () => {
    for (const value of ["http://user:hunter2@", "socks5://user:hunter2@proxy"]) {
      const problem = proxyFor(LOSANT, { HTTPS_PROXY: value }, NODE);
      expect(problem).toContain("HTTPS_PROXY is not the address of a proxy");
      expect(problem).not.toContain("hunter2");
    }
  });

  test.each([
    ["v22.20.0", false],
    ["v22.21.0", true],
    ["v24.4.1", false],
    ["v24.5.0", true],
    ["v26.0.0", true],
  ])("a Node that would ignore it is refused: %s", (version, canUse) => {
    const found = proxyFor(LOSANT, { HTTPS_PROXY: "http://proxy:3128" }, version);
    expect(typeof found === "object").toBe(canUse);
    if (!canUse) expect(found).toContain(`Node ${version} cannot use a proxy: use Node 22.21`);
  });
});

describe("a call by a proxy", () => {
  const saved = process.env["HTTPS_PROXY"];
  afterEach(() => {
    if (saved === undefined) delete process.env["HTTPS_PROXY"];
    else process.env["HTTPS_PROXY"] = saved;
  });

  /** A proxy that answers each CONNECT so; null closes the connection. */
  async function proxied(reply: string | null): Promise<{ error: Error & Record<string, unknown>; asked: string[] }> {
    const asked: string[] = [];
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", (data) => {
        asked.push(data.toString().split("\r\n")[0] ?? "");
        if (reply === null) socket.destroy();
        else socket.end(reply);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    process.env["HTTPS_PROXY"] = `http://me:hunter2@127.0.0.1:${port}`;
    try {
      const { client } = clientFor({ url: "https://losant.invalid" }, { maxAttempts: 2 });
      const error = await rejection(client.listDeployments(app, {}));
      expect(error.message).toContain(`losant.invalid by the proxy 127.0.0.1:${port}`);
      expect(error.message).not.toContain("hunter2");
      return { error, asked };
    } finally {
      server.close();
    }
  }

  test("asks it for Losant's host", async () => {
    const { asked } = await proxied("HTTP/1.1 502 Bad Gateway\r\n\r\n");
    expect(new Set(asked)).toEqual(new Set(["CONNECT losant.invalid:443 HTTP/1.1"]));
  });

  test.each([
    [
      "407: what to set, and no second try",
      "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n",
      "the proxy answered 407",
      1,
    ],
    ["403: no second try", "HTTP/1.1 403 Forbidden\r\n\r\n", "the proxy answered 403", 1],
    ["502: tried again", "HTTP/1.1 502 Bad Gateway\r\n\r\n", "the proxy answered 502", 2],
    ["a connection that it closes: tried again", null, "ERR_PROXY_TUNNEL", 2],
  ])("%s", async (_, reply, says, tries) => {
    const { error, asked } = await proxied(reply);
    expect(error.name).toBe("LosantNetworkError");
    expect(error.message).toContain(says);
    expect(asked).toHaveLength(tries);
    expect(error.message.includes("user and a password")).toBe(says.endsWith("407"));
  });

  test("to this machine goes by none", async () => {
    process.env["HTTPS_PROXY"] = "http://127.0.0.1:9";
    await using server = await startHttpServer([empty]);
    await clientFor(server).client.listDeployments(app, {});
    expect(server.requests).toHaveLength(1);
  });
});
