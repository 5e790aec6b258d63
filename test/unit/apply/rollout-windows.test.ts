// Windows: a batch begins only inside one. The clock is passed in; what is open or closed is relative to it.
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import {
  atLook,
  begin,
  breaks,
  CANARY,
  deployed,
  end,
  failure,
  inputs,
  plant,
  said,
  update,
} from "../../support/rollouts.js";
import type { WindowInputs } from "../../../provider/resource/window-inputs.js";

const HOUR = 3_600_000;
const machine = { wrongBy: 0 };

beforeEach(async () => {
  machine.wrongBy = 0;
  await begin({}, {}, machine);
});
afterEach(() => end());

/** From this many full hours after now to that many. */
function hours(from: number, to: number): WindowInputs {
  const clock = (after: number): string => `${new Date(Date.now() + after * HOUR).toISOString().slice(11, 13)}:00`;
  return { from: clock(from), to: clock(to), timeZone: "UTC" };
}
const CLOSED = { ...CANARY, windows: [hours(3, 5)] };
const OPEN = { ...CANARY, windows: [hours(-1, 2)] };
const closes = (): void => void (machine.wrongBy = 4 * HOUR);

test("outside: nothing is changed, and it says when the next one opens", async () => {
  const olds = await deployed([0, 1, 2]);
  await expect(update(olds, inputs("v2", [0, 1, 2], CLOSED))).rejects.toThrow(
    /^rollout of v2 paused before its first batch: 0 of 3 devices run it, 3 not released\. No window is open: the next one opens \w{3},? .*\(UTC\), in [23]h.*\. Nothing was changed\.$/,
  );
  expect(plant.writes()).toEqual([]);
});

test("inside: as without windows", async () => {
  const olds = await deployed([0, 1, 2]);
  await update(olds, inputs("v2", [0, 1, 2], OPEN));
  expect(plant.desired()).toEqual({ 0: "v2", 1: "v2", 2: "v2" });
});

test("it closes after the canary: the canary keeps the version, and the next run within it releases the others", async () => {
  const olds = await deployed([0, 1, 2]);
  const news = inputs("v2", [0, 1, 2], { ...OPEN, pauseSeconds: 1 });
  atLook(3, closes);
  const { reasons, properties } = await failure(update(olds, news));
  expect(reasons[0]).toMatch(
    /^rollout of v2 paused after batch 1 of 2: 1 of 3 devices run it, 2 not released\. No window/,
  );
  expect(plant.writes()).toEqual(["release v2 x1"]);
  machine.wrongBy = 0;
  await update(properties, news);
  expect(plant.writes()).toEqual(["replace v1 v2"]);
});

test('outside: "wait" waits, and goes on when it opens', async () => {
  const olds = await deployed([0, 1, 2]);
  let looks = 0;
  plant.simulator.beforeCall(({ method }) => {
    if (method === "GET" && (looks += 1) === 4) machine.wrongBy = 4 * HOUR;
  });
  await update(olds, inputs("v2", [0, 1, 2], { ...CLOSED, outside: "wait" }));
  expect(looks).toBeGreaterThan(3);
  expect(plant.desired()).toEqual({ 0: "v2", 1: "v2", 2: "v2" });
});

test("a way back is never held back", async () => {
  const olds = await deployed([0, 1, 2]);
  breaks(0, "v2");
  plant.simulator.beforeCall(({ method }) => {
    if (method === "POST") closes();
  });
  const { reasons } = await failure(update(olds, inputs("v2", [0, 1, 2], { ...OPEN, onFailure: "rollback" })));
  expect(reasons[0]).toContain("Rolled back: 1 device");
  expect(plant.desired()).toEqual({ 0: "v1", 1: "v1", 2: "v1" });
});

test("devices that leave keep the workflow until a window opens", async () => {
  const olds = await deployed([0, 1, 2]);
  const verb = update(olds, inputs("v1", [0, 1], CLOSED));
  await expect(verb).rejects.toThrow(
    /devices that leave keep the workflow, since no window is open: the next one opens/,
  );
  expect(plant.writes()).toEqual([]);
  expect(said.join("\n")).not.toContain("removed");
});
