// What the plan reads from Losant: once for all resources, only where something moves, and left out where it may not.
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { demoFleet, startSimulator } from "pulumi-losant/simulator";
import type { Seed, Simulator } from "pulumi-losant/simulator";
import type { Move } from "../../../provider/decision/plan.js";
import { createPlanReads } from "../../../provider/lookup/plan-reads.js";
import type { PlanReads } from "../../../provider/lookup/plan-reads.js";
import { PreviewFailure } from "../../../provider/lookup/preview-failure.js";
import type { WarningCode } from "../../../provider/messages/preview-warnings.js";
import { findEdgeWorkflow } from "../../../provider/lookup/workflow.js";
import type { Inputs } from "../../../provider/resource/inputs.js";
import { line, lookupAt, production, telemetry, thrownBy } from "./support.js";

const flow = { applicationId: production, flowId: telemetry };
const by = { sourceType: "apiToken", sourceId: "a0000000000000000000000f", applicationId: production } as const;
const demo = demoFleet();
const seed: Seed = {
  applications: demo.applications.map((one) =>
    one.id === production
      ? {
          ...one,
          deployments: [{ flowId: telemetry, deviceId: line(1), desiredVersion: "v1.2.3", currentVersion: null }],
        }
      : one,
  ),
  tokens: [...demo.tokens, { ...by, token: "versions-only", scopes: ["flowVersion.get", "flowVersions.get"] }],
};

let losant: Simulator;
let said: string[];

beforeEach(async () => {
  losant = await startSimulator({ seed });
  said = [];
});
afterEach(() => losant.close());

function readsAt(token?: string, beforeDevices?: () => Promise<void>) {
  const lookup = lookupAt(losant, token);
  const say = (level: string) => (message: string) => void said.push(`${level}: ${message}`);
  const log = { debug: say("debug"), info: say("info"), warn: say("warn") };
  return { lookup, reads: createPlanReads({ lookup, log, beforeDevices }) };
}

const declares = (version: string | null): Inputs => ({ ...flow, version, deviceIds: [line(1)] });
const moves = (to: string | null, ...numbers: number[]): Move[] =>
  numbers.map((number) => ({ deviceId: line(number), from: null, to }));
const paths = (): string[] => losant.calls.map(({ path }) => path.split("/").slice(3).join("/"));

describe("what several resources use is one call", () => {
  test("a flow", async () => {
    const { reads } = readsAt();
    const [fleet, again] = await Promise.all([reads.fleet(flow), reads.fleet(flow)]);
    expect(fleet?.get(line(1))?.desired).toBe("v1.2.3");
    expect(again).toBe(fleet);
    expect(paths()).toEqual(["edge/deployments"]);
    expect((await reads.fleet({ ...flow, flowId: "f10000000000000000000002" }))?.size).toBe(0);
  });

  test("a version, with the agent that it needs", async () => {
    const { reads } = readsAt();
    const read = () => reads.version(declares("v1.3.0"), moves("v1.3.0", 1), '"Telemetry"');
    expect(await Promise.all([read(), read()])).toEqual(
      [1, 2].map(() => ({ kind: "exists", minimumAgentVersion: "1.39.0" })),
    );
    expect(paths()).toEqual([`flows/${telemetry}/versions/v1.3.0`]);
  });

  test("devices, also of resources that ask later", async () => {
    const all = Promise.withResolvers<void>();
    const { reads } = readsAt(undefined, () => all.promise);
    const one = reads.devices(declares("v1.2.4"), moves("v1.2.4", 1, 2));
    // Time enough to send the first question alone.
    for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    const two = reads.devices(declares("v1.3.0"), moves("v1.3.0", 9));
    all.resolve();
    expect([...((await one)?.keys() ?? [])]).toEqual([line(1), line(2)]);
    expect((await two)?.get(line(9))?.edgeAgentVersion).toBe("1.36.0");
    expect(paths()).toEqual(["devices"]);
  });
});

test("versions that the program looked up are not read again", async () => {
  const { lookup, reads } = readsAt();
  await findEdgeWorkflow(lookup, { name: "Telemetry" });
  losant.clearCalls();
  expect(await reads.version(declares("v1.3.0"), moves("v1.3.0", 1), "")).toMatchObject({ kind: "exists" });
  expect(paths()).toEqual([]);
});

test.each([
  ["nothing moves", declares("v1.2.4"), []],
  ["everything leaves", declares(null), moves(null, 1)],
  ["what moves goes elsewhere", declares("v1.2.4"), moves("v1.2.3", 1)],
])("where %s, neither versions nor devices are read", async (_, inputs, planned) => {
  const { reads } = readsAt();
  expect(await reads.version(inputs, planned, "")).toBeUndefined();
  expect(await reads.devices(inputs, planned)).toBeUndefined();
  expect(paths()).toEqual([]);
});

test("the working copy is told from a version", async () => {
  const { reads } = readsAt();
  expect(await reads.version(declares("develop"), moves("develop", 1), "")).toMatchObject({ kind: "workingCopy" });
});

