// `customTimeouts` bound a verb of the plugin, also while a call of it is under way: Losant may never answer.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Fault } from "pulumi-losant/simulator";
import { deadlineOf } from "../../../provider/plugin/limits.js";
import { GrpcStatus, messages } from "../../../provider/plugin/protocol.js";
import { received } from "../../../provider/plugin/wire.js";
import type { Plain } from "../../../provider/plugin/wire.js";
import { createPlant } from "../../support/plant.js";
import type { Plant } from "../../support/plant.js";
import { closePlugins, configAt, startPlugin, urnOf, verbsOf } from "./support.js";

let plant: Plant;
let verbs: ReturnType<typeof verbsOf>;
/** Ends all verbs that have a time-out. */
let timeIsOver: AbortController;

beforeAll(async () => {
  plant = await createPlant({ devices: 4 });
});
beforeEach(async () => {
  plant.simulator.reset();
  await begin();
  plant.writes();
});
afterEach(() => {
  plant.simulator.clearFaults();
  closePlugins();
});
afterAll(() => plant.simulator.close());

/** A command of Pulumi, with a process of its own. */
async function begin(): Promise<void> {
  timeIsOver = new AbortController();
  const plugin = await startPlugin({ timer: () => timeIsOver.signal });
  verbs = verbsOf(plugin);
  await plugin.configure(configAt(plant.simulator, plant.token));
}

const declared = (version: string, numbers: readonly number[], more: Plain = {}): Plain => ({
  applicationId: plant.applicationId,
  flowId: plant.flowId,
  version,
  deviceIds: numbers.map((number) => plant.devices[number]),
  ...more,
});
const timed = { timeout: 60 };

interface Failure {
  readonly details: string;
  readonly metadata?: { get(name: string): (string | Buffer)[] };
}

/** What Pulumi keeps of a resource whose verb failed; undefined where it keeps nothing. */
function keptBy({ metadata }: Failure) {
  const [status] = metadata?.get("grpc-status-details-bin") ?? [];
  if (!(status instanceof Buffer)) return undefined;
  const [detail] = GrpcStatus.deserializeBinary(status).getDetailsList();
  const kept = messages.ErrorResourceInitFailed.deserializeBinary(detail?.getValue_asU8() ?? new Uint8Array());
  return { id: kept.getId(), outs: received(kept.getProperties()).values, reasons: kept.getReasonsList() };
}

/** Resolves when a call of this kind has arrived at Losant. */
function arrival(method: "GET" | "POST", skip = 0): Promise<void> {
  return new Promise((resolve) => {
    let passed = 0;
    plant.simulator.beforeCall((call) => {
      if (call.method !== method) return;
      if (passed === skip) resolve();
      passed += 1;
    });
  });
}

/** Lets the time end while Losant holds a call back. */
async function overIn(fault: Fault & { readonly skip?: number }, work: () => Promise<unknown>): Promise<Failure> {
  plant.simulator.clearFaults();
  plant.simulator.fault(fault);
  const arrived = arrival(fault.operation === "listDeployments" ? "GET" : "POST", fault.skip);
  const outcome = failureOf(work());
  await arrived;
  timeIsOver.abort();
  return outcome;
}

const failureOf = (work: Promise<unknown>): Promise<Failure> =>
  work.then(
    () => ({ details: "it went well" }),
    (error: Failure) => error,
  );

const LOOK = { operation: "listDeployments", stall: "before" } as const;
const CALL = { method: "POST", stall: "before" } as const;
const CALL_THAT_WORKS = { method: "POST", stall: "after" } as const;
const HALF_AN_ANSWER = { method: "POST", stall: "body" } as const;

describe("before anything is written, nothing has changed", () => {
  const create = async (more?: Plain) => verbs.create((await verbs.check(declared("v1", [0, 1], more))).inputs, timed);

  test.each<[string, Plain]>([
    ["a release", {}],
    ["a rollout", { rollout: { batches: [1, "100%"] } }],
  ])("create, %s", async (_, more) => {
    const failure = await overIn(LOOK, () => create(more));
    expect(failure.details).toBe(
      "the 1m of customTimeouts.create are over: nothing more is written. Give it more time, or run `pulumi up` again to go on.",
    );
    expect([keptBy(failure), plant.writes()]).toEqual([undefined, []]);
  });

  test("update, delete and read", async () => {
    const { inputs } = await verbs.check(declared("v1", [0, 1]));
    const { id, outs } = await verbs.create(inputs);
    plant.writes();
    await begin();
    const update = await overIn(LOOK, () => verbs.update(id, outs, { ...inputs, version: "v2" }, timed));
    expect(update.details).toMatch(/^the 1m of customTimeouts\.update are over: nothing more is written/);
    await begin();
    const deletion = await overIn(LOOK, () => verbs.remove(id, outs, timed));
    expect(deletion.details).toMatch(/^the 1m of customTimeouts\.delete are over.*run `pulumi destroy` again/);
    await begin();
    const read = await overIn(LOOK, () => verbs.read(id, outs, inputs, timed));
    expect(read.details).toMatch(/^the 1m of customTimeouts\.read are over: nothing more is read.*`pulumi refresh`/);
    expect(plant.writes()).toEqual([]);
  });
});

