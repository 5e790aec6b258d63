// Unit tests of users: `pulumi.runtime.setMocks` and no engine. Nothing reaches a network: global Losant is never asked.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import * as losant from "pulumi-losant";
import { demoFleet, startSimulator } from "pulumi-losant/simulator";
import type { Simulator } from "pulumi-losant/simulator";
import { messageOf, settled } from "./support.js";

const flowId = "f10000000000000000000001";
const applicationId = "aa0000000000000000000002";
const ids = ["d10000000000000000000001", "d10000000000000000000002"];

interface Call {
  readonly token: string;
  readonly inputs: unknown;
}

let simulator: Simulator;
let calls: Call[];
let registered: pulumi.runtime.MockResourceArgs[];

beforeAll(async () => {
  simulator = await startSimulator({ seed: demoFleet() });
});
afterAll(() => simulator.close());

/** The user's mocks: `answer` for each call. */
function mock(answer: (call: Call) => Record<string, unknown>, config: Record<string, string> = {}): void {
  calls = [];
  registered = [];
  void pulumi.runtime.setMocks(
    {
      newResource: (args) => {
        registered.push(args);
        return { id: `${args.name}-id`, state: args.inputs };
      },
      call: ({ token, inputs }) => {
        calls.push({ token, inputs });
        return answer({ token, inputs });
      },
    },
    "plant",
    "test",
    false,
  );
  pulumi.runtime.setAllConfig(config);
}

/** A user's component: the same devices at each use. */
function line(name = "line"): losant.EdgeDeployment {
  return new losant.EdgeDeployment(name, { applicationId, flowId, version: "v1", deviceIds: ids });
}

describe("one setMocks for all tests of a file", () => {
  beforeAll(() => mock(() => ({})));

  test.each([1, 2, 3])("number %i creates the same component, and none collides with the one before", async () => {
    expect(await settled(line().deviceIds)).toEqual(ids);
    expect(await settled(line("another name").version)).toBe("v1");
  });
});

describe("a look-up goes through the mocked call and its token", () => {
  const answers: Record<string, Record<string, unknown>> = {
    "losant:index:getDevices": { ids, devices: [] },
    "losant:index:getEdgeWorkflow": { id: flowId, name: "Telemetry", versions: [] },
    "losant:index:getEdgeDeployments": { deployments: [{ status: "deployed" }] },
    "losant:index:getEdgeDeployment": { id: "one", status: "failed" },
  };
  // No token, no application: what would ask Losant would say that they are missing.
  beforeEach(() => mock(({ token }) => answers[token] ?? {}));

  test.each([
    ["getDevices", () => losant.getDevices({ name: "line-*" }), { name: "line-*" }],
    ["getEdgeWorkflow", () => losant.getEdgeWorkflow({ name: "Telemetry" }), { name: "Telemetry" }],
    ["getEdgeDeployments", () => losant.getEdgeDeployments({ version: "v1" }), { version: "v1" }],
    ["getEdgeDeployment", () => losant.getEdgeDeployment("one"), { id: "one" }],
  ])("%s", async (name, lookUp, inputs) => {
    expect(await lookUp()).toEqual(answers[`losant:index:${name}`]);
    expect(calls).toEqual([{ token: `losant:index:${name}`, inputs }]);
  });

  test("each ...Output form too", async () => {
    const found = losant.getDevicesOutput({ name: pulumi.output("line-*") });
    expect(await settled(found.apply((devices) => devices.ids))).toEqual(ids);
    expect(calls).toEqual([{ token: "losant:index:getDevices", inputs: { name: "line-*" } }]);
  });

  test("deviceTags, with the ids beside them", async () => {
    const tags = [{ key: "ring", value: "canary" }];
    const canary = new losant.EdgeDeployment("canary", { flowId, version: "v1", deviceIds: ["a"], deviceTags: tags });
    expect(await settled(canary.deviceIds)).toEqual(["a", ...ids]);
    expect(calls).toEqual([{ token: "losant:index:getDevices", inputs: { tags } }]);
    expect(registered.map(({ type, name }) => [type, name])).toEqual([[losant.EdgeDeployment.__pulumiType, "canary"]]);
    // The plugin's facts are no business of a unit test.
    expect(Object.keys(registered[0]?.inputs ?? {}).toSorted()).toEqual([
      "__provider",
      "deviceIds",
      "flowId",
      "version",
    ]);
  });
});

test("a mock that answers something else is told what to return, and for which token", async () => {
  mock(({ inputs }) => inputs as Record<string, unknown>);
  expect(await messageOf(() => losant.getDevices({ name: "line-*" }))).toBe(
    "getDevices: the mocked call of losant:index:getDevices answered no ids: return for example " +
      '{ ids: ["575ecf887ae143cd83dc4aa2"], devices: [] } from `call` of pulumi.runtime.setMocks for it. ' +
      "To ask a simulator instead, set losant:apiUrl to its address.",
  );
});

test("an address of another machine, or one from the environment, changes nothing: the mock is asked", async () => {
  for (const config of [{ "losant:apiUrl": "https://losant.example.com" }, {}]) {
    mock(() => ({ ids }), { ...(config as object), "losant:apiToken": "t", "losant:applicationId": applicationId });
    process.env["LOSANT_API_URL"] = simulator.url;
    try {
      expect((await losant.getDevices()).ids).toEqual(ids);
    } finally {
      delete process.env["LOSANT_API_URL"];
    }
  }
  expect(simulator.calls).toEqual([]);
});

test("with losant:apiUrl at a simulator on this machine, the simulator is asked", async () => {
  mock(() => ({ ids: ["mocked"] }), {
    "losant:apiUrl": simulator.url,
    "losant:apiToken": "demo-user-token",
    "losant:applicationId": applicationId,
  });
  const { devices } = await losant.getDevices({ tags: [{ key: "ring", value: "canary" }] });
  expect(devices.length).toBeGreaterThan(0);
  expect(calls).toEqual([]);
});
