// The plugin's service over a real gRPC connection, called as the engine calls it.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { pb } from "../../../provider/plugin/protocol.js";
import { Empty, messages } from "../../../provider/plugin/protocol.js";
import { received, sent } from "../../../provider/plugin/wire.js";
import type { Plain } from "../../../provider/plugin/wire.js";
import { WHOLE_PREVIEW } from "../../../provider/messages/preview-warnings.js";
import { recordIn } from "../../../provider/messages/run-record.js";
import { UNKNOWN_GUID } from "../../../provider/resource/inputs.js";
import { createPlant } from "../../support/plant.js";
import type { Plant } from "../../support/plant.js";
import { closePlugins, configAt, PROVIDER_URN, startPlugin, URN, urnOf, verbsOf } from "./support.js";
import type { Plugin } from "./support.js";

let plant: Plant;
let plugin: Plugin;
let verbs: ReturnType<typeof verbsOf>;

beforeAll(async () => {
  plant = await createPlant({ devices: 4 });
});
beforeEach(async () => {
  plant.simulator.reset();
  plugin = await startPlugin();
  verbs = verbsOf(plugin);
  await plugin.configure(configAt(plant.simulator, plant.token));
  plant.writes();
});
afterEach(() => {
  plant.simulator.clearFaults();
  closePlugins();
});
afterAll(() => plant.simulator.close());

const declared = (more: Plain = {}): Plain => ({
  applicationId: plant.applicationId,
  flowId: plant.flowId,
  version: "v1",
  deviceIds: plant.devices.slice(0, 2),
  ...more,
});

async function created(more: Plain = {}, options: { urn?: string; secret?: string[] } = {}) {
  const { inputs } = await verbs.check(declared(more), options);
  return { inputs, ...(await verbs.create(inputs, options)) };
}

const failure = async (work: Promise<unknown>): Promise<{ code: number; details: string }> =>
  work.then(
    () => {
      throw new Error("it did not fail");
    },
    (error: { code: number; details: string }) => error,
  );

describe("the handshake and the configuration", () => {
  test("secrets are taken as such", async () => {
    const answer = await plugin.call<pb.ProviderHandshakeResponse>(
      "handshake",
      new messages.ProviderHandshakeRequest().setEngineAddress("127.0.0.1:1"),
    );
    expect([answer.getAcceptSecrets(), answer.getAcceptOutputs()]).toEqual([true, false]);
  });

  test("the schema and the version", async () => {
    const schema = await plugin.call<pb.GetSchemaResponse>("getSchema", new messages.GetSchemaRequest());
    expect(JSON.parse(schema.getSchema())).toMatchObject({ name: "losant", version: "0.1.0" });
    const info = await plugin.call<{ getVersion(): string }>("getPluginInfo", new Empty());
    expect(info.getVersion()).toBe("0.1.0");
  });

  test("checkConfig names the property, and keeps tokens secret", async () => {
    const news = sent({ apiToken: "t", replace: "often" });
    const answer = await plugin.call<pb.CheckResponse>("checkConfig", new messages.CheckRequest().setNews(news));
    expect(answer.getFailuresList().map((one) => one.toObject())).toEqual([
      { property: "replace", reason: '"often" is neither "exact" nor "never"' },
    ]);
    expect([...received(answer.getInputs()).secret]).toEqual(["apiToken"]);
  });

  test("diffConfig shows what differs, and never replaces: that would replace every resource", async () => {
    const request = new messages.DiffRequest()
      .setUrn(PROVIDER_URN)
      .setOldInputs(sent({ apiUrl: "https://a" }))
      .setNews(sent({ apiUrl: "https://b" }));
    const answer = await plugin.call<pb.DiffResponse>("diffConfig", request);
    expect([answer.getDiffsList(), answer.getReplacesList(), answer.getHasdetaileddiff()]).toEqual([
      ["apiUrl"],
      [],
      false,
    ]);
  });

  test("a refresh uses the configuration of now, not that of the last up", async () => {
    const rotated = await startPlugin({
      env: { PULUMI_CONFIG: JSON.stringify(configAt(plant.simulator, plant.token)) },
    });
    plant.byHand(0, "v1");
    await rotated.configure({ ...configAt(plant.simulator, "an old token") }, "default_0_1_0");
    const { id } = await verbsOf(rotated).read(`${plant.applicationId}/${plant.flowId}/0123456789abcdef`, {
      ...declared(),
      __losant: { schema: 2 },
    });
    expect(id).toMatch(/0123456789abcdef$/);
  });

  test("where Losant refuses the saved token of a provider resource, a read and a delete say how to save another one", async () => {
    const { id, outs, inputs } = await created();
    const urn = PROVIDER_URN.replace("default_0_1_0", "linz");
    const wrong = configAt(plant.simulator, "old-token");
    await plugin.configure(wrong, "linz", urn);
    const told = `Token and address are those that the provider "linz" had in the last \`pulumi up\`. If the program has others now, \`pulumi up --target '${urn}'\` saves them.`;
    for (const work of [() => verbs.read(id, outs, inputs), () => verbs.remove(id, outs)]) {
      const { details } = await failure(work());
      expect(details).toMatch(/401/);
      expect(details).toContain(told);
    }
    // What the program says goes first.
    await plugin.configure(wrong, "default_0_1_0");
    expect((await failure(verbs.read(id, outs, inputs))).details).not.toContain("pulumi up --target");
    await plugin.configure(wrong, "linz", urn);
    expect((await failure(verbs.create(inputs))).details).not.toContain("pulumi up --target");
    expect((await failure(verbs.read(`${plant.applicationId}/${plant.flowId}`, {}))).details).toMatch(/401/);
  });

  test("a resource type of another package is refused", async () => {
    const { details } = await failure(verbs.check(declared(), { urn: URN.replace("EdgeDeployment", "Device") }));
    expect(details).toBe("there is no resource type losant:index:Device: there is losant:index:EdgeDeployment");
  });
});

