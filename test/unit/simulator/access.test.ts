// Access: no token, a wrong one, one for another application, one with few scopes.
import { describe, expect, test } from "@jest/globals";
import type { Seed, SeedToken } from "pulumi-losant/simulator";
import { bench } from "./support.js";
import type { BenchOptions } from "./support.js";

const OTHER = "b".repeat(24);
const by = { sourceType: "apiToken", sourceId: "c".repeat(24) } as const;

/** A second application, and tokens named by their scopes. */
function withTokens(options: BenchOptions, ...tokens: Omit<SeedToken, "sourceType" | "sourceId">[]) {
  return bench({
    ...options,
    running: () => "v1",
    seed: (seed: Seed) => ({
      applications: [...seed.applications, { id: OTHER, name: "other", flows: [], devices: [] }],
      tokens: [...seed.tokens, ...tokens.map((token) => ({ ...by, ...token }))],
    }),
  });
}
const scoped = (...scopes: string[]) => withTokens({}, { token: "scoped", scopes });

test.each([null, "", "wrong", "fleet-token"])(
  "the token %j is refused, and the answer does not show it",
  async (token) => {
    await using losant = await bench();
    const { status, body } = await losant.get("/edge/deployments", token);
    expect([status, body]).toEqual([401, { type: "Unauthorized", message: "Authentication failed" }]);
  },
);

test("a token is needed for writes, too", async () => {
  await using losant = await bench();
  expect((await losant.post("/edge/deployments/remove", {}, "wrong")).status).toBe(401);
});

test("an application that does not exist is not found", async () => {
  await using losant = await bench();
  expect(await losant.get(`//applications/${"0".repeat(24)}/edge/deployments`)).toEqual({
    status: 404,
    body: { type: "NotFound", message: "Application was not found" },
  });
});

test("an application token works for its application only, a user's token for every application", async () => {
  await using losant = await withTokens({}, { token: "other", applicationId: OTHER });
  expect((await losant.get("/edge/deployments", "other")).status).toBe(403);
  expect((await losant.get(`//applications/${OTHER}/edge/deployments`, "other")).status).toBe(200);
  expect((await losant.get(`//applications/${OTHER}/edge/deployments`)).status).toBe(200);
});

test.each([
  ["an application token of another one", "other"],
  ["an application token for something that it has no scope for either", "narrow"],
])("where foreign tokens get a 404, the application is not found for %s", async (_, token) => {
  await using losant = await withTokens(
    { foreignToken: 404 },
    { token: "other", applicationId: OTHER },
    { token: "narrow", applicationId: OTHER, scopes: ["device.get"] },
  );
  const notFound = { status: 404, body: { type: "NotFound", message: "Application was not found" } };
  expect(await losant.get("/edge/deployments", token)).toEqual(notFound);
  const body = { flowId: losant.flow(), deviceId: null };
  expect(await losant.post("/edge/deployments/remove", body, token)).toEqual(notFound);
  expect((await losant.get("/edge/deployments")).status).toBe(200);
});

describe("scopes", () => {
  const READS = ["", "/edge/deployments", "/devices", "/flows"];

  test("a call without the right scope is forbidden, and the error names the scope", async () => {
    await using losant = await scoped("edgeDeployments.get");
    const body = { flowId: losant.flow(), version: "v1", deviceIds: [] };
    expect(await losant.post("/edge/deployments/release", body, "scoped")).toEqual({
      status: 403,
      body: { type: "Forbidden", message: "Token does not have the scope edgeDeployments.release" },
    });
    expect((await losant.get("/edge/deployments", "scoped")).status).toBe(200);
    expect((await losant.get("/devices", "scoped")).status).toBe(403);
  });

  test.each([["all.Application"], ["all.Organization"], ["all.User"], ["all.Application.bounded"]])(
    "%s is everything",
    async (scope) => {
      await using losant = await scoped(scope);
      for (const path of READS) expect((await losant.get(path, "scoped")).status).toBe(200);
      const body = { flowId: losant.flow(), deviceId: null };
      expect((await losant.post("/edge/deployments/remove", body, "scoped")).status).toBe(202);
    },
  );

  test("all.Application.read reads everything and writes nothing", async () => {
    await using losant = await scoped("all.Application.read");
    for (const path of READS) expect((await losant.get(path, "scoped")).status).toBe(200);
    expect((await losant.post("/edge/deployments/remove", {}, "scoped")).status).toBe(403);
  });

  test("a star stands for every call of its kind", async () => {
    await using losant = await scoped("edgeDeployments.*", "flowVersions.*");
    expect((await losant.get("/edge/deployments", "scoped")).status).toBe(200);
    expect((await losant.get(`/flows/${losant.flow()}/versions`, "scoped")).status).toBe(200);
    expect((await losant.get(`/flows/${losant.flow()}/versions/v1`, "scoped")).status).toBe(403);
  });

  test("no set of single scopes allows reading one deployment", async () => {
    await using losant = await scoped("edgeDeployment.get", "edgeDeployment.*", "edgeDeployments.*");
    const path = `/edge/deployments/${losant.row(0).id}`;
    expect((await losant.get(path, "scoped")).status).toBe(403);
    expect((await losant.get(path)).status).toBe(200);
  });
});

test.each(["//", "//applications", "/edge", "/devices/1/2/3", "/edge/deployments/"])(
  "a path that does not exist is not allowed: %s",
  async (path) => {
    await using losant = await bench();
    expect(await losant.get(path)).toEqual({
      status: 405,
      body: { type: "MethodNotAllowed", message: "GET is not allowed" },
    });
  },
);

test("another method on an existing path is not allowed", async () => {
  await using losant = await bench();
  expect(await losant.post("/devices", {})).toMatchObject({ status: 405, body: { message: "POST is not allowed" } });
});
