// The API token is nowhere: not in the state, history, backups or plugin home, not in what is printed, also of failures.
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createPlant, projectAt } from "../support/plant.js";
import type { Plant } from "../support/plant.js";
import type { Project, Result } from "../support/project.js";

let plant: Plant;
let project: Project;
const results: Result[] = [];

beforeAll(async () => {
  plant = await createPlant();
  project = await projectAt(plant);
});
afterAll(async () => {
  project.remove();
  await plant.simulator.close();
});

function declare(version: string): void {
  const { applicationId, flowId, devices: deviceIds } = plant;
  project.declare({ telemetry: { applicationId, flowId, version, deviceIds } });
}

async function ran(result: Promise<Result>): Promise<Result> {
  results.push(await result);
  return result;
}

describe("after a life of successes and failures", () => {
  test("which is lived first", async () => {
    declare("v1");
    expect((await ran(project.up("--debug"))).code).toBe(0);
    plant.byHand(1, "v2");
    expect((await ran(project.preview("--diff", "--debug"))).code).toBe(0);
    expect((await ran(project.refresh())).code).toBe(0);
    declare("v99");
    expect((await ran(project.up("--debug"))).code).not.toBe(0);
    plant.simulator.fault({
      path: "/edge/deployments",
      status: 401,
      body: { type: "Unauthorized", message: `bad ${plant.token}` },
      times: 9,
    });
    expect((await ran(project.refresh("--debug"))).code).not.toBe(0);
    plant.simulator.clearFaults();
    plant.simulator.fault({ method: "POST", badJson: true });
    declare("v3");
    await ran(project.up("--debug"));
    const crashing = `${DECLARING_BADLY}\nthrow new Error("the program fails");`;
    project.write(crashing);
    expect((await ran(project.preview())).code).not.toBe(0);
    expect((await ran(project.destroy("--debug"))).code).toBe(0);
  });

  test("the token is in no file: state, history, backups, settings, program, plugin home", () => {
    const files = project.everyFile();
    expect(files.some(({ path }) => path.includes("history"))).toBe(true);
    expect(files.some(({ path }) => path.includes("backups"))).toBe(true);
    expect(files.filter(({ text }) => text.includes(plant.token)).map(({ path }) => path)).toEqual([]);
  });

  test("and in nothing that was printed", () => {
    expect(results.length).toBeGreaterThan(6);
    expect(results.filter(({ output }) => output.includes(plant.token)).map(({ output }) => output)).toEqual([]);
  });
});

/** A program that looks at the token, as a data function does, and fails with everything it has in hand. */
const DECLARING_BADLY = `
import { readFileSync } from "node:fs";
import * as losant from "pulumi-losant";
const { telemetry } = JSON.parse(readFileSync("resources.json", "utf8"));
await losant.getEdgeDeployment("000000000000000000000000").catch(() => undefined);
new losant.EdgeDeployment("telemetry", telemetry);
`;
