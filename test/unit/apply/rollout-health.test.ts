// A device that runs the version and throws, over real HTTP: what is released then, what the error says, what is judged.
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import {
  begin,
  deployed,
  end,
  failure,
  ids,
  inputs,
  lifecycle,
  plant,
  said,
  startPlugin,
  update,
} from "../../support/rollouts.js";

beforeEach(() => begin());
afterEach(end);

const health = { errors: { max: 0 }, settleSeconds: 0.1 };
const HEALTHY = { batches: [1, 2, "100%"], timeoutSeconds: 20, health };

const throws = (number: number, version: string, times = 1): void =>
  plant.simulator.setBehaviour(ids(number)[0] ?? "", {
    kind: "throwing",
    message: "no register 4",
    nodeLabel: "Read PLC",
    versions: [version],
    times,
  });
const threw = (number: number, version: string, secondsAgo: number): void =>
  plant.simulator.throwError({
    applicationId: plant.applicationId,
    flowId: plant.flowId,
    deviceId: ids(number)[0] ?? "",
    version,
    message: "long ago",
    time: new Date(Date.now() - secondsAgo * 1000),
  });
const errorReads = (): number => plant.simulator.calls.filter(({ path }) => path.endsWith("/errors")).length;

describe("the canary throws", () => {
  test("stop: no other device gets the version, and the reasons name node and message", async () => {
    const olds = await deployed([0, 1, 2, 3]);
    throws(0, "v2", 3);
    const { reasons, properties } = await failure(update(olds, inputs("v2", [0, 1, 2, 3], HEALTHY)));
    expect(reasons[0]).toMatch(
      /^rollout of v2 stopped in batch 1 of 3: 1 of 4 devices run it, 1 unhealthy, 3 not released/,
    );
    expect(reasons[1]).toBe(
      `device device-0 (${ids(0)[0]}) runs v2 and threw 3 errors, the last in node "Read PLC": Error: no register 4`,
    );
    expect(plant.desired()).toEqual({ 0: "v2", 1: "v1", 2: "v1", 3: "v1" });
    expect(properties).toMatchObject({ __losant: { rollout: "unfinished" } });
  });

  test("rollback: it returns to its own version", async () => {
    const olds = await deployed([0, 1, 2, 3]);
    throws(0, "v2");
    const news = inputs("v2", [0, 1, 2, 3], { ...HEALTHY, onFailure: "rollback" });
    const { reasons } = await failure(update(olds, news));
    expect(reasons[0]).toContain("Rolled back: 1 device returned to its earlier version");
    expect(reasons[1]).toContain("no register 4");
    expect(plant.desired()).toEqual({ 0: "v1", 1: "v1", 2: "v1", 3: "v1" });
  });

  test("as many errors as allowed: it goes on, and says what it saw", async () => {
    const olds = await deployed([0, 1, 2, 3]);
    throws(0, "v2", 3);
    const rollout = { ...HEALTHY, health: { errors: { max: 3 }, settleSeconds: 0.1 } };
    await update(olds, inputs("v2", [0, 1, 2, 3], rollout));
    expect(plant.desired()).toEqual({ 0: "v2", 1: "v2", 2: "v2", 3: "v2" });
    expect(said.join("\n")).toContain("4 run it; watched for 1s each: 3 errors on 1 of 4 devices, 3 a device allowed");
  });

  test("a device that is offline is not counted among those that were watched", async () => {
    const olds = await deployed([0, 1, 2]);
    plant.simulator.setBehaviour(ids(2)[0] ?? "", { kind: "offline" });
    await update(olds, inputs("v2", [0, 1, 2], HEALTHY));
    expect(said.join("\n")).toContain(
      "2 run it, 1 offline, to follow when they connect; watched for 1s each: no error on 2 devices",
    );
  });

  test("as many unhealthy devices as maxFailures allows: it goes on, and names them", async () => {
    const olds = await deployed([0, 1, 2, 3]);
    throws(0, "v2");
    await update(olds, inputs("v2", [0, 1, 2, 3], { ...HEALTHY, maxFailures: 1 }));
    expect(plant.desired()).toEqual({ 0: "v2", 1: "v2", 2: "v2", 3: "v2" });
    expect(said.join("\n")).toContain("within maxFailures:\ndevice device-0");
  });
});

