// Deletes and reads by the provider's own verbs over real HTTP: nothing is believed too early.
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { ResourceProps } from "../../../provider/verbs.js";
import { begin, end, ids, inputs, lifecycle, plant, said, startPlugin } from "../../support/rollouts.js";

const ID = (): string => `${plant.applicationId}/${plant.flowId}/0123456789abcdef`;
const LISTING = "/edge/deployments?";
const EMPTY = { method: "GET", path: LISTING, status: 200, body: { items: [], totalCount: 0 } } as const;
const JSON_404 = { status: 404, body: { type: "NotFound", message: "Application was not found" } };
const HTML_404 = { status: 404, body: "<html>Not Found</html>" };
const failureOf = (verb: Promise<unknown>): Promise<string> =>
  verb.then(
    () => "it went well",
    (error: unknown) => (error as Error).message,
  );
async function deployed(numbers: number[], version: string | null = "v1", more: object = {}): Promise<ResourceProps> {
  const { outs } = await lifecycle.create(inputs(version, numbers, undefined, more));
  plant.writes();
  return outs;
}

beforeEach(() => begin());
afterEach(end);

describe("a delete", () => {
  test("takes the flow off its devices, and says from how many, which, and by what", async () => {
    const outs = await deployed([0, 1, 2, 3]);
    await startPlugin().delete(ID(), outs);
    expect(plant.desired()).toEqual({});
    expect(said.at(-1)).toMatch(/ is removed from 4 devices \(device-0, device-1 and 2 more\), by remove \(1 call\)$/);
  });

  test("of devices that have lost the flow already makes no call, after a second look", async () => {
    const outs = await deployed([0, 1]);
    plant.byHand(0, null);
    plant.byHand(1, null);
    await startPlugin().delete(ID(), outs);
    expect(plant.writes()).toEqual([]);
  });

  test("does not believe one empty listing", async () => {
    const outs = await deployed([0, 1]);
    plant.simulator.fault(EMPTY);
    await startPlugin().delete(ID(), outs);
    expect(plant.desired()).toEqual({});
  });

  test("does not believe an empty listing after its calls either", async () => {
    const outs = await deployed([0, 1]);
    plant.simulator.fault({ method: "POST", status: 200, body: {} });
    plant.simulator.fault({ ...EMPTY, skip: 1 });
    await startPlugin().delete(ID(), outs);
    expect(plant.desired()).toEqual({});
  });

  describe.each([
    ["Losant's own 404", JSON_404],
    ["a 404 page of a proxy", HTML_404],
  ])("that is answered %s", (_name, fault) => {
    test.each([
      ["on everything", {}],
      ["on the writes alone", { method: "POST" as const }],
      ["on the listings alone", { method: "GET" as const }],
    ])("%s keeps the resource, and says how to forget it", async (_what, where) => {
      const outs = await deployed([0, 1]);
      plant.simulator.fault({ ...fault, ...where, times: 99 });
      const failed = await failureOf(startPlugin().delete(ID(), outs));
      expect(failed).toMatch(/404/);
      expect(failed).toContain("pulumi state delete");
      expect(plant.desired()).toEqual({ 0: "v1", 1: "v1" });
    });
  });

  test("that is answered 'Flow version not found.' keeps the resource", async () => {
    const outs = await deployed([0, 1]);
    plant.simulator.fault({
      method: "POST",
      status: 404,
      body: { type: "NotFound", message: "Flow version not found." },
      times: 99,
    });
    expect(await failureOf(startPlugin().delete(ID(), outs))).toContain("Flow version not found.");
  });
});

describe("losant:forgetMissingApplication", () => {
  beforeEach(async () => {
    await end();
    await begin({}, { "losant:forgetMissingApplication": "true" });
  });

  test("forgets a resource where Losant itself says twice that there is no application", async () => {
    const outs = await deployed([0, 1]);
    plant.simulator.fault({ ...JSON_404, times: 99 });
    await startPlugin().delete(ID(), outs);
    expect(said.at(-1)).toContain("is forgotten");
  });

  test.each([
    ["said so once", { ...JSON_404, times: 1 }],
    ["a proxy said so", { ...HTML_404, times: 99 }],
    ["only the writes are answered so", { ...JSON_404, method: "POST" as const, times: 99 }],
  ])("but not where %s", async (_what, fault) => {
    const outs = await deployed([0, 1]);
    plant.simulator.fault(fault);
    expect(await failureOf(startPlugin().delete(ID(), outs))).toContain("404");
    expect(plant.desired()).toEqual({ 0: "v1", 1: "v1" });
  });
});

