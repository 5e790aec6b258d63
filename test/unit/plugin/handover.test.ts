// Devices that go from one resource to another, seen by a plugin that knows no program: it never stops what may belong to
// another resource.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Plain } from "../../../provider/plugin/wire.js";
import { UNKNOWN_GUID } from "../../../provider/resource/inputs.js";
import { createPlant } from "../../support/plant.js";
import type { Plant } from "../../support/plant.js";
import { closePlugins, configAt, startPlugin, urnOf, verbsOf } from "./support.js";

let plant: Plant;

beforeAll(async () => {
  plant = await createPlant({ devices: 4 });
});
beforeEach(() => {
  plant.simulator.reset();
  plant.writes();
});
afterEach(closePlugins);
afterAll(() => plant.simulator.close());

const [giver, taker] = [{ urn: urnOf("giver") }, { urn: urnOf("taker") }];
const ids = (...numbers: number[]): string[] => numbers.map((number) => plant.devices[number] ?? "");
const declared = (...numbers: number[]): Plain => ({
  applicationId: plant.applicationId,
  flowId: plant.flowId,
  version: "v1",
  deviceIds: ids(...numbers),
});
const ownedIn = (outs: Plain) => (outs["__losant"] as { handedOver?: object }).handedOver;

/** One command of Pulumi has one plugin process. */
async function command() {
  const plugin = await startPlugin();
  await plugin.configure(configAt(plant.simulator, plant.token));
  const news = () => plugin.said.filter(({ kind }) => kind === "info").map(({ message }) => message);
  const warnings = () => plugin.said.filter(({ kind }) => kind === "warn").map(({ urn, message }) => [urn, message]);
  return { ...verbsOf(plugin), news, warnings };
}

/** The giver has the devices 0 and 1, the taker 2; then the program declares 1 for the taker. */
async function before() {
  const verbs = await command();
  const [given, taken] = [await verbs.check(declared(0, 1), giver), await verbs.check(declared(2), taker)];
  const one = await verbs.create(given.inputs, giver);
  const two = await verbs.create(taken.inputs, taker);
  plant.writes();
  return { one: { ...one, inputs: given.inputs }, two: { ...two, inputs: taken.inputs } };
}

