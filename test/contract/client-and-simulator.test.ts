/** The client of this package against the simulator, which refuses what the API does not document. */
import { describe, expect, test } from "@jest/globals";
import { fleet, startSimulator } from "pulumi-losant/simulator";
import type { FleetOptions, SeedToken, Simulator, SimulatorOptions } from "pulumi-losant/simulator";
import {
  createLosantClient,
  isForbidden,
  isLosantNotFound,
  isNotFound,
  isUnauthorized,
} from "../../provider/losant/index.js";
import type { LosantClient, LosantId } from "../../provider/losant/index.js";
import { operations } from "../../provider/losant/operations.js";
import { describeWithSchemas, expectValid, official } from "../support/official-schemas.js";

interface Site extends AsyncDisposable {
  readonly simulator: Simulator;
  readonly client: LosantClient;
  readonly app: LosantId;
  readonly flow: LosantId;
  readonly devices: readonly LosantId[];
  clientWith(token: string): LosantClient;
}

const everything = "application-token-of-the-contract-test";
const person = { sourceType: "apiToken", sourceId: "5b0044f0a3a3b90006c0a5e1" } as const;

async function site(options: FleetOptions = {}, more: SimulatorOptions = {}, tokens: SeedToken[] = []): Promise<Site> {
  const seed = fleet(options);
  const [application] = seed.applications;
  const [flow] = application?.flows ?? [];
  if (application === undefined || flow === undefined) throw new Error("the seed is empty");
  const all = [{ token: everything, ...person }, ...tokens];
  const simulator = await startSimulator({ reportDelayMs: 0, ...more, seed: { ...seed, tokens: all } });
  const clientWith = (apiToken: string) =>
    createLosantClient({ apiUrl: simulator.url, apiToken, retryDelayMs: 1, maxAttempts: 8 });
  return {
    simulator,
    client: clientWith(everything),
    app: application.id,
    flow: flow.id,
    devices: application.devices.map(({ id }) => id),
    clientWith,
    [Symbol.asyncDispose]: () => simulator.close(),
  };
}

/** Every call that the client can make, in a form that succeeds. */
function everyCall(
  client: LosantClient,
  { app, flow, devices, simulator }: Site,
): Record<string, () => Promise<unknown>> {
  const deviceId = devices[0] ?? "";
  const deployment = simulator.rows(app, flow)[0]?.id ?? "";
  return {
    listDeployments: () => client.listAllDeployments(app, { flowId: flow, deviceId, version: "v1", filterEmpty: true }),
    getDeployment: () => client.getDeployment(app, deployment),
    release: () => client.release(app, { flowId: flow, version: "v2", deviceIds: [deviceId] }),
    replace: () => client.replace(app, { flowId: flow, oldVersion: "v2", newVersion: "v3" }),
    remove: () => client.remove(app, { flowId: flow, every: "device" }),
    listDevices: () => client.listDevices(app, { $and: [{ deviceClass: "edgeCompute" }, { tags: { number: "0" } }] }),
    listFlows: () => client.listEdgeFlows(app, "flow-*"),
    getFlow: () => client.getFlow(app, flow),
    listFlowVersions: () => client.listFlowVersions(app, flow),
    getFlowVersion: () => client.getFlowVersion(app, flow, "v1"),
    listApplicationTokens: () => client.listApplicationTokens(app),
    listOrganizations: () => client.listMembers(),
    countVersionRuns: () =>
      client.countVersionRuns(app, flow, "v1", { since: Date.now() - 60_000, deviceId, resolutionMs: 1_000 }),
    listVersionErrors: () => client.listVersionErrors(app, flow, "v1", Date.now()),
  };
}

const outcome = (promise?: Promise<unknown>) => promise?.catch((error: unknown) => error);

