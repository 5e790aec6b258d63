import { describe, expect, test } from "@jest/globals";
import { LosantUsageError } from "../../../provider/losant/index.js";
import type { LosantClient, ReleaseRequest } from "../../../provider/losant/index.js";
import { startHttpServer } from "../../support/http-server.js";
import { app, clientFor, dev, flow, ok, rejection, sent, taken } from "./support.js";

describe("writes", () => {
  const base = `/applications/${app}/edge/deployments`;

  test.each<[string, (client: LosantClient) => Promise<void>, string, unknown]>([
    [
      "release",
      (client) => client.release(app, { flowId: flow, version: "v1", deviceIds: [dev(1), dev(2)] }),
      "release",
      { flowId: flow, version: "v1", deviceIds: [dev(1), dev(2)] },
    ],
    [
      "release of nothing",
      (client) => client.release(app, { flowId: flow, version: null, deviceIds: [dev(1)] }),
      "release",
      { flowId: flow, version: null, deviceIds: [dev(1)] },
    ],
    [
      "replace",
      (client) => client.replace(app, { flowId: flow, oldVersion: "v1", newVersion: null }),
      "replace",
      { flowId: flow, oldVersion: "v1", newVersion: null },
    ],
    [
      "remove from one device",
      (client) => client.remove(app, { flowId: flow, deviceId: dev(1) }),
      "remove",
      { flowId: flow, deviceId: dev(1) },
    ],
    [
      "remove from every device",
      (client) => client.remove(app, { flowId: flow, every: "device" }),
      "remove",
      { flowId: flow, deviceId: null },
    ],
    [
      "remove every flow of a device",
      (client) => client.remove(app, { deviceId: dev(1), every: "flow" }),
      "remove",
      { flowId: null, deviceId: dev(1) },
    ],
  ])("%s", async (_, act, path, body) => {
    const request = await sent({ success: true }, act);
    expect([request.method, request.path, request.body]).toEqual(["POST", `${base}/${path}`, body]);
  });

  test.each([
    ["200", ok({ success: true }, 200)],
    ["201", ok({ success: true }, 201)],
    ["202", taken],
    ["204 without a body", { status: 204 }],
    ["a body with more in it", ok({ success: true, _type: "success" }, 201)],
  ])("%s is a success", async (_, reply) => {
    await using server = await startHttpServer([reply]);
    await clientFor(server).client.remove(app, { flowId: flow, every: "device" });
    expect(server.requests).toHaveLength(1);
  });

  test.each<[string, (client: LosantClient) => Promise<unknown>]>([
    ["a release without devices", (c) => c.release(app, releaseOf({ deviceIds: [] }))],
    ["a release without a list of devices", (c) => c.release(app, releaseOf({ deviceIds: undefined }))],
    [
      "more than 1000 devices",
      (c) => c.release(app, releaseOf({ deviceIds: Array.from({ length: 1001 }, (_, n) => dev(n)) })),
    ],
    ["a device that is no id", (c) => c.release(app, releaseOf({ deviceIds: ["gateway-7"] }))],
    ["a blank version", (c) => c.release(app, releaseOf({ version: "" }))],
    ["no version", (c) => c.release(app, releaseOf({ version: undefined }))],
    // @ts-expect-error the type refuses it
    ["a removal of everything", (c) => c.remove(app, {})],
    // @ts-expect-error the type refuses it
    ["a removal of null and null", (c) => c.remove(app, { flowId: null, deviceId: null })],
    // @ts-expect-error the type refuses it
    ["a removal with a forgotten device", (c) => c.remove(app, { flowId: flow })],
    // @ts-expect-error the type refuses it
    ["every device of no flow", (c) => c.remove(app, { every: "device" })],
    // @ts-expect-error the type refuses it
    ["every flow of no device", (c) => c.remove(app, { every: "flow" })],
    // @ts-expect-error the type refuses it
    ["an unknown every", (c) => c.remove(app, { flowId: flow, every: "thing" })],
    ["a replacement of nothing", (c) => c.replace(app, { flowId: flow, oldVersion: "", newVersion: "v1" })],
    ["an application that is no id", (c) => c.release("../x", releaseOf({}))],
  ])("%s is refused, nothing is sent", async (_, act) => {
    await using server = await startHttpServer([taken]);
    const error = await rejection(act(clientFor(server).client));
    expect(error).toBeInstanceOf(LosantUsageError);
    expect(error.message).toContain("nothing was sent");
    expect(server.requests).toHaveLength(0);
  });

  test("1000 devices are one release", async () => {
    const deviceIds = Array.from({ length: 1000 }, (_, n) => dev(n));
    const request = await sent({ success: true }, (client) => client.release(app, releaseOf({ deviceIds })));
    expect(request.body).toEqual({ flowId: flow, version: "v1", deviceIds });
  });
});

function releaseOf(change: Record<string, unknown>): ReleaseRequest {
  return { flowId: flow, version: "v1", deviceIds: [dev(1)], ...change } as unknown as ReleaseRequest;
}
