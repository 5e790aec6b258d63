/** The simulator against Losant's own JSON schemas: its answers are valid, and it accepts exactly the same requests. */
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { deviceQuery } from "../../sdk/simulator/device-query.js";
import * as ours from "../../sdk/simulator/schemas.js";
import { describeWithSchemas, expectValid, official } from "../support/official-schemas.js";
import { bench } from "../unit/simulator/support.js";
import type { Bench, BenchOptions } from "../unit/simulator/support.js";

interface FlowErrorsSchema {
  readonly properties: Readonly<Record<string, object>> & {
    readonly errors: { readonly items: { readonly properties: object } };
  };
}

interface FlowStatsSchema {
  readonly properties: Readonly<Record<string, object>> & {
    readonly metrics: { readonly items: { readonly properties: object } };
  };
}

/** Every kind of row: pending, running, failed, removed, offline, overwritten. */
async function lively(options: BenchOptions = {}): Promise<Bench> {
  const behaviours = [{ kind: "immediate" }, { kind: "offline" }, { kind: "failing", error: "no space left" }] as const;
  const losant = await bench({
    devices: 6,
    reportDelayMs: 0,
    running: (number) => (number < 4 ? "v1" : null),
    device: (number) => ({ behaviour: behaviours[number % 3] }),
    ...options,
  });
  await losant.release("v2", 0, 1, 2, 3, 4, 5);
  await losant.release(null, 3);
  losant.simulator.overwriteVersion(losant.flow(), "v2");
  return losant;
}