describe("check", () => {
  test("returns ids in lower case, sorted and once", async () => {
    const [a = "", b = ""] = plant.devices;
    const { inputs, failures } = await verbs.check(declared({ deviceIds: [b.toUpperCase(), a, b] }));
    expect([inputs["deviceIds"], failures]).toEqual([[a, b], []]);
  });

  test("absent: true is no version", async () => {
    const { absent, deviceTags, ...inputs } = (await verbs.check(declared({ version: undefined, absent: true })))
      .inputs;
    expect([inputs["version"], absent, deviceTags]).toEqual([null, undefined, undefined]);
  });

  test.each([
    [{ version: undefined }, "version", /set absent: true to have the workflow removed/],
    [{ absent: true }, "absent", /leave out one of the two/],
    [{ version: undefined, absent: "yes" }, "absent", /"yes" is neither true nor false/],
    [{ deviceTags: [{ key: "ring", value: "nobody" }] }, "deviceTags", /has the tag ring=nobody/],
    [{ deviceTags: [{}] }, "deviceTags", /an empty tag would match every device/],
    [{ deviceTags: null }, "deviceTags", /^it is null\. Give a list, or leave deviceTags out$/],
    [{ deviceIds: null }, "deviceIds", /^null is not a list of device ids/],
    [{ deviceIds: null, deviceTags: [{ key: "number" }] }, "deviceIds", /^null is not a list of device ids/],
    [{ rollout: { canary: { deviceTags: null } } }, "rollout.canary.deviceTags", /null is not a list of tags/],
    [{ maxDevices: 1 }, "maxDevices", /2 devices are declared, but maxDevices allows 1/],
  ])("%j: one failure, at its property", async (more, property, reason) => {
    const { failures } = await verbs.check(declared(more));
    expect(failures).toEqual([{ property, reason: expect.stringMatching(reason) }]);
  });

  test("a canary by tags becomes ids, of the resource's own devices alone", async () => {
    const canary = { deviceTags: [{ key: "number", value: "1" }], deviceIds: plant.devices.slice(0, 1) };
    const { inputs, failures } = await verbs.check(declared({ rollout: { canary } }));
    expect([inputs["rollout"], failures]).toEqual([{ canary: { deviceIds: plant.devices.slice(0, 2) } }, []]);
    const others = { rollout: { canary: { deviceTags: [{ key: "number", value: "3" }] } } };
    expect((await verbs.check(declared(others))).failures).toEqual([
      {
        property: "rollout.canary.deviceTags",
        reason: expect.stringMatching(/of the 1 device that these tags select, none belongs to this resource/),
      },
    ]);
    const unknown = await verbs.check(declared({ rollout: { canary: { deviceTags: [{ key: UNKNOWN_GUID }] } } }));
    expect(unknown.failures).toEqual([]);
  });

  test("what is not known yet stays unknown, whatever decides it", async () => {
    const tags = await verbs.check(declared({ deviceTags: [{ key: UNKNOWN_GUID }] }));
    expect([tags.inputs["deviceIds"], tags.failures]).toEqual([UNKNOWN_GUID, []]);
    const absent = await verbs.check(declared({ version: undefined, absent: UNKNOWN_GUID }));
    expect([absent.inputs["version"], absent.failures]).toEqual([UNKNOWN_GUID, []]);
  });

  test("a device of two resources is refused by both names; a resource that is checked again is not", async () => {
    await verbs.check(declared(), { urn: urnOf("canary") });
    expect((await verbs.check(declared(), { urn: urnOf("canary") })).failures).toEqual([]);
    const { failures } = await verbs.check(declared(), { urn: urnOf("plant") });
    expect(failures).toEqual([
      {
        property: "deviceIds",
        reason: expect.stringMatching(
          /^EdgeDeployment "plant" and EdgeDeployment "canary" both declare device d0+ and 1/,
        ),
      },
    ]);
  });

  test("what is secret stays marked, under the name that it ends as", async () => {
    const { secret } = await verbs.check(declared(), { secret: ["deviceIds", "version"] });
    expect(secret.toSorted()).toEqual(["deviceIds", "version"]);
  });
});

