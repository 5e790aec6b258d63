import { afterEach, describe, expect, test } from "@jest/globals";
import { Unfinished } from "../../../provider/apply/unfinished.js";
import type { Fleet } from "../../../provider/resource/fleet.js";
import { HAND } from "../../support/plant.js";
import type { Plant } from "../../support/plant.js";
import { createBench } from "../../support/session.js";
import type { Bench, BenchOptions } from "../../support/session.js";

let open: Bench | undefined;
afterEach(() => open?.plant.simulator.close());
async function bench(options: BenchOptions = {}): Promise<Bench> {
  open = await createBench(options);
  return open;
}
const isRemoval = ({ path }: { readonly path: string }): boolean => path.endsWith("/remove");
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index);
/** The calls since the last look, as reads and writes. */
const madeOn = ({ simulator, writes }: Plant): { reads: number; writes: string[] } => {
  const reads = simulator.calls.filter(({ method }) => method === "GET").length;
  const sent = writes();
  simulator.clearCalls();
  return { reads, writes: sent };
};
const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => "it went well",
    (error: unknown) => error,
  );

describe("what Losant accepted is looked for until it shows", () => {
  test("at once with 201, as older installations answer", async () => {
    const { bring, plant } = await bench({ writeStatus: 201 });
    await bring("v1", [0, 1]);
    expect(plant.desired()).toEqual({ 0: "v1", 1: "v1" });
    expect(plant.reads()).toBe(2);
  });

  test("a while later with 202, without a second write", async () => {
    const { bring, plant } = await bench({ desiredDelayMs: 10 });
    const { fleet } = await bring("v1", [0, 1]);
    expect([...fleet.values()].map(({ desired }) => desired)).toEqual(["v1", "v1"]);
    expect(plant.writes()).toEqual(["release v1 x2"]);
  });

  test.each(["desired", "current", "either"] as const)(
    "with replace matched on %s: what it left is released by name",
    async (replaceMatches) => {
      const { bring, plant, later } = await bench({ replaceMatches, reportDelayMs: 0 });
      plant.simulator.setBehaviour(plant.devices[1] ?? "", { kind: "offline" });
      await bring("v1", [0, 1]);
      plant.simulator.settle();
      await later();
      plant.writes();
      await bring("v2", [0, 1]);
      expect(plant.desired()).toEqual({ 0: "v2", 1: "v2" });
      expect(plant.writes()[0]).toBe("replace v1 v2");
    },
  );

  test("an unknown version is refused by Losant, and nothing has moved", async () => {
    const { bring, plant } = await bench();
    await expect(bring("v99", [0, 1])).rejects.toThrow("Flow version not found.");
    expect(plant.desired()).toEqual({});
  });

  test("nothing to do: one look, no write", async () => {
    const { bring, plant } = await bench();
    await bring("v1", [0, 1]);
    plant.writes();
    await bring("v1", [0, 1]);
    expect(plant.writes()).toEqual([]);
  });
});

describe("a device that was deleted in Losant", () => {
  const DELETED = 2;
  async function withDeleted(): Promise<Bench & { readonly slept: () => number }> {
    let slept = 0;
    const made = await bench({ onSleep: (ms) => (slept += ms) });
    await made.bring("v1", [0, 1, DELETED]);
    made.plant.simulator.deleteDevice(made.plant.devices[DELETED] ?? "");
    await made.later();
    slept = 0;
    made.plant.writes();
    return { ...made, slept: () => slept };
  }

  test("ends the wait and is named; the others have the version, and nothing is sent twice", async () => {
    const { bring, plant, slept } = await withDeleted();
    const error = await failureOf(bring("v2", [0, 1, DELETED]));
    expect(error).toBeInstanceOf(Unfinished);
    expect((error as Unfinished).reasons).toEqual([
      "1 device not in the application. Take it out of deviceIds.",
      `device ${plant.devices[DELETED]} is not in the application: it was deleted, or it belongs to another one`,
    ]);
    expect(plant.desired()).toEqual({ 0: "v2", 1: "v2" });
    // The rule allows 10 s, twice.
    expect(slept()).toBeLessThan(1_000);
    expect(plant.simulator.calls.filter(({ path }) => path.endsWith("/devices"))).toHaveLength(1);
  });

  test("is waited for as any other where the token may not read devices, and is not called deleted", async () => {
    const { bring, plant, slept } = await withDeleted();
    plant.simulator.fault({ operation: "listDevices", status: 403, times: Infinity });
    const error = await failureOf(bring("v2", [0, 1, DELETED]));
    expect((error as Unfinished).reasons[1]).toBe(
      `device ${plant.devices[DELETED]}: wanted at v2, Losant shows nothing`,
    );
    expect(slept()).toBeGreaterThan(1_000);
    expect(plant.simulator.calls.filter(({ path }) => path.endsWith("/devices"))).toHaveLength(1);
  });
});

