// A mistake in a program, and what Losant refuses: Pulumi shows a sentence, whichever function found it.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { getDevices, getEdgeDeployment, getEdgeDeployments, getEdgeWorkflow } from "pulumi-losant";
import { demoFleet, startSimulator } from "pulumi-losant/simulator";
import type { Simulator } from "pulumi-losant/simulator";
import { beginProgram, settingsOf } from "./support.js";

const production = "aa0000000000000000000002";
const flowId = "f10000000000000000000001";
const absent = "f1000000000000000000dead";

let losant: Simulator;

beforeAll(async () => {
  losant = await startSimulator({ seed: demoFleet() });
});
afterAll(() => losant.close());
beforeEach(() => beginProgram(settingsOf(losant, production, "demo-user-token")));
afterEach(() => {
  losant.clearFaults();
  jest.restoreAllMocks();
});

const lookups: [string, { mistake: () => Promise<unknown>; correct: () => Promise<unknown> }][] = [
  ["getDevices", { mistake: () => getDevices({ name: "lime-1" }), correct: () => getDevices() }],
  [
    "getEdgeWorkflow",
    { mistake: () => getEdgeWorkflow({ id: absent }), correct: () => getEdgeWorkflow({ name: "Telemetry" }) },
  ],
  [
    "getEdgeDeployments",
    { mistake: () => getEdgeDeployments({ perPage: 0 }), correct: () => getEdgeDeployments({ flowId }) },
  ],
  ["getEdgeDeployment", { mistake: () => getEdgeDeployment("one"), correct: () => getEdgeDeployment(absent) }],
];

describe.each(lookups)("%s", (what, { mistake, correct }) => {
  async function thrown(work: () => Promise<unknown>): Promise<Error> {
    const error: unknown = await work().then(
      () => "nothing was thrown",
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(Error);
    return error as Error;
  }

  function expectSentence(error: Error): void {
    expect(pulumi.RunError.isInstance(error)).toBe(true);
    expect(error.message.startsWith(`${what}: `)).toBe(true);
    expect(error.stack).toBe(error.message);
  }

  test("says a mistake as a sentence", async () => {
    expectSentence(await thrown(mistake));
  });

  test("says what Losant refuses as a sentence", async () => {
    losant.fault({ status: 400, times: Infinity, body: { type: "Validation", message: "no such query" } });
    const error = await thrown(correct);
    expectSentence(error);
    expect(error.message).toContain("no such query");
  });

  test("shows what Losant refuses with its stack, with PULUMI_LOSANT_DEBUG", async () => {
    jest.replaceProperty(process, "env", { ...process.env, PULUMI_LOSANT_DEBUG: "1" });
    losant.fault({ status: 400, times: Infinity, body: { type: "Validation", message: "no such query" } });
    const error = await thrown(correct);
    expect(pulumi.RunError.isInstance(error)).toBe(false);
    expect(error.stack).toContain("\n    at ");
  });
});