describe("once a call is under way, the resource is kept, and nothing is said of its devices", () => {
  const unknown =
    /^calls were made for \d devices?, and what Losant shows since then is not known: the 1m of customTimeouts/;

  test.each([
    ["that Losant does not take", CALL],
    ["that Losant takes", CALL_THAT_WORKS],
    ["that is answered by half", HALF_AN_ANSWER],
  ])("create, in a call %s; the next up goes on", async (_, fault) => {
    const { inputs } = await verbs.check(declared("v1", [0, 1]));
    const kept = keptBy(await overIn(fault, () => verbs.create(inputs, timed)));
    expect(kept).toMatchObject({ outs: { ...inputs, status: "unknown" }, reasons: [expect.stringMatching(unknown)] });
    expect(plant.writes()).toEqual(["release v1 x2"]);
    plant.simulator.clearFaults();
    const { changes } = await verbs.diff(kept?.id ?? "", kept?.outs ?? {}, inputs, inputs);
    expect(changes).toBe(true);
    const { outs } = await verbs.update(kept?.id ?? "", kept?.outs ?? {}, inputs);
    expect([outs["status"], plant.desired()]).toEqual(["deployed", { 0: "v1", 1: "v1" }]);
  });

  test("update, in a batch of a rollout", async () => {
    const { inputs } = await verbs.check(declared("v1", [0, 1], { rollout: { batches: [1, "100%"] } }));
    const { id, outs } = await verbs.create(inputs);
    const next = { ...inputs, version: "v2" };
    plant.writes();
    const kept = keptBy(await overIn({ ...CALL, skip: 1 }, () => verbs.update(id, outs, next, timed)));
    expect(kept?.outs).toMatchObject({ status: "unknown", version: "v2" });
    expect(plant.writes()).toEqual(["release v2 x1", "replace v1 v2"]);
  });

  test("the look after the calls", async () => {
    const { inputs } = await verbs.check(declared("v1", [0, 1]));
    const kept = keptBy(await overIn({ ...LOOK, skip: 1 }, () => verbs.create(inputs, timed)));
    expect(kept).toMatchObject({ outs: { status: "unknown" }, reasons: [expect.stringMatching(unknown)] });
  });

  test("delete: the resource stays in the state", async () => {
    const { inputs } = await verbs.check(declared("v1", [0, 1]));
    const { id, outs } = await verbs.create(inputs);
    expect((await overIn(CALL, () => verbs.remove(id, outs, timed))).details).toMatch(unknown);
  });
});

test("a rollout that waits for its devices ends where it is, and the state knows what is live", async () => {
  for (const id of plant.devices) plant.simulator.disconnect(id);
  const rollout = { batches: [1, "100%"], timeoutSeconds: 600, offline: "wait" };
  const { inputs } = await verbs.check(declared("v1", [0, 1], { rollout }));
  // The looks before the release, the one after it, and the first one of the wait.
  const looks = arrival("GET", 3);
  const outcome = failureOf(verbs.create(inputs, timed));
  await looks;
  timeIsOver.abort();
  const kept = keptBy(await outcome);
  expect(kept?.reasons.join("\n")).toMatch(/the 1m of customTimeouts\.create are over/);
  expect(plant.desired()).toEqual({ 0: "v1" });
  for (const id of plant.devices) plant.simulator.connect(id);
});

describe("a call that two resources share", () => {
  /** The time of the first one ends while the call is under way; then Losant answers. */
  async function shared(version: string, otherVersion: string, isTimedFirst = true) {
    const [one, two] = [{ urn: urnOf("timed") }, { urn: urnOf("other") }];
    // The calls of a plan go by their devices.
    const devices = isTimedFirst ? { its: [0, 1], others: [2, 3] } : { its: [2, 3], others: [0, 1] };
    const first = (await verbs.check(declared(version, devices.its), one)).inputs;
    const second = (await verbs.check(declared(otherVersion, devices.others), two)).inputs;
    const answered = Promise.withResolvers<void>();
    const arrived = arrival("POST");
    plant.simulator.beforeCall(({ method }) => (method === "POST" ? answered.promise : undefined));
    const failed = failureOf(verbs.create(first, { ...one, ...timed }));
    const other = verbs.create(second, two);
    await arrived;
    timeIsOver.abort();
    const failure = await failed;
    answered.resolve();
    return { failure, outs: (await other).outs };
  }

  test("goes on for the one that has time left", async () => {
    const { failure, outs } = await shared("v1", "v1");
    expect(keptBy(failure)?.outs).toMatchObject({ status: "unknown" });
    expect(outs).toMatchObject({ status: "deployed" });
    expect(plant.writes()).toEqual(["release v1 x4"]);
  });

  test("is not followed by one for the resource whose time is over", async () => {
    const { failure, outs } = await shared("v2", "v1", false);
    expect(failure.details).toMatch(/^the 1m of customTimeouts\.create are over/);
    expect(keptBy(failure)).toBeUndefined();
    expect(outs).toMatchObject({ status: "deployed" });
    expect(plant.writes()).toEqual(["release v1 x2"]);
  });

  test("is made for the other one where that of the resource whose time is over came first", async () => {
    const { failure, outs } = await shared("v1", "v2");
    expect(keptBy(failure)?.outs).toMatchObject({ status: "unknown" });
    expect(outs).toMatchObject({ status: "deployed" });
    expect(plant.writes()).toEqual(["release v1 x2", "release v2 x2"]);
  });
});

describe("the time itself", () => {
  const asked: number[] = [];
  const timer = (ms: number): AbortSignal => {
    asked.push(ms);
    return new AbortController().signal;
  };

  test("is that of customTimeouts, in seconds; without one, and with more than 24 days, there is no limit", () => {
    expect(deadlineOf("create", 1.5, timer)?.aborted).toBe(false);
    expect(deadlineOf("create", 0, timer)).toBeUndefined();
    expect(deadlineOf("create", 3_000_000, timer)).toBeUndefined();
    expect(asked).toEqual([1_500]);
  });
});