describe("a write whose fate is not known", () => {
  test("is not repeated where looking shows that it was taken", async () => {
    const { bring, plant } = await bench();
    plant.simulator.fault({ method: "POST", cut: "after" });
    await bring("v1", [0, 1]);
    expect(plant.desired()).toEqual({ 0: "v1", 1: "v1" });
    expect(plant.writes()).toEqual(["release v1 x2"]);
  });

  test("is repeated where looking shows that it was not", async () => {
    const { bring, plant } = await bench();
    plant.simulator.fault({ method: "POST", cut: "before" });
    await bring("v1", [0, 1]);
    expect(plant.desired()).toEqual({ 0: "v1", 1: "v1" });
    expect(plant.writes()).toHaveLength(2);
  });

  test("is tried for two minutes; then the error says how often, and what is live", async () => {
    const { bring, plant } = await bench();
    plant.simulator.fault({ method: "POST", status: 503, times: 99 });
    const failed = (await failureOf(bring("v1", [0, 1]))) as Unfinished;
    expect(failed).toBeInstanceOf(Unfinished);
    expect(failed.reasons).toHaveLength(3);
    expect(failed.message).toMatch(/answered 503.* Given up after 19 tries in 2m\./);
    expect(plant.writes()).toHaveLength(19);
    expect(plant.desired()).toEqual({});
  });

  test("and that could not be looked at is unknown: nothing is said of any device", async () => {
    const { bring, plant } = await bench();
    plant.simulator.beforeCall(({ method }) => {
      if (method === "POST") plant.simulator.fault({ method: "GET", status: 403, times: 99 });
    });
    const failed = (await failureOf(bring("v1", [0, 1]))) as Unfinished;
    expect(failed).toBeInstanceOf(Unfinished);
    expect(failed.fleet).toBeUndefined();
    expect(failed.reasons).toHaveLength(1);
    expect(failed.reasons[0]).toMatch(/2 devices, and what Losant shows since then is not known: .*403/);
    expect(failed.reasons[0]).not.toContain("v1");
  });
});