describe("what does not count:", () => {
  test("errors from before the release, of another version, of a device that is not ours, of long ago", async () => {
    const olds = await deployed([0, 1, 2]);
    threw(0, "v2", 60);
    threw(0, "v1", 0);
    threw(4, "v2", -60);
    threw(1, "v2", 7_200);
    await update(olds, inputs("v2", [0, 1, 2], HEALTHY));
    expect(plant.desired()).toEqual({ 0: "v2", 1: "v2", 2: "v2" });
    expect(said.join("\n")).toContain("no error on 3 devices");
  });

  test("errors from before a device's own release, while an earlier batch is judged", async () => {
    const olds = await deployed([0, 1, 2, 3]);
    let releases = 0;
    plant.simulator.beforeCall(({ path }) => {
      // The canary has run the version for a tenth of a second then, and its errors are read from that moment.
      if (path.endsWith("/release") && (releases += 1) === 2) threw(1, "v2", 0.05);
    });
    await update(olds, inputs("v2", [0, 1, 2, 3], HEALTHY));
    expect(plant.desired()).toEqual({ 0: "v2", 1: "v2", 2: "v2", 3: "v2" });
    expect(releases).toBeGreaterThan(1);
  });

  test("devices that have had the version for long, where another one joins", async () => {
    const olds = await deployed([0, 1], { rollout: HEALTHY });
    threw(0, "v1", -1);
    await update(olds, inputs("v1", [0, 1, 2], HEALTHY));
    expect(plant.desired()).toEqual({ 0: "v1", 1: "v1", 2: "v1" });
    expect(said.join("\n")).toContain("no error on 1 device");
  });

  test("what a device threw before a create found it at the version", async () => {
    plant.byHand(0, "v1");
    threw(0, "v1", 0);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await lifecycle.create(inputs("v1", [0, 1], HEALTHY));
    expect(plant.desired()).toEqual({ 0: "v1", 1: "v1" });
  });

  test("a removal: nothing runs then, and no error is read", async () => {
    const olds = await deployed([0, 1]);
    await update(olds, inputs(null, [0, 1], { batches: [1, "100%"], health }));
    expect(plant.desired()).toEqual({});
    expect(errorReads()).toBe(0);
  });
});

describe("a machine whose clock is wrong", () => {
  test.each([
    ["ahead of", 600_000],
    ["behind", -600_000],
  ])("%s Losant's: what the canary throws counts, also in a window shorter than the error", async (_name, wrongBy) => {
    await end();
    await begin({}, {}, { wrongBy });
    const olds = await deployed([0, 1]);
    throws(0, "v2");
    const short = { errors: { max: 0, windowSeconds: 30 }, settleSeconds: 0.1 };
    const { reasons } = await failure(
      update(olds, inputs("v2", [0, 1], { ...HEALTHY, batches: [1, 2], health: short })),
    );
    expect(reasons[1]).toContain("no register 4");
    expect(plant.desired()).toEqual({ 0: "v2", 1: "v1" });
  });
});

describe("in the last batch", () => {
  test("nothing differs any more: the state and a refresh still say it, and the next update judges again", async () => {
    const olds = await deployed([0, 1]);
    const rollout = {
      ...HEALTHY,
      batches: ["100%"],
      health: { errors: { max: 0, windowSeconds: 1 }, settleSeconds: 1 },
    };
    const news = inputs("v2", [0, 1], rollout);
    throws(1, "v2");
    const { properties, reasons } = await failure(update(olds, news));
    expect(reasons[0]).toContain("rollout of v2 stopped in batch 1 of 1: 2 of 2 devices run it, 1 unhealthy");
    const id = `${plant.applicationId}/${plant.flowId}/00000000`;
    const refreshed = await startPlugin().read(id, properties);
    expect(refreshed).toMatchObject({
      inputs: { unfinishedRollout: "2 of 2 devices at v2, their health is not judged to the end" },
      props: { status: "pending", drift: [] },
    });
    expect((await lifecycle.diff(id, properties, news)).changes).toBe(true);
    // It still threw within the window.
    expect((await failure(update(properties, news))).reasons[1]).toContain("no register 4");
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    plant.writes();
    const outs = await update(properties, news);
    expect(plant.writes()).toEqual([]);
    expect(outs).toMatchObject({ status: "deployed" });
    expect((await startPlugin().diff(id, outs, news)).changes).toBe(false);
  });
});

