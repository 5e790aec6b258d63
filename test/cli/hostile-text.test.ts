// Names and versions that act in a terminal or in the log of a CI system, on the real CLI: they are shown and do nothing.
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createPlant, HAND, projectAt } from "../support/plant.js";
import type { Plant } from "../support/plant.js";
import type { Project } from "../support/project.js";

const NAME = "::error::\u001B[31m\u001B]8;;https://x\u0007##[error]<{%fg 1%}>\u202E";
const SHOWN = String.raw`\u{3a}:error::\u{1b}[31m\u{1b}]8;;https://x\u{7}\u{23}#[error]\u{3c}{%fg 1%}>\u{202e}`;
const ACTS = /[\u001B\u0007\u202E]|##\[|^\s*::/m;

let plant: Plant;
let project: Project;
beforeAll(async () => {
  plant = await createPlant({ devices: 2, device: () => ({ name: NAME, edgeAgentVersion: "0.1.0" }) });
  project = await projectAt(plant);
  const { applicationId, flowId, devices: deviceIds } = plant;
  project.declare({ telemetry: { applicationId, flowId, version: "v1", deviceIds } });
});
afterAll(async () => {
  project.remove();
  await plant.simulator.close();
});

test("a device's name in a warning, in drift and in what a destroy says", async () => {
  expect(await project.up()).toMatchObject({ code: 0 });
  plant.byHand(1, "v2");
  const preview = await project.preview();
  expect(preview.code).toBe(0);
  expect(preview.output).toContain(`device ${SHOWN} (${plant.devices[1]}): v1 -> v2 by user ${HAND.sourceId}`);
  expect(preview.output).not.toMatch(ACTS);
  const destroy = await project.destroy();
  expect(destroy.output).toContain(SHOWN);
  expect(destroy.output).not.toMatch(ACTS);
});

test("a misspelt setting fails the preview, with what was probably meant; a token in plain text draws a warning", async () => {
  const settings = join(project.dir, "Pulumi.dev.yaml");
  const { applicationId } = plant;
  writeFileSync(
    settings,
    `config:\n  losant:replce: never\n  losant:apiToken: plain-text-token\n  losant:applicationId: ${applicationId}\n`,
  );
  const preview = await project.preview();
  expect(preview.code).not.toBe(0);
  expect(preview.output).toContain('losant:replce is no setting: did you mean "replace"?');
  writeFileSync(settings, `config:\n  losant:apiToken: plain-text-token\n  losant:apiUrl: ${plant.simulator.url}\n`);
  expect((await project.preview()).output).toContain("losant:apiToken is not a secret: the token is readable");
});