describe("create, update, delete", () => {
  test("make the calls that are planned, and ask to be read before they are compared", async () => {
    const { id, outs, inputs, refresh } = await created();
    expect(id).toMatch(new RegExp(`^${plant.applicationId}/${plant.flowId}/[0-9a-f]{16}$`));
    expect(outs).toMatchObject({ version: "v1", deviceCount: 2, __losant: { schema: 2, name: "telemetry" } });
    expect(refresh).toBe(true);
    const next = await verbs.update(id, outs, { ...inputs, version: "v2" });
    expect(next).toMatchObject({ outs: { version: "v2" }, refresh: true });
    await verbs.remove(id, next.outs);
    expect(plant.writes()).toEqual(["release v1 x2", "release v2 x2", "release - x2"]);
  });

  test("refreshBeforeUpdate: false leaves the state unmarked", async () => {
    await plugin.configure({ ...configAt(plant.simulator, plant.token), refreshBeforeUpdate: "false" });
    const { id, outs, inputs, refresh } = await created();
    expect([refresh, (await verbs.read(id, outs, inputs)).refresh]).toEqual([false, false]);
  });

  test("a preview writes nothing, knows what is known, and says on the row what up would do", async () => {
    const { inputs } = await verbs.check(declared());
    const { id, outs } = await verbs.create(inputs, { preview: true });
    expect([id, outs]).toEqual([
      "",
      {
        ...inputs,
        deviceCount: 2,
        status: UNKNOWN_GUID,
        pendingDeviceIds: UNKNOWN_GUID,
        failures: UNKNOWN_GUID,
        drift: UNKNOWN_GUID,
      },
    ]);
    expect(plant.writes()).toEqual([]);
    expect(plugin.said.filter(({ kind }) => kind === "info")).toEqual([
      { urn: URN, kind: "info", message: "v1 on 2 devices by release (1 call)" },
    ]);
  });

  test("a preview of a version that does not exist fails, with what comes close", async () => {
    const { inputs } = await verbs.check(declared({ version: "v11" }));
    const { details } = await failure(verbs.create(inputs, { preview: true }));
    expect(details).toMatch(/has no version "v11": did you mean "v1"/);
    await plugin.configure({ ...configAt(plant.simulator, plant.token), preflight: "false" });
    expect((await verbs.create(inputs, { preview: true })).outs).toMatchObject({ version: "v11" });
  });

  test("a preview for a gate is whole: a version that does not exist is a warning, and the plan is there", async () => {
    const asked = await startPlugin({ env: { [WHOLE_PREVIEW]: "1" } });
    await asked.configure(configAt(plant.simulator, plant.token));
    const { check, create } = verbsOf(asked);
    const preview = async (more: Plain) => {
      asked.said.length = 0;
      await create((await check(declared(more))).inputs, { preview: true });
      return asked.said.flatMap(({ message }) => recordIn(message) ?? []);
    };
    const warning = (code: string, text: string) => ({
      kind: "warned",
      urn: URN,
      warnings: expect.arrayContaining([{ code, text: expect.stringContaining(text) }]),
    });
    const records = await preview({ version: "v11" });
    expect(records.map(({ kind }) => kind)).toEqual(["planned", "warned"]);
    expect(records[1]).toEqual(warning("unknown-version", 'has no version "v11"'));
    expect(JSON.stringify(records[1])).not.toContain("whether the version exists");
    expect(asked.said.filter(({ kind }) => kind === "warn")).toHaveLength(1);
    const flowId = "f".repeat(24);
    expect(await preview({ flowId })).toContainEqual(warning("unknown-flow", flowId));
    expect(await preview({ applicationId: "a".repeat(24) })).toEqual([warning("unknown-application", "not found")]);
  });

  test("a preview of devices that are not known yet knows no count", async () => {
    const { inputs } = await verbs.check(declared({ deviceIds: UNKNOWN_GUID }));
    const { outs } = await verbs.create(inputs, { preview: true });
    expect(outs).toMatchObject({ version: "v1", deviceIds: UNKNOWN_GUID, deviceCount: UNKNOWN_GUID });
  });

  test("messages are on the row of the resource, without its name before them", async () => {
    await created();
    const news = plugin.said.filter(({ kind }) => kind === "info");
    expect(news).toEqual([{ urn: URN, kind: "info", message: expect.stringMatching(/^released v1 to 2 devices/) }]);
  });

  test("a rollout that stops is an error that keeps the resource", async () => {
    const [first = ""] = plant.devices;
    plant.simulator.setBehaviour(first, { kind: "failing", error: "agent too old", versions: ["v1"] });
    const { inputs } = await verbs.check(declared({ rollout: { batches: [1, "100%"] } }));
    const error = (await failure(verbs.create(inputs))) as unknown as {
      details: string;
      metadata: { get(key: string): Buffer[] };
    };
    const [details] = error.metadata.get("grpc-status-details-bin");
    expect(details?.toString("latin1")).toMatch(/pulumirpc\.ErrorResourceInitFailed.*agent too old/s);
    expect(error.details).not.toMatch(/\n +at /);
  });

  test("an error before anything has moved is one sentence, and does not mark the resource as damaged", async () => {
    plant.byHand(0, "v5");
    const { inputs } = await verbs.check(declared());
    const { code, details } = await failure(verbs.create(inputs));
    // Not UNKNOWN, INTERNAL or DATA_LOSS.
    expect(code).toBe(9);
    expect(details).toMatch(/^1 device already deployed at another version, and this resource does not own it/);
    expect(plant.writes()).toEqual([]);
  });
});

