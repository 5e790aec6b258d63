// Losant's own JavaScript client, as it comes from npm, finds nothing odd about the simulator.
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { readFileSync } from "node:fs";
import ajvDraft04 from "ajv-draft-04";
import losantRest from "losant-rest";
import { fleet, startSimulator } from "pulumi-losant/simulator";
import type { Simulator } from "pulumi-losant/simulator";

const seed = fleet({ devices: 5, flows: 2, device: (number) => ({ tags: { half: number < 2 ? "a" : "b" } }) });
const applicationId = seed.applications[0]?.id ?? "";
const [flowId = "", otherFlowId = ""] = seed.applications[0]?.flows.map(({ id }) => id) ?? [];
const devices = seed.applications[0]?.devices.map(({ id }) => id) ?? [];

let simulator: Simulator;
let client: ReturnType<typeof losantRest.createClient>;
beforeEach(async () => {
  simulator = await startSimulator({ seed, reportDelayMs: 0 });
  client = losantRest.createClient({ accessToken: seed.tokens[0]?.token ?? "", url: simulator.url });
});
afterEach(() => simulator.close());

/** Losant's own schemas, of the version that the official client has. */
const publishedWithClient = (name: string): object =>
  JSON.parse(readFileSync(`node_modules/losant-rest/lib/schemas/${name}.json`, "utf8")) as object;
const release = (version: string | null, deviceIds: readonly (string | undefined)[], flow = flowId) =>
  client.edgeDeployments.release({ applicationId, deployment: { flowId: flow, version, deviceIds } });
const desired = (flow = flowId) =>
  Object.fromEntries(
    simulator.rows(applicationId, flow).map((row) => [devices.indexOf(row.deviceId), row.desiredVersion]),
  );