describe("several resources at one moment", () => {
  test("ten of one flow going to one version are one look, one release, one look", async () => {
    const { bring, plant } = await bench({ devices: 11 });
    plant.byHand(10, "v1");
    await Promise.all(range(0, 10).map((device) => bring("v1", [device])));
    expect(madeOn(plant)).toEqual({ reads: 2, writes: ["release v1 x10"] });
  });

  test("that own every device of the old version are one replace", async () => {
    const { bring, plant, later } = await bench({ devices: 4 });
    await bring("v1", range(0, 4));
    await later();
    plant.writes();
    await Promise.all(range(0, 4).map((device) => bring("v2", [device])));
    expect(madeOn(plant)).toMatchObject({ writes: ["replace v1 v2"] });
  });

  test("a resource that is not in hand keeps its device: the others are released by name", async () => {
    const { bring, plant, later } = await bench({ devices: 3 });
    await bring("v1", range(0, 3));
    await later();
    plant.writes();
    await Promise.all([bring("v2", [0]), bring("v2", [1])]);
    expect(plant.writes()).toEqual(["release v2 x2"]);
    expect(plant.desired()).toEqual({ 0: "v2", 1: "v2", 2: "v1" });
  });

  test("each is told its own devices, and that the call was shared", async () => {
    const { bring, debug } = await bench();
    const [first] = await Promise.all([
      bring("v1", [0], { resourceId: "a/b/1" }),
      bring("v1", [1, 2], { resourceId: "a/b/2" }),
    ]);
    expect(first.moves.map(({ to }) => to)).toEqual(["v1"]);
    expect(first.calls).toEqual([expect.objectContaining({ verb: "release", shared: 2, call: 1 })]);
    expect(debug.filter((line) => line.includes('"applied"'))).toHaveLength(2);
  });

  test("of two flows share the listings: one of the whole application", async () => {
    const { bring, plant } = await bench();
    await Promise.all([bring("v1", [0]), bring("v1", [1], { flow: 1 })]);
    expect(madeOn(plant)).toEqual({ reads: 2, writes: ["release v1 x1", "release v1 x1"] });
  });

  test("where another workflow's rows contradict each other, list each flow by itself", async () => {
    const { bring, plant } = await bench({ flows: 3 });
    const whole = { operation: "listDeployments", path: /edge\/deployments\?(?!.*flowId)/ } as const;
    plant.simulator.fault({ ...whole, listing: { totalCountBy: 1 }, times: 99 });
    await Promise.all([bring("v1", [0]), bring("v1", [1], { flow: 1 })]);
    expect(plant.desired()).toEqual({ 0: "v1" });
    expect(plant.simulator.calls.some(({ query }) => query["flowId"] !== undefined)).toBe(true);
  });

  test("where the application is larger than that is worth, list each flow by itself", async () => {
    const { bring, plant, later } = await bench({ devices: 1100, flows: 3 });
    await bring("v1", range(0, 1100), { flow: 2 });
    await bring("v1", range(0, 1100), { flow: 1 });
    await later();
    plant.reads();
    await Promise.all([bring("v1", [0]), bring("v2", range(0, 1100), { flow: 1 })]);
    const all = plant.simulator.calls.filter(({ method, query }) => method === "GET" && query["flowId"] === undefined);
    expect(all).toHaveLength(1);
  });

  test("the look that ends one begins the next, for calls by name", async () => {
    const { bring, plant } = await bench({ devices: 4 });
    await bring("v1", [0]);
    plant.reads();
    await bring("v1", [1]);
    expect(plant.reads()).toBe(1);
  });

  test("but never a wide one: that gets a look of its own", async () => {
    const { bring, plant } = await bench({ devices: 2200 });
    await bring("v1", range(0, 2100));
    plant.writes();
    // What the last look does not show.
    plant.byHand(2150, "v1");
    await bring("v2", range(0, 2100));
    expect(plant.writes()).toEqual(["release v2 x1000", "release v2 x1000", "release v2 x100"]);
    expect(
      plant.simulator.rows(plant.applicationId, plant.flowId).find((row) => row.deviceId === plant.devices[2150]),
    ).toMatchObject({ desiredVersion: "v1" });
  });

  test("an error of a call is told to the one whose devices were in it", async () => {
    const { bring, plant } = await bench();
    const [wrong, right] = await Promise.all([failureOf(bring("v99", [0])), bring("v1", [1])]);
    expect(String(wrong)).toContain("Flow version not found.");
    expect(right.moves).toHaveLength(1);
    expect(plant.desired()).toEqual({ 1: "v1" });
  });

  test("a device that another one was just taken off is waited for, where Losant shows it late", async () => {
    const { bring, plant } = await bench({ desiredDelayMs: 30 });
    await bring("v1", [0, 1]);
    let isWritten: () => void = () => {};
    const written = new Promise<void>((resolve) => {
      isWritten = resolve;
    });
    plant.simulator.beforeCall(
      ({ method }) => void (method === "GET" && plant.simulator.calls.some(isRemoval) && isWritten()),
    );
    const given = bring(null, [1]);
    await written;
    await Promise.all([given, bring("v1", [1])]);
    plant.simulator.settle();
    expect(plant.desired()).toEqual({ 0: "v1", 1: "v1" });
  });

  test("one that refuses does not hold the others back", async () => {
    const { bring, plant } = await bench();
    const refuse = (): never => {
      throw new Error("not mine");
    };
    const [refused] = await Promise.all([failureOf(bring("v1", [0], { refuse })), bring("v1", [1])]);
    expect(String(refused)).toContain("not mine");
    expect(plant.desired()).toEqual({ 1: "v1" });
  });

  test("nothing is refused for what an earlier look has shown", async () => {
    const { bring, plant } = await bench();
    plant.byHand(1, "v3");
    await bring("v1", [0]);
    plant.byHand(1, null);
    const device = plant.devices[1] ?? "";
    const refuse = (fleet: Fleet): void => {
      if ((fleet.get(device)?.desired ?? null) !== null) throw new Error("taken");
    };
    await bring("v1", [1], { refuse });
    expect(plant.desired()).toEqual({ 0: "v1", 1: "v1" });
  });

  test("a listing that fails for one flow does not hold the others back", async () => {
    const { bring, plant } = await bench();
    plant.simulator.beforeCall(({ path, query }) => {
      const isOfTheOther = query["flowId"] === plant.otherFlowId;
      if (path.endsWith("/deployments") && !isOfTheOther) plant.simulator.fault({ method: "GET", status: 400 });
    });
    const [wrong, right] = await Promise.all([failureOf(bring("v1", [0])), bring("v1", [1], { flow: 1 })]);
    expect(String(wrong)).toContain("400");
    expect(right.moves).toHaveLength(1);
  });

  test("nobody waits for a device of another one that does not follow", async () => {
    const { bring, plant, session } = await bench({ devices: 3 });
    const { applicationId, flowId, devices } = plant;
    // Whether it exists cannot be read.
    plant.simulator.fault({ operation: "listDevices", status: 403, times: Infinity });
    const nowhere = "f".repeat(24);
    const ended: string[] = [];
    const stuck = failureOf(
      session.commit({
        flow: { applicationId, flowId },
        ask: () => ({ desired: new Map([[nowhere, "v1"]]), owned: new Set([nowhere]) }),
      }),
    ).then((error) => {
      ended.push("stuck");
      return error;
    });
    await bring("v1", [0]).then(() => ended.push("first"));
    await bring("v1", [1]).then(() => ended.push("second"));
    expect(String(await stuck)).toContain("does not show them");
    expect(ended).toEqual(["first", "second", "stuck"]);
    expect(devices).toHaveLength(3);
  });

  test("24 of two flows, eight at a time as Pulumi hands them over, take at most 24 calls", async () => {
    const { bring, plant } = await bench({ devices: 24 });
    const waiting = range(0, 24);
    const worker = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        await bring("v1", [next], { flow: next % 2 });
      }
    };
    await Promise.all(range(0, 8).map(worker));
    expect(plant.simulator.calls.length).toBeLessThanOrEqual(24);
  });
});

