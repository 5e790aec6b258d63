// What a program says beside its inputs: who declares what, what is ignored, what is secret.
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { InitError } from "../../../provider/apply/apply-resource.js";
import type { Lifecycle } from "../../../provider/verbs.js";
import type { ResourceProps } from "../../../provider/verbs.js";
import { begin, end, failure, ids, inputs, plant, said, startPlugin } from "../../support/rollouts.js";
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

const ID = (): string => `${plant.applicationId}/${plant.flowId}/0123456789abcdef`;

interface Says {
  readonly name?: string;
  readonly ignoreChanges?: readonly string[];
  readonly secret?: readonly string[];
  readonly retainOnDelete?: boolean;
}

const checked = async (
  plugin: Lifecycle,
  news: ResourceProps,
  { name = "telemetry", ...more }: Says = {},
): Promise<ResourceProps> => {
  const program = { run: run.path, self: name, name, ...more };
  const { inputs: result, failures } = await plugin.check({}, { ...news, __program: program });
  expect(failures).toEqual([]);
  return result;
};
const created = async (news: ResourceProps, says: Says = {}): Promise<ResourceProps> => {
  const plugin = startPlugin();
  const { outs } = await plugin.create(await checked(plugin, news, says));
  plant.writes();
  return outs;
};
const upTo = async (
  olds: ResourceProps,
  news: ResourceProps,
  says: Says = {},
): Promise<{ changes: boolean; outs: ResourceProps }> => {
  const plugin = startPlugin();
  const wanted = await checked(plugin, news, says);
  const { changes } = await plugin.diff(ID(), olds, wanted);
  return { changes, outs: changes ? (await plugin.update(ID(), olds, wanted)).outs : olds };
};
const refreshed = async (props: ResourceProps): Promise<{ props: ResourceProps; inputs: ResourceProps }> =>
  (await startPlugin().read(ID(), props)) as { props: ResourceProps; inputs: ResourceProps };

test("what the program says reaches neither the inputs nor the state", async () => {
  const plugin = startPlugin();
  const wanted = await checked(plugin, inputs("v1", [0], undefined));
  expect(wanted).toEqual(inputs("v1", [0], undefined));
  const { outs } = await plugin.create(wanted);
  expect(JSON.stringify(outs)).not.toContain(run.path);
});

test("an input of that name that is not ours is refused", async () => {
  const { failures } = await startPlugin().check({}, { ...inputs("v1", [0], undefined), __program: "mine" });
  expect(failures).toEqual([{ property: "", reason: expect.stringContaining("__program is reserved") }]);
});

test("a file of the program that cannot be read refuses the resource: who declares what would not be known", async () => {
  const program = { run: `${run.path}.gone`, self: "1", name: "telemetry" };
  const { failures } = await startPlugin().check({}, { ...inputs("v1", [0], undefined), __program: program });
  expect(failures[0]?.reason).toContain("cannot read what the program declares");
});

test("a device that ignoreChanges keeps here while another resource declares it is refused", async () => {
  const { applicationId, flowId } = plant;
  run.say({ fact: "declared", self: "other", name: "other", applicationId, flowId, deviceIds: ids(1) });
  const program = { run: run.path, self: "telemetry", name: "telemetry", ignoreChanges: ["deviceIds"] };
  const { failures } = await startPlugin().check({}, { ...inputs("v1", [0, 1], undefined), __program: program });
  expect(failures[0]).toMatchObject({ property: "deviceIds", reason: expect.stringContaining('by "other" too') });
});

describe("a program that ignores changes of the version", () => {
  const ignoring: Says = { ignoreChanges: ["version"] };

  test("one moved device stays where somebody put it, and is no drift", async () => {
    const outs = await created(inputs("v1", [0, 1], undefined), ignoring);
    plant.byHand(0, "v3");
    const { props, inputs: live } = await refreshed(outs);
    expect(props).toMatchObject({ status: "deployed", drift: [], version: "v1" });
    // Pulumi hands the old inputs back.
    expect(await upTo(props, live, ignoring)).toMatchObject({ changes: false });
    expect(plant.desired()).toEqual({ 0: "v3", 1: "v1" });
  });

  test("all moved at once: the same", async () => {
    const outs = await created(inputs("v1", [0, 1], undefined), ignoring);
    plant.byHand(0, "v3");
    plant.byHand(1, "v3");
    const { props, inputs: live } = await refreshed(outs);
    expect(props).toMatchObject({ status: "deployed", drift: [] });
    expect(await upTo(props, live, ignoring)).toMatchObject({ changes: false });
    expect(plant.writes()).toEqual([]);
  });

  test("a device that joins gets the version, and the others stay", async () => {
    const outs = await created(inputs("v1", [0, 1], undefined), ignoring);
    plant.byHand(0, "v3");
    const { props } = await refreshed(outs);
    await upTo(props, inputs("v1", [0, 1, 2], undefined), ignoring);
    expect(plant.desired()).toEqual({ 0: "v3", 1: "v1", 2: "v1" });
  });

  test("beginning to ignore it is one update without a call, and ends the drift", async () => {
    const outs = await created(inputs("v1", [0, 1], undefined));
    plant.byHand(0, "v3");
    const { props } = await refreshed(outs);
    expect(props).toMatchObject({ status: "drifted" });
    const begun = await upTo(props, inputs("v1", [0, 1], undefined), ignoring);
    expect(begun).toMatchObject({ changes: true, outs: { status: "deployed", drift: [] } });
    expect(plant.desired()).toEqual({ 0: "v3", 1: "v1" });
    expect((await upTo(begun.outs, inputs("v1", [0, 1], undefined), ignoring)).changes).toBe(false);
  });
});

