// What a preview says of resources that the program does not declare any more, on their own rows.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { Empty, messages } from "../../../provider/plugin/protocol.js";
import { sent } from "../../../provider/plugin/wire.js";
import type { Plain } from "../../../provider/plugin/wire.js";
import { createPlant } from "../../support/plant.js";
import type { Plant } from "../../support/plant.js";
import { closePlugins, configAt, PROVIDER_URN, startPlugin, urnOf, verbsOf } from "./support.js";
import type { Plugin } from "./support.js";

let plant: Plant;
let plugin: Plugin;
let verbs: ReturnType<typeof verbsOf>;

beforeAll(async () => {
  plant = await createPlant({ devices: 6 });
});
beforeEach(async () => {
  plant.simulator.reset();
  await begin();
});
afterEach(closePlugins);
afterAll(() => plant.simulator.close());

/** A command of Pulumi, with a process of its own. */
async function begin(more: Plain = {}): Promise<void> {
  plugin = await startPlugin();
  verbs = verbsOf(plugin);
  await plugin.configure({ ...configAt(plant.simulator, plant.token), ...more });
}

const declared = (...numbers: number[]): Plain => ({
  applicationId: plant.applicationId,
  flowId: plant.flowId,
  version: "v1",
  deviceIds: numbers.map((number) => plant.devices[number]),
});

interface Resource {
  readonly urn: string;
  readonly id: string;
  readonly inputs: Plain;
  readonly outs: Plain;
}

/** What the last `pulumi up` has made. */
async function before(name: string, ...numbers: number[]): Promise<Resource> {
  const urn = urnOf(name);
  const { inputs } = await verbs.check(declared(...numbers), { urn });
  return { urn, inputs, ...(await verbs.create(inputs, { urn })) };
}

/** Pulumi reads a resource before the program runs, and compares it with its state. */
async function refreshed({ urn, id, outs, inputs }: Resource): Promise<void> {
  await verbs.read(id, outs, inputs, { urn });
  await verbs.diff(id, outs, inputs, inputs, { urn });
}

/** The program declares it. */
async function declare(urn: string, { id, outs, inputs }: Resource): Promise<void> {
  await verbs.check(inputs, { urn });
  await verbs.diff(id, outs, inputs, inputs, { urn });
}

/** The end of the command; the lines that came then, by name. */
async function end(): Promise<Record<string, string>> {
  plugin.said.length = 0;
  await plugin.call("cancel", new Empty());
  const news = plugin.said.filter(({ kind }) => kind === "info" || kind === "warn");
  return Object.fromEntries(news.map(({ urn = "", message }) => [urn.split("::").at(-1), message]));
}

test("the row of a dropped resource says which devices its delete stops, and those that stay have no line", async () => {
  const [stays, dropped] = [await before("stays", 0), await before("dropped", 1, 2)];
  await begin();
  for (const one of [stays, dropped]) await refreshed(one);
  await declare(stays.urn, stays);
  plant.writes();
  expect(await end()).toEqual({
    dropped:
      "once it is deleted: flow-0 is removed from 2 devices (device-1, device-2), by release (1 call); with retainOnDelete it keeps running",
  });
  const records = plugin.said.filter(({ kind, message }) => kind === "debug" && message.includes('"kind":"planned"'));
  expect(records.map(({ urn }) => urn)).toEqual([dropped.urn]);
  expect([plant.writes(), await end()]).toEqual([[], {}]);
});

test("where the program declares none any more, each has its line", async () => {
  const [one, two] = [await before("one", 0), await before("two", 1)];
  await begin();
  for (const resource of [one, two]) await refreshed(resource);
  expect(Object.keys(await end()).toSorted()).toEqual(["one", "two"]);
});

test("a device that goes to another resource is said to go there", async () => {
  const giver = await before("giver", 0, 1);
  await begin();
  await refreshed(giver);
  await verbs.check(declared(1), { urn: urnOf("taker") });
  expect((await end())["giver"]).toMatch(
    /^once it is deleted: flow-0 is removed from 1 device \(device-0\), by \w+ \(1 call\); 1 goes to taker \(device-1\)/,
  );
});

test("a device that somebody has moved to another version is among them", async () => {
  const [one, other] = [await before("one", 0, 1), await before("other", 2)];
  plant.byHand(0, "v2");
  await begin();
  await refreshed(one);
  await declare(other.urn, other);
  expect((await end())["one"]).toContain("flow-0 is removed from 2 devices");
});

describe("there is no line", () => {
  test("for a resource that an alias has renamed", async () => {
    const one = await before("one", 0);
    await begin();
    await refreshed(one);
    await declare(urnOf("renamed"), one);
    expect(await end()).toEqual({});
  });

  test("for one that is only looked up", async () => {
    plant.byHand(0, "v1");
    const id = `${plant.applicationId}/${plant.flowId}`;
    const { props, inputs } = await verbs.read(id, {}, undefined, { urn: urnOf("seen") });
    await begin();
    await verbs.read(id, props, inputs, { urn: urnOf("seen") });
    expect(await end()).toEqual({});
  });

  test("in a refresh and in a destroy, which run no program", async () => {
    const one = await before("one", 0);
    await begin();
    plugin.hasProgram = false;
    await refreshed(one);
    expect(await end()).toEqual({});
  });

  test("after the delete itself, which has said what it did", async () => {
    const one = await before("one", 0);
    await begin();
    await refreshed(one);
    await verbs.remove(one.id, one.outs, { urn: one.urn });
    expect(await end()).toEqual({});
  });

  test("in a process whose provider has another configuration now: another process goes on for it", async () => {
    const one = await before("one", 0);
    await begin();
    await plugin.configure(configAt(plant.simulator, plant.token), "default", PROVIDER_URN);
    await refreshed(one);
    const changed = new messages.DiffRequest()
      .setUrn(PROVIDER_URN)
      .setOldInputs(sent({ apiToken: "old" }))
      .setNews(sent({ apiToken: "new" }));
    await plugin.call("diffConfig", changed);
    expect(await end()).toEqual({});
  });

  test("without the plan of previews (preflight: false)", async () => {
    const one = await before("one", 0);
    await begin({ preflight: "false" });
    await refreshed(one);
    expect(await end()).toEqual({});
  });
});

test("secrets are not shown", async () => {
  const urn = urnOf("hidden");
  const { inputs } = await verbs.check(declared(0), { urn, secret: ["deviceIds"] });
  const hidden = { urn, inputs, ...(await verbs.create(inputs, { urn, secret: ["deviceIds"] })) };
  await begin();
  await refreshed(hidden);
  const line = (await end())["hidden"];
  expect(line).toContain("is removed from 1 device ([secret])");
  expect(line).not.toContain("device-0");
});