describeWithSchemas("what the simulator answers is valid by the official schemas (LOSANT_SCHEMAS_DIR)", () => {
  test.each<[string, BenchOptions]>([
    ["as it is", {}],
    ["as an old private install", { legacy: true, writeStatus: 201 }],
  ])("deployments, %s", async (_, options) => {
    await using losant = await lively(options);
    const { body } = await losant.get(`/edge/deployments?flowId=${losant.flow()}&version=v2`);
    expect(body.items).toHaveLength(5);
    expectValid(official("edgeDeployments.json"), body);
    const all = (await losant.get("/edge/deployments")).body.items;
    expect(all.some(({ desiredVersion }) => desiredVersion === null)).toBe(true);
    for (const { id } of all) {
      expectValid(official("edgeDeployment.json"), (await losant.get(`/edge/deployments/${String(id)}`)).body);
    }
  });

  test("every field of the schema is there, except the file name", async () => {
    await using losant = await lively();
    const { items } = (await losant.get("/edge/deployments")).body;
    const known = Object.keys((official("edgeDeployment.json").schema as { properties: object }).properties);
    const shown = new Set(items.flatMap((item) => Object.keys(item)));
    expect(known.filter((field) => !shown.has(field))).toEqual(["fileName"]);
    const beyond = [...shown].filter((field) => !known.includes(field));
    expect(beyond.toSorted((a, b) => a.localeCompare(b))).toEqual(["_type"]);
  });

  test("log entries have no field that the schema does not know", async () => {
    await using losant = await lively();
    const { schema } = official("edgeDeployment.json");
    const { logs } = (schema as { properties: { logs: { items: { properties: object } } } }).properties;
    const shown = losant.simulator.rows(losant.app).flatMap((row) => row.logs.flatMap((log) => Object.keys(log)));
    expect(shown.filter((field) => !(field in logs.items.properties))).toEqual([]);
    // All of them occur, so that clients are tried with each.
    expect(new Set(shown).size).toBe(Object.keys(logs.items.properties).length);
  });

  test("devices, with and without a query", async () => {
    await using losant = await lively({ device: () => ({ tags: { site: "graz" } }) });
    const query = encodeURIComponent(JSON.stringify({ tags: { site: "graz" } }));
    for (const search of ["", "?excludeConnectionInfo=true", "?filter=device*&filterField=name", `?query=${query}`]) {
      const { body } = await losant.get(`/devices${search}`);
      expect(body.items).toHaveLength(6);
      expectValid(official("devices.json"), body);
    }
  });

  test("runtime errors of a version, of all devices and of one", async () => {
    await using losant = await lively({ device: () => ({ behaviour: { kind: "throwing", message: "no PLC" } }) });
    for (const search of ["", `&deviceId=${losant.device(1)}`, "&sortDirection=asc&limit=2"]) {
      const { body } = await losant.get(`/flows/${losant.flow()}/versions/v2/errors?duration=60000${search}`);
      expect(body["errors"]).toHaveLength(search === "" ? 6 : search.startsWith("&device") ? 1 : 2);
      expectValid(official("flowErrors.json"), body);
    }
    const { body } = await losant.get(`/flows/${losant.flow()}/versions/v2/errors`);
    const known = (official("flowErrors.json").schema as FlowErrorsSchema).properties;
    const [first = {}] = body["errors"] as object[];
    // All fields occur, so that clients are tried with each.
    expect(Object.keys(known.errors.items.properties).filter((field) => !(field in first))).toEqual([]);
    expect(Object.keys(known).filter((field) => !(field in body))).toEqual(["deviceId"]);
  });

  test("runs of a version, of all devices and of one", async () => {
    await using losant = await lively();
    for (const search of ["", `&deviceId=${losant.device(0)}`]) {
      const { body } = await losant.get(
        `/flows/${losant.flow()}/versions/v1/stats?duration=60000&resolution=1000${search}`,
      );
      expect((body["metrics"] as object[]).length).toBeGreaterThan(50);
      expectValid(official("flowStats.json"), body);
      const known = (official("flowStats.json").schema as FlowStatsSchema).properties;
      const [first = {}] = body["metrics"] as object[];
      expect(Object.keys(known.metrics.items.properties).filter((field) => !(field in first))).toEqual([]);
      expect(Object.keys(known).filter((field) => !(field in body))).toEqual(search === "" ? ["deviceId"] : []);
    }
  });

  test("every date is one, in ISO 8601", async () => {
    await using losant = await lively();
    const paths = ["/edge/deployments", "/devices", "/flows?flowClass=edge", `/flows/${losant.flow()}/versions`];
    const answers = await Promise.all(paths.map((path) => losant.get(path)));
    const dates = JSON.stringify(answers).match(/(?<="(creationDate|lastUpdated|date|time)":)[^,}]+/g) ?? [];
    expect(dates.length).toBeGreaterThan(50);
    expect(dates.filter((date) => !/^"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"$/.test(date))).toEqual([]);
  });

  test("successes and refusals", async () => {
    await using losant = await lively();
    expectValid(official("success.json"), (await losant.release("v3", 0)).body);
    for (const answer of [
      await losant.release("v9", 0),
      await losant.release("", 0),
      await losant.get("/edge/deployments", "wrong"),
      await losant.get("//applications"),
    ]) {
      expect(Object.keys(answer.body)).toEqual(["type", "message"]);
      expectValid(official("error.json"), answer.body);
    }
  });
});

const id = fc.constantFrom("a".repeat(24), "ABCDEF0123456789abcdef01");
const odd = fc.constantFrom<unknown>(null, "", "x", "a".repeat(25), 7, true, [], {}, "v".repeat(256), "🌡".repeat(200));
/** Mostly valid requests, and a few invalid ones. */
const mostly = <T>(right: fc.Arbitrary<T>) => fc.oneof({ weight: 12, arbitrary: right }, { weight: 1, arbitrary: odd });
const version = mostly(fc.constantFrom("v1", "develop", "🌡".repeat(255), "v".repeat(255)));
const tagText = mostly(fc.constantFrom("site", "a_b-C", "ring"));
type Parts = Readonly<Record<string, fc.Arbitrary<unknown>>>;
const record = (required: Parts, optional: Parts = {}): fc.Arbitrary<object> => {
  const parts: Record<string, fc.Arbitrary<unknown>> = { ...required, ...optional };
  return fc
    .record(parts, { requiredKeys: Object.keys(required) })
    .chain((whole) =>
      fc.oneof(
        { weight: 15, arbitrary: fc.constant<object>(whole) },
        { weight: 1, arbitrary: fc.constant<object>({ ...whole, surplus: 1 }) },
        { weight: 1, arbitrary: fc.constant<object>(Object.fromEntries(Object.entries(whole).slice(1))) },
      ),
    );
};

