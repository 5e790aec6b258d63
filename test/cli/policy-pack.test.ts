// The ready policy pack and the example, run by the real CLI.
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { chmodSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createPlant, projectAt } from "../support/plant.js";
import type { Plant } from "../support/plant.js";
import type { Project } from "../support/project.js";

let plant: Plant;
let project: Project;

beforeAll(async () => {
  plant = await createPlant();
  project = await projectAt(plant, { stacks: { production: {} } });
});
afterAll(async () => {
  project.remove();
  await plant.simulator.close();
});

/**
 * The CLI starts a folder with PulumiPolicy.yaml by the language host, where that can. The one built by
 * `scripts/offline` cannot; there the CLI starts a file that runs the same module of Pulumi's SDK.
 */
function launcher(pack: string): string {
  const file = join(project.dir, "start-pack.sh");
  const module = resolve("node_modules/@pulumi/pulumi/cmd/run-policy-pack");
  writeFileSync(file, `#!/bin/sh\ncd "${resolve(pack)}" && exec node "${module}" "$1" .\n`);
  chmodSync(file, 0o755);
  return file;
}

const declare = (more: object): void =>
  project.declare({
    line: {
      applicationId: plant.applicationId,
      flowId: plant.flowId,
      version: "v1",
      deviceIds: plant.devices,
      ...more,
    },
  });

test("the ready pack refuses a release to all of production at once, and nothing moves", async () => {
  declare({});
  const up = await project.up("--stack", "production", "--policy-pack", launcher("policy-pack"));
  expect(up.code).not.toBe(0);
  expect(up.output).toContain('EdgeDeployment "line" releases to 4 devices of stack production at once.');
  expect(up.output).toContain('EdgeDeployment "line" can be destroyed in stack production.');
  expect(plant.writes()).toEqual([]);
});

test("what the pack's configuration allows passes", async () => {
  declare({ rollout: { batches: [1, "100%"] } });
  const config = join(project.dir, "policies.json");
  writeFileSync(config, JSON.stringify({ "losant-require-protect": { production: ["elsewhere"] } }));
  const preview = await project.preview(
    ...["--stack", "production", "--policy-pack", launcher("policy-pack"), "--policy-pack-config", config],
  );
  expect(preview).toMatchObject({ code: 0 });
  expect(preview.output).toContain("pulumi-losant");
});

test("the example adds a rule of its own, by validateResourceOfType", async () => {
  declare({ version: "v1" });
  const preview = await project.preview("--stack", "production", "--policy-pack", launcher("examples/policy"));
  expect(preview.code).not.toBe(0);
  expect(preview.output).toContain('Version "v1" does not have the form v1.2.3.');
});
