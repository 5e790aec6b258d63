/** What our client sends, held to Losant's own JSON schemas. */
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { createLosantClient } from "../../provider/losant/index.js";
import type { DeviceQuery, LosantClient, ReleaseRequest, RemoveRequest } from "../../provider/losant/index.js";
import { releaseBody, removeBody, replaceBody } from "../../provider/losant/requests.js";
import { startHttpServer } from "../support/http-server.js";
import type { RecordedRequest } from "../support/http-server.js";
import { describeWithSchemas, expectValid, official } from "../support/official-schemas.js";

const id = fc.string({ unit: fc.constantFrom(..."0123456789abcdefABCDEF".split("")), minLength: 24, maxLength: 24 });
const version = fc.oneof(
  fc.string({ unit: "binary", minLength: 1, maxLength: 300 }),
  fc.constantFrom("v1.2.4", "develop"),
);
const versionOrNull = fc.option(version);
/** Mostly right, now and then wrong, so that both sides have something to refuse. */
const oddly = <T>(right: fc.Arbitrary<T>) =>
  fc.oneof(
    { weight: 20, arbitrary: right },
    { weight: 1, arbitrary: fc.constantFrom<unknown>("", "x", null, 7, [], undefined) },
  );
const bodies = {
  release: fc.record({
    flowId: oddly(id),
    version: oddly(versionOrNull),
    deviceIds: oddly(fc.array(id, { maxLength: 30 })),
  }),
  replace: fc.record({ flowId: oddly(id), oldVersion: oddly(version), newVersion: oddly(versionOrNull) }),
  remove: fc.record({ flowId: oddly(fc.option(id)), deviceId: oddly(fc.option(id)) }),
};

describeWithSchemas("our request schemas are within the official ones (LOSANT_SCHEMAS_DIR)", () => {
  test.each([
    ["release", releaseBody, bodies.release, "edgeDeploymentRelease.json"],
    ["release since API 1.30.1", releaseBody, bodies.release, "edgeDeploymentRelease.4.2.1.json"],
    ["replace", replaceBody, bodies.replace, "edgeDeploymentReplace.json"],
    ["remove", removeBody, bodies.remove, "edgeDeploymentRemove.json"],
  ])("%s: what ours accepts, Losant accepts", (_, ours, body, file) => {
    const theirs = official(file);
    const seen = { accepted: 0, refused: 0 };
    fc.assert(
      fc.property(body, (body) => {
        const accepted = ours.safeParse(body).success;
        seen[accepted ? "accepted" : "refused"] += 1;
        if (accepted) expectValid(theirs, body);
      }),
      { numRuns: 500 },
    );
    // Otherwise the property would have proved nothing.
    expect(seen.accepted).toBeGreaterThan(100);
    expect(seen.refused).toBeGreaterThan(10);
  });

  test("a release may name as many devices as Losant allows, and no more", () => {
    const [most, tooMany] = [1000, 1001].map((count) => ({
      flowId: "a".repeat(24),
      version: "v1",
      deviceIds: Array.from({ length: count }, () => "b".repeat(24)),
    }));
    const theirs = official("edgeDeploymentRelease.json");
    expect([releaseBody.safeParse(most).success, theirs(most)]).toEqual([true, true]);
    expect([releaseBody.safeParse(tooMany).success, theirs(tooMany)]).toEqual([false, false]);
  });
});

const app = "575ec8687ae143cd83dc4a97";

/** Lets the client make calls, and gives what went over the wire. */
async function wire(act: (client: LosantClient) => Promise<unknown>): Promise<readonly RecordedRequest[]> {
  await using server = await startHttpServer(({ method }) => ({
    status: method === "POST" ? 201 : 200,
    json: method === "POST" ? { success: true } : { items: [], totalCount: 0 },
  }));
  await act(createLosantClient({ apiUrl: server.url, apiToken: "application-token" }));
  return server.requests;
}

describeWithSchemas("what goes over the wire is valid by the official schemas (LOSANT_SCHEMAS_DIR)", () => {
  const right = fc.string({ unit: "grapheme", minLength: 1, maxLength: 50 });

  test("release", async () => {
    const schemas = [official("edgeDeploymentRelease.json"), official("edgeDeploymentRelease.4.2.1.json")];
    const deviceIds = fc.array(id, { minLength: 1, maxLength: 50 }) as fc.Arbitrary<[string, ...string[]]>;
    const requests: fc.Arbitrary<ReleaseRequest> = fc.record({ flowId: id, version: fc.option(right), deviceIds });
    const sample = fc.sample(requests, 30);
    const sent = await wire(async (client) => {
      for (const request of sample) await client.release(app, request);
    });
    expect(sent.map(({ body }) => body)).toEqual(sample);
    for (const { body } of sent) for (const schema of schemas) expectValid(schema, body);
  });

  test("replace", async () => {
    const sample = fc.sample(fc.record({ flowId: id, oldVersion: right, newVersion: fc.option(right) }), 30);
    const sent = await wire(async (client) => {
      for (const request of sample) await client.replace(app, request);
    });
    expect(sent).toHaveLength(30);
    const schema = official("edgeDeploymentReplace.json");
    for (const { body } of sent) expectValid(schema, body);
  });

  test("remove, in its three forms", async () => {
    const [flowId, deviceId] = ["a".repeat(24), "b".repeat(24)];
    const forms: RemoveRequest[] = [
      { flowId, deviceId },
      { flowId, every: "device" },
      { deviceId, every: "flow" },
    ];
    const sent = await wire(async (client) => {
      for (const form of forms) await client.remove(app, form);
    });
    expect(sent).toHaveLength(3);
    const schema = official("edgeDeploymentRemove.json");
    for (const { body } of sent) expectValid(schema, body);
  });

  test("device queries", async () => {
    const queries: DeviceQuery[] = [
      {},
      { $and: [{ deviceClass: "edgeCompute" }, { $or: [{ tags: { site: "a" } }, { tags: { $tagKey: "ring" } }] }] },
      { id: { $in: ["a".repeat(24)] } },
    ];
    const sent = await wire(async (client) => {
      for (const query of queries) await client.listDevices(app, query);
    });
    const schema = official("advancedDeviceQuery.json");
    const asked = sent.map(({ query }): unknown => JSON.parse(query.get("query") ?? ""));
    expect(asked).toEqual(queries);
    for (const query of asked) expectValid(schema, query);
  });
});