describe("health that cannot be judged fails the preview", () => {
  const healthy = (version: string | null): Inputs => ({
    ...declares(version),
    rollout: { health: { errors: { max: 0 } } },
  });

  test("the token may not read runtime errors", async () => {
    const { reads } = readsAt("versions-only");
    const error = await thrownBy(() => reads.health(healthy("v1.2.4")));
    expect(error).toBeInstanceOf(PreviewFailure);
    expect(error.message).toBe(
      "rollout.health cannot be judged: the token may not read the runtime errors of a version. Give it the scope `flowVersion.errors`, or leave health out",
    );
  });

  test("the token may not read runs, and both scopes are named where both are missing", async () => {
    const both = { ...declares("v1.2.4"), rollout: { health: { errors: { max: 0 }, failedRuns: "2%" } } };
    const runs = { ...declares("v1.2.4"), rollout: { health: { failedRuns: "2%" } } };
    const { reads } = readsAt("versions-only");
    expect((await thrownBy(() => reads.health(both))).message).toBe(
      "rollout.health cannot be judged: the token may not read the runtime errors and the runs of a version. Give it the scope `flowVersion.errors` and `flowVersion.stats`, or leave health out",
    );
    expect((await thrownBy(() => reads.health(runs))).message).toContain("the scope `flowVersion.stats`, or");
  });

  test("one call where it may, however many resources ask", async () => {
    const { reads } = readsAt();
    await Promise.all([reads.health(healthy("v1.2.4")), reads.health(healthy("v1.2.4"))]);
    expect(paths()).toEqual([`flows/${telemetry}/versions/v1.2.4/errors`]);
  });

  test.each([
    ["nothing asks for health", declares("v1.2.4")],
    ["nothing runs", healthy(null)],
  ])("no call where %s", async (_, inputs) => {
    await readsAt("versions-only").reads.health(inputs);
    expect(paths()).toEqual([]);
  });

  test("a Losant that does not answer fails no preview: up asks before it releases anything", async () => {
    losant.fault({ operation: "listVersionErrors", status: 400, times: Infinity });
    await readsAt().reads.health(healthy("v1.2.4"));
    expect(said.join("\n")).toContain("debug: the preview does not say whether health can be judged");
  });
});

describe("what does not exist fails the preview", () => {
  const absent = "f1000000000000000000dead";
  const elsewhere = { applicationId: "aa000000000000000000dead", flowId: telemetry };

  test.each<[string, (reads: PlanReads) => Promise<unknown>, string[], WarningCode]>([
    [
      "a version",
      (reads) => reads.version(declares("v1.2.5"), moves("v1.2.5", 1), '"Telemetry"'),
      ["version"],
      "unknown-version",
    ],
    ["a workflow", (reads) => reads.flow({ ...flow, flowId: absent }), ["applicationId", "flowId"], "unknown-flow"],
    [
      "the versions of a workflow that is not there",
      (reads) => reads.version({ ...declares("v1.2.5"), flowId: absent }, moves("v1.2.5", 1), ""),
      ["applicationId", "flowId"],
      "unknown-flow",
    ],
    ["an application", (reads) => reads.fleet(elsewhere), ["applicationId", "flowId"], "unknown-application"],
  ])("%s, and the message names the inputs that it shows", async (_, read, shows, code) => {
    const error = await thrownBy(() => read(readsAt().reads));
    expect(error).toBeInstanceOf(PreviewFailure);
    expect((error as PreviewFailure).shows).toEqual(shows);
    expect((error as PreviewFailure).code).toBe(code);
    expect(said).toEqual([]);
  });

  test("a version, with those that are close", async () => {
    const { reads } = readsAt();
    const error = await thrownBy(() => reads.version(declares("v1.2.5"), moves("v1.2.5", 1), '"Telemetry"'));
    expect(error.message).toBe(
      'workflow "Telemetry" has no version "v1.2.5": did you mean "v1.2.2", "v1.2.3" or "v1.2.4"?',
    );
  });

  test("a workflow that was deleted, as such: whether a version is asked for or not", async () => {
    losant.deleteFlow(telemetry);
    const { reads } = readsAt();
    const deleted = `workflow ${telemetry} is not in application ${production}: it was deleted in Losant, or it belongs to another application.`;
    expect((await thrownBy(() => reads.version(declares("v1.2.3"), moves("v1.2.3", 1), '"T"'))).message).toBe(deleted);
    expect((await thrownBy(() => reads.flow(flow))).message).toBe(deleted);
  });

  test("an existing workflow does not", async () => {
    await readsAt().reads.flow(flow);
    expect(said).toEqual([]);
  });
});

describe("what cannot be read is left out, and one message says so", () => {
  test("as information, where the token lacks the scope", async () => {
    const { reads } = readsAt("versions-only");
    const other = { ...flow, flowId: "f10000000000000000000002" };
    expect(await Promise.all([reads.fleet(flow), reads.fleet(other)])).toEqual([undefined, undefined]);
    expect(said).toEqual([
      expect.stringMatching(
        /^info: this preview does not say what will move: .*edgeDeployments\.get.* \(`pulumi config set losant:preflight false` turns the plan in previews off\.\)$/,
      ),
    ]);
  });

  test("as a warning, where Losant answers otherwise", async () => {
    losant.fault({
      path: "/devices",
      status: 400,
      times: Infinity,
      body: { type: "Validation", message: "no such query" },
    });
    const { reads } = readsAt();
    expect(await reads.devices(declares("v1.2.4"), moves("v1.2.4", 1))).toBeUndefined();
    expect(await reads.devices(declares("v1.2.4"), moves("v1.2.4", 2))).toBeUndefined();
    expect(said).toEqual([
      expect.stringMatching(/^warn: this preview does not say the class and the agent of devices: .*no such query/),
    ]);
  });

  test("a workflow that the token may not see only shows in the debug log", async () => {
    await readsAt("versions-only").reads.flow(flow);
    expect(said).toEqual([expect.stringMatching(/^debug: the preview does not say whether the workflow exists: /)]);
  });
});
