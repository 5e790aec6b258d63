import { describe, expect, jest, test } from "@jest/globals";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { inspect } from "node:util";
import {
  isForbidden,
  isLosantNotFound,
  isNotFound,
  isOutcomeUnknown,
  isRetryable,
  isUnauthorized,
  LosantError,
} from "../../../provider/losant/index.js";
import type { LosantClient } from "../../../provider/losant/index.js";
import { startHttpServer, unusedUrl } from "../../support/http-server.js";
import type { Reply } from "../../support/http-server.js";
import { list, release, rows } from "./failures.js";
import { clientFor, moveTimeoutsByHand, refusal, rejection, startServerInNoTime, timeoutMs, token } from "./support.js";

async function failureOf(
  reply: Reply,
  act: (client: LosantClient) => Promise<unknown>,
  options: { totalTimeoutMs?: number } = {},
) {
  const start = reply === "hang" && options.totalTimeoutMs === undefined ? startServerInNoTime : startHttpServer;
  await using server = await start([reply]);
  const error = await rejection(act(clientFor(server, options).client));
  return { error, requests: server.requests.length };
}

describe("each kind of failure", () => {
  test.each(rows)("$name", async ({ reply, act = list, options = {}, error: name, says, guards = [] }) => {
    const { error } = await failureOf(reply, act, options);
    expect(error.name).toBe(name);
    expect(error).toBeInstanceOf(LosantError);
    for (const sentence of says) expect(error.message).toContain(sentence);
    const holding = Object.entries({
      "not found": isNotFound(error),
      "not found by Losant": isLosantNotFound(error),
      unauthorized: isUnauthorized(error),
      forbidden: isForbidden(error),
      "outcome unknown": isOutcomeUnknown(error),
      retryable: isRetryable(error),
    })
      .filter(([, holds]) => holds)
      .map(([guard]) => guard);
    expect(holding).toEqual(guards);
  });

  test.each(rows)("$name: no token, no foreign object and no line break in any form of it", async (row) => {
    const { error } = await failureOf(row.reply, row.act ?? list, row.options);
    const forms = [
      String(error),
      error.message,
      error.stack ?? "",
      inspect(error, { depth: 20, showHidden: true, getters: true }),
      inspect({ nested: [error] }),
      JSON.stringify(error),
      JSON.stringify(Object.getOwnPropertyDescriptors(error)),
    ];
    for (const form of forms) {
      expect(form).not.toContain(token);
      expect(form.toLowerCase()).not.toContain("bearer ey");
    }
    expect(error.cause).toBeUndefined();
    expect(Object.values(error).filter((value) => typeof value === "object")).toEqual([]);
    expect(error.message).not.toMatch(/\p{Cc}|\p{Zl}/u);
    expect(error.message.length).toBeLessThan(2000);
  });
});

describe("a connection that was never made", () => {
  const nothingWasSent = { outcomeUnknown: false, retryable: true, attempts: 1 };

  test("nothing listens: a read is repeated like in any other outage", async () => {
    const { client, calls } = clientFor({ url: await unusedUrl() });
    const error = await rejection(list(client));
    expect(error.name).toBe("LosantNetworkError");
    expect(error.message).toContain("could not reach 127.0.0.1:");
    expect(error["code"]).toBe("ECONNREFUSED");
    expect(isRetryable(error)).toBe(true);
    expect(calls.map(({ status, attempt }) => [status, attempt])).toEqual(
      [1, 2, 3, 4, 5, 6, 7, 8].map((n) => [undefined, n]),
    );
  });

  test("nothing listens: a write is told of it at once, and nothing was taken", async () => {
    const { client, calls } = clientFor({ url: await unusedUrl() });
    const error = await rejection(release(client));
    expect(error.message).toMatch(/could not reach 127\.0\.0\.1:\d+: ECONNREFUSED\./);
    expect(error).toMatchObject(nothingWasSent);
    expect(calls).toMatchObject([{ method: "POST", status: undefined, attempt: 1 }]);
  });

  test("a host that does not exist", async () => {
    const { client, calls } = clientFor({ url: "https://losant.invalid" });
    const error = await rejection(release(client));
    expect(error.message).toMatch(/could not reach losant\.invalid: (?:ENOTFOUND|EAI_AGAIN)/);
    expect(error).toMatchObject(nothingWasSent);
    expect(calls).toHaveLength(1);
  });

  test("the other side does not finish the handshake", async () => {
    moveTimeoutsByHand();
    const server = createServer((socket) => {
      socket.on("error", () => {});
      // What comes is the greeting of a TLS client.
      socket.once("data", () => jest.advanceTimersByTime(timeoutMs / 2));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { client, calls } = clientFor({ url: `https://${host}` });
    const error = await rejection(release(client));
    jest.useRealTimers();
    server.close();
    expect(error.name).toBe("LosantTimeoutError");
    expect(error.message).toContain(`could not reach ${host} within 15 s. Check losant:apiUrl`);
    expect(error).toMatchObject(nothingWasSent);
    expect(calls).toHaveLength(1);
  });

  test("a proxy that refuses to connect a write: nothing was sent", async () => {
    const proxy = createServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", () => socket.end("HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n"));
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    const HTTPS_PROXY = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const env = jest.replaceProperty(process, "env", { ...process.env, HTTPS_PROXY });
    const { client, calls } = clientFor({ url: "https://losant.invalid" });
    env.restore();
    const error = await rejection(release(client));
    proxy.close();
    expect(error.message).toContain(": the proxy answered 407.");
    expect(error).toMatchObject({ outcomeUnknown: false, retryable: false });
    expect(calls).toHaveLength(1);
  });
});

describe("the stack, which Pulumi's provider host prints beside the message", () => {
  test("is the message alone", async () => {
    const { error } = await failureOf(refusal(404, "NotFound", "gone"), list);
    expect(error.stack).toBe(`LosantNotFoundError: ${error.message}`);
  });

  test("has its frames with PULUMI_LOSANT_DEBUG", () => {
    const env = jest.replaceProperty(process, "env", { ...process.env, PULUMI_LOSANT_DEBUG: "1" });
    expect(new LosantError("x").stack).toContain("errors.test");
    env.restore();
  });
});

test("an error holds what is known, and no field that is not", () => {
  const error = new LosantError("x", { status: 404, code: undefined });
  expect(Object.keys(error).toSorted()).toEqual(["name", "status"]);
});
