// `pulumi-losant/native`: the native plugin from JavaScript. A stack of the dynamic provider moves over, and nothing is asked
// of Losant. Then a provider resource with a secret token.
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { nativeProgramIn } from "../support/native-project.js";
import { createPlant, HAND, projectAt } from "../support/plant.js";
import type { Plant } from "../support/plant.js";
import type { Project } from "../support/project.js";

let plant: Plant;
let project: Project;

beforeAll(async () => {
  plant = await createPlant({ devices: 5 });
  project = await projectAt(plant, { refreshAlways: false });
  nativeProgramIn(project, "nodejs")({ main: "index.js" });
});
afterAll(async () => {
  project.remove();
  await plant.simulator.close();
});

const program = (from: string, { version = "v1", before = "", options = "" } = {}): string => `
import * as losant from "${from}";
${before}
const [applicationId, flowId, otherFlowId] = ${JSON.stringify([plant.applicationId, ...plant.flowIds])};
const deviceIds = ${JSON.stringify(plant.devices.slice(0, 3))};
const plain = new losant.EdgeDeployment("plain",
  { applicationId, flowId, version: "${version}", deviceIds, rollout: { batches: [1, "100%"] } }, { ${options} });
new losant.EdgeDeployment("nothing", { applicationId, flowId: otherFlowId, version: null, deviceIds }, { ${options} });
export const status = plain.status;
`;

test("a stack of the dynamic provider moves over: unchanged, without a call to Losant", async () => {
  project.write(program("pulumi-losant"));
  expect(await project.up()).toMatchObject({ code: 0 });
  const before = await project.deployments();
  plant.simulator.clearCalls();

  project.write(program("pulumi-losant/native"));
  const moved = await project.up("--expect-no-changes");
  expect([moved.code, moved.code === 0 ? "" : moved.output]).toEqual([0, ""]);
  expect(moved.stdout).toMatch(/\b3 unchanged/);
  expect(plant.simulator.calls).toEqual([]);
  const after = await project.deployments();
  expect(Object.values(after).map(({ type }) => type)).toEqual(Array(2).fill("losant:index:EdgeDeployment"));
  const ids = (resources: typeof after) =>
    Object.fromEntries(Object.entries(resources).map(([name, { id }]) => [name, id]));
  expect(ids(after)).toEqual(ids(before));
});

test("a provider resource with a secret token takes the resources over; a plain preview then shows drift", async () => {
  const before = `const provider = new losant.Provider("plant", ${JSON.stringify({
    apiUrl: plant.simulator.url,
    apiToken: plant.token,
    verifySeconds: 5,
    preflight: true,
  })});`;
  project.write(program("pulumi-losant/native", { version: "v2", before, options: "provider" }));
  const up = await project.up();
  expect([up.code, up.code === 0 ? "" : up.output]).toEqual([0, ""]);
  expect(await project.outputs()).toEqual({ status: "deployed" });
  expect(plant.desired()).toEqual({ 0: "v2", 1: "v2", 2: "v2" });
  for (const { path, text } of project.everyFile()) {
    if (!path.endsWith("index.js")) expect([path, text.includes(plant.token)]).toEqual([path, false]);
  }

  plant.simulator.change({
    applicationId: plant.applicationId,
    flowId: plant.flowId,
    deviceId: plant.devices[1] ?? "",
    version: "v1",
    by: HAND,
  });
  expect((await project.preview()).stdout).toMatch(/drift of .*v2 -> v1 by user/);
});