describe("a fleet's life through the client", () => {
  test.each([{ writeStatus: 201 }, { writeStatus: 202 }, { legacy: true }] as const)("with %j", async (more) => {
    await using plant = await site({ devices: 3 }, more);
    const { client, app, flow, devices, simulator } = plant;
    const [first = "", second = "", third = ""] = devices;
    const desired = async () => {
      simulator.settle();
      const rows = await client.listAllDeployments(app, { flowId: flow });
      return devices.map((id) => rows.find(({ deviceId }) => deviceId === id)?.desiredVersion ?? null);
    };
    expect(await desired()).toEqual([null, null, null]);
    await client.release(app, { flowId: flow, version: "v1", deviceIds: [first, second] });
    expect(await desired()).toEqual(["v1", "v1", null]);
    await client.replace(app, { flowId: flow, oldVersion: "v1", newVersion: "v2" });
    await client.release(app, { flowId: flow, version: "v3", deviceIds: [third] });
    expect(await desired()).toEqual(["v2", "v2", "v3"]);
    await client.remove(app, { flowId: flow, deviceId: first });
    expect(await desired()).toEqual([null, "v2", "v3"]);
    await client.remove(app, { deviceId: second, every: "flow" });
    expect(await desired()).toEqual([null, null, "v3"]);
    await client.remove(app, { flowId: flow, every: "device" });
    expect(await desired()).toEqual([null, null, null]);
  });

  test("a row says what the device runs, who moved it, and whether it is connected", async () => {
    await using plant = await site({ devices: 1, running: () => "v1" });
    const { client, app, flow, devices, simulator } = plant;
    const [deviceId = ""] = devices;
    simulator.change({
      applicationId: app,
      flowId: flow,
      deviceId,
      version: "v2",
      by: { ...person, sourceType: "user" },
    });
    simulator.settle();
    const [row] = await client.listAllDeployments(app, { flowId: flow, deviceId });
    expect(row).toMatchObject({ deviceId, flowId: flow, desiredVersion: "v2", currentVersion: "v2", connected: true });
    expect(row?.logs).toContainEqual(
      expect.objectContaining({ changeType: "desired", newValue: "v2", sourceType: "user", sourceId: person.sourceId }),
    );
    expect(await client.getDeployment(app, row?.id ?? "")).toEqual(row);
  });

  test("pages smaller than asked for lose no device", async () => {
    await using plant = await site({ devices: 57, running: () => "v1" }, { maxPerPage: 10 });
    const { client, app, flow, devices } = plant;
    const rows = await client.listAllDeployments(app, { flowId: flow });
    expect(rows.map(({ deviceId }) => deviceId).toSorted()).toEqual([...devices].toSorted());
    const found = await client.listDevices(app, { deviceClass: "edgeCompute" });
    expect(found.map(({ id }) => id).toSorted()).toEqual([...devices].toSorted());
  });

  test("only edge workflows are listed", async () => {
    await using plant = await site({ flows: 3, flow: (number) => (number === 1 ? { flowClass: "cloud" } : {}) });
    const flows = await plant.client.listEdgeFlows(plant.app);
    expect(flows.map(({ name, flowClass }) => [name, flowClass])).toEqual([
      ["flow-0", "edge"],
      ["flow-2", "edge"],
    ]);
  });
});

describe("every call", () => {
  test.each(Object.keys(operations))("%s is answered, and sends nothing that the API does not know", async (name) => {
    await using plant = await site({ running: () => "v1" });
    await everyCall(plant.client, plant)[name]?.();
    const statuses = plant.simulator.calls.map(({ status }) => status);
    expect(statuses).toEqual([name === "release" || name === "replace" || name === "remove" ? 202 : 200]);
  });

  test.each(Object.entries(operations))("%s needs only the scope that its error names", async (name, { scope }) => {
    const narrow = { token: "a-token-of-one-scope", ...person, scopes: [scope] };
    const useless = { token: "a-token-of-another-scope", ...person, scopes: ["application.get"] };
    await using plant = await site({ running: () => "v1" }, {}, [narrow, useless]);
    await everyCall(plant.clientWith(narrow.token), plant)[name]?.();
    const error = await outcome(everyCall(plant.clientWith(useless.token), plant)[name]?.());
    expect(isForbidden(error)).toBe(true);
    expect(String(error)).toContain(`\`${scope}\``);
  });
});

