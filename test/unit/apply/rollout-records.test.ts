// What a program can show of a rollout while it runs: each batch before its calls, each device once something is new.
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { begin, breaks, CANARY, deployed, end, failure, ids, inputs, records, update } from "../../support/rollouts.js";

beforeEach(() => begin());
afterEach(end);

/** In their order, by the positions of the devices. */
function told(): string[] {
  const numberOf = (deviceId: string): number => ids(0, 1, 2, 3, 4, 5).indexOf(deviceId);
  return records.flatMap((record) => {
    if (record.kind === "batch")
      return [
        `batch ${record.batch}/${record.batches} to ${record.version}: ${record.deviceIds.map(numberOf).join(" ")}`,
      ];
    if (record.kind === "applied")
      return record.moved.map(({ to, deviceIds }) => `moved to ${to}: ${deviceIds.toSorted().map(numberOf).join(" ")}`);
    if (record.kind !== "reached") return [];
    return record.devices
      .map(({ deviceId, version, error }) => `${numberOf(deviceId)} ${error ?? `runs ${version}`}`)
      .toSorted();
  });
}

test("each batch, then its devices as Losant moves them, then each as it runs the version; once", async () => {
  const olds = await deployed([0, 1, 2]);
  records.length = 0;
  await update(olds, inputs("v2", [0, 1, 2], CANARY));
  expect(told()).toEqual([
    "batch 1/2 to v2: 0",
    "moved to v2: 0",
    "0 runs v2",
    "batch 2/2 to v2: 1 2",
    "moved to v2: 1 2",
    "1 runs v2",
    "2 runs v2",
  ]);
});

test("devices that have the version already are no news", async () => {
  const olds = await update(await deployed([0, 1]), inputs("v1", [0, 1], CANARY));
  records.length = 0;
  await update(olds, inputs("v1", [0, 1, 2], CANARY));
  expect(told()).toEqual(["batch 2/2 to v1: 2", "moved to v1: 2", "2 runs v1"]);
});

test("a device that fails says why in Losant's words, and the way back of all is told as well", async () => {
  const olds = await deployed([0, 1, 2]);
  breaks(1, "v2");
  records.length = 0;
  const rollout = { batches: [2, "100%"], timeoutSeconds: 20, onFailure: "rollback" };
  await failure(update(olds, inputs("v2", [0, 1, 2], rollout)));
  const [batch, moved, ...rest] = told();
  expect([batch, moved]).toEqual(["batch 1/2 to v2: 0 1", "moved to v2: 0 1"]);
  expect(rest.indexOf("1 no room")).toBeLessThan(rest.indexOf("moved to v1: 0 1"));
  expect(rest.slice(rest.indexOf("moved to v1: 0 1") + 1).toSorted()).toEqual(["0 runs v1", "1 runs v1"]);
});