describe("a wide call rests on a look", () => {
  const owners = async (options: BenchOptions = {}) => {
    const made = await bench({ devices: 4, ...options });
    await made.bring("v1", [0, 1, 2]);
    await made.later();
    made.plant.writes();
    return made;
  };

  test.each([
    ["429", { status: 429 }],
    ["429 that says when", { status: 429, headers: { "retry-after": "3" } }],
  ])("after %s it looks again, and a foreign device that joined makes it a release by name", async (_name, fault) => {
    const { bring, plant } = await owners();
    plant.simulator.fault({ method: "POST", ...fault });
    plant.simulator.beforeCall(({ path }) => {
      if (path.includes("replace")) plant.byHand(3, "v1");
    });
    await bring("v2", [0, 1, 2]);
    expect(plant.writes()).toEqual(["replace v1 v2", "release v2 x3"]);
    expect(plant.desired()).toEqual({ 0: "v2", 1: "v2", 2: "v2", 3: "v1" });
  });

  test("waits as long as Losant says before it tries again", async () => {
    const pauses: number[] = [];
    const { bring, plant } = await owners({ onSleep: (ms) => pauses.push(ms) });
    plant.simulator.fault({ method: "POST", status: 429, headers: { "retry-after": "7" } });
    pauses.length = 0;
    await bring("v2", [0, 1, 2]);
    expect(pauses.filter((ms) => ms >= 7_000)).toHaveLength(1);
  });

  test("after one whose fate is not known it goes on by name", async () => {
    const { bring, plant } = await owners();
    plant.simulator.fault({ method: "POST", cut: "before" });
    await bring("v2", [0, 1, 2]);
    expect(plant.writes()).toEqual(["replace v1 v2", "release v2 x3"]);
  });

  test("with losant:replace never there is none", async () => {
    const { bring, plant } = await owners({ rules: { allowFleetWideCalls: false } });
    await bring("v2", [0, 1, 2]);
    expect(plant.writes()).toEqual(["release v2 x3"]);
  });
});