describe("when nothing may be written any more", () => {
  test("after Cancel, no call is made", async () => {
    const { inputs } = await verbs.check(declared());
    await plugin.call("cancel", new Empty());
    const { details } = await failure(verbs.create(inputs));
    expect(details).toMatch(/^interrupted: nothing more is written/);
    expect(plant.writes()).toEqual([]);
  });

  test("a Cancel between two calls of a plan stops before the second, and keeps what was done", async () => {
    const { id, outs, inputs } = await created();
    const others = { ...inputs, version: "v2", deviceIds: plant.devices.slice(1, 3) };
    plant.writes();
    plugin.onAsked = () => plugin.call("cancel", new Empty());
    const { details } = await failure(verbs.update(id, outs, others));
    expect(details).toMatch(/interrupted: nothing more is written/);
    expect(plant.writes()).toHaveLength(1);
  });

  test("a new handshake begins a new run", async () => {
    await plugin.call("cancel", new Empty());
    await plugin.call("handshake", new messages.ProviderHandshakeRequest().setEngineAddress("127.0.0.1:1"));
    await created();
    expect(plant.writes()).toEqual(["release v1 x2"]);
  });

  test("without its engine, no call is made", async () => {
    const { inputs } = await verbs.check(declared());
    plugin.isAlive = false;
    const { details } = await failure(verbs.create(inputs));
    expect(details).toMatch(/the connection to the Pulumi engine is lost: nothing more is written/);
    expect(plant.writes()).toEqual([]);
  });
});

describe("read", () => {
  test("by an id that names the workflow: an import gets an id of its own", async () => {
    plant.byHand(2, "v3");
    const asked = `${plant.applicationId}/${plant.flowId}`;
    const imported = await verbs.read(asked);
    expect(imported.id).toMatch(new RegExp(`^${asked}/[0-9a-f]{16}$`));
    expect(imported.inputs).toMatchObject({ version: "v3", deviceIds: [plant.devices[2]] });
  });

  test("a resource that is only looked up keeps the id that was asked for: it owns nothing", async () => {
    plant.byHand(2, "v3");
    const asked = `${plant.applicationId}/${plant.flowId}`;
    expect((await verbs.read(asked, {}, {})).id).toBe(asked);
  });

  test("what is gone has no id", async () => {
    const { id, outs, inputs } = await created();
    plant.simulator.reset();
    const next = await startPlugin();
    await next.configure(configAt(plant.simulator, plant.token));
    expect(await verbsOf(next).read(id, outs, inputs)).toMatchObject({ id: "", props: {} });
  });

  test("an id that is none is a sentence", async () => {
    expect((await failure(verbs.read("telemetry"))).details).toMatch(/"telemetry" is not the id of an EdgeDeployment/);
  });
});

