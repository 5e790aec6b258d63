// A workflow that was deleted in Losant is said as such, in a refresh and by `up`; a version that does not exist is not.
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { demoFleet, startSimulator } from "pulumi-losant/simulator";
import type { Simulator } from "pulumi-losant/simulator";
import { wiredProvider } from "../../support/wired-provider.js";
import { line, production, telemetry } from "../lookup/support.js";

const inputs = { applicationId: production, flowId: telemetry, version: "v1.2.3", deviceIds: [line(1), line(2)] };
const deleted = `workflow ${telemetry} is not in application ${production}: it was deleted in Losant, or it belongs to another application.`;

let losant: Simulator;
beforeEach(async () => {
  losant = await startSimulator({ seed: demoFleet(), reportDelayMs: 0 });
});
afterEach(() => losant.close());

const started = () => wiredProvider(losant.url, "demo-deploy-token");
const failureOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "",
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );

test("`up` says that it is not there, and Losant's own words", async () => {
  losant.deleteFlow(telemetry);
  for (const rollout of [{}, { rollout: { batches: [1] } }]) {
    const message = await failureOf(started().provider.create({ ...inputs, ...rollout }));
    expect(message).toContain(deleted);
    expect(message).toContain('"Flow was not found"');
  }
});

test("a refresh says it beside what is gone; a destroy has nothing to stop", async () => {
  const { id, outs } = await started().provider.create(inputs);
  losant.deleteFlow(telemetry);
  const { provider, said } = started();
  expect(await provider.read(id, outs)).toEqual({});
  expect(said.at(-1)).toBe(deleted);
  await started().provider.delete(id, outs);
});

test("a version that does not exist is no missing workflow, and nothing is said where the workflow cannot be read", async () => {
  const unknown = { ...inputs, version: "v9" };
  expect(await failureOf(started().provider.create(unknown))).toMatch(/^cannot release.*Flow version not found/);
  losant.deleteFlow(telemetry);
  losant.fault({ operation: "getFlow", status: 403, times: Infinity });
  expect(await failureOf(started().provider.create(inputs))).toMatch(/^cannot release.*Flow was not found/);
});

test("devices that lost the workflow are gone without a word about it where the workflow is still there", async () => {
  const { id, outs } = await started().provider.create(inputs);
  for (const deviceId of inputs.deviceIds) {
    const by = { sourceType: "user", sourceId: "b00000000000000000000001" } as const;
    losant.change({ applicationId: production, flowId: telemetry, deviceId, version: null, by });
  }
  const { provider, said } = started();
  expect(await provider.read(id, outs)).toEqual({});
  expect(said.join("\n")).not.toContain("is not in application");
});

test("Pulumi is handed no text that would act where it prints the value of a property", async () => {
  const { provider } = started();
  const bad = [
    { ...inputs, version: "v1\n::error::" },
    { ...inputs, flowId: "\u001b[31mred" },
    { ...inputs, deviceIds: ["a", "b", "c", "d", "e", "f\u202e"] },
    { ...inputs, rollout: { canary: { deviceIds: ["<{%reset%}>"] } } },
  ];
  for (const news of bad) {
    const { failures } = await provider.check({}, news);
    expect(failures.length).toBeGreaterThan(0);
    for (const { property, reason } of failures) {
      // Pulumi prints the value beside the reason where the property is the name of an input.
      expect(JSON.stringify((news as Record<string, unknown>)[property] ?? "")).not.toMatch(/\\n|\\u001b|\u202e|<\{%/);
      expect(reason).not.toMatch(/[\p{Cc}\p{Cf}]|<\{%/u);
      expect(`${property}: ${reason}`).toMatch(/^(: )?(version|flowId|deviceIds|rollout\.canary\.deviceIds\[0\]): /);
    }
  }
  const { failures } = await provider.check({}, { ...inputs, version: "" });
  expect(failures).toEqual([{ property: "version", reason: expect.stringContaining('"" is not a version') }]);
});