describe("a fault of the simulator", () => {
  test.each(Object.keys(operations) as (keyof typeof operations)[])("finds %s by the client's name", async (name) => {
    await using plant = await site({ running: () => "v1" });
    plant.simulator.fault({ operation: name, status: 403, times: Infinity });
    for (const [other, call] of Object.entries(everyCall(plant.client, plant))) {
      const error = await outcome(call());
      expect([other, isForbidden(error)]).toEqual([other, other === name]);
    }
  });
});

describe("what does not exist is not found:", () => {
  const nowhere = "0".repeat(24);

  test("application, workflow, version, token", async () => {
    await using plant = await site();
    const { client, app, flow, devices } = plant;
    const [deviceId = ""] = devices;
    for (const error of [
      await outcome(client.listAllDeployments(nowhere, {})),
      await outcome(client.getFlow(app, nowhere)),
      await outcome(client.getFlowVersion(app, flow, "v99")),
      await outcome(client.release(app, { flowId: flow, version: "v99", deviceIds: [deviceId] })),
    ]) {
      expect(isNotFound(error)).toBe(true);
      expect(isLosantNotFound(error)).toBe(true);
    }
    expect(isUnauthorized(await outcome(plant.clientWith("someone-else").listAllDeployments(app, {})))).toBe(true);
  });
});

describe("an answer that is not what it seems:", () => {
  test("a token of another application may get the same 404 as for none", async () => {
    const foreign = { token: "a-token-of-another-application", ...person, applicationId: "b".repeat(24) };
    await using plant = await site({}, { foreignToken: 404 }, [foreign]);
    const error = await outcome(plant.clientWith(foreign.token).listAllDeployments(plant.app, {}));
    expect(isLosantNotFound(error)).toBe(true);
  });

  test("a proxy's page is a 404, but not Losant's", async () => {
    await using plant = await site();
    plant.simulator.fault({ status: 404, body: "<html>Not Found</html>" });
    const error = await outcome(plant.client.listAllDeployments(plant.app, {}));
    expect([isNotFound(error), isLosantNotFound(error)]).toEqual([true, false]);
  });

  test.each(["desiredVersion", "currentVersion"])("rows without %s are unreadable", async (field) => {
    await using plant = await site({ running: () => "v1" });
    // A read with an unreadable answer is repeated twice.
    plant.simulator.fault({ without: [field], times: 3 });
    const error = await outcome(plant.client.listAllDeployments(plant.app, { flowId: plant.flow }));
    expect(error).toMatchObject({ name: "LosantAnswerError", message: expect.stringContaining(`items[0].${field}: `) });
  });

  test("a whole application is listed in one call, unless it is too large for that", async () => {
    await using plant = await site({ devices: 4, flows: 2, running: () => "v1" });
    const { client, app, devices, simulator } = plant;
    const flows = (await client.listEdgeFlows(app)).map(({ id }) => id);
    await client.release(app, { flowId: flows[1] ?? "", version: "v2", deviceIds: [devices[0] ?? ""] });
    simulator.clearCalls();
    const rows = await client.listDeploymentsUpTo(app, {}, 5);
    expect(flows.map((flow) => rows?.filter(({ flowId }) => flowId === flow).length)).toEqual([4, 1]);
    expect(await client.listDeploymentsUpTo(app, {}, 4)).toBeUndefined();
    expect(simulator.calls).toHaveLength(2);
  });
});

describeWithSchemas("the requests of all of these calls, by the official schemas (LOSANT_SCHEMAS_DIR)", () => {
  test("every body and every device query is valid", async () => {
    await using plant = await site({ running: () => "v1" });
    for (const call of Object.values(everyCall(plant.client, plant))) await call();
    const { calls } = plant.simulator;
    for (const verb of ["Release", "Replace", "Remove"]) {
      const [call, ...others] = calls.filter(({ path }) => path.endsWith(`/${verb.toLowerCase()}`));
      expect(others).toEqual([]);
      expectValid(official(`edgeDeployment${verb}.json`), call?.body);
    }
    const query = calls.find(({ path }) => path.endsWith("/devices"))?.query["query"] ?? "";
    expectValid(official("advancedDeviceQuery.json"), JSON.parse(query));
  });
});