describe("diff", () => {
  test("a state of the dynamic front is unchanged, and no call to Losant is made", async () => {
    const { id, outs, inputs } = await created();
    plant.reads();
    const olds = { ...outs, __provider: "exports.handler = ..." };
    expect(await verbs.diff(id, olds, { ...inputs, __provider: "..." }, inputs)).toMatchObject({
      changes: false,
      paths: [],
    });
    expect(plant.reads()).toBe(0);
  });

  test("another workflow replaces, another version does not", async () => {
    const { id, outs, inputs } = await created();
    expect(await verbs.diff(id, outs, inputs, { ...inputs, flowId: plant.otherFlowId })).toEqual({
      changes: true,
      replaces: ["flowId"],
      paths: ["flowId"],
    });
    expect(await verbs.diff(id, outs, inputs, { ...inputs, version: "v2" })).toEqual({
      changes: true,
      replaces: [],
      paths: ["version"],
    });
  });

  test("something to do without a difference of inputs is shown at the devices", async () => {
    const { id, outs, inputs } = await created();
    const unfinished = { ...outs, __losant: { ...(outs["__losant"] as object), rollout: "unfinished" } };
    expect(await verbs.diff(id, unfinished, inputs, inputs)).toEqual({
      changes: true,
      replaces: [],
      paths: ["deviceIds"],
    });
  });

  test("ignoreChanges of the version is no reason for an update", async () => {
    const { id, outs, inputs } = await created();
    expect(await verbs.diff(id, outs, inputs, inputs, { ignoreChanges: ["version"] })).toMatchObject({
      changes: false,
    });
  });
});

describe("secret inputs", () => {
  test("are in no message and in no error, and what says as much is secret too", async () => {
    const secret = ["deviceIds", "version"];
    const { secret: marked } = await created({}, { secret });
    expect(marked).toEqual(expect.arrayContaining(["deviceIds", "version", "drift", "failures", "pendingDeviceIds"]));
    const shown = JSON.stringify(plugin.said);
    for (const value of [...plant.devices.slice(0, 2), "device-0", "v1"]) expect(shown).not.toContain(value);
    expect(shown).toContain("[secret]");
  });

  test("nor in the plan of a preview", async () => {
    const { inputs } = await verbs.check(declared({ version: "v1" }), { secret: ["version"] });
    await verbs.create(inputs, { secret: ["version"], preview: true });
    const lines = plugin.said.filter(({ kind }) => kind === "info").map(({ message }) => message);
    expect(lines).toEqual(["[secret] on 2 devices by release (1 call)"]);
  });
});

describe("functions", () => {
  test("answer as a TypeScript program's do", async () => {
    const { result } = await verbs.invoke("losant:index:getDevices", {
      name: "device-1",
      applicationId: plant.applicationId,
    });
    expect(result).toMatchObject({ ids: [plant.devices[1]], devices: [{ name: "device-1" }] });
  });

  test("null is a left-out argument", async () => {
    const args = { applicationId: plant.applicationId, tags: null, name: "device-*" };
    expect((await verbs.invoke("losant:index:getDevices", args)).result["ids"]).toEqual(plant.devices);
  });

  test("a person's mistake is a sentence", async () => {
    const { failures } = await verbs.invoke("losant:index:getDevices", {
      applicationId: plant.applicationId,
      name: "devce-1",
    });
    expect(failures).toEqual([
      expect.stringMatching(/no edge compute device is named "devce-1": did you mean "device-1"/),
    ]);
  });

  test("what a secret argument has found is secret", async () => {
    const args = { name: "device-1", applicationId: plant.applicationId };
    expect((await verbs.invoke("losant:index:getDevices", args, { secret: ["name"] })).secret).toContain("ids");
  });

  test("deployments are read anew each time: a program may ask again after an update", async () => {
    const args = { applicationId: plant.applicationId, flowId: plant.flowId };
    const count = async () => (await verbs.invoke("losant:index:getEdgeDeployments", args)).result["totalCount"];
    expect(await count()).toBe(0);
    plant.byHand(0, "v1");
    expect(await count()).toBe(1);
  });

  test("one that does not exist is an error that says what there is", async () => {
    const { details } = await failure(verbs.invoke("losant:index:toString", {}));
    expect(details).toMatch(/^there is no function losant:index:toString: there are losant:index:getDevices,/);
  });
});
