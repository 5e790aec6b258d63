// Every starting state, every operation, with the real CLI: one workflow and one resource a cell, all of them in one
// stack, so that one command does a hundred cells. What writes is done twice; the second time nothing is written.
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import * as matrix from "../support/matrix.js";
import type { Cell, Declaration, Fleet } from "../support/matrix.js";
import { createPlant, projectAt } from "../support/plant.js";
import type { Plant } from "../support/plant.js";
import type { Project, Result } from "../support/project.js";

const { CELLS, STANDALONE } = matrix;

let plant: Plant;
let project: Project;
let flowIds: readonly string[];

beforeAll(async () => {
  plant = await createPlant({
    devices: 7,
    flows: matrix.FLOWS,
    device: (number) => (number === STANDALONE ? { deviceClass: "standalone" } : {}),
  });
  flowIds = plant.flowIds;
  project = await projectAt(plant, { config: { "losant:verifySeconds": "3" } });
});
afterAll(async () => {
  project.remove();
  await plant.simulator.close();
});

function declare(declarations: readonly (Declaration | undefined)[]): void {
  const resources = declarations
    .filter((declaration) => declaration !== undefined)
    .map(({ name, flow, version, devices, options }) => {
      const deviceIds = devices.map((device) => plant.devices[device]);
      // Whoever was killed before is taken over: the state knows nothing of it.
      const adopt = name.includes("killed") ? { adopt: true } : {};
      return [
        name,
        { applicationId: plant.applicationId, flowId: flowIds[flow], version, deviceIds, ...adopt, options },
      ];
    });
  project.declare(Object.fromEntries(resources) as Record<string, object>);
}

const live = (flow: number): Fleet =>
  Object.fromEntries(
    plant.simulator
      .rows(plant.applicationId, flowIds[flow])
      .filter(({ desiredVersion }) => desiredVersion !== null)
      .map(({ deviceId, desiredVersion }) => [plant.devices.indexOf(deviceId), desiredVersion]),
  ) as Fleet;

/** Writes since the last look, by workflow. */
function writesByFlow(): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { method, body } of plant.simulator.calls) {
    if (method !== "POST") continue;
    const flow = flowIds.indexOf((body as { flowId: string }).flowId);
    counts.set(flow, (counts.get(flow) ?? 0) + 1);
  }
  plant.simulator.clearCalls();
  return counts;
}

const done = (result: Result): void => {
  if (result.code !== 0) throw new Error(`exit ${result.code}\n${result.output.slice(-4000)}`);
};

const noWrites = (): void => expect(writesByFlow()).toEqual(new Map());

async function startFrom(cells: readonly Cell[]): Promise<void> {
  declare(cells.map((cell) => matrix.startingDeclaration(cell)));
  // The cells that begin as failed fail here.
  await project.up("--continue-on-error");
  for (const cell of cells) matrix.changeByHand(plant, flowIds[cell.flow] ?? "", cell, live(cell.flow));
  plant.simulator.settle();
  plant.simulator.clearCalls();
  for (const cell of cells) expect([cell.name, live(cell.flow)]).toEqual([cell.name, matrix.startingFleet(cell)]);
}

interface Row {
  readonly cell: string;
  readonly calls: number;
  readonly fleet: Fleet;
  readonly next: Fleet;
}

function expectedOf(cell: Cell): Row {
  const before = matrix.startingFleet(cell);
  const { here, next } = matrix.wantedAfter(cell);
  return {
    cell: cell.name,
    calls: matrix.leastCalls(before, here) + matrix.leastCalls({}, next),
    fleet: matrix.fleetAfter(before, here),
    next: matrix.fleetAfter({}, next),
  };
}

function foundOf(cell: Cell, writes: Map<number, number>): Row {
  const calls = (writes.get(cell.flow) ?? 0) + (writes.get(cell.nextFlow) ?? 0);
  return { cell: cell.name, calls, fleet: live(cell.flow), next: live(cell.nextFlow) };
}

/** `MATRIX=1` prints the table: calls made and the fewest possible, by operation and starting state. */
function print(title: string, cells: readonly Cell[], writes: Map<number, number>): void {
  if (process.env["MATRIX"] === undefined) return;
  const lines = cells.map((cell) => `${cell.name}: ${foundOf(cell, writes).calls} of ${expectedOf(cell).calls}`);
  process.stderr.write(`${title}\n${lines.join("\n")}\n`);
}

describe("every starting state and every operation", () => {
  const targeted = CELLS.filter(({ operation }) => operation === "target");

  beforeAll(() => startFrom(CELLS));

  test("refresh writes nothing to Losant, and a second one nothing into the state", async () => {
    done(await project.refresh());
    const first = await project.deployments();
    done(await project.refresh());
    expect(await project.deployments()).toEqual(first);
    noWrites();
  });

  test("preview writes nothing", async () => {
    declare(CELLS.map((cell) => matrix.declarationOf(cell)));
    done(await project.preview());
    noWrites();
  });

  test("up --target moves the devices of these resources alone, by the fewest calls; then nothing", async () => {
    const targets = targeted.map(({ name }) => `--target=**EdgeDeployment::${name}`);
    done(await project.up(...targets));
    const writes = writesByFlow();
    print("up --target", targeted, writes);
    expect(targeted.map((cell) => foundOf(cell, writes))).toEqual(targeted.map(expectedOf));
    expect([...writes.keys()].filter((flow) => !targeted.some((cell) => cell.flow === flow))).toEqual([]);
    done(await project.up(...targets));
    noWrites();
  });

  test("up ends every cell as declared, by the fewest calls, and no foreign device moves", async () => {
    const rest = CELLS.filter((cell) => !targeted.includes(cell));
    done(await project.up());
    const writes = writesByFlow();
    print("up", rest, writes);
    expect(rest.map((cell) => foundOf(cell, writes))).toEqual(rest.map(expectedOf));
  });

  test("up again writes nothing", async () => {
    done(await project.up("--expect-no-changes"));
    noWrites();
  });

  test("destroy takes the flow off what is owned and nothing else; a second one finds nothing", async () => {
    done(await project.destroy());
    for (const cell of CELLS) {
      const ours = Object.keys(matrix.wantedAfter(cell).here).map((device) => [device, null] as const);
      const left = matrix.fleetAfter(matrix.startingFleet(cell), Object.fromEntries(ours));
      expect([cell.name, live(cell.flow), live(cell.nextFlow)]).toEqual([cell.name, left, {}]);
    }
    plant.simulator.clearCalls();
    done(await project.destroy());
    noWrites();
  });
});

describe("destroy from every starting state", () => {
  const cells = CELLS.filter(({ operation }) => operation === "same");

  test("takes the flow off the owned devices, by the fewest calls; a second one does nothing", async () => {
    plant.simulator.reset();
    await startFrom(cells);
    done(await project.destroy());
    const writes = writesByFlow();
    const gone = cells.map((cell): Cell => ({ ...cell, operation: "drop" }));
    print("destroy", gone, writes);
    expect(gone.map((cell) => foundOf(cell, writes))).toEqual(gone.map(expectedOf));
    done(await project.destroy());
    noWrites();
  });
});
