import { describe, expect, test } from "@jest/globals";
import { readFileSync } from "node:fs";
import { LosantUsageError } from "../../../provider/losant/index.js";
import { startHttpServer } from "../../support/http-server.js";
import { app, clientFor, dev, empty, flow, ok, rejection, sent, token } from "./support.js";

const noRows = { items: [], totalCount: 0 };
const hypermedia = { _actions: "false", _links: "false", _embedded: "true" };
const byId = { sortField: "id", sortDirection: "asc", page: "0", perPage: "1000" };

describe("headers", () => {
  test("token, JSON and who we are; the token is nowhere in the URL", async () => {
    await using server = await startHttpServer([empty]);
    const { client, calls } = clientFor(server, { apiToken: ` ${token}\n` });
    await client.listAllDeployments(app, {});
    const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
    expect(server.requests[0]?.headers).toMatchObject({
      authorization: `Bearer ${token}`,
      accept: "application/json",
      "user-agent": `pulumi-losant/${version}`,
    });
    expect(JSON.stringify(calls)).not.toContain(token);
  });

  test("an API below a path keeps its path", async () => {
    await using server = await startHttpServer([empty]);
    const { client } = clientFor({ url: `${server.url}/losant/v1` });
    await client.listDeployments(app, {});
    expect(server.requests[0]?.path).toBe(`/losant/v1/applications/${app}/edge/deployments`);
  });

  test("one connection serves call after call", async () => {
    await using server = await startHttpServer([empty]);
    const { client } = clientFor(server);
    for (let n = 0; n < 3; n += 1) await client.listDeployments(app, {});
    expect(new Set(server.requests.map(({ clientPort }) => clientPort)).size).toBe(1);
  });
});

describe("reads", () => {
  test("all eight parameters of a listing", async () => {
    const query = {
      sortField: "deviceId",
      sortDirection: "desc",
      page: 3,
      perPage: 7,
      deviceId: dev(1),
      flowId: flow,
      version: "v1 & more",
      filterEmpty: true,
    } as const;
    const request = await sent(noRows, (client) => client.listDeployments(app, query));
    expect([request.method, request.path]).toEqual(["GET", `/applications/${app}/edge/deployments`]);
    expect(Object.fromEntries(request.query)).toEqual({
      ...hypermedia,
      ...query,
      page: "3",
      perPage: "7",
      filterEmpty: "true",
    });
  });

  test("what is not asked for is not sent", async () => {
    const request = await sent(noRows, (client) => client.listDeployments(app, { flowId: undefined }));
    expect(Object.fromEntries(request.query)).toEqual(hypermedia);
  });

  test("every deployment of a flow, sorted by id", async () => {
    const request = await sent(noRows, (client) => client.listAllDeployments(app, { flowId: flow }));
    expect(Object.fromEntries(request.query)).toEqual({ ...hypermedia, ...byId, flowId: flow });
  });

  test("devices: the query as JSON", async () => {
    const query = { $and: [{ deviceClass: "edgeCompute" }, { tags: { site: "Zürich & co" } }] };
    const request = await sent(noRows, (client) => client.listDevices(app, query));
    expect(request.path).toBe(`/applications/${app}/devices`);
    expect(Object.fromEntries(request.query)).toEqual({ ...hypermedia, ...byId, query: JSON.stringify(query) });
  });

  test("workflows: of the class edge, by a glob on the name", async () => {
    const request = await sent(noRows, (client) => client.listEdgeFlows(app, "tele*"));
    expect(request.path).toBe(`/applications/${app}/flows`);
    expect(Object.fromEntries(request.query)).toEqual({
      ...hypermedia,
      ...byId,
      flowClass: "edge",
      filterField: "name",
      filter: "tele*",
    });
    const all = await sent(noRows, (client) => client.listEdgeFlows(app));
    expect(Object.fromEntries(all.query)).toEqual({ ...hypermedia, ...byId, flowClass: "edge" });
  });

  test("one workflow, its versions, one deployment", async () => {
    const path = `/applications/${app}/flows/${flow}`;
    const one = await sent({ id: flow, name: "a" }, (client) => client.getFlow(app, flow));
    expect(one.path).toBe(path);
    const versions = await sent(noRows, (client) => client.listFlowVersions(app, flow));
    expect(versions.path).toBe(`${path}/versions`);
    const row = { id: dev(9), deviceId: dev(1), flowId: flow, currentVersion: null, desiredVersion: null };
    const deployment = await sent(row, (client) => client.getDeployment(app, dev(9)));
    expect(deployment.path).toBe(`/applications/${app}/edge/deployments/${dev(9)}`);
  });
});

describe("one version by its name", () => {
  test.each(["v1.2.3", "a/b?c#d", "%2e%2e", "späte Version", "..."])(
    "%s is one segment of the path",
    async (version) => {
      await using server = await startHttpServer(() => ok({ id: dev(5), version }));
      const found = await clientFor(server).client.getFlowVersion(app, flow, version);
      expect(found.version).toBe(version);
      expect(server.requests[0]?.path).toBe(
        `/applications/${app}/flows/${flow}/versions/${encodeURIComponent(version)}`,
      );
    },
  );

  test.each([".", "..", "", "x".repeat(256)])("%j is refused, nothing is sent", async (version) => {
    await using server = await startHttpServer([empty]);
    const error = await rejection(clientFor(server).client.getFlowVersion(app, flow, version));
    expect(error).toBeInstanceOf(LosantUsageError);
    expect(server.requests).toHaveLength(0);
  });

  test("a name that is the id of another version is looked up among the names", async () => {
    const name = dev(0xabc);
    const other = { id: name, version: "v1" };
    const named = { id: dev(6), version: name };
    await using server = await startHttpServer(({ path }) =>
      ok(path.endsWith("/versions") ? { items: [other, named], totalCount: 2 } : other),
    );
    expect(await clientFor(server).client.getFlowVersion(app, flow, name)).toMatchObject({ id: dev(6), version: name });
  });

  test("and is not found where no version has that name", async () => {
    const other = { id: dev(5), version: "v1" };
    await using server = await startHttpServer(({ path }) =>
      ok(path.endsWith("/versions") ? { items: [other], totalCount: 1 } : other),
    );
    const error = await rejection(clientFor(server).client.getFlowVersion(app, flow, dev(5)));
    expect(error.name).toBe("LosantNotFoundError");
  });

  test("develop is the workflow itself", async () => {
    const request = await sent({ id: flow, name: "a" }, async (client) =>
      expect(await client.getFlowVersion(app, flow, "develop")).toMatchObject({ flowId: flow, version: "develop" }),
    );
    expect(request.path).toBe(`/applications/${app}/flows/${flow}`);
  });
});