describe("the official client", () => {
  test("releases, lists, replaces, and removes in each of its three ways", async () => {
    expect(await release("v1", devices.slice(0, 4))).toMatchObject({ success: true });
    await release("v1", devices.slice(0, 2), otherFlowId);
    const listed = await client.edgeDeployments.get({ applicationId, flowId, version: "v1", sortField: "id" });
    expect(listed).toMatchObject({ count: 4, totalCount: 4, flowId, version: "v1", sortField: "id" });

    const deployment = { flowId, oldVersion: "v1", newVersion: "v2" };
    expect(await client.edgeDeployments.replace({ applicationId, deployment })).toMatchObject({ success: true });
    expect(desired()).toEqual({ 0: "v2", 1: "v2", 2: "v2", 3: "v2" });

    const remove = (flow: string | null, device: string | null | undefined) =>
      client.edgeDeployments.remove({ applicationId, deployment: { flowId: flow, deviceId: device } });
    await remove(flowId, devices[3]);
    expect(desired()).toEqual({ 0: "v2", 1: "v2", 2: "v2", 3: null });
    await remove(null, devices[0]);
    expect([desired(), desired(otherFlowId)]).toEqual([
      { 0: null, 1: "v2", 2: "v2", 3: null },
      { 0: null, 1: "v1" },
    ]);
    await remove(flowId, null);
    expect([desired(), desired(otherFlowId)]).toEqual([
      { 0: null, 1: null, 2: null, 3: null },
      { 0: null, 1: "v1" },
    ]);
    const left = await client.edgeDeployments.get({ applicationId, filterEmpty: true });
    expect(left.items).toMatchObject([{ flowId: otherFlowId, deviceId: devices[1], currentVersion: "v1" }]);
  });

  test("releases by tags", async () => {
    const deviceTags = [{ key: "half", value: "a" }];
    await client.edgeDeployments.release({ applicationId, deployment: { flowId, version: "v3", deviceTags } });
    expect(desired()).toEqual({ 0: "v3", 1: "v3" });
  });

  test("turns pages", async () => {
    await release("v1", devices);
    const pages = await Promise.all(
      [0, 1, 2].map((page) => client.edgeDeployments.get({ applicationId, sortField: "id", page, perPage: 2 })),
    );
    expect(pages.map(({ items }) => items.length)).toEqual([2, 2, 1]);
    expect(new Set(pages.flatMap(({ items }) => items.map((item) => item["id"]))).size).toBe(5);
  });

  test("finds devices by class, tags and query, in the client's own way of writing a query string", async () => {
    const names = async (filter: object) => (await client.devices.get({ applicationId, ...filter })).items.length;
    expect(await names({})).toBe(5);
    expect(await names({ deviceClass: "edgeCompute" })).toBe(5);
    expect(await names({ deviceClass: ["gateway", "standalone"] })).toBe(0);
    expect(await names({ tagFilter: [{ key: "half", value: "b" }] })).toBe(3);
    expect(await names({ tagFilter: [{ value: "a" }, { key: "half", value: "b" }] })).toBe(5);
    expect(await names({ query: { $and: [{ deviceClass: "edgeCompute" }, { tags: { half: "a" } }] } })).toBe(2);
    expect(await names({ filterField: "name", filter: "device-*", excludeConnectionInfo: true })).toBe(5);
    const device = await client.device.get({ applicationId, deviceId: devices[1], excludeConnectionInfo: true });
    expect(device).toMatchObject({ name: "device-1", deviceClass: "edgeCompute" });
  });

  test("finds the application, its workflows and their versions", async () => {
    expect(await client.application.get({ applicationId })).toMatchObject({ name: "application" });
    expect((await client.flows.get({ applicationId, flowClass: "edge" })).items).toHaveLength(2);
    expect((await client.flows.get({ applicationId })).items).toEqual([]);
    expect(await client.flow.get({ applicationId, flowId })).toMatchObject({ name: "flow-0", flowClass: "edge" });
    const versions = await client.flowVersions.get({ applicationId, flowId, filterField: "version", filter: "v*" });
    expect(versions.items.map((item) => item["version"])).toEqual(["v1", "v2", "v3", "v4", "v5"]);
    const version = await client.flowVersion.get({ applicationId, flowId, flowVersionId: "v2" });
    expect(version).toMatchObject({ version: "v2", flowId });
  });

  test("lists tokens and organizations as Losant's schemas have them", async () => {
    const people = {
      ...seed,
      members: [{ userId: "b".repeat(24), firstName: "Ann", lastName: "Example", email: "ann@example.com" }],
      tokens: seed.tokens.map((one) => ({
        ...one,
        name: "deploy",
        createdBy: { userId: "b".repeat(24), name: "Ann Example" },
      })),
    };
    const other = await startSimulator({ seed: people });
    const there = losantRest.createClient({ accessToken: seed.tokens[0]?.token ?? "", url: other.url });
    const tokens = await there.applicationApiTokens.get({ applicationId, filterField: "name", filter: "dep*" });
    const organizations = await there.orgs.get({ sortField: "name" });
    await other.close();
    expect(tokens.items).toMatchObject([{ name: "deploy", creatorType: "user", creatorName: "Ann Example" }]);
    expect(organizations.items).toMatchObject([{ members: [{ firstName: "Ann", userId: "b".repeat(24) }] }]);
    for (const [schema, answer] of Object.entries({ apiTokens: tokens, orgs: organizations })) {
      const validate = new ajvDraft04.default({ strict: false, validateFormats: false }).compile(
        publishedWithClient(schema),
      );
      expect({ schema, errors: validate(answer) ? [] : validate.errors }).toEqual({ schema, errors: [] });
    }
  });

  test("finds a version whatever its name", async () => {
    const odd = fleet({ versions: ["release/1.2 100% ü"] });
    const other = await startSimulator({ seed: odd });
    const there = losantRest.createClient({ accessToken: odd.tokens[0]?.token ?? "", url: other.url });
    const flowVersionId = "release/1.2 100% ü";
    const found = await there.flowVersion.get({ applicationId, flowId, flowVersionId });
    await other.close();
    expect(found["version"]).toBe(flowVersionId);
  });

  test.each<[string, () => Promise<unknown>, object]>([
    [
      "an unknown version",
      () => release("v9", devices),
      { statusCode: 404, type: "NotFound", message: "Flow version not found." },
    ],
    [
      "an unknown application",
      () => client.edgeDeployments.get({ applicationId: "0".repeat(24) }),
      { statusCode: 404, type: "NotFound", message: "Application was not found" },
    ],
    ["a malformed request", () => release("", devices), { statusCode: 400, type: "Validation" }],
    [
      "a wrong token",
      () => losantRest.createClient({ accessToken: "wrong", url: simulator.url }).devices.get({ applicationId }),
      { statusCode: 401, type: "Unauthorized" },
    ],
  ])("makes an error of %s", async (_, act, error) => {
    await expect(act()).rejects.toMatchObject(error);
  });
});
