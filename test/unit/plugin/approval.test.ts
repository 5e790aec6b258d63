// The native plugin of a run that is held to an approved plan: it says so, and moves what is approved.
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { approvalPointer, approvalText, APPROVED_PLAN } from "../../../provider/resource/approved-plan.js";
import { writeApproval } from "../../../provider/host/approval-file.js";
import { recordIn } from "../../../provider/messages/run-record.js";
import { createPlant } from "../../support/plant.js";
import type { Plant } from "../../support/plant.js";
import { PLAN } from "../../support/approvals.js";
import { closePlugins, configAt, startPlugin, verbsOf } from "./support.js";
import type { Plugin } from "./support.js";

let plant: Plant;
beforeAll(async () => {
  plant = await createPlant({ devices: 4 });
});
afterEach(() => {
  closePlugins();
  plant.simulator.reset();
});
afterAll(() => plant.simulator.close());

const recordsIn = ({ said }: Plugin) => said.flatMap(({ message }) => recordIn(message) ?? []);

async function pluginWith(pointer: string): Promise<Plugin> {
  const plugin = await startPlugin({ env: { [APPROVED_PLAN]: pointer } });
  await plugin.configure(configAt(plant.simulator, plant.token));
  return plugin;
}

async function create(plugin: Plugin, devices: readonly string[]): Promise<unknown> {
  const verbs = verbsOf(plugin);
  const { applicationId, flowId } = plant;
  const { inputs } = await verbs.check({ applicationId, flowId, version: "v1", deviceIds: [...devices] });
  return verbs.create(inputs);
}

test("it says which plan it is held to, and refuses a device that is not in it", async () => {
  const { applicationId, flowId, devices } = plant;
  const [first = "", second = ""] = devices;
  const file = writeApproval(PLAN, [{ applicationId, flowId, from: null, to: "v1", deviceIds: [first] }]);
  const plugin = await pluginWith(file.variables[APPROVED_PLAN] ?? "");
  file.remove();
  expect(recordsIn(plugin)).toEqual([{ kind: "held", front: "native", plan: PLAN }]);
  await expect(create(plugin, [first, second])).rejects.toThrow(`device ${second} was not in the plan`);
  expect(plant.writes()).toEqual([]);
  expect(recordsIn(plugin)).toContainEqual({
    kind: "refused",
    id: expect.stringContaining(`${applicationId}/${flowId}/`),
    changes: [{ deviceId: second, was: "not in the plan", is: 'not deployed -> "v1"' }],
  });
  await create(plugin, [first]);
  expect(plant.writes()).toEqual(["release v1 x1"]);
});

test("with a plan that it cannot read it moves nothing, and says that it is held to none", async () => {
  const plugin = await pluginWith(approvalPointer("/does/not/exist", approvalText(PLAN, [])));
  expect(recordsIn(plugin)).toEqual([{ kind: "held", front: "native" }]);
  await expect(create(plugin, plant.devices.slice(0, 1))).rejects.toThrow("the approved plan cannot be read");
  expect(plant.writes()).toEqual([]);
});
