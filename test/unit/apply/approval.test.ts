// A run that is held to an approved plan: what is not approved is refused before its call.
import { afterEach, describe, expect, test } from "@jest/globals";
import { NotApproved } from "../../../provider/messages/approval-refusal.js";
import type { Approval } from "../../../provider/resource/approved-plan.js";
import { approvalOf, PLAN } from "../../support/approvals.js";
import { HAND } from "../../support/plant.js";
import {
  approve,
  begin,
  breaks,
  CANARY,
  deployed,
  end,
  failure,
  inputs,
  plant,
  update,
} from "../../support/rollouts.js";
import { createBench } from "../../support/session.js";
import type { Bench, BenchOptions } from "../../support/session.js";
import { fleet } from "pulumi-losant/simulator";

let open: Bench | undefined;
let isPlaying = false;
afterEach(async () => {
  await open?.plant.simulator.close();
  open = undefined;
  if (isPlaying) await end();
  isPlaying = false;
});
async function bench(options: BenchOptions = {}): Promise<Bench> {
  open = await createBench(options);
  return open;
}

type Ways = Readonly<Record<number, readonly [from: string | null, to: string | null]>>;

/** By the position of a device; the ids of a simulated fleet are always the same. */
function approving(ways: Ways): Approval {
  const [application] = fleet({ devices: 6, flows: 2 }).applications;
  return approvalOf(
    Object.entries(ways).map(([position, [from, to]]) => ({
      applicationId: application?.id ?? "",
      flowId: application?.flows[0]?.id ?? "",
      from,
      to,
      deviceIds: [application?.devices[Number(position)]?.id ?? ""],
    })),
  );
}