describe("somebody else at work at the same time", () => {
  test("a foreign device that moved meanwhile is reported with its id", async () => {
    const { bring, plant, warnings } = await bench();
    plant.simulator.beforeCall(({ method }) => {
      if (method === "POST") plant.byHand(3, "v2");
    });
    await bring("v1", [0, 1]);
    expect(warnings).toEqual([
      expect.stringMatching(
        new RegExp(
          `${plant.devices[3]}.* is not managed here and moved from nothing to v2 \\(by user ${HAND.sourceId}\\) while this ran: look at it`,
        ),
      ),
    ]);
    expect(plant.desired()).toEqual({ 0: "v1", 1: "v1", 3: "v2" });
  });

  test("a device of ours that arrived and that somebody moved on is not called again", async () => {
    const { bring, plant } = await bench();
    let hasWritten = false;
    plant.simulator.beforeCall(({ method }) => {
      if (method === "GET" && hasWritten) plant.byHand(0, "v3");
      hasWritten = method === "POST";
    });
    await bring("v1", [0, 1]);
    expect(plant.writes()).toEqual(["release v1 x2"]);
    expect(plant.desired()).toEqual({ 0: "v3", 1: "v1" });
  });

  test("also one that moved and came back, and one that lost the flow", async () => {
    const { bring, plant, warnings } = await bench();
    plant.byHand(2, "v3");
    plant.byHand(3, "v3");
    plant.simulator.beforeCall(({ method }) => {
      if (method !== "POST") return;
      plant.byHand(2, "v2");
      plant.byHand(2, "v3");
      plant.byHand(3, null);
    });
    await bring("v1", [0, 1]);
    expect(warnings).toHaveLength(2);
    expect(warnings.join("\n")).toMatch(/moved away from v3 and came back/);
    expect(warnings.join("\n")).toMatch(/moved from v3 to nothing/);
  });
});

describe("a plugin whose engine is gone", () => {
  test("writes nothing", async () => {
    const { bring, plant } = await bench({ isEngineAlive: async () => false });
    await expect(bring("v1", [0, 1])).rejects.toThrow("connection to the Pulumi engine is lost");
    expect(plant.writes()).toEqual([]);
  });

  test("stops between two calls of one plan, and says what is live", async () => {
    let asked = 0;
    const { bring, plant } = await bench({ devices: 1001, isEngineAlive: async () => ++asked === 1 });
    const failed = (await failureOf(bring("v1", range(0, 1001)))) as Unfinished;
    expect(plant.writes()).toEqual(["release v1 x1000"]);
    expect(failed).toBeInstanceOf(Unfinished);
    expect([...(failed.fleet?.values() ?? [])].filter(({ desired }) => desired === "v1")).toHaveLength(1000);
  });

  test("is asked before every attempt: a replace that waited in a 429 is not sent any more", async () => {
    let isAlive = true;
    const { bring, plant, later } = await bench({ devices: 2, isEngineAlive: async () => isAlive });
    await bring("v1", [0, 1]);
    await later();
    plant.writes();
    plant.simulator.fault({ method: "POST", status: 429 });
    plant.simulator.beforeCall(({ method }) => {
      if (method === "POST") isAlive = false;
    });
    await expect(bring("v2", [0, 1])).rejects.toThrow("connection to the Pulumi engine is lost");
    expect(plant.writes()).toEqual(["replace v1 v2"]);
    expect(plant.desired()).toEqual({ 0: "v1", 1: "v1" });
  });
});
