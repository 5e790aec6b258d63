// Pulumi's plugin protocol over a real gRPC connection: each method, values of every kind, and what an error carries.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { pb } from "../../../provider/plugin/protocol.js";
import { Empty, grpc, GrpcStatus, messages } from "../../../provider/plugin/protocol.js";
import { received, sent } from "../../../provider/plugin/wire.js";
import type { Plain } from "../../../provider/plugin/wire.js";
import { UNKNOWN_GUID } from "../../../provider/resource/inputs.js";
import { UNKNOWN_VALUES } from "../../../provider/resource/pulumi-marks.js";
import pluginModule from "@pulumi/pulumi/proto/plugin_pb.js";
import { createPlant } from "../../support/plant.js";
import type { Plant } from "../../support/plant.js";
import { closePlugins, configAt, startPlugin, URN, verbsOf } from "./support.js";
import type { Plugin } from "./support.js";

let plant: Plant;
let plugin: Plugin;
let verbs: ReturnType<typeof verbsOf>;

beforeAll(async () => {
  plant = await createPlant({ devices: 3 });
});
beforeEach(async () => {
  plant.simulator.reset();
  plugin = await startPlugin();
  verbs = verbsOf(plugin);
  await plugin.configure(configAt(plant.simulator, plant.token));
  plant.writes();
});
afterEach(closePlugins);
afterAll(() => plant.simulator.close());

const declared = (more: Plain = {}): Plain => ({
  applicationId: plant.applicationId,
  flowId: plant.flowId,
  version: "v1",
  deviceIds: plant.devices.slice(0, 2),
  ...more,
});

interface Failure {
  readonly code: number;
  readonly details: string;
  readonly metadata: { get(name: string): Buffer[] };
}

const failureOf = (work: Promise<unknown>): Promise<Failure | undefined> =>
  work.then(
    () => undefined,
    (error: Failure) => error,
  );

test("Attach connects an engine, and begins a run as a handshake does", async () => {
  await plugin.call("cancel", new Empty());
  await plugin.call("attach", new pluginModule.PluginAttach().setAddress("127.0.0.1:1"));
  expect(plugin.connectedTo).toEqual(["127.0.0.1:1"]);
  const { inputs } = await verbs.check(declared());
  await verbs.create(inputs);
  expect(plant.writes()).toEqual(["release v1 x2"]);
});

test.each(["parameterize", "construct", "getMapping"])(
  "%s is not implemented, and Pulumi is told so",
  async (method) => {
    const requests: Readonly<Record<string, unknown>> = {
      parameterize: new messages.ParameterizeRequest(),
      construct: new messages.ConstructRequest(),
      getMapping: new messages.GetMappingRequest(),
    };
    expect((await failureOf(plugin.call(method, requests[method])))?.code).toBe(grpc.status.UNIMPLEMENTED);
  },
);

describe("a value that is not known yet, whatever its type", () => {
  const sentinels = [...UNKNOWN_VALUES] as string[];
  const places: readonly (readonly [string, (unknown: string) => Plain])[] = [
    ["applicationId", (unknown) => ({ applicationId: unknown })],
    ["flowId", (unknown) => ({ flowId: unknown })],
    ["version", (unknown) => ({ version: unknown })],
    ["absent", (unknown) => ({ version: undefined, absent: unknown })],
    ["deviceIds", (unknown) => ({ deviceIds: unknown })],
    ["an id", (unknown) => ({ deviceIds: [plant.devices[0], unknown] })],
    ["deviceTags", (unknown) => ({ deviceTags: unknown })],
    ["the value of a tag", (unknown) => ({ deviceTags: [{ key: "number", value: unknown }] })],
    ["exclusive", (unknown) => ({ exclusive: unknown })],
    ["maxDevices", (unknown) => ({ maxDevices: unknown })],
    ["rollout", (unknown) => ({ rollout: unknown })],
    ["a part of a rollout", (unknown) => ({ rollout: { batches: unknown } })],
  ];

  test.each(places)("%s passes the check, and a preview goes on with it", async (_, more) => {
    for (const unknown of sentinels) {
      const { inputs, failures } = await verbs.check(declared(more(unknown)));
      expect([unknown, failures]).toEqual([unknown, []]);
      const { outs } = await verbs.create(inputs, { preview: true });
      expect(JSON.stringify(inputs)).toContain(UNKNOWN_GUID);
      expect(outs).toMatchObject({ status: UNKNOWN_GUID });
    }
    expect(plant.writes()).toEqual([]);
  });

  test("replaces nothing: most often it is the one of before", async () => {
    const { inputs } = await verbs.check(declared());
    const { id, outs } = await verbs.create(inputs);
    for (const unknown of sentinels) {
      const { changes, replaces } = await verbs.diff(id, outs, inputs, { ...inputs, flowId: unknown });
      expect([changes, replaces]).toEqual([true, []]);
    }
  });
});

test("an error that keeps the resource has its id and outputs, secrets marked, and asks for a read before the next diff", async () => {
  const [first = ""] = plant.devices;
  plant.simulator.setBehaviour(first, { kind: "failing", error: "agent too old", versions: ["v1"] });
  const secret = ["version"];
  const { inputs } = await verbs.check(declared({ rollout: { batches: [1, "100%"] } }), { secret });
  const failure = await failureOf(verbs.create(inputs, { secret }));
  const [bytes] = failure?.metadata.get("grpc-status-details-bin") ?? [];
  const [detail] = GrpcStatus.deserializeBinary(bytes ?? Buffer.of()).getDetailsList();
  expect(detail?.getTypeName()).toBe("pulumirpc.ErrorResourceInitFailed");
  const kept = messages.ErrorResourceInitFailed.deserializeBinary(detail?.getValue_asU8() ?? Buffer.of());
  expect(kept.getId()).toMatch(new RegExp(`^${plant.applicationId}/${plant.flowId}/[0-9a-f]{16}$`));
  expect(kept.getReasonsList().join("\n")).toContain("agent too old");
  expect(kept.getRefreshBeforeUpdate()).toBe(true);
  const { values, secret: marked } = received(kept.getProperties());
  expect([values["version"], marked.has("version"), marked.has("__losant")]).toEqual(["v1", true, true]);
  expect(values["__provider"]).toBeUndefined();
});

test("a secret setting of the provider reaches the client and no answer", async () => {
  const secretly = new messages.ConfigureRequest()
    .setArgs(sent(configAt(plant.simulator, plant.token), new Set(["apiToken"])))
    .setName("production");
  const answer = await plugin.call<pb.ConfigureResponse>("configure", secretly);
  expect([answer.getAcceptsecrets(), answer.getSupportspreview()]).toEqual([true, true]);
  const { inputs } = await verbs.check(declared());
  const { outs } = await verbs.create(inputs);
  expect(outs).toMatchObject({ status: "deployed" });
  expect(JSON.stringify([outs, plugin.said])).not.toContain(plant.token);
  expect(plugin.said.every(({ urn }) => urn === URN || urn === undefined)).toBe(true);
});
