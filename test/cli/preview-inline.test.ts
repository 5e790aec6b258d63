// The plan in previews of inline programs: several runs in one process, each with an end, an error and a file of its own.
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { createPlant } from "../support/plant.js";
import { createProject } from "../support/project.js";

const PROGRAM = `
import * as pulumi from "@pulumi/pulumi";
import { LocalWorkspace } from "@pulumi/pulumi/automation/index.js";
import * as losant from "pulumi-losant";

const { url, token, applicationId, flowId, devices } = JSON.parse(process.env.PLANT);
const args = (version, ...numbers) => ({ applicationId, flowId, version, deviceIds: numbers.map((n) => devices[n]) });

async function stackOf(stackName) {
  const stack = await LocalWorkspace.createOrSelectStack(
    { stackName, projectName: "plant", program: async () => {} },
    { workDir: process.cwd(), envVars: process.env },
  );
  await stack.setAllConfig({
    "losant:apiUrl": { value: url },
    "losant:apiToken": { value: token, secret: true },
    "plant:version": { value: "v1", secret: true },
  });
  return stack;
}
async function preview(stack, program) {
  const lines = [];
  const failed = await stack.preview({ program, onOutput: (text) => lines.push(text) }).then(() => false, () => true);
  return { failed, text: lines.join("") };
}

const [one, other] = [await stackOf("one"), await stackOf("other")];
await one.up({
  program: async () => {
    const stays = new losant.EdgeDeployment("stays", args("v1", 0));
    new losant.EdgeDeployment("dropped", args("v1", 1));
    // Declared when the function has ended.
    stays.urn.apply(() => new losant.EdgeDeployment("later", args("v1", 2)));
    return { stays: stays.status };
  },
});
const results = {
  dropping: await preview(one, async () => {
    const version = new pulumi.Config().requireSecret("version");
    const stays = new losant.EdgeDeployment("stays", { ...args("", 0), version });
    const fresh = new losant.EdgeDeployment("fresh", { ...args("", 3), version });
    stays.urn.apply(() => new losant.EdgeDeployment("later", args("v1", 2)));
    // Not known in a preview.
    return { fresh: fresh.status };
  }),
};
[results.wrong, results.right] = await Promise.all([
  preview(other, async () => void new losant.EdgeDeployment("wrong", args("v99", 4))),
  preview(one, async () => {
    new losant.EdgeDeployment("stays", args("v1", 0));
    new losant.EdgeDeployment("dropped", args("v1", 1));
    new losant.EdgeDeployment("later", args("v1", 2));
  }),
]);
console.log("RESULT " + JSON.stringify(results));
`;

interface Previewed {
  readonly failed: boolean;
  readonly text: string;
}

test("an inline program has its own end, its own errors and its own secrets", async () => {
  const plant = await createPlant({ devices: 5 });
  const project = await createProject({ packageType: "module" });
  writeFileSync(join(project.dir, "inline.mjs"), PROGRAM);
  const temporary = join(project.dir, "tmp");
  mkdirSync(temporary);
  const { simulator, token, applicationId, flowId, devices } = plant;
  const PLANT = JSON.stringify({ url: simulator.url, token, applicationId, flowId, devices });
  const env = { ...project.env, PLANT, TMPDIR: temporary };
  const child = spawn("node", ["inline.mjs"], { cwd: project.dir, env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (output += text));
  const code = await new Promise((resolve) => child.on("close", resolve));
  expect([code, code === 0 ? "" : output]).toEqual([0, ""]);
  const { dropping, wrong, right } = JSON.parse(/RESULT (.*)/.exec(output)?.[1] ?? "{}") as Record<string, Previewed>;

  // What is declared after the function has ended is not taken for dropped.
  expect(dropping?.text).toContain("dropped: flow-0 is removed from 1 device (device-1), by remove (1 call)");
  expect(dropping?.text).not.toMatch(/(stays|later): flow-0 is removed/);
  expect(dropping?.text).toContain("[secret] on 1 device by release (1 call)");
  expect(dropping).toMatchObject({ failed: false, text: expect.not.stringMatching(/v1 on|"v1"/) });

  expect(wrong).toMatchObject({ failed: true, text: expect.stringContaining('has no version "v99"') });
  expect(right).toMatchObject({ failed: false, text: expect.not.stringContaining("v99") });
  project.remove();
  await simulator.close();
}, 120_000);
