// Two stacks of the Automation API side by side in one process: each has its own settings, token and answers.
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { demoFleet, startSimulator } from "pulumi-losant/simulator";
import { createProject } from "../support/project.js";

const PROGRAM = `
import { LocalWorkspace } from "@pulumi/pulumi/automation/index.js";
import * as losant from "pulumi-losant";

const { LOSANT_URL, STACKS } = process.env;
const results = await Promise.all(
  Object.entries(JSON.parse(STACKS)).map(async ([stackName, { applicationId, token }]) => {
    const program = async () => {
      const workflow = await losant.getEdgeWorkflow({ name: "Telemetry" });
      const { ids } = await losant.getDevices({ name: "line-*" });
      new losant.EdgeDeployment("telemetry", { flowId: workflow.id, version: "v1.2.3", deviceIds: ids });
      return { flowId: workflow.id, devices: ids.length };
    };
    const stack = await LocalWorkspace.createOrSelectStack(
      { stackName, projectName: "inline", program },
      { workDir: process.cwd(), envVars: process.env },
    );
    await stack.setAllConfig({
      "losant:apiUrl": { value: LOSANT_URL },
      "losant:applicationId": { value: applicationId },
      "losant:apiToken": { value: token, secret: true },
    });
    const lines = [];
    await stack.preview({ onOutput: (text) => lines.push(text) });
    const first = await stack.up();
    // The same process again: what was read before is not believed.
    const second = await stack.up();
    const value = (name) => second.outputs[name].value;
    return [stackName, { plan: lines.join("").includes("by release (1 call)"), flowId: value("flowId"), devices: value("devices"), changes: [first, second].map(({ summary }) => summary.resourceChanges) }];
  }),
);
console.log("RESULT " + JSON.stringify(Object.fromEntries(results)));
`;

test("stacks do not share applications, tokens or what they read", async () => {
  const staging = "aa0000000000000000000001";
  const production = "aa0000000000000000000002";
  const seed = demoFleet();
  const by = { sourceType: "apiToken", sourceId: "a00000000000000000000009" } as const;
  const tokens = [staging, production].map((id) => ({ ...by, token: `token-${id}`, applicationId: id }));
  const losant = await startSimulator({ seed: { ...seed, tokens }, reportDelayMs: 0 });
  const project = await createProject({ packageType: "module" });
  writeFileSync(join(project.dir, "inline.mjs"), PROGRAM);

  const stacks = Object.fromEntries(
    Object.entries({ staging, production }).map(([name, id]) => [name, { applicationId: id, token: `token-${id}` }]),
  );
  const env = { ...project.env, LOSANT_URL: losant.url, STACKS: JSON.stringify(stacks) };
  const child = spawn("node", ["inline.mjs"], { cwd: project.dir, env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (output += text));
  const code = await new Promise((resolve) => child.on("close", resolve));

  expect([code, code === 0 ? "" : output]).toEqual([0, ""]);
  const result = JSON.parse(/RESULT (.*)/.exec(output)?.[1] ?? "{}") as object;
  const changes = [{ create: 2 }, { same: 2 }];
  expect(result).toEqual({
    staging: { plan: true, flowId: "f20000000000000000000001", devices: 2, changes },
    production: { plan: true, flowId: "f10000000000000000000001", devices: 12, changes },
  });
  // Preview, up and up again: each run of each stack asked its own application, once.
  const flows = losant.calls.filter(({ path, status }) => path.endsWith("/flows") && status === 200);
  expect(flows).toHaveLength(6);
  project.remove();
  await losant.close();
}, 120_000);
