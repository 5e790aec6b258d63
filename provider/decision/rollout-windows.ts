/**
 * When the next batch may begin. Pure: time is an argument, and the time zones are Node's own.
 *
 * Times are those of the clocks on the wall. On the day when clocks go forward, a time that does not exist is as much
 * later as the clocks jump; on the day when they go back, a time that comes twice is the first of the two. Calendars do
 * the same (RFC 5545).
 */
import { Temporal } from "temporal-polyfill";
import { DAYS } from "../resource/window-inputs.js";
import type { WindowInputs } from "../resource/window-inputs.js";

/** One time that a window is open, in milliseconds since 1970. */
export interface Opening {
  readonly from: number;
  /** Not included. */
  readonly to: number;
  readonly timeZone: string;
}

/** A window opens at least once in these days, whatever the clocks do in one of its weeks. */
const DAYS_AHEAD = 15;

/** The opening of this moment, the one that lasts longest; else the next one. Undefined: there is none. */
export function openingAt(windows: readonly WindowInputs[], now: number): Opening | undefined {
  const openings = windows.flatMap((window) => openingsFrom(window, now));
  const open = openings.filter(({ from }) => from <= now);
  if (open.length > 0) return open.reduce((longest, one) => (one.to > longest.to ? one : longest));
  return openings.reduce<Opening | undefined>(
    (first, one) => (first === undefined || one.from < first.from ? one : first),
    undefined,
  );
}

/** Those that are not over. */
function openingsFrom({ days = DAYS, from, to, timeZone }: WindowInputs, now: number): Opening[] {
  // Clocks may have fractions of a millisecond.
  const today = Temporal.Instant.fromEpochMilliseconds(Math.floor(now)).toZonedDateTimeISO(timeZone).toPlainDate();
  const isNextDay = to <= from;
  return Array.from({ length: DAYS_AHEAD + 2 }, (_, index) => today.add({ days: index - 1 }))
    .filter(({ dayOfWeek }) => days.some((day) => DAYS.indexOf(day) + 1 === dayOfWeek))
    .map((date) => ({
      from: momentOf(date, from, timeZone),
      to: momentOf(isNextDay ? date.add({ days: 1 }) : date, to, timeZone),
      timeZone,
    }))
    .filter((opening) => opening.to > now && opening.to > opening.from);
}

function momentOf(date: Temporal.PlainDate, time: string, timeZone: string): number {
  const [day, plainTime] = time === "24:00" ? [date.add({ days: 1 }), "00:00"] : [date, time];
  return day.toZonedDateTime({ timeZone, plainTime }).epochMilliseconds;
}
