// More devices than a call can have arguments: 130,000 in one resource, by the provider's own verbs.
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { begin, end, ids, inputs, lifecycle, plant, startPlugin } from "../support/rollouts.js";
import type { ResourceProps } from "../../provider/verbs.js";

const DEVICES = 130_000;
const everyone = Array.from({ length: DEVICES }, (_, number) => number);

beforeAll(() => begin({ devices: DEVICES }), 120_000);
afterAll(end);

test("130,000 devices are created, read, bumped, put back after drift, one is given up, and all are deleted", async () => {
  const v1 = inputs("v1", everyone, undefined);
  expect(await lifecycle.check({}, v1)).toMatchObject({ failures: [] });
  const { id, outs } = await lifecycle.create(v1);
  const outcome = async (olds: ResourceProps, news: ResourceProps): Promise<ResourceProps> =>
    (await startPlugin().update(id, olds, news)).outs;

  const v2 = inputs("v2", everyone, undefined);
  const bumped = await outcome(outs, v2);
  expect(plant.writes().at(-1)).toBe("replace v1 v2");

  for (const number of everyone) plant.byHand(number, "v3");
  const { props: drifted = {} } = await startPlugin().read(id, bumped);
  expect(drifted).toMatchObject({ status: "drifted", version: "v3" });
  expect(await startPlugin().diff(id, drifted, v2)).toMatchObject({ changes: true });
  const mended = await outcome(drifted, v2);

  const fewer = await outcome(mended, inputs("v2", everyone.slice(1), undefined));
  expect(plant.writes()).toEqual(["replace v3 v2", `remove ${ids(0)[0]}`]);

  await startPlugin().delete(id, fewer);
  expect(plant.writes()).toEqual(["remove every"]);
  expect(plant.desired()).toEqual({});
}, 1_200_000);
