// Rollouts against devices that behave as devices do, by the provider's own verbs over real HTTP.
import { afterEach, describe, expect, test } from "@jest/globals";
import { createClaims } from "../../provider/claims.js";
import { createLifecycle, InitError } from "../../provider/lifecycle.js";
import { silent } from "../../provider/log.js";
import { createLosantClient } from "../../provider/losant/index.js";
import { createFlowReader } from "../../provider/observe.js";
import { throttled } from "../../provider/progress.js";
import { settingsFrom } from "../../provider/settings.js";
import type { Behaviour } from "pulumi-losant/simulator";
import { createPlant } from "../support/plant.js";
import type { Plant } from "../support/plant.js";

let plant: Plant | undefined;
afterEach(async () => {
  await plant?.simulator.close();
  plant = undefined;
});

async function rolledOut(behaviours: Readonly<Record<number, Behaviour>>, rollout: object) {
  plant = await createPlant({ devices: 4 });
  const { applicationId, flowId, devices: deviceIds, simulator, token } = plant;
  for (const [number, behaviour] of Object.entries(behaviours)) {
    simulator.setBehaviour(deviceIds[Number(number)] ?? "", behaviour);
  }
  const client = createLosantClient({ apiUrl: simulator.url, apiToken: token });
  const said: string[] = [];
  const lifecycle = createLifecycle({
    settings: () =>
      settingsFrom(
        () => undefined,
        () => undefined,
      ),
    claims: createClaims(),
    portsFor: () => ({
      client,
      flows: createFlowReader(client, { sharedForMs: 0 }),
      log: { ...silent, info: (message) => said.push(message) },
      clock: { now: Date.now, sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)) },
      exclusively: (_key, task) => task(),
      rules: { wide: true, verifySeconds: 5, poll: { firstMs: 20, lastMs: 50 } },
    }),
  });
  const inputs = { applicationId, flowId, version: "v1", deviceIds, rollout };
  const ended = await lifecycle.create(inputs).catch((error: unknown) => error);
  return { plant, said, ended };
}

describe("a rollout waits for", () => {
  test("a slow device, and then releases the next batch", async () => {
    const { plant, ended } = await rolledOut({ 0: { kind: "late", afterMs: 400 } }, { batches: [1, "100%"] });
    expect(ended).toMatchObject({ outs: { status: "deployed" } });
    expect(plant.writes()).toEqual(["release v1 x1", "release v1 x3"]);
  });

  test("a device that connects and disconnects in turn, with offline: wait", async () => {
    const begun = rolledOut({ 1: { kind: "offline" } }, { offline: "wait", timeoutSeconds: 20 });
    setTimeout(() => plant?.simulator.setBehaviour(plant.devices[1] ?? "", { kind: "flapping", everyMs: 120 }), 300);
    expect((await begun).ended).toMatchObject({ outs: { pendingDeviceIds: [], failures: [] } });
  });

  test("a device that reconnects in time", async () => {
    const begun = rolledOut({ 2: { kind: "offline" } }, { offline: "wait", timeoutSeconds: 20 });
    setTimeout(() => plant?.simulator.connect(plant.devices[2] ?? ""), 600);
    expect((await begun).ended).toMatchObject({ outs: { status: "deployed" } });
  });
});

test("a time-out is a failure that keeps what was reached, and names the device", async () => {
  const { plant, ended } = await rolledOut({ 3: { kind: "offline" } }, { offline: "wait", timeoutSeconds: 1 });
  expect(ended).toBeInstanceOf(InitError);
  expect((ended as InitError).reasons.join("\n")).toContain(plant.devices[3]);
  expect(plant.desired()).toEqual({ 0: "v1", 1: "v1", 2: "v1", 3: "v1" });
});

test("progress is told at once, and then at most once in its time", () => {
  const told: string[] = [];
  let now = 0;
  const tell = throttled({ ...silent, progress: (message) => told.push(message) }, () => now, 10_000);
  for (now = 0; now <= 25_000; now += 1_000) tell(`at ${now}`);
  expect(told).toEqual(["at 0", "at 10000", "at 20000"]);
});
