// `pulumi preview --save-plan` and `pulumi up --plan`, as pipelines with an approval use them: what was approved is done.
import { mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createPlant, projectAt } from "../support/plant.js";
import type { Plant } from "../support/plant.js";
import type { Project, Result } from "../support/project.js";

let plant: Plant;
let project: Project;

beforeAll(async () => {
  plant = await createPlant({ devices: 4 });
  project = await projectAt(plant, { refreshAlways: false });
  mkdirSync(temporary());
});
afterAll(async () => {
  project.remove();
  await plant.simulator.close();
});

const args = (version: string, numbers: readonly number[]): object => ({
  applicationId: plant.applicationId,
  flowId: plant.flowId,
  version,
  deviceIds: numbers.map((number) => plant.devices[number]),
});

function temporary(): string {
  return join(project.dir, "tmp");
}

async function run(...command: string[]): Promise<Result> {
  return succeed(await project.run(command, { env: { TMPDIR: temporary() } }));
}

function succeed(result: Result): Result {
  if (result.code !== 0) throw new Error(`exit ${result.code}\n${result.output.slice(-3000)}`);
  return result;
}

/** What moved in an `up` that was held to the plan of a preview. */
async function asPlanned(resources: Readonly<Record<string, object>>): Promise<string[]> {
  const file = join(project.dir, "plan.json");
  project.declare(resources);
  await run("preview", "--save-plan", file);
  plant.writes();
  const { output } = await run("up", "--yes", "--skip-preview", "--plan", file);
  // Reading the last state registers a provider of Pulumi's own, which nobody has to know of.
  expect(output).not.toMatch(/providers:pulumi|default/);
  return plant.writes();
}

test("a create, an update, a hand-over, a delete and the last delete move exactly what the plan says", async () => {
  expect(await asPlanned({ a: args("v1", [0, 1]), b: args("v1", [2]) })).toEqual(["release v1 x3"]);
  expect(plant.desired()).toEqual({ 0: "v1", 1: "v1", 2: "v1" });

  expect(await asPlanned({ a: args("v2", [0, 1, 3]), b: args("v1", [2]) })).toEqual(["release v2 x3"]);
  expect(plant.desired()).toEqual({ 0: "v2", 1: "v2", 2: "v1", 3: "v2" });

  expect(await asPlanned({ a: args("v2", [0, 1]), b: args("v1", [2, 3]) })).toEqual(["release v1 x1"]);
  expect(plant.desired()).toEqual({ 0: "v2", 1: "v2", 2: "v1", 3: "v1" });

  expect(await asPlanned({ b: args("v1", [2, 3]) })).toEqual(["replace v2 -"]);
  expect(plant.desired()).toEqual({ 2: "v1", 3: "v1" });

  const { output } = await run("up", "--yes", "--skip-preview", "--expect-no-changes");
  expect(output).toMatch(/Resources:\n\s+2 unchanged/);

  // The program loads the package and declares nothing any more.
  expect(await asPlanned({})).toEqual(["remove every"]);
  expect(plant.desired()).toEqual({});
}, 120_000);

test("the files that programs and plugin share are their user's alone", () => {
  const [folder, ...others] = readdirSync(temporary()).filter((name) => name.startsWith("pulumi-losant-"));
  expect(others).toEqual([]);
  const path = join(temporary(), folder ?? "");
  expect(statSync(path).mode & 0o777).toBe(0o700);
  const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  expect(files.length).toBeGreaterThan(0);
  for (const file of files) expect(statSync(join(file.parentPath, file.name)).mode & 0o777).toBe(0o600);
});
