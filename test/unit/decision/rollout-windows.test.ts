// When a batch may begin: over midnight, on some days, in any time zone, and on the days when clocks are changed.
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { openingAt } from "../../../provider/decision/rollout-windows.js";
import { DAYS } from "../../../provider/resource/window-inputs.js";
import type { WindowInputs } from "../../../provider/resource/window-inputs.js";

const NIGHT: WindowInputs = { from: "22:00", to: "04:00", timeZone: "Europe/Vienna" };
const HOUR = 3_600_000;
const utc = (ms: number): string => new Date(ms).toISOString().slice(0, 16);

/** `open until 2026-11-28T03:00` or `opens 2026-11-27T21:00`, in UTC. */
function told(windows: readonly WindowInputs[], now: string): string {
  const at = Date.parse(`${now}:00.000Z`);
  const opening = openingAt(windows, at);
  if (opening === undefined) return "never";
  return opening.from <= at ? `open until ${utc(opening.to)}` : `opens ${utc(opening.from)}`;
}

describe("a window", () => {
  test.each<[string, Partial<WindowInputs>, string, string]>([
    ["before it opens", {}, "2026-11-27T20:59", "opens 2026-11-27T21:00"],
    ["as it opens", {}, "2026-11-27T21:00", "open until 2026-11-28T03:00"],
    ["after midnight", {}, "2026-11-28T02:59", "open until 2026-11-28T03:00"],
    ["as it closes", {}, "2026-11-28T03:00", "opens 2026-11-28T21:00"],
    ["on Fridays only, on Thursday", { days: ["fri"] }, "2026-11-26T22:00", "opens 2026-11-27T21:00"],
    ["on Fridays only, in the night to Saturday", { days: ["fri"] }, "2026-11-28T01:00", "open until 2026-11-28T03:00"],
    ["on Fridays only, in the night to Friday", { days: ["fri"] }, "2026-11-27T01:00", "opens 2026-11-27T21:00"],
    ["within a day", { from: "08:00", to: "12:00" }, "2026-11-27T08:00", "open until 2026-11-27T11:00"],
    ["a whole day", { days: ["sat"], from: "00:00", to: "24:00" }, "2026-11-27T12:00", "opens 2026-11-27T23:00"],
    ["elsewhere", { timeZone: "America/New_York" }, "2026-11-27T20:59", "opens 2026-11-28T03:00"],
    ["half an hour off", { timeZone: "Asia/Kolkata" }, "2026-11-27T12:00", "opens 2026-11-27T16:30"],
    // Clocks in Vienna go from 02:00 to 03:00 on 2026-03-29, and from 03:00 to 02:00 on 2026-10-25.
    ["the night when clocks go forward is an hour shorter", {}, "2026-03-28T22:00", "open until 2026-03-29T02:00"],
    ["the night when clocks go back is an hour longer", {}, "2026-10-24T21:00", "open until 2026-10-25T03:00"],
    ["closes at a time that does not exist", { to: "02:30" }, "2026-03-28T22:00", "open until 2026-03-29T01:30"],
    ["opens at a time that does not exist", { from: "02:30" }, "2026-03-29T00:00", "opens 2026-03-29T01:30"],
    ["closes at a time that comes twice", { to: "02:30" }, "2026-10-24T22:00", "open until 2026-10-25T00:30"],
    ["opens at a time that comes twice", { from: "02:30" }, "2026-10-25T00:00", "opens 2026-10-25T00:30"],
    ["lies in the hour that is left out", { from: "02:00", to: "03:00" }, "2026-03-29T00:00", "opens 2026-03-30T00:00"],
    [
      "lies in the hour that is left out, on Sundays only",
      { days: ["sun"], from: "02:00", to: "03:00" },
      "2026-03-28T12:00",
      "opens 2026-04-05T00:00",
    ],
  ])("%s", (_name, more, now, expected) => {
    expect(told([{ ...NIGHT, ...more }], now)).toBe(expected);
  });

  test("at a fraction of a millisecond, as real clocks have it", () => {
    expect(openingAt([NIGHT], Date.parse("2026-11-27T12:00Z") + 0.7)).toMatchObject({
      from: Date.parse("2026-11-27T21:00Z"),
    });
  });

  test("of several, the one that is open; then the next", () => {
    const both = [NIGHT, { ...NIGHT, days: ["sat", "sun"], from: "00:00", to: "24:00" } as const];
    expect(told(both, "2026-11-27T12:00")).toBe("opens 2026-11-27T21:00");
    expect(told(both, "2026-11-28T01:00")).toBe("open until 2026-11-28T23:00");
    expect(told(both, "2026-11-28T12:00")).toBe("open until 2026-11-28T23:00");
  });
});

const aTime = fc
  .record({ hour: fc.integer({ min: 0, max: 23 }), minute: fc.constantFrom("00", "15", "30", "59") })
  .map(({ hour, minute }) => `${String(hour).padStart(2, "0")}:${minute}`);
const aWindow = fc
  .record({
    days: fc.option(fc.subarray([...DAYS], { minLength: 1 }), { nil: undefined }),
    from: aTime,
    to: fc.oneof(aTime, fc.constant("24:00")),
    timeZone: fc.constantFrom("Europe/Vienna", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"),
  })
  .filter(({ from, to }) => from !== to);
const aMoment = fc.integer({ min: Date.parse("2026-01-01"), max: Date.parse("2028-01-01") });

describe("for any windows at any time", () => {
  test("there is an opening within two weeks, which is not over; it stays the same until it opens, and while it is open", () => {
    fc.assert(
      fc.property(aWindow, aMoment, fc.double({ min: 0, max: 1, noNaN: true }), (window, now, share) => {
        const opening = openingAt([window], now);
        if (opening === undefined) throw new Error("none");
        expect(opening.to).toBeGreaterThan(Math.max(now, opening.from));
        expect(opening.from - now).toBeLessThan(15 * 24 * HOUR);
        const between = now + Math.floor((opening.to - 1 - now) * share);
        expect(openingAt([window], between)).toEqual(opening);
      }),
      { numRuns: 1000 },
    );
  });

  test("it opens and closes at the times given, by the clocks of the time zone, but where clocks are changed", () => {
    fc.assert(
      fc.property(aWindow, aMoment, (window, now) => {
        const { from, to, timeZone } = openingAt([window], now) ?? { from: 0, to: 0, timeZone: "" };
        const clock = (ms: number, more: object) =>
          new Intl.DateTimeFormat("en-GB", { timeZone, hourCycle: "h23", ...more }).format(ms);
        const offset = (ms: number): string => clock(ms, { timeZoneName: "longOffset" });
        const isChange = [from, to].some((at) => offset(at - 3 * HOUR).slice(-9) !== offset(at + 3 * HOUR).slice(-9));
        fc.pre(!isChange);
        const time = { hour: "2-digit", minute: "2-digit" };
        expect([clock(from, time), clock(to, time)]).toEqual([window.from, window.to.replace("24:00", "00:00")]);
        const day = clock(from, { weekday: "short" }).toLowerCase();
        expect(window.days ?? DAYS).toContain(day);
      }),
      { numRuns: 1000 },
    );
  });
});