describe("in one run", () => {
  test("a device that is declared by another resource keeps its workflow, and stays owned until that resource has it", async () => {
    const { one, two } = await before();
    const verbs = await command();
    const less = (await verbs.check(declared(0), giver)).inputs;
    await verbs.diff(one.id, one.outs, one.inputs, less, giver);
    const more = (await verbs.check(declared(1, 2), taker)).inputs;
    const given = await verbs.update(one.id, one.outs, less, giver);
    expect([plant.writes(), ownedIn(given.outs)]).toEqual([[], { taker: ids(1) }]);
    await verbs.diff(two.id, two.outs, two.inputs, more, taker);
    await verbs.update(two.id, two.outs, more, taker);
    expect(plant.writes()).toEqual([]);
    expect(plant.desired()).toEqual({ 0: "v1", 1: "v1", 2: "v1" });
  });

  test("a taker that was known before the giver may have another version: that is no takeover", async () => {
    const { one, two } = await before();
    const verbs = await command();
    const less = (await verbs.check(declared(0), giver)).inputs;
    await verbs.diff(one.id, one.outs, one.inputs, less, giver);
    const more = (await verbs.check({ ...declared(1, 2), version: "v2" }, taker)).inputs;
    await verbs.update(two.id, two.outs, more, taker);
    expect(plant.desired()).toEqual({ 0: "v1", 1: "v2", 2: "v2" });
  });

  test("in a preview, a resource whose devices are not known yet counts as declaring what it had", async () => {
    const { one, two } = await before();
    const verbs = await command();
    const both = { ...two.outs, deviceIds: ids(1, 2) };
    await verbs.check({ ...declared(), deviceIds: UNKNOWN_GUID }, taker);
    await verbs.diff(two.id, both, two.inputs, { ...two.inputs, deviceIds: UNKNOWN_GUID }, taker);
    const less = (await verbs.check(declared(0), giver)).inputs;
    await verbs.diff(one.id, one.outs, one.inputs, less, giver);
    await verbs.update(one.id, one.outs, less, { ...giver, preview: true });
    expect(verbs.news()).toEqual(["nothing to do"]);
  });

  describe("a taker that depends on its giver is shown when the giver is done", () => {
    const shownAfter = async (preview: boolean) => {
      const { one, two } = await before();
      const verbs = await command();
      const less = (await verbs.check(declared(0), giver)).inputs;
      await verbs.diff(one.id, one.outs, one.inputs, less, giver);
      await verbs.update(one.id, one.outs, less, { ...giver, preview });
      const more = (await verbs.check(declared(1, 2), taker)).inputs;
      await verbs.diff(two.id, two.outs, two.inputs, more, taker);
      await verbs.update(two.id, two.outs, more, { ...taker, preview });
      return verbs;
    };

    test("the device stops and starts again", async () => {
      await shownAfter(false);
      expect(plant.writes()).toEqual([expect.stringMatching(/^(release -|remove)/), "release v1 x1"]);
      expect(plant.desired()).toEqual({ 0: "v1", 1: "v1", 2: "v1" });
    });

    test("the preview says so on the row of the taker, with the way out", async () => {
      const verbs = await shownAfter(true);
      expect(verbs.warnings()).toEqual([
        [
          taker.urn,
          "where giver is updated first, 1 device stops before it starts again here (device-1). To avoid the stop, let giver depend on this resource (dependsOn)",
        ],
      ]);
      expect(plant.writes()).toEqual([]);
    });

    test("where the giver depends on the taker, there is nothing to say", async () => {
      const { one, two } = await before();
      const verbs = await command();
      const more = (await verbs.check(declared(1, 2), taker)).inputs;
      await verbs.diff(two.id, two.outs, two.inputs, more, taker);
      await verbs.update(two.id, two.outs, more, { ...taker, preview: true });
      const less = (await verbs.check(declared(0), giver)).inputs;
      await verbs.diff(one.id, one.outs, one.inputs, less, giver);
      await verbs.update(one.id, one.outs, less, { ...giver, preview: true });
      expect(verbs.warnings()).toEqual([]);
    });
  });

  test("a renamed resource: the old one is deleted, and its devices stay with the new one", async () => {
    const { one } = await before();
    const verbs = await command();
    const renamed = { urn: urnOf("renamed") };
    const { inputs } = await verbs.check(declared(0, 1), renamed);
    await verbs.create(inputs, renamed);
    await verbs.remove(one.id, one.outs, giver);
    expect(plant.writes()).toEqual([]);
    expect(plant.desired()).toEqual({ 0: "v1", 1: "v1", 2: "v1" });
  });

  test("a replacement that is created first keeps its devices when the old one is deleted", async () => {
    const { one } = await before();
    const verbs = await command();
    const { inputs } = await verbs.check(declared(0, 1), giver);
    await verbs.diff(one.id, one.outs, one.inputs, inputs, giver);
    await verbs.create(inputs, giver);
    await verbs.remove(one.id, one.outs, giver);
    expect(plant.desired()).toEqual({ 0: "v1", 1: "v1", 2: "v1" });
  });

  test("a replacement whose old one is deleted first releases its devices again", async () => {
    const { one } = await before();
    const verbs = await command();
    const { inputs } = await verbs.check(declared(0, 1), giver);
    await verbs.diff(one.id, one.outs, one.inputs, inputs, giver);
    await verbs.remove(one.id, one.outs, giver);
    expect(plant.desired()).toEqual({ 2: "v1" });
    await verbs.create(inputs, giver);
    expect(plant.desired()).toEqual({ 0: "v1", 1: "v1", 2: "v1" });
  });
});

describe("after a run that ended between the two", () => {
  async function handedOver() {
    const { one, two } = await before();
    const verbs = await command();
    const less = (await verbs.check(declared(0), giver)).inputs;
    await verbs.diff(one.id, one.outs, one.inputs, less, giver);
    await verbs.check(declared(1, 2), taker);
    const { outs } = await verbs.update(one.id, one.outs, less, giver);
    return { one: { ...one, outs, inputs: less }, two };
  }

  test("a destroy that does not show who has the device refuses, and makes no call", async () => {
    const { one } = await handedOver();
    const verbs = await command();
    await expect(verbs.remove(one.id, one.outs, giver)).rejects.toMatchObject({
      details: expect.stringMatching(/went from this resource to "taker", and a destroy does not see/),
    });
    expect(plant.writes()).toEqual([]);
  });

  test("an up that does not show who has the device (--target) leaves it as it is", async () => {
    const { one } = await handedOver();
    const verbs = await command();
    const { inputs } = await verbs.check({ ...declared(0), version: "v2" }, giver);
    const { outs } = await verbs.update(one.id, one.outs, inputs, giver);
    expect([plant.desired(), ownedIn(outs)]).toEqual([{ 0: "v2", 1: "v1", 2: "v1" }, { taker: ids(1) }]);
  });

  test("a delete after an up that does not show who has the device refuses", async () => {
    const { one } = await handedOver();
    const verbs = await command();
    await verbs.check(declared(3), { urn: urnOf("another") });
    await expect(verbs.remove(one.id, one.outs, giver)).rejects.toMatchObject({
      details: expect.stringMatching(/Nothing was changed/),
    });
    expect(plant.desired()).toEqual({ 0: "v1", 1: "v1", 2: "v1" });
  });

  test("where the state of the other resource shows the device, the delete leaves it there", async () => {
    const { one, two } = await handedOver();
    const verbs = await command();
    await verbs.read(two.id, { ...two.outs, deviceIds: ids(1, 2) }, two.inputs, taker);
    await verbs.remove(one.id, one.outs, giver);
    expect(plant.desired()).toEqual({ 1: "v1", 2: "v1" });
  });
});
