import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { EdgeDeployment } from "pulumi-losant";
import type { RolloutArgs } from "pulumi-losant";
import { demoFleet, startSimulator } from "pulumi-losant/simulator";
import type { Simulator } from "pulumi-losant/simulator";
import { currentProgram } from "../../../sdk/program/program.js";
import { canaryById, declaredRollout } from "../../../sdk/declared-rollout.js";
import { beginProgram, messageOf, settingsOf, settled } from "./support.js";

const production = "aa0000000000000000000002";
const line = (number: number): string => `d1${String(number).padStart(22, "0")}`;
const CANARY = [{ key: "ring", value: "canary" }];

let losant: Simulator;
beforeAll(async () => {
  losant = await startSimulator({ seed: demoFleet() });
});
afterAll(() => losant.close());
beforeEach(() => {
  beginProgram(settingsOf(losant, production, "demo-user-token"));
  losant.clearCalls();
});

const resolved = (rollout: RolloutArgs, deviceIds: readonly string[]) =>
  canaryById(currentProgram(), "plant", { rollout, deviceIds });

test("a canary by tags becomes ids, of the resource's own devices alone", async () => {
  expect(
    await resolved({ batches: ["50%"], canary: { deviceTags: CANARY } }, [line(1).toUpperCase(), line(2)]),
  ).toEqual({ batches: ["50%"], canary: { deviceIds: [line(1)] } });
  expect(
    await resolved({ canary: { deviceTags: [...CANARY, { key: "hall", value: "b" }], deviceIds: [line(2)] } }, [
      line(1),
      line(2),
      line(7),
    ]),
  ).toEqual({ canary: { deviceIds: [line(2), line(1), line(7)] } });
});

test("tags that select none of the resource's devices are refused, and so is a tag that no device has", async () => {
  expect(await messageOf(() => resolved({ canary: { deviceTags: CANARY } }, [line(2)]))).toBe(
    'EdgeDeployment "plant", rollout.canary.deviceTags: of the 1 device that these tags select, none belongs to this resource: look at its deviceIds and deviceTags',
  );
  expect(
    await messageOf(() => resolved({ canary: { deviceTags: [{ key: "ring", value: "canaries" }] } }, [line(1)])),
  ).toContain('no edge compute device has the tag ring=canaries: did you mean "canary"?');
});

test("without tags nothing is looked up, and an output stays what it is", async () => {
  const rollout = { batches: [1, "100%"], canary: { deviceIds: [line(3)] } };
  expect(declaredRollout(currentProgram(), "plant", { rollout, deviceIds: [line(3)] })).toBe(rollout);
  const output = declaredRollout(currentProgram(), "plant", {
    rollout: pulumi.output(rollout),
    deviceIds: [line(3)],
  });
  expect(await settled(pulumi.output(output))).toEqual(rollout);
  expect(losant.calls).toEqual([]);
});

test("the resource is registered with the ids", async () => {
  const plant = new EdgeDeployment("plant", {
    flowId: "f10000000000000000000001",
    version: "v1.2.4",
    deviceTags: [{ key: "site", value: "graz" }],
    rollout: { canary: { deviceTags: CANARY } },
  });
  expect(await settled(plant.rollout)).toEqual({ canary: { deviceIds: [line(1)] } });
});
