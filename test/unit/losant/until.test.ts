// A client whose calls end with a signal.
import { expect, test } from "@jest/globals";
import type { LosantClient } from "../../../provider/losant/index.js";
import { isOutcomeUnknown } from "../../../provider/losant/index.js";
import { startHttpServer } from "../../support/http-server.js";
import type { Reply } from "../../support/http-server.js";
import { app, clientFor, dev, empty, flow, rejection, taken } from "./support.js";

const list = (client: LosantClient) => client.listAllDeployments(app, { flowId: flow });
const release = (client: LosantClient) => client.release(app, { flowId: flow, version: "v1", deviceIds: [dev(1)] });

test.each([
  ["read", list, false],
  ["write", release, true],
] as const)("a %s under way ends, its connection is closed, and it is not repeated", async (_, call, isOpen) => {
  const over = new AbortController();
  await using server = await startHttpServer((): Reply => {
    over.abort();
    return "hang";
  });
  const error = await rejection(call(clientFor(server).client.until(over.signal)));
  await server.abandoned;
  expect([error.name, isOutcomeUnknown(error)]).toEqual(["LosantTimeoutError", isOpen]);
  expect(server.requests).toHaveLength(1);
});

test("no read is repeated once the signal is aborted", async () => {
  const over = new AbortController();
  await using server = await startHttpServer((): Reply => {
    over.abort();
    return { status: 503 };
  });
  await rejection(list(clientFor(server).client.until(over.signal)));
  expect(server.requests).toHaveLength(1);
});

test("after that nothing is sent, and the error is the reason of the signal", async () => {
  await using server = await startHttpServer([empty]);
  const { client } = clientFor(server);
  const over = client.until(AbortSignal.abort(new Error("the time is over")));
  for (const call of [list, release]) expect((await rejection(call(over))).message).toBe("the time is over");
  expect(server.requests).toEqual([]);
});

test("the client itself goes on", async () => {
  await using server = await startHttpServer([empty, taken]);
  const { client } = clientFor(server);
  await rejection(list(client.until(AbortSignal.abort(new Error("the time is over")))));
  expect(await list(client)).toEqual([]);
  await release(client);
});
