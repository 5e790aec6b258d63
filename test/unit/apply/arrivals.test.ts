import { beforeEach, describe, expect, test } from "@jest/globals";
import { Arrivals } from "../../../provider/apply/arrivals.js";

/** A clock that goes when it is told to. */
let time: number;
let sleeping: { readonly until: number; readonly wake: () => void }[];
let arrivals: Arrivals<string>;
beforeEach(() => {
  time = 0;
  sleeping = [];
  const sleep = (ms: number): Promise<void> => new Promise((wake) => void sleeping.push({ until: time + ms, wake }));
  arrivals = new Arrivals({ now: () => time, sleep });
});

async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}

/** @param comings - milliseconds after the first one @returns when the gathering ended, in milliseconds, and with how many */
async function gathered(...comings: readonly number[]): Promise<{ readonly ms: number; readonly together: number }> {
  const began = time;
  arrivals.add("first");
  const ended = { ms: Infinity };
  void arrivals.gather().then(() => {
    ended.ms = time - began;
  });
  for (let ms = 0; ended.ms === Infinity && ms < 1_000; ms++) {
    time = began + ms;
    for (const coming of comings) if (coming === ms) arrivals.add(`after ${ms}`);
    for (const { until, wake } of sleeping) if (until <= time) wake();
    await settle();
  }
  return { ...ended, together: arrivals.take().length };
}

describe("nobody has come before", () => {
  test("one alone waits 15 ms", async () => {
    expect(await gathered()).toEqual({ ms: 15, together: 1 });
  });

  test("each one who comes is given 25 ms more for the next", async () => {
    expect(await gathered(10, 30, 50)).toEqual({ ms: 75, together: 4 });
  });

  test("those who come one by one without end do not keep the others waiting", async () => {
    const { ms } = await gathered(...Array.from({ length: 100 }, (_, index) => 10 * (index + 1)));
    expect(ms).toBe(200);
  });
});

describe("three were here together", () => {
  beforeEach(() => arrivals.note(3));

  test("the third one ends the waiting", async () => {
    expect(await gathered(20, 40)).toEqual({ ms: 40, together: 3 });
  });

  test("one alone waits 25 ms, for others will come", async () => {
    expect(await gathered()).toEqual({ ms: 25, together: 1 });
  });

  test("a smaller number later changes nothing", async () => {
    arrivals.note(1);
    expect(await gathered(20, 40)).toEqual({ ms: 40, together: 3 });
  });
});
