/** A run changes nothing outside of its change windows. Pure: time is an argument. */
import * as z from "zod";
import { openingAt } from "../../../provider/decision/rollout-windows.js";
import { DAYS, windowsInput } from "../../../provider/resource/window-inputs.js";
import type { Day, WindowInputs } from "../../../provider/resource/window-inputs.js";
import { quoteValue } from "../../../provider/words.js";
import type { GateRefusal, Plan } from "../report/results.js";

/** A plan that changes nothing may run at any time. */
export function windowRefusal(
  windows: readonly WindowInputs[] | undefined,
  plan: Plan,
  now: number,
): GateRefusal | undefined {
  if (windows === undefined || plan.resources.length + plan.otherChanges.length === 0) return undefined;
  const opening = openingAt(windows, now);
  if (opening !== undefined && opening.from <= now) return undefined;
  if (opening === undefined) return { gate: "windows", reason: "no change window ever opens. Correct windows." };
  const { from, to, timeZone } = opening;
  return {
    gate: "windows",
    reason:
      `it is ${clock(now, timeZone)}, outside of the change windows. The next one is from ${clock(from, timeZone)} to ` +
      `${clock(to, timeZone)} (${timeZone}). Run again then, or without windows.`,
  };
}

function clock(ms: number, timeZone: string): string {
  return new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" }).format(ms);
}

/** @throws Error that names each wrong field */
export function checkWindows(windows: readonly WindowInputs[] | undefined): void {
  if (windows === undefined) return;
  const { error } = windowsInput.safeParse(windows);
  if (error !== undefined) throw new Error(`windows: ${z.prettifyError(error)}`);
}

const TEXT = /^(?:(?<days>[a-z]{3}(?:[-,][a-z]{3})*) )?(?<from>\d\d:\d\d)-(?<to>\d\d:\d\d) (?<timeZone>\S+)$/i;

/**
 * `mon-fri 22:00-04:00 Europe/Vienna`, as the command line has it.
 *
 * @throws Error for any other text
 */
export function windowFrom(text: string): WindowInputs {
  const { days, from, to, timeZone } = TEXT.exec(text.trim())?.groups ?? {};
  if (from === undefined || to === undefined || timeZone === undefined) {
    throw new Error(`${quoteValue(text)} is no window: give for example "mon-fri 22:00-04:00 Europe/Vienna"`);
  }
  const window = { ...(days === undefined ? {} : { days: daysFrom(days.toLowerCase()) }), from, to, timeZone };
  checkWindows([window]);
  return window;
}

/** `mon,wed-fri`; `sat-mon` goes past the end of the week. */
function daysFrom(text: string): Day[] {
  const days = text.split(",").flatMap((part) => {
    const [first = "", last = first] = part.split("-");
    const [from, to] = [indexOf(first), indexOf(last)];
    return Array.from({ length: ((to - from + 7) % 7) + 1 }, (_, index) => DAYS[(from + index) % 7] ?? "mon");
  });
  return [...new Set(days)];
}

function indexOf(name: string): number {
  const index = DAYS.findIndex((day) => day === name);
  if (index === -1) throw new Error(`${quoteValue(name)} is no day: give ${DAYS.join(", ")}`);
  return index;
}