const scalar = fc.constantFrom<unknown>("line", "", 1, true, null, "a".repeat(24));
const OPERATORS = "$eq $ne $gt $lt $gte $lte $startsWith $endsWith $contains $in $nin $ci $x".split(" ");
const operator = fc.constantFrom(...OPERATORS);
const operand = fc.oneof(scalar, fc.array(scalar, { maxLength: 3 }), id, fc.array(id, { maxLength: 2 }));
const comparison = fc.oneof(scalar, fc.dictionary(operator, operand, { maxKeys: 3 }));
const tagTest = fc.oneof(tagText, fc.dictionary(operator, fc.array(tagText, { maxLength: 2 }), { maxKeys: 2 }));
const tagKey = fc.constantFrom("site", "$tagKey", "$tagValue", "ring.x", ".x", "");
const tagsOnce = fc.oneof(fc.dictionary(tagKey, tagTest, { maxKeys: 2 }), fc.constant(null));
const FIELDS = "id parentId name deviceClass connectionStatus deletedAt connectedAt colour".split(" ");
const field = fc.constantFrom(...FIELDS);
const { query } = fc.letrec<{ query: object }>((tie) => ({
  query: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.dictionary(field, comparison, { maxKeys: 2 }),
    fc.record({ tags: fc.oneof(tagsOnce, fc.dictionary(operator, tagsOnce, { maxKeys: 1 })) }),
    fc.dictionary(fc.constantFrom("$and", "$or", "$nor", "$not"), fc.array(tie("query"), { maxLength: 2 }), {
      maxKeys: 2,
    }),
  ),
}));

const targets = {
  deviceIds: mostly(fc.array(mostly(id), { maxLength: 3 })),
  deviceTags: mostly(fc.array(record({}, { key: tagText, value: version }), { maxLength: 2 })),
};
const release = record({ flowId: mostly(id), version }, targets);
const deployments = mostly(fc.array(record({ flowId: mostly(id), version }), { maxLength: 27, size: "max" }));
const releaseSince1301 = fc.oneof(
  record({ flowId: mostly(id), version }, { ...targets, deviceQuery: query }),
  record({ deployments }, { ...targets, deviceQuery: query }),
  record({ flowId: mostly(id), deployments, version }, targets),
);

describeWithSchemas("the simulator accepts what the official schemas accept (LOSANT_SCHEMAS_DIR)", () => {
  test.each<[string, { safeParse(value: unknown): { success: boolean } }, string, fc.Arbitrary<unknown>]>([
    ["release", ours.releaseSchema, "edgeDeploymentRelease.json", release],
    ["release since 1.30.1", ours.releaseSchemaSince1301, "edgeDeploymentRelease.4.2.1.json", releaseSince1301],
    [
      "replace",
      ours.replaceSchema,
      "edgeDeploymentReplace.json",
      record({ flowId: mostly(id), oldVersion: version, newVersion: version }),
    ],
    ["remove", ours.removeSchema, "edgeDeploymentRemove.json", record({ flowId: mostly(id), deviceId: mostly(id) })],
    ["a device query", deviceQuery, "advancedDeviceQuery.json", query],
  ])("%s", (_, schema, file, values) => {
    const theirs = official(file);
    const seen = { accepted: 0, refused: 0 };
    fc.assert(
      fc.property(values, (value) => {
        const accepted = theirs(value);
        seen[accepted ? "accepted" : "refused"] += 1;
        expect(schema.safeParse(value).success).toBe(accepted);
      }),
      { numRuns: 1000 },
    );
    // Without both kinds the property proves nothing.
    expect(Math.min(seen.accepted, seen.refused)).toBeGreaterThan(100);
  });

  test.each([
    ["edgeDeploymentRelease.json", ours.releaseSchema, 1000],
    ["edgeDeploymentRelease.4.2.1.json", ours.releaseSchemaSince1301, 1000],
  ] as const)("at most as many devices: %s", (file, schema, most) => {
    const accepted = [most, most + 1].map((count) => {
      const deviceIds = Array.from({ length: count }, () => "b".repeat(24));
      const body = { flowId: "a".repeat(24), version: "v1", deviceIds };
      return [official(file)(body), schema.safeParse(body).success];
    });
    expect(accepted).toEqual([
      [true, true],
      [false, false],
    ]);
  });
});
