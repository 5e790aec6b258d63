import { jest } from "@jest/globals";
import { createLosantClient } from "../../../provider/losant/index.js";
import type { ApiCall, ClientOptions, LosantClient } from "../../../provider/losant/index.js";
import { startHttpServer } from "../../support/http-server.js";
import type { RecordedRequest, Reply, TestServer } from "../../support/http-server.js";

export const app = "575ec8687ae143cd83dc4a97";
export const flow = "575ed18f7ae143cd83dc4aa6";
export const dev = (n: number) => n.toString(16).padStart(24, "0");
/** Looks like a real one: a marker that must never come out anywhere. */
export const token = "eyJhbGciOiJIUzI1NiJ9.c2VjcmV0LXRva2Vu.Zm9yLXRlc3Rz";

export const ok = (json: unknown, status = 200): Reply => ({ status, json });
export const taken = ok({ success: true }, 202);
export const refusal = (
  status: number,
  type: string,
  message: string,
  headers: Record<string, string> = {},
): Reply => ({
  status,
  json: { type, message },
  headers,
});
/** The client's time for one attempt in these tests. Nothing takes so long: it is over where a test says so. */
export const timeoutMs = 30_000;
export const empty = ok({ items: [], totalCount: 0 });

/** A client with retries in milliseconds, and what it reported of its calls. */
export function clientFor(
  server: Pick<TestServer, "url">,
  options: Partial<ClientOptions> = {},
): { client: LosantClient; calls: ApiCall[] } {
  const calls: ApiCall[] = [];
  const client = createLosantClient({
    apiUrl: server.url,
    apiToken: token,
    retryDelayMs: 1,
    maxAttempts: 8,
    timeoutMs,
    onCall: (call) => calls.push(call),
    ...options,
  });
  return { client, calls };
}

/**
 * Replies one after the other, the last one for ever after. Where one hangs, the time for the attempt is over at once:
 * got's time-outs are timers that Jest can move on, those of Node's sockets are not.
 */
export async function startServerInNoTime(script: readonly Reply[]): Promise<TestServer> {
  moveTimeoutsByHand();
  let count = 0;
  const server = await startHttpServer(() => {
    count += 1;
    const reply = script[Math.min(count, script.length) - 1] ?? "cut";
    if (reply === "hang") jest.advanceTimersByTime(timeoutMs);
    return reply;
  });
  return {
    url: server.url,
    requests: server.requests,
    abandoned: server.abandoned,
    async [Symbol.asyncDispose]() {
      jest.useRealTimers();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** `jest.advanceTimersByTime` ends what is waited for; beside that, time goes on as it does. */
export function moveTimeoutsByHand(): void {
  jest.useFakeTimers({
    advanceTimers: true,
    doNotFake: [
      "Date",
      "hrtime",
      "nextTick",
      "performance",
      "queueMicrotask",
      "setImmediate",
      "clearImmediate",
      "setInterval",
      "clearInterval",
    ],
  });
}

/** What a promise rejects with. */
export async function rejection(promise: Promise<unknown>): Promise<Error & Record<string, unknown>> {
  try {
    await promise;
  } catch (error) {
    return error as Error & Record<string, unknown>;
  }
  throw new Error("it did not reject");
}

/** Makes one call and gives what went over the wire. */
export async function sent(reply: unknown, act: (client: LosantClient) => Promise<unknown>): Promise<RecordedRequest> {
  await using server = await startHttpServer([ok(reply)]);
  await act(clientFor(server).client);
  const [request] = server.requests;
  if (request === undefined || server.requests.length > 1) throw new Error(`${server.requests.length} requests`);
  return request;
}
