// EdgeDeploymentSet, whole: its rollout and its members by the provider's own verbs, over HTTP; what it leaves alone, what it
// names, how it goes on.
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Lifecycle, ResourceProps } from "../../../provider/verbs.js";
import { approvalOf } from "../../support/approvals.js";
import { HAND } from "../../support/plant.js";
import { approve, begin, end, ids, inputs, plant, records, said, startPlugin } from "../../support/rollouts.js";
import { createRunFile } from "../../support/run-file.js";
import type { RunFile } from "../../support/run-file.js";

let run: RunFile;
beforeEach(async () => {
  run = createRunFile();
  await begin();
});
afterEach(async () => {
  run.remove();
  await end();
});

const SET = "hall-a";
const MEMBERS = ["telemetry", "vibration"] as const;
type Member = (typeof MEMBERS)[number];
type Versions = readonly [telemetry: string | null, vibration: string | null];
const flowOf = (member: Member): string => (member === "telemetry" ? plant.flowId : plant.otherFlowId);
const OLD: Versions = ["v1", "v1"];
const NEW: Versions = ["v2", "v3"];

interface Says {
  readonly rollout?: object;
  readonly devices?: readonly number[];
  readonly secret?: readonly string[];
  readonly adopt?: boolean;
  /** Happens between the rollout of the set and the turns of its members. */
  readonly afterSet?: () => void;
}

const setOf = (
  [telemetry, vibration]: Versions,
  { rollout = {}, devices = [0, 1, 2], adopt }: Says,
): ResourceProps => ({
  applicationId: plant.applicationId,
  deviceIds: ids(...devices),
  workflows: {
    telemetry: { flowId: plant.flowId, version: telemetry },
    vibration: { flowId: plant.otherFlowId, version: vibration },
  },
  rollout: { batches: [1, "100%"], timeoutSeconds: 20, ...rollout },
  ...(adopt === undefined ? {} : { adopt }),
});

const memberOf = (
  member: Member,
  [telemetry, vibration]: Versions,
  { rollout = {}, devices = [0, 1, 2], adopt }: Says,
): ResourceProps =>
  inputs(
    member === "telemetry" ? telemetry : vibration,
    [...devices],
    { batches: [1, "100%"], timeoutSeconds: 20, ...rollout },
    { flowId: flowOf(member), ...(adopt === undefined ? {} : { adopt }) },
  );

/** What Pulumi has saved. */
interface State {
  readonly set?: { readonly id: string; readonly props: ResourceProps };
  readonly members: Readonly<Partial<Record<Member, { readonly id: string; readonly props: ResourceProps }>>>;
}

const NOTHING: State = { members: {} };

interface Ran {
  readonly state: State;
  /** How the rollout of the set failed, or a member. */
  readonly error?: string;
}

const factsOf = (state: State): void => {
  for (const member of MEMBERS) {
    const saved = state.members[member];
    if (saved === undefined) continue;
    const { applicationId } = plant;
    const deviceIds = saved.props["deviceIds"] as string[];
    run.say({
      fact: "owned",
      id: saved.id,
      name: member,
      applicationId,
      flowId: flowOf(member),
      deviceIds,
      others: [],
    });
  }
};

/** One `pulumi up`, as the engine does it: the set, then its members, which are not called where it fails. */
async function up(state: State, versions: Versions, says: Says = {}): Promise<Ran> {
  factsOf(state);
  const plugin = startPlugin();
  const registration = { run: run.path, name: SET, self: SET, secret: says.secret };
  const checked = await plugin.check({}, { ...setOf(versions, says), __program: registration });
  expect(checked.failures).toEqual([]);
  const members = await Promise.all(
    MEMBERS.map(async (member) => {
      const program = { ...registration, name: member, self: member, set: SET };
      const news = await plugin.check({}, { ...memberOf(member, versions, says), __program: program });
      expect(news.failures).toEqual([]);
      return [member, news.inputs] as const;
    }),
  );
  try {
    const set = await moved(plugin, state.set, checked.inputs);
    says.afterSet?.();
    const done = [];
    for (const [member, news] of members) {
      done.push([member, await moved(plugin, await refreshed(plugin, state.members[member]), news)] as const);
    }
    return { state: { set, members: Object.fromEntries(done) } };
  } catch (error) {
    const { reasons = [String(error)] } = error as { reasons?: readonly string[] };
    return { state, error: reasons.join("\n") };
  }
}

type Saved = { readonly id: string; readonly props: ResourceProps };

async function moved(plugin: Lifecycle, was: Saved | undefined, news: ResourceProps): Promise<Saved> {
  if (was === undefined) {
    const { id, outs } = await plugin.create(news);
    return { id, props: outs };
  }
  const { changes } = await plugin.diff(was.id, was.props, news);
  return changes ? { id: was.id, props: (await plugin.update(was.id, was.props, news)).outs } : was;
}

