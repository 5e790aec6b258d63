/** `rollout.windows`: when a batch may begin. Their shape, and how bad values are answered. Pure. */
import { quoteValue } from "../words.js";
import { z } from "zod";
import { noObject, wordInput } from "./input-schemas.js";

export const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Day = (typeof DAYS)[number];

/** A time of the day in which a batch may begin: `{ from: "22:00", to: "04:00", timeZone: "Europe/Vienna" }`. */
export interface WindowInputs {
  /** The days on which it opens. One that goes past midnight ends on the day after. @default every day */
  readonly days?: readonly Day[];
  /** When it opens, `HH:MM` by the clocks of the time zone. */
  readonly from: string;
  /** When it closes, `HH:MM`; `24:00` for the end of the day. Earlier than `from`: on the next day. */
  readonly to: string;
  /** As the IANA database names it, for example `Europe/Vienna`. */
  readonly timeZone: string;
}

const TIME = /^(?:[01]\d|2[0-3]):[0-5]\d$/;

const timeInput = (isTime: (text: string) => boolean, what: string) =>
  z.custom<string>((value) => typeof value === "string" && isTime(value), {
    error: (issue) => `${quoteValue(issue.input)} is not a time: ${what}`,
  });

export function isTimeZone(name: unknown): boolean {
  if (typeof name !== "string" || !/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const windowShape = {
  days: z
    .array(wordInput(...DAYS), {
      error: (issue) => `${quoteValue(issue.input)} is not a list of days: give for example ["mon", "tue"]`,
    })
    .min(1, { error: "an empty list of days never opens: leave it out for every day" })
    .optional(),
  from: timeInput((text) => TIME.test(text), 'say when the window opens as "HH:MM", for example "22:00"'),
  to: timeInput(
    (text) => TIME.test(text) || text === "24:00",
    'say when the window closes as "HH:MM", for example "04:00", or "24:00"',
  ),
  timeZone: z.custom<string>(isTimeZone, {
    error: (issue) => `${quoteValue(issue.input)} is not a time zone: give its name, for example "Europe/Vienna"`,
  }),
};

const windowInput = z.strictObject(windowShape, { error: noObject }).refine(({ from, to }) => from !== to, {
  path: ["to"],
  error: 'the window closes when it opens: give another time, or "00:00" to "24:00" for the whole day',
});

/** @internal */
export const windowsInput = z
  .array(windowInput, {
    error: (issue) =>
      `${quoteValue(issue.input)} is not a list of windows: give for example [{ from: "22:00", to: "04:00", timeZone: "Europe/Vienna" }]`,
  })
  .min(1, { error: "an empty list of windows never opens: leave it out for any time" });

/** The names that may stand in a window. */
export const windowNames = (): string[] => Object.keys(windowShape);