async function refusalOf(promise: Promise<unknown>): Promise<NotApproved> {
  const error: unknown = await promise.then(
    () => "it went well",
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(NotApproved);
  return error as NotApproved;
}

describe("what is not approved is refused with device, was, is and who, and nothing of the call happens", () => {
  test("a device that is not in the plan", async () => {
    const { bring, plant: at } = await bench({ approval: approving({ 0: [null, "v1"] }) });
    const error = await refusalOf(bring("v1", [0, 1]));
    expect(error.message.split("\n")).toEqual([
      `1 device would move otherwise than approved (plan ${PLAN}). Nothing of this call was made. Make a new plan (pulumi-losant plan), and let it be approved.`,
      `device ${at.devices[1]} was not in the plan, is not deployed -> "v1"`,
    ]);
    expect(at.writes()).toEqual([]);
  });

  test("a device that was moved by hand since, with its name and who did it", async () => {
    const { bring, plant: at } = await bench({ approval: approving({ 0: [null, "v1"], 1: [null, "v1"] }) });
    at.byHand(1, "v9");
    const { changes } = await refusalOf(bring("v1", [0, 1]));
    expect(changes).toEqual([
      {
        deviceId: at.devices[1],
        name: expect.any(String),
        was: 'not deployed -> "v1"',
        is: '"v9" -> "v1"',
        who: expect.stringMatching(`^${HAND.sourceType} ${HAND.sourceId} at 20`),
      },
    ]);
    expect(at.writes()).toEqual([]);
  });

  test.each([
    ["another version", "v2"],
    ["a removal", null],
  ])("%s than the approved one", async (_what, version) => {
    const { bring, plant: at } = await bench({ approval: approving({ 0: ["v1", "v3"] }) });
    at.byHand(0, "v1");
    await refusalOf(bring(version, [0]));
    expect(at.writes()).toEqual([]);
  });

  test("the way back of an approved move, where no rollout goes back", async () => {
    const { bring, plant: at } = await bench({ approval: approving({ 0: ["v1", "v2"] }) });
    at.byHand(0, "v2");
    await refusalOf(bring("v1", [0]));
    expect(at.writes()).toEqual([]);
  });

  test("the same device of another workflow", async () => {
    const { bring, plant: at } = await bench({ approval: approving({ 0: [null, "v1"] }) });
    await refusalOf(bring("v1", [0], { flow: 1 }));
    expect(at.writes()).toEqual([]);
  });

  test("anything, where the plan cannot be read", async () => {
    const { bring, plant: at } = await bench({ approval: { unreadable: "its file is gone" } });
    const { message } = await refusalOf(bring("v1", [0]));
    expect(message).toMatch(/^the approved plan cannot be read: its file is gone\. Without it no device may move/);
    expect(at.writes()).toEqual([]);
  });
});

test("another resource of the flow goes on, and a removal that is approved is made", async () => {
  const { bring, plant: at } = await bench({ approval: approving({ 0: [null, "v1"], 2: ["v1", null] }) });
  at.byHand(2, "v1");
  const [good, bad, gone] = await Promise.allSettled([bring("v1", [0]), bring("v1", [1]), bring(null, [2])]);
  expect([good.status, bad.status, gone.status]).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(at.writes().toSorted()).toEqual(["release v1 x1", `remove ${at.devices[2]}`]);
});

test("every call names its devices: one that comes to the old version after the look stays there", async () => {
  const { bring, plant: at } = await bench({
    devices: 6,
    approval: approving({ 0: ["v1", "v2"], 1: ["v1", "v2"] }),
    isEngineAlive: async () => {
      // Asked right before each write.
      open?.plant.byHand(5, "v1");
      return true;
    },
  });
  for (const device of [0, 1]) at.byHand(device, "v1");
  await bring("v2", [0, 1]);
  expect(at.desired()).toEqual({ 0: "v2", 1: "v2", 5: "v1" });
  expect(at.writes()).toEqual(["release v2 x2"]);
});

describe("a rollout", () => {
  const play = async (numbers: number[], ways: Ways) => {
    await begin();
    isPlaying = true;
    const olds = await deployed(numbers);
    approve(approving(ways));
    return olds;
  };

  test("does not begin where a device of a later batch is not approved", async () => {
    const olds = await play([0, 1, 2], { 0: ["v1", "v2"], 1: ["v1", "v2"] });
    await expect(update(olds, inputs("v2", [0, 1, 2], CANARY))).rejects.toThrow("was not in the plan");
    expect(plant.writes()).toEqual([]);
  });

  test("stops before the batch of a device that somebody moves meanwhile", async () => {
    const olds = await play([0, 1, 2], { 0: ["v1", "v2"], 1: ["v1", "v2"], 2: ["v1", "v2"] });
    let calls = 0;
    plant.simulator.beforeCall(({ method }) => {
      if (method === "POST" && (calls += 1) === 1) plant.byHand(2, "v9");
    });
    const { reasons } = await failure(update(olds, inputs("v2", [0, 1, 2], CANARY)));
    expect(reasons.join("\n")).toContain('was "v1" -> "v2", is "v9" -> "v2", set by');
    expect(plant.desired()).toEqual({ 0: "v2", 1: "v1", 2: "v9" });
  });

  test("takes back what the plan let it move", async () => {
    const olds = await play([0, 1, 2], { 0: ["v1", "v2"], 1: ["v1", "v2"], 2: ["v1", "v2"] });
    breaks(0, "v2");
    await failure(update(olds, inputs("v2", [0, 1, 2], { ...CANARY, onFailure: "rollback" })));
    expect(plant.desired()).toEqual({ 0: "v1", 1: "v1", 2: "v1" });
  });

  test("leaves what an earlier run has moved: the plan says that it stays", async () => {
    const olds = await play([0, 1, 2], { 1: ["v1", "v2"], 2: ["v1", "v2"] });
    plant.byHand(0, "v2");
    breaks(1, "v2");
    const news = inputs("v2", [0, 1, 2], { batches: [2, "100%"], timeoutSeconds: 20, onFailure: "rollback" });
    const { reasons } = await failure(update(olds, news));
    expect(reasons[0]).toContain("1 device got it from an earlier run, not by the approved plan, and keep it");
    expect(plant.desired()).toEqual({ 0: "v2", 1: "v1", 2: "v1" });
  });
});