describe("errors that cannot be read", () => {
  test("without the scope nothing is released", async () => {
    await end();
    await begin({ scopes: ["edgeDeployments.*"] });
    const verb = lifecycle.create(inputs("v1", [0, 1], HEALTHY));
    await expect(verb).rejects.toThrow(/runtime errors of a version.*flowVersion\.errors/s);
    expect(plant.writes()).toEqual([]);
  });

  test("with the scope for it, the rollout needs no other", async () => {
    await end();
    await begin({ scopes: ["edgeDeployments.*", "flowVersion.errors"] });
    await lifecycle.create(inputs("v1", [0, 1], HEALTHY));
    expect(plant.desired()).toEqual({ 0: "v1", 1: "v1" });
  });

  test("refused in the middle: it stops, and says what is live", async () => {
    const olds = await deployed([0, 1, 2]);
    plant.simulator.fault({ operation: "listVersionErrors", status: 403, skip: 1, times: Infinity });
    const { reasons } = await failure(update(olds, inputs("v2", [0, 1, 2], HEALTHY)));
    expect(reasons[0]).toContain("rollout of v2 stopped in batch 1 of 3: 1 of 3 devices run it, 2 not released");
    expect(reasons[1]).toContain("flowVersion.errors");
    expect(plant.desired()).toEqual({ 0: "v2", 1: "v1", 2: "v1" });
  });
});

