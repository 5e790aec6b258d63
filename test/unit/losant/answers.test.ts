import { describe, expect, test } from "@jest/globals";
import type { LosantClient } from "../../../provider/losant/index.js";
import { startHttpServer } from "../../support/http-server.js";
import { app, clientFor, dev, flow, ok, rejection } from "./support.js";

async function answered<T>(json: unknown, act: (client: LosantClient) => Promise<T>): Promise<T> {
  await using server = await startHttpServer([ok(json)]);
  return await act(clientFor(server).client);
}

/** The least that makes a deployment. */
const least = { deviceId: dev(2), flowId: flow, currentVersion: null, desiredVersion: null };
const rows = (items: unknown[], query = {}) =>
  answered({ items, totalCount: items.length }, (client) => client.listDeployments(app, query));

describe("a deployment", () => {
  test("of a current API, with fields that we do not know", async () => {
    const { items } = await rows([
      {
        _type: "edgeDeployment",
        id: dev(1),
        edgeDeploymentId: dev(1),
        applicationId: app,
        deviceId: dev(2),
        deviceName: "gateway",
        deviceConnectionInfo: { time: "2026-01-01T00:00:00.000Z", connected: 1 },
        flowId: flow,
        flowName: "telemetry",
        flowClass: "edge",
        currentVersion: "v1",
        desiredVersion: "v2",
        currentEtag: "a",
        desiredEtag: "b",
        brandNew: { x: 1 },
        logs: [
          {
            sourceType: "device",
            sourceId: dev(2),
            date: "2026-01-01T00:00:00.000Z",
            changeType: "current",
            previousValue: "v1",
            attemptedValue: "v2",
            error: "agent too old",
          },
        ],
      },
    ]);
    expect(items).toEqual([
      {
        id: dev(1),
        deviceId: dev(2),
        deviceName: "gateway",
        flowId: flow,
        flowName: "telemetry",
        flowClass: "edge",
        currentVersion: "v1",
        desiredVersion: "v2",
        currentEtag: "a",
        desiredEtag: "b",
        connected: true,
        connectionTime: "2026-01-01T00:00:00.000Z",
        logs: [
          {
            sourceType: "device",
            sourceId: dev(2),
            date: "2026-01-01T00:00:00.000Z",
            changeType: "current",
            previousValue: "v1",
            attemptedValue: "v2",
            error: "agent too old",
          },
        ],
      },
    ]);
  });

  test("of an old installation: next to nothing", async () => {
    const { items } = await rows([least]);
    expect(items).toEqual([{ id: `${flow}-${dev(2)}`, ...least, logs: [] }]);
  });

  test("the ids that the query has fixed may be missing", async () => {
    const { items } = await rows([{ id: dev(1), currentVersion: "v1", desiredVersion: null }], {
      flowId: flow,
      deviceId: dev(2),
    });
    expect(items).toMatchObject([{ id: dev(1), flowId: flow, deviceId: dev(2) }]);
  });

  test("but they may not differ: the API did not filter", async () => {
    const row = { ...least, flowId: dev(3) };
    const error = await rejection(rows([row], { flowId: flow }));
    expect(error.name).toBe("LosantAnswerError");
    expect(error.message).toContain(`items[0].flowId: is not the ${flow} that was asked for`);
    const shouted = await rows([{ ...row, flowId: flow.toUpperCase() }], { flowId: flow });
    expect(shouted.items).toHaveLength(1);
  });

  test.each([
    [{ connected: 1 }, true],
    [{ connected: 0 }, false],
    [{ connected: true }, true],
    [{ connected: null }, undefined],
    [{}, undefined],
    [null, undefined],
    [undefined, undefined],
  ])("connection info %j means connected: %s", async (deviceConnectionInfo, connected) => {
    const { items } = await rows([{ ...least, deviceConnectionInfo }]);
    expect(items[0]?.connected).toBe(connected);
  });

  test("a time of the connection that cannot be read is none: it is only shown", async () => {
    const timeOf = async (time: unknown): Promise<string | undefined> =>
      (await rows([{ ...least, deviceConnectionInfo: { connected: 0, time } }])).items[0]?.connectionTime;
    expect(await timeOf("2026-01-01T00:00:00.000Z")).toBe("2026-01-01T00:00:00.000Z");
    for (const time of ["yesterday", 5, null, {}]) expect(await timeOf(time)).toBeUndefined();
  });

  test("logs of kinds that Losant may add are kept, their kind of change is not", async () => {
    const log = { sourceType: "instanceToken", changeType: "paused", newValue: null };
    const { items } = await rows([{ ...least, logs: [log] }]);
    expect(items[0]?.logs).toEqual([{ sourceType: "instanceToken", newValue: null }]);
  });

  test.each<[string, unknown, string]>([
    ["no device", { ...least, deviceId: undefined }, "items[0].deviceId: "],
    ["no flow", { ...least, flowId: undefined }, "items[0].flowId: "],
    ["no desired version", { ...least, desiredVersion: undefined }, "items[0].desiredVersion: "],
    ["no current version", { ...least, currentVersion: undefined }, "items[0].currentVersion: "],
    ["a version that is a number", { ...least, desiredVersion: 2 }, "items[0].desiredVersion: "],
    ["logs that are no list", { ...least, logs: {} }, "items[0].logs: "],
    ["an error that is no text", { ...least, logs: [{ error: {} }] }, "items[0].logs[0].error: "],
    ["no object", "row", "items[0]: "],
  ])("with %s is an answer error that names the place", async (_, row, place) => {
    const error = await rejection(rows([row]));
    expect(error.name).toBe("LosantAnswerError");
    expect(error.message).toContain(place);
  });
});

