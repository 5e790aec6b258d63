// A process that was busy for long, or a machine that slept, has not seen that the server has closed its connections.
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { createLosantClient } from "../../../provider/losant/index.js";

const [BUSY, CLOSED, WRITES] = [0, 1, 2];
const applicationId = "a".repeat(24);
const flowId = "f".repeat(24);

/** In a thread of its own: it closes its connections while this one is busy. */
const SERVER = `
const { createServer } = require("node:http");
const { parentPort, workerData } = require("node:worker_threads");
const flags = new Int32Array(workerData);
const server = createServer((request, response) => {
  request.resume().on("end", () => {
    const isWrite = request.method === "POST";
    if (isWrite) Atomics.add(flags, ${WRITES}, 1);
    response.writeHead(isWrite ? 202 : 200, { "content-type": "application/json" });
    response.end(isWrite ? '{"success":true}' : '{"items":[],"count":0,"totalCount":0,"perPage":1000,"page":0}');
  });
});
let connections = 0;
server.on("connection", (socket) => {
  connections += 1;
  socket.on("close", () => {
    connections -= 1;
    if (connections > 0 || Atomics.load(flags, ${BUSY}) === 0) return;
    Atomics.store(flags, ${CLOSED}, 1);
    Atomics.notify(flags, ${CLOSED});
  });
});
server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));
setInterval(() => {
  if (Atomics.load(flags, ${BUSY}) === 1 && Atomics.load(flags, ${CLOSED}) === 0) server.closeAllConnections();
}, 5);
`;

let server: Worker;
let flags: Int32Array<SharedArrayBuffer>;
let port: unknown;
beforeEach(async () => {
  flags = new Int32Array(new SharedArrayBuffer(12));
  server = new Worker(SERVER, { eval: true, workerData: flags.buffer });
  [port] = await once(server, "message");
});
afterEach(() => server.terminate());

test("a write goes out on a new connection, once", async () => {
  const client = createLosantClient({ apiUrl: `http://127.0.0.1:${String(port)}`, apiToken: "token", maxAttempts: 1 });
  await client.listAllDeployments(applicationId, { flowId });
  Atomics.store(flags, BUSY, 1);
  Atomics.wait(flags, CLOSED, 0);
  await client.release(applicationId, { flowId, version: "v1", deviceIds: ["d".repeat(24)] });
  expect(Atomics.load(flags, WRITES)).toBe(1);
});