describe("failed runs", () => {
  const fails = (number: number, version: string, failedRuns: number): void =>
    plant.simulator.setBehaviour(ids(number)[0] ?? "", {
      kind: "throwing",
      message: "-",
      versions: [version],
      times: 0,
      failedRuns,
    });
  const runReads = (): number => plant.simulator.calls.filter(({ path }) => path.endsWith("/stats")).length;
  const BY_RUNS = { ...HEALTHY, health: { failedRuns: "20%", settleSeconds: 0.3 } };

  test("more than allowed on the canary: no other device gets the version, and the reason has the numbers", async () => {
    const olds = await deployed([0, 1, 2]);
    fails(0, "v2", 0.5);
    const { reasons } = await failure(update(olds, inputs("v2", [0, 1, 2], BY_RUNS)));
    expect(reasons[0]).toContain("1 of 3 devices run it, 1 unhealthy, 2 not released");
    expect(reasons[1]).toMatch(/^device device-0 \(\w+\) runs v2 and up to \d+ of \d+ runs failed$/);
    expect(plant.desired()).toEqual({ 0: "v2", 1: "v1", 2: "v1" });
  });

  test("as many as allowed: it goes on, each device is counted once, and it says what it saw", async () => {
    const olds = await deployed([0, 1, 2, 3]);
    fails(0, "v2", 0.1);
    await update(olds, inputs("v2", [0, 1, 2, 3], BY_RUNS));
    expect(plant.desired()).toEqual({ 0: "v2", 1: "v2", 2: "v2", 3: "v2" });
    expect(said.join("\n")).toMatch(/watched for 1s each: up to \d+ of \d+ runs failed, 20% a device allowed/);
    // One before anything is released, one a device. A device without a whole stretch is asked again.
    expect(runReads()).toBeGreaterThanOrEqual(5);
    expect(runReads()).toBeLessThanOrEqual(9);
    expect(errorReads()).toBe(0);
  });

  test("no run is counted: the device is not proven, and fails after its time, with the reason", async () => {
    const olds = await deployed([0, 1]);
    plant.simulator.fault({ operation: "countVersionRuns", skip: 1, status: 503, times: Infinity });
    const { reasons } = await failure(update(olds, inputs("v2", [0, 1], { ...BY_RUNS, timeoutSeconds: 1 })));
    expect(reasons[0]).toContain("1 of unknown health");
    expect(reasons[1]).toContain("its health is not known: ");
    expect(plant.desired()).toEqual({ 0: "v2", 1: "v1" });
  });

  test("without the scope nothing is released", async () => {
    await end();
    await begin({ scopes: ["edgeDeployments.*", "flowVersion.errors"] });
    const verb = lifecycle.create(inputs("v1", [0, 1], BY_RUNS));
    await expect(verb).rejects.toThrow(/how often a version of an edge workflow has run.*flowVersion\.stats/s);
    expect(plant.writes()).toEqual([]);
  });

  describe("with a baseline", () => {
    const baseline = { ...BY_RUNS, health: { ...BY_RUNS.health, baseline: true } };

    test("a device whose runs always failed as often is healthy", async () => {
      fails(0, "v1", 0.5);
      const olds = await deployed([0, 1, 2]);
      await new Promise((resolve) => setTimeout(resolve, 400));
      plant.simulator.setBehaviour(ids(0)[0] ?? "", { kind: "throwing", message: "-", times: 0, failedRuns: 0.5 });
      expect(await update(olds, inputs("v2", [0, 1, 2], baseline))).toMatchObject({ status: "deployed" });
    });

    test("one whose runs fail more often than before is not", async () => {
      const olds = await deployed([0, 1, 2]);
      await new Promise((resolve) => setTimeout(resolve, 400));
      fails(0, "v2", 0.5);
      const { reasons } = await failure(update(olds, inputs("v2", [0, 1, 2], baseline)));
      expect(reasons[0]).toContain("1 unhealthy");
    });

    test("a device that threw as many errors before is healthy, and its errors are read once", async () => {
      const olds = await deployed([0, 1, 2]);
      let releases = 0;
      plant.simulator.beforeCall(({ path }) => {
        if (!path.endsWith("/release") || (releases += 1) > 1) return;
        threw(0, "v1", 0.01);
        threw(0, "v1", 0.01);
      });
      throws(0, "v2", 2);
      const health = { errors: { max: 0 }, settleSeconds: 0.3, baseline: true };
      expect(await update(olds, inputs("v2", [0, 1, 2], { ...HEALTHY, health }))).toMatchObject({ status: "deployed" });
      // The second page is asked for up to the oldest error of the first.
      const before = plant.simulator.calls.filter(
        ({ path, query }) => path.endsWith("/v1/errors") && !("end" in query),
      );
      expect(before).toHaveLength(1);
    });

    test("where what it did before cannot be read, nothing more is allowed, and the reason says so", async () => {
      const olds = await deployed([0, 1, 2]);
      plant.simulator.beforeCall(({ path }) => {
        if (path.endsWith("/v1/errors")) plant.simulator.fault({ operation: "listVersionErrors", status: 404 });
      });
      throws(0, "v2", 1);
      const health = { errors: { max: 0 }, settleSeconds: 0.3, baseline: true };
      const { reasons } = await failure(update(olds, inputs("v2", [0, 1, 2], { ...HEALTHY, health })));
      expect(reasons[1]).toContain("threw 1 error");
      expect(reasons[1]).toContain("what the version before did is not known (v1: ");
    });
  });
});

test("a machine that wakes after eight hours, and cannot read the errors at once, tries again", async () => {
  await end();
  await begin({}, {}, { sleepsMs: 8 * 3_600_000 });
  // Read before the release and right after it; the next look is the one after the sleep. As many failures as one look
  // tries: the network is not back yet.
  plant.simulator.fault({ operation: "listVersionErrors", skip: 2, status: 503, times: 8 });
  const done = await lifecycle.create(inputs("v1", [0, 1], { ...HEALTHY, batches: [1, "100%"] }));
  expect(done).toMatchObject({ outs: { status: "deployed" } });
  expect(said.join("\n")).toContain("This machine was asleep");
  expect(plant.simulator.calls.filter(({ status }) => status === 503)).toHaveLength(8);
});