test("one deployment that lacks a version is unreadable too", async () => {
  const { currentVersion: _, ...row } = least;
  const error = await rejection(answered(row, (client) => client.getDeployment(app, dev(1))));
  expect(error.name).toBe("LosantAnswerError");
  expect(error.message).toContain("currentVersion: ");
});

test.each([
  ["no totalCount", { items: [] }, "totalCount: "],
  ["a negative totalCount", { items: [], totalCount: -1 }, "totalCount: "],
  ["no items", { totalCount: 0 }, "items: "],
  ["a list", [], "the answer: "],
  ["null", null, "the answer: "],
  ["nothing", undefined, "the answer: "],
])("a listing with %s is an answer error", async (_, json, place) => {
  const error = await rejection(answered(json, (client) => client.listAllDeployments(app, {})));
  expect(error.name).toBe("LosantAnswerError");
  expect(error.message).toContain(place);
});

test("devices", async () => {
  const items = [
    {
      id: dev(1),
      name: "gateway",
      deviceClass: "edgeCompute",
      tags: [{ key: "site", value: "a" }],
      connectionInfo: { connected: 0 },
      edgeAgentVersion: "1.39.0",
      attributes: [],
    },
    { deviceId: dev(2) },
  ];
  const devices = await answered({ items, totalCount: 2 }, (client) => client.listDevices(app, {}));
  expect(devices).toEqual([
    {
      id: dev(1),
      name: "gateway",
      deviceClass: "edgeCompute",
      tags: [{ key: "site", value: "a" }],
      connected: false,
      edgeAgentVersion: "1.39.0",
    },
    { id: dev(2), tags: [] },
  ]);
});

test("workflows and versions", async () => {
  expect(
    await answered({ flowId: flow, name: "telemetry", flowClass: "edge", nodes: [] }, (client) =>
      client.getFlow(app, flow),
    ),
  ).toEqual({ id: flow, name: "telemetry", flowClass: "edge" });
  expect(
    await answered({ items: [{ flowVersionId: dev(3), version: "v1", flowId: flow }], totalCount: 1 }, (client) =>
      client.listFlowVersions(app, flow),
    ),
  ).toEqual([{ id: dev(3), version: "v1", flowId: flow }]);
});

test.each<[string, unknown, (client: LosantClient) => Promise<unknown>, string]>([
  ["a device", { items: [{ name: "x" }], totalCount: 1 }, (client) => client.listDevices(app, {}), "items[0].id"],
  ["a workflow", { name: "x" }, (client) => client.getFlow(app, flow), "id: missing"],
  ["a version", { version: "x" }, (client) => client.getFlowVersion(app, flow, "x"), "id: missing"],
])("%s without an id is an answer error", async (_, json, act, place) => {
  const error = await rejection(answered(json, act));
  expect(error.name).toBe("LosantAnswerError");
  expect(error.message).toContain(place);
});
