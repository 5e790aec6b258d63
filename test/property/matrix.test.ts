// The lifecycle matrix in process, on both fronts: every starting state, every operation. `long/matrix` plays it on the real
// CLI. A difference between the fronts is a row of `docs/native-plugin.md`, and a case here.
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { FRONTS } from "../support/fronts.js";
import type { Front } from "../support/fronts.js";
import * as matrix from "../support/matrix.js";
import type { Cell } from "../support/matrix.js";
import { playMatrixCell } from "../support/played-matrix.js";
import type { MatrixOutcome, Played } from "../support/played-matrix.js";
import { openStages } from "../support/stage.js";

type Stages = Awaited<ReturnType<typeof openStages>>;
let stages: Record<Front, Stages>;

beforeAll(async () => {
  const device = (number: number): object => (number === matrix.STANDALONE ? { deviceClass: "standalone" } : {});
  const open = (front: Front): Promise<Stages> => openStages({ devices: 7, flows: 2, device, front, reportDelayMs: 0 });
  stages = { dynamic: await open("dynamic"), native: await open("native") };
});
afterAll(async () => {
  for (const front of FRONTS) await stages[front].close();
});

/** The new name is a new resource, and the plugin has not seen the old one: it does not know whose the moved device is. */
const REFUSED = "rename-from-drifted";
const sample = matrix.CELLS.filter(({ name }) => name !== REFUSED);

const played = async (cell: Cell): Promise<Record<Front, MatrixOutcome>> => ({
  dynamic: await playMatrixCell(stages.dynamic.open(), cell),
  native: await playMatrixCell(stages.native.open(), cell),
});

describe("every starting state and every operation", () => {
  test.each(sample.map((cell) => [cell.name, cell] as const))("%s", async (_, cell) => {
    const { dynamic, native } = await played(cell);
    for (const outcome of [dynamic, native]) expectRight(cell, outcome);
    expect(native).toEqual({ ...dynamic, played: dynamic.played.map((one) => inNative(cell, one)) });
  });
});

describe("where the native front differs", () => {
  test("a rename without an alias is refused where a device was moved by hand: nothing is written", async () => {
    const cell = matrix.CELLS.find(({ name }) => name === REFUSED) as Cell;
    const { dynamic, native } = await played(cell);
    expectRight(cell, dynamic);
    const up = native.played.find(({ command }) => command === "up");
    expect(up?.writes).toEqual([]);
    expect(up?.errors.join()).toMatch(
      /this resource does not own it\. Nothing was changed\. To take it over, set adopt: true/,
    );
  });
});

/** A create is not told of `ignoreChanges`. The dynamic front writes into the state that the version is ignored; the native one has nothing to do. */
function inNative(cell: Cell, played: Played): Played {
  if (cell.operation !== "ignore version" || played.writes.length > 0) return played;
  if (!["ours", "mixed"].includes(cell.start)) return played;
  if (!["preview", "up"].includes(played.command)) return played;
  return { ...played, steps: { [cell.name]: "same" } };
}

function expectRight(cell: Cell, { played, isRefreshStable }: MatrixOutcome): void {
  const of = (command: string) => played.find((one) => one.command === command);
  const before = matrix.startingFleet(cell);
  const { here, next } = matrix.wantedAfter(cell);
  const quiet = ["refresh", "refresh again", "preview", "up again", "destroy again"];
  expect(quiet.map((command) => [command, of(command)?.errors, of(command)?.writes])).toEqual(
    quiet.map((command) => [command, [], []]),
  );
  expect(isRefreshStable).toBe(true);
  const up = of("up");
  expect([up?.errors, up?.writes.length]).toEqual([[], matrix.leastCalls(before, here) + matrix.leastCalls({}, next)]);
  expect([up?.fleet, up?.next]).toEqual([matrix.fleetAfter(before, here), matrix.fleetAfter({}, next)]);
  const left = matrix.fleetAfter(
    before,
    Object.fromEntries(Object.keys(here).map((device) => [device, null] as const)),
  );
  expect([of("destroy")?.errors, of("destroy")?.fleet, of("destroy")?.next]).toEqual([[], left, {}]);
}