/** With `refresh: always` Pulumi refreshes a member after the rollout of its set. */
async function refreshed(plugin: Lifecycle, was: Saved | undefined): Promise<Saved | undefined> {
  if (was === undefined) return undefined;
  const { id, props } = (await plugin.read(was.id, was.props)) as Saved;
  return { id, props };
}

async function deployedSet(says: Says = {}): Promise<State> {
  const { state, error } = await up(NOTHING, OLD, says);
  expect(error).toBeUndefined();
  plant.writes();
  said.length = 0;
  records.length = 0;
  return state;
}

/** The versions of each device, telemetry and vibration. */
const live = (): Record<number, string> => {
  const of = (flowId: string): Map<string, string | null> =>
    new Map(plant.simulator.rows(plant.applicationId, flowId).map((row) => [row.deviceId, row.desiredVersion]));
  const [telemetry, vibration] = [of(plant.flowId), of(plant.otherFlowId)];
  return Object.fromEntries(
    plant.devices.flatMap((id, position) =>
      telemetry.has(id) || vibration.has(id)
        ? [[position, `${telemetry.get(id) ?? "-"} ${vibration.get(id) ?? "-"}`]]
        : [],
    ),
  );
};

const vibrationByHand = (device: number, version: string | null): void =>
  plant.simulator.change({
    applicationId: plant.applicationId,
    flowId: plant.otherFlowId,
    deviceId: ids(device)[0] ?? "",
    version,
    by: HAND,
  });

/** Before the write of this number, of this run, goes out. */
const beforeWrite = (number: number, act: () => void): void => {
  let writes = 0;
  plant.simulator.beforeCall(({ method }) => {
    if (method === "POST" && (writes += 1) === number) act();
  });
};

test("a set moves its devices batch by batch, in all workflows; its members make no call, and see no drift in it", async () => {
  const state = await deployedSet();
  const { error } = await up(state, NEW);
  expect(error).toBeUndefined();
  expect(live()).toEqual({ 0: "v2 v3", 1: "v2 v3", 2: "v2 v3" });
  expect(plant.writes()).toEqual(["release v2 x1", "release v3 x1", "replace v1 v2", "replace v1 v3"]);
  expect(said.filter((line) => line.includes("drift"))).toEqual([]);
  expect(records.filter(({ kind }) => kind === "found")).toEqual([]);
});

describe("a device that a person moves in one of its workflows", () => {
  test("while the rollout goes on stays as it is in all of them and is named; the others go back", async () => {
    const state = await deployedSet();
    // Between the two calls of the last batch.
    beforeWrite(4, () => vibrationByHand(2, "v4"));
    const { error } = await up(state, NEW, { rollout: { onFailure: "rollback" } });
    expect(error?.split("\n")).toEqual([
      "Error: rollout of v2 + v3 stopped in batch 2 of 2: 2 of 3 devices run it, 1 moved elsewhere. Rolled back: 2 devices returned to their earlier versions; 1 device moved by hand meanwhile: not touched",
      `device device-2 (${ids(2).join()}): Losant wants v2 + v4 on it, not v2 + v3 (set by user ${HAND.sourceId})`,
    ]);
    expect(live()).toEqual({ 0: "v1 v1", 1: "v1 v1", 2: "v2 v4" });
  });

  test("and that joins the set refuses it before anything moves, with its name", async () => {
    const state = await deployedSet({ devices: [0, 1] });
    vibrationByHand(2, "v4");
    const { error } = await up(state, NEW);
    expect(error).toMatch(
      /1 device already deployed at another version.*Nothing was changed.*\n.*device-2 .* is at v4/,
    );
    expect(plant.writes()).toEqual([]);
    expect((await up(state, NEW, { adopt: true })).error).toBeUndefined();
    expect(live()).toEqual({ 0: "v2 v3", 1: "v2 v3", 2: "v2 v3" });
  });

  test("after the rollout of the set is taken back by its member, which says that it moves alone", async () => {
    const state = await deployedSet();
    const { error } = await up(state, NEW, { afterSet: () => vibrationByHand(2, "v4") });
    expect(error).toBeUndefined();
    expect(said.filter((line) => /drift|without the other/.test(line))).toEqual([
      expect.stringMatching(/^vibration: moves without the other workflows of the set "hall-a"/),
    ]);
    expect(live()).toEqual({ 0: "v2 v3", 1: "v2 v3", 2: "v2 v3" });
  });
});

