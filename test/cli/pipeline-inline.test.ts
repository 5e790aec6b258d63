// Inline programs: no project on disk, several of them in one process at once. In a process of its own, since Pulumi
// serialises functions, which a test runner's own module system would not survive.
import { afterAll, expect, jest, test } from "@jest/globals";
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { report } from "pulumi-losant/pipeline";
import { createPlant } from "../support/plant.js";
import { createProject } from "../support/project.js";

// Several commands of the CLI, seconds each, and more on a busy machine.
jest.setTimeout(240_000);

const SCRIPT = `
import { LocalWorkspace } from "@pulumi/pulumi/automation/index.js";
import * as losant from "pulumi-losant";
import { deployAll, toJSON } from "pulumi-losant/pipeline";

const { applicationId, flows, deviceIds, apiUrl, apiToken, workDir } = JSON.parse(process.argv[2]);
const stacks = [];
for (const [index, flowId] of flows.entries()) {
  const program = async () => {
    new losant.EdgeDeployment("telemetry", { applicationId, flowId, version: "v" + (index + 1), deviceIds });
  };
  const stack = await LocalWorkspace.createStack({ stackName: "s" + index, projectName: "inline", program }, { workDir });
  await stack.setAllConfig({
    "losant:apiUrl": { value: apiUrl },
    "losant:apiToken": { value: apiToken, secret: true },
  });
  stacks.push(stack);
}
console.log(toJSON(await deployAll(stacks, { maxDevices: 3 }, { concurrency: 2 })));
`;

const plant = await createPlant({ devices: 3, flows: 2 });
const project = await createProject();
afterAll(async () => {
  project.remove();
  await plant.simulator.close();
});

test("two inline programs side by side: each deploys its own, in one report", async () => {
  const script = join(project.dir, "inline.mjs");
  writeFileSync(script, SCRIPT);
  const { applicationId, flowId, otherFlowId, devices, token } = plant;
  const input = {
    applicationId,
    flows: [flowId, otherFlowId],
    deviceIds: devices,
    apiUrl: plant.simulator.url,
    apiToken: token,
    workDir: project.home,
  };
  // The plugin process starts in the workDir, and has to find the package from there.
  const env = { ...project.env, NODE_PATH: join(project.dir, "node_modules") };
  const { stdout } = await promisify(execFile)(process.execPath, [script, JSON.stringify(input)], {
    cwd: project.dir,
    env,
  });
  expect(report.parse(JSON.parse(stdout))).toMatchObject({
    kind: "deploySummary",
    stacks: [
      { stack: "s0", outcome: "deployed", resources: [{ version: "v1", moved: [{ to: "v1", deviceIds: devices }] }] },
      { stack: "s1", outcome: "deployed", resources: [{ version: "v2", moved: [{ to: "v2", deviceIds: devices }] }] },
    ],
  });
  expect(plant.writes().toSorted()).toEqual(["release v1 x3", "release v2 x3"]);
  expect(stdout).not.toContain(token);
});