describe("a read", () => {
  test("of a resource whose devices have all lost the flow is gone, after two looks and a question for the workflow", async () => {
    const outs = await deployed([0, 1]);
    plant.byHand(0, null);
    plant.byHand(1, null);
    plant.simulator.clearCalls();
    expect(await startPlugin().read(ID(), outs)).toEqual({});
    const [application, flow] = [plant.applicationId, plant.flowId];
    expect(plant.simulator.calls.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `GET /applications/${application}/edge/deployments`,
      `GET /applications/${application}/edge/deployments`,
      `GET /applications/${application}/flows/${flow}`,
    ]);
  });

  test("does not take one empty listing for that", async () => {
    const outs = await deployed([0, 1]);
    plant.simulator.fault(EMPTY);
    expect(await startPlugin().read(ID(), outs)).toMatchObject({ props: { status: "deployed" } });
  });

  test("of rows that lack a version is an error, and nothing is gone", async () => {
    const outs = await deployed([0, 1]);
    plant.simulator.fault({ method: "GET", path: LISTING, without: ["desiredVersion"], times: 99 });
    expect(await failureOf(startPlugin().read(ID(), outs))).toContain("desiredVersion");
  });

  test.each(["flow", "devices"])(
    "by an id of a %s that nothing carries is an error, not an empty resource",
    async (form) => {
      const id = `${plant.applicationId}/${plant.flowId}${form === "flow" ? "" : `/${ids(0)[0]}`}`;
      expect(await failureOf(startPlugin().read(id, {}))).toContain("seen twice: there is nothing to read");
    },
  );
});

describe("drift that is what the program says by now", () => {
  test("all devices moved to v2 by hand, then the program says v2: one update without a call, and it is over", async () => {
    const outs = await deployed([0, 1]);
    plant.byHand(0, "v2");
    plant.byHand(1, "v2");
    const { props, inputs: refreshed } = (await startPlugin().read(ID(), outs)) as {
      props: ResourceProps;
      inputs: ResourceProps;
    };
    expect(refreshed).toMatchObject({ version: "v2" });
    const news = inputs("v2", [0, 1], undefined);
    const plugin = startPlugin();
    expect((await plugin.diff(ID(), props, news)).changes).toBe(true);
    const mended = (await plugin.update(ID(), props, news)).outs;
    expect(plant.writes()).toEqual([]);
    expect(mended).toMatchObject({ status: "deployed", drift: [] });
    expect((await startPlugin().diff(ID(), mended, news)).changes).toBe(false);
    expect((await startPlugin().read(ID(), mended)) as object).toMatchObject({ props: { drift: [] } });
  });
});

describe("a delete without a program, of a resource that has handed a device over", () => {
  const handingOver = (outs: ResourceProps, number: number): ResourceProps => ({
    ...outs,
    __losant: { ...(outs["__losant"] as object), handedOver: { taker: ids(number) } },
  });

  test("is refused where nobody can say who has the device, and changes nothing", async () => {
    const outs = handingOver(await deployed([0, 1]), 2);
    plant.byHand(2, "v1");
    const failed = await failureOf(startPlugin().delete(ID(), outs));
    expect(failed).toMatch(
      /^1 device \(.*\) went from this resource to "taker".*Nothing was changed.*--target '\*\*taker'/,
    );
    expect(plant.desired()).toEqual({ 0: "v1", 1: "v1", 2: "v1" });
  });

  test("goes on where the device does not carry the flow any more", async () => {
    const outs = handingOver(await deployed([0, 1]), 2);
    await startPlugin().delete(ID(), outs);
    expect(plant.desired()).toEqual({});
  });

  test("leaves the device to the taker where that one is shown", async () => {
    const outs = handingOver(await deployed([0, 1]), 2);
    const taker = await deployed([2]);
    const plugin = startPlugin();
    await plugin.read(`${plant.applicationId}/${plant.flowId}/fedcba9876543210`, taker);
    await plugin.delete(ID(), outs);
    expect(plant.desired()).toEqual({ 2: "v1" });
  });
});
