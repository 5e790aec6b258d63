import { afterEach, describe, expect, test } from "@jest/globals";
import { converge, Unfinished } from "../../provider/execute.js";
import type { Outcome, Ports, Rules } from "../../provider/execute.js";
import { silent } from "../../provider/log.js";
import { createLosantClient } from "../../provider/losant/index.js";
import type { Version } from "../../provider/losant/types.js";
import { createFlowReader } from "../../provider/observe.js";
import { createPlant, HAND } from "../support/plant.js";
import type { Plant, PlantOptions } from "../support/plant.js";

let plant: Plant | undefined;
afterEach(() => plant?.simulator.close());

interface Bench {
  readonly plant: Plant;
  readonly warnings: string[];
  /** Brings the first `count` devices to a version. */
  bring(version: Version, count: number): Promise<Outcome>;
}

async function bench(
  options: PlantOptions = {},
  rules: Partial<Rules> = {},
  more: Partial<Ports> = {},
): Promise<Bench> {
  plant = await createPlant(options);
  const { applicationId, flowId, devices, simulator, token } = plant;
  const client = createLosantClient({ apiUrl: simulator.url, apiToken: token, retryDelayMs: 1 });
  const warnings: string[] = [];
  const ports: Ports = {
    client,
    flows: createFlowReader(client),
    log: { ...silent, warn: (message) => warnings.push(message) },
    // Ten times as fast as life.
    clock: { now: () => Date.now() * 10, sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms / 10)) },
    exclusively: (_key, task) => task(),
    rules: { wide: true, verifySeconds: 10, ...rules },
    ...more,
  };
  return {
    plant,
    warnings,
    bring: (version, count) => {
      const owned = devices.slice(0, count);
      const intent = { desired: new Map(owned.map((id) => [id, version])), owned: new Set(owned) };
      return converge(ports, { applicationId, flowId }, () => intent);
    },
  };
}

describe("what Losant accepted is looked for until it shows", () => {
  test("at once with 201, as older installations answer", async () => {
    const { bring, plant } = await bench({ writeStatus: 201 });
    await bring("v1", 2);
    expect(plant.desired()).toEqual({ 0: "v1", 1: "v1" });
  });

  test("a while later with 202, without a second write", async () => {
    const { bring, plant } = await bench({ desiredDelayMs: 300 });
    const { fleet } = await bring("v1", 2);
    expect([...fleet.values()].map(({ desired }) => desired)).toEqual(["v1", "v1"]);
    expect(plant.writes()).toEqual(["release v1 x2"]);
  });

  test.each(["desired", "current", "either"] as const)(
    "with replace matched on %s: what it left is released by name",
    async (replaceMatches) => {
      const { bring, plant } = await bench({ replaceMatches, reportDelayMs: 0 });
      plant.simulator.setBehaviour(plant.devices[1] ?? "", { kind: "offline" });
      await bring("v1", 2);
      plant.simulator.settle();
      plant.writes();
      await bring("v2", 2);
      expect(plant.desired()).toEqual({ 0: "v2", 1: "v2" });
      expect(plant.writes()[0]).toBe("replace v1 v2");
    },
  );

  test("an unknown version is refused by Losant, and nothing has moved", async () => {
    const { bring, plant } = await bench();
    await expect(bring("v99", 2)).rejects.toThrow("Flow version not found.");
    expect(plant.desired()).toEqual({});
  });
});

describe("a write whose fate is not known", () => {
  test("is not repeated where looking shows that it was taken", async () => {
    const { bring, plant } = await bench();
    plant.simulator.fault({ method: "POST", cut: "after" });
    await bring("v1", 2);
    expect(plant.desired()).toEqual({ 0: "v1", 1: "v1" });
    expect(plant.writes()).toEqual(["release v1 x2"]);
  });

  test("is repeated where looking shows that it was not", async () => {
    const { bring, plant } = await bench();
    plant.simulator.fault({ method: "POST", cut: "before" });
    await bring("v1", 2);
    expect(plant.desired()).toEqual({ 0: "v1", 1: "v1" });
    expect(plant.writes()).toHaveLength(2);
  });

  test("ends after some rounds, and says what is live", async () => {
    const { bring, plant } = await bench();
    plant.simulator.fault({ method: "POST", status: 503, times: 99 });
    const failed = await bring("v1", 2).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(Unfinished);
    expect((failed as Unfinished).reasons).toHaveLength(3);
    expect(plant.desired()).toEqual({});
  });
});

describe("somebody else at work at the same time", () => {
  test("a foreign device that moved meanwhile is reported with its id", async () => {
    const { bring, plant, warnings } = await bench({ desiredDelayMs: 100 });
    setTimeout(() => plant.byHand(3, "v2"), 30);
    await bring("v1", 2);
    expect(warnings).toEqual([
      `device ${plant.devices[3]} is not managed here and moved from nothing to v2 (by user ${HAND.sourceId}) while this ran: look at it`,
    ]);
    expect(plant.desired()).toEqual({ 0: "v1", 1: "v1", 3: "v2" });
  });
});

describe("a plugin whose Pulumi has been killed", () => {
  test("writes nothing", async () => {
    const { bring, plant } = await bench({}, {}, { isHeard: async () => false });
    await expect(bring("v1", 2)).rejects.toThrow("Pulumi has gone");
    expect(plant.writes()).toEqual([]);
  });

  test("stops between two calls of one plan, and says what is live", async () => {
    let asked = 0;
    const { bring, plant } = await bench({ devices: 1001 }, {}, { isHeard: async () => ++asked === 1 });
    const failed = await bring("v1", 1001).catch((error: unknown) => error);
    expect(plant.writes()).toEqual(["release v1 x1000"]);
    expect(failed).toBeInstanceOf(Unfinished);
    const live = [...(failed as Unfinished).fleet.values()].filter(({ desired }) => desired === "v1");
    expect(live).toHaveLength(1000);
  });
});