describe("secret inputs", () => {
  const secret: Says = { secret: ["version", "deviceIds"] };
  const hidden = (): string[] => [...ids(0, 1), "v1", "v2"];
  const shows = (text: string): string[] => hidden().filter((value) => text.includes(value));

  test("stand in no message of an update", async () => {
    const outs = await created(inputs("v1", [0, 1], undefined), secret);
    await upTo(outs, inputs("v2", [0, 1], undefined), secret);
    expect(said.length).toBeGreaterThan(0);
    expect(shows(said.join("\n"))).toEqual([]);
    expect(said.join("\n")).toContain("[secret]");
  });

  test("stand in no drift, which a refresh shows", async () => {
    const outs = await created(inputs("v1", [0, 1], undefined), secret);
    plant.byHand(0, "v3");
    said.length = 0;
    const { props, inputs: live } = await refreshed(outs);
    expect(props).toMatchObject({ status: "drifted", drift: [{ deviceId: "[secret]", desiredVersion: "[secret]" }] });
    expect(shows(JSON.stringify([props["drift"], live["drift"], said]))).toEqual([]);
    // And it is mended all the same.
    await upTo(props, inputs("v1", [0, 1], undefined), secret);
    expect(plant.desired()).toEqual({ 0: "v1", 1: "v1" });
  });

  test("stand in no error", async () => {
    const plugin = startPlugin();
    const wanted = await checked(plugin, inputs("v2", [0, 1], undefined), secret);
    plant.byHand(0, "v1");
    const refused = (await plugin.create(wanted).catch((error: unknown) => error)) as Error;
    expect(refused.message).toContain("already deployed");
    expect(hidden().filter((value) => value !== "v1" && refused.message.includes(value))).toEqual([]);
    plant.simulator.fault({ method: "POST", status: 503, times: 99 });
    plant.byHand(0, null);
    const failed: InitError = await failure(plugin.create(wanted));
    expect(shows(failed.reasons.join("\n"))).toEqual([]);
  });

  test("stand in no message of a delete", async () => {
    const outs = await created(inputs("v1", [0, 1], undefined), secret);
    said.length = 0;
    await startPlugin().delete(ID(), outs);
    expect(shows(said.join("\n"))).toEqual([]);
  });
});

test("messages of a resource carry its name, also in a delete, which is told its id alone", async () => {
  const outs = await created(inputs("v1", [0], undefined), { name: "hall-a" });
  await startPlugin().delete(ID(), outs);
  expect(said.filter((line) => !line.startsWith("hall-a: "))).toEqual([]);
});

test("a device of this stack that joins under another name is no stranger's, in whatever order Pulumi comes by", async () => {
  const { applicationId, flowId } = plant;
  await created(inputs("v1", [0], undefined), { name: "old-name" });
  run.say({ fact: "owned", id: "urn", name: "old-name", applicationId, flowId, deviceIds: ids(0), others: [] });
  await created(inputs("v2", [0], undefined), { name: "new-name" });
  expect(plant.desired()).toEqual({ 0: "v2" });
});

describe("a device that this stack does not own is refused", () => {
  test("and where an API token set it, an interrupted run may have done that", async () => {
    await created(inputs("v1", [0], undefined));
    const plugin = startPlugin();
    const wanted = await checked(plugin, inputs("v2", [0], undefined), { name: "later" });
    await expect(plugin.create(wanted)).rejects.toThrow(
      /An API token set it: if an interrupted run of this stack did, set adopt: true for one/,
    );
  });

  test("and where it was the token of this stack, that is said", async () => {
    const other = await created(inputs("v1", [1], undefined));
    await created(inputs("v1", [0], undefined));
    const plugin = startPlugin();
    const wanted = await checked(plugin, inputs("v2", [0], undefined), { name: "later" });
    await plugin.diff(ID(), other, inputs("v1", [1], undefined));
    await expect(plugin.create(wanted)).rejects.toThrow(/The API token of this stack set it/);
  });

  test("and where a person set it, there is no such hint", async () => {
    plant.byHand(0, "v1");
    const plugin = startPlugin();
    const wanted = await checked(plugin, inputs("v2", [0], undefined), { name: "later" });
    await expect(plugin.create(wanted)).rejects.toThrow(/^(?!.*interrupted)/s);
  });
});
