// Stacks that older releases left behind: each is imported, shown the fleet it was saved with, and previewed by the code
// of today. See test/fixtures/README.md for how a release adds its own.
import { afterAll, describe, expect, test } from "@jest/globals";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createPlant, projectAt } from "../support/plant.js";
import type { Plant } from "../support/plant.js";
import type { Project, Result } from "../support/project.js";
import { changeAll, RECORDED, recordShapes, rowsOf, withoutMachine, withSettings } from "../support/recorded.js";
import type { Recorded } from "../support/recorded.js";

const folder = resolve(import.meta.dirname, "../fixtures/states");
const opened: { plant: Plant; project: Project }[] = [];

async function open(): Promise<{ plant: Plant; project: Project }> {
  const plant = await createPlant({ devices: 4, flows: RECORDED.length });
  const one = { plant, project: await projectAt(plant, { config: { "losant:verifySeconds": "1" } }) };
  opened.push(one);
  return one;
}

afterAll(async () => {
  for (const { plant, project } of opened) {
    project.remove();
    await plant.simulator.close();
  }
});

function succeed(result: Result): Result {
  if (result.code !== 0) throw new Error(`exit ${result.code}\n${result.output.slice(-3000)}`);
  return result;
}

const record = process.env["RECORD_STATES"];
if (record !== undefined) {
  test("records the states of this release", async () => {
    const { plant, project } = await open();
    await recordShapes(plant, project);
    const stack: unknown = JSON.parse(succeed(await project.run(["stack", "export"])).stdout);
    const recorded = { fleet: rowsOf(plant), stack: withoutMachine(stack) };
    writeFileSync(join(folder, `${record}.json`), `${JSON.stringify(recorded, undefined, 2)}\n`);
  });
}

interface Preview {
  readonly steps: readonly { readonly op: string; readonly urn: string }[];
}

const files = record === undefined ? readdirSync(folder) : [`${record}.json`];
describe.each(files)("the states of release %s", (file) => {
  const read = (): Recorded => JSON.parse(readFileSync(join(folder, file), "utf8")) as Recorded;

  test("are previewed as what they are, and mended by one up", async () => {
    const { fleet, stack } = read();
    // A shape that came later is not in what an older release left.
    const shapes = RECORDED.map((shape, flow) => ({ ...shape, flow })).filter(({ name }) =>
      JSON.stringify(stack).includes(`EdgeDeployment::${name}"`),
    );
    expect(shapes.length).toBeGreaterThan(0);
    const { plant, project } = await open();
    changeAll(plant, fleet);
    const path = join(project.dir, "stack.json");
    writeFileSync(path, JSON.stringify(withSettings(stack, plant)));
    succeed(await project.run(["stack", "import", "--file", path]));
    project.declare(Object.fromEntries(shapes.map((shape) => [shape.name, shape.declared(plant, shape.flow)])));

    plant.writes();
    const preview = JSON.parse(succeed(await project.preview("--json")).stdout) as Preview;
    const ops = Object.fromEntries(
      preview.steps.map(({ op, urn }) => [urn.split("::").at(-1), op === "refresh" ? "same" : op]),
    );
    expect(ops).toMatchObject(Object.fromEntries(shapes.map(({ name, preview: op }) => [name, op])));
    expect(plant.writes()).toEqual([]);

    succeed(await project.up());
    for (const shape of shapes) {
      const live = rowsOf(plant).filter((row) => row.flow === shape.flow && row.version !== null);
      expect([shape.name, Object.fromEntries(live.map(({ device, version }) => [device, version]))]).toEqual([
        shape.name,
        shape.ends,
      ]);
    }
    plant.writes();
    succeed(await project.up("--expect-no-changes"));
    expect(plant.writes()).toEqual([]);
  });

  test("name no machine and no token", () => {
    const text = JSON.stringify(read());
    expect(text).not.toMatch(/sourcePosition|stackTrace|\/home\/|\/tmp\/|\/work\/|file:|token-c0ffee/);
  });
});