describe("under an approved plan", () => {
  const approved = (more: object = {}): void => {
    const common = { applicationId: plant.applicationId, deviceIds: ids(0, 1, 2), ...more };
    approve(
      approvalOf([
        { ...common, flowId: plant.flowId, from: "v1", to: "v2" },
        { ...common, flowId: plant.otherFlowId, from: "v1", to: "v3" },
      ]),
    );
  };

  test("a set moves what was approved, and goes back where it fails", async () => {
    const state = await deployedSet();
    approved();
    plant.simulator.setBehaviour(ids(1)[0] ?? "", { kind: "failing", error: "no room", versions: ["v3"] });
    const { error } = await up(state, NEW, { rollout: { onFailure: "rollback" } });
    expect(error).toContain("Rolled back: 3 devices returned to their earlier versions");
    expect(live()).toEqual({ 0: "v1 v1", 1: "v1 v1", 2: "v1 v1" });
    plant.simulator.setBehaviour(ids(1)[0] ?? "", { kind: "immediate" });
    expect((await up(state, NEW)).error).toBeUndefined();
    expect(live()).toEqual({ 0: "v2 v3", 1: "v2 v3", 2: "v2 v3" });
  });

  test("a device that is not as approved in the LAST workflow refuses the set before its first call", async () => {
    const state = await deployedSet();
    approved();
    vibrationByHand(2, "v4");
    const { error } = await up(state, NEW);
    expect(error).toMatch(/device device-2 \(\w+\) was "v1" -> "v3", is "v4" -> "v3", set by user/);
    expect(plant.writes()).toEqual([]);
    expect(records).toMatchObject([{ kind: "refused", changes: [{ was: '"v1" -> "v3"', is: '"v4" -> "v3"' }] }]);
  });

  test("what an earlier run has moved is not taken back with the rest, and is said", async () => {
    const state = await deployedSet();
    plant.simulator.fault({ method: "POST", status: 400, skip: 2, times: 1 });
    const { error: first } = await up(state, NEW);
    expect(first).toContain("It stays there");
    plant.simulator.setBehaviour(ids(1)[0] ?? "", { kind: "failing", error: "no room", versions: ["v3"] });
    approved({ deviceIds: ids(1, 2) });
    const { error } = await up(state, NEW, { rollout: { onFailure: "rollback" } });
    expect(error).toContain(
      "Rolled back: 2 devices returned to their earlier versions; 1 device got it from an earlier run, not by the approved plan, and keep it",
    );
    expect(live()).toEqual({ 0: "v2 v3", 1: "v1 v1", 2: "v1 v1" });
  });
});

describe("a failure of Losant's between the calls of one batch", () => {
  test("names the devices that have one workflow and not the other; the next up goes on", async () => {
    const state = await deployedSet();
    plant.simulator.fault({ method: "POST", status: 400, skip: 1, times: 1 });
    const { error } = await up(state, NEW, { rollout: { onFailure: "rollback" } });
    expect(error?.split("\n")).toEqual([
      expect.stringMatching(
        /rollout of v2 \+ v3 stopped in batch 1 of 2: .* the next `pulumi up` goes on from there\.$/,
      ),
      expect.stringMatching(/^cannot release a workflow version to devices: .* answered 400/),
      `device device-0 (${ids(0).join()}) is half-way: v2 + v1, where v2 + v3 is wanted`,
    ]);
    expect(live()).toEqual({ 0: "v2 v1", 1: "v1 v1", 2: "v1 v1" });
    plant.writes();
    expect((await up(state, NEW)).error).toBeUndefined();
    expect(live()).toEqual({ 0: "v2 v3", 1: "v2 v3", 2: "v2 v3" });
    expect(plant.writes()).toEqual(["release v3 x1", "replace v1 v2", "replace v1 v3"]);
  });
});

test("a member that is called without its set moves alone, in its own batches, and says so", async () => {
  const state = await deployedSet();
  factsOf(state);
  const plugin = startPlugin();
  const program = { run: run.path, name: "hall-a-vibration", self: "vibration", set: SET };
  const { inputs: news } = await plugin.check({}, { ...memberOf("vibration", NEW, {}), __program: program });
  await moved(plugin, state.members.vibration, news);
  expect(live()).toEqual({ 0: "v1 v3", 1: "v1 v3", 2: "v1 v3" });
  expect(plant.writes()).toEqual(["release v3 x1", "replace v1 v3"]);
  expect(said[0]).toBe(
    'hall-a-vibration: moves without the other workflows of the set "hall-a": its rollout is not a part of this command, or has nothing to do',
  );
  // The whole set finds that one there, and moves the other.
  expect((await up(state, NEW)).error).toBeUndefined();
  expect(live()).toEqual({ 0: "v2 v3", 1: "v2 v3", 2: "v2 v3" });
});

test("secret versions are in no message and no record, also those of before and of another hand", async () => {
  const secret = ["version"];
  const state = await deployedSet({ secret });
  vibrationByHand(2, "v5");
  plant.simulator.setBehaviour(ids(1)[0] ?? "", { kind: "failing", error: "no room", versions: ["v3"] });
  const { error } = await up(state, NEW, { secret, rollout: { onFailure: "rollback" } });
  expect(error).toContain("rollout of [secret] + [secret] stopped in batch 2 of 2");
  expect([error, ...said, JSON.stringify(records)].join("\n")).not.toMatch(/v[1-5]/);
});

test("a secret set that refuses a device of somebody else does not say what that one runs", async () => {
  const secret = ["version"];
  const state = await deployedSet({ secret, devices: [0, 1] });
  vibrationByHand(2, "v5");
  const { error } = await up(state, NEW, { secret });
  expect(error).toMatch(/already deployed at another version[^]*is at \[secret\]/);
});
