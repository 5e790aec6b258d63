/** The kinds of values that inputs consist of, each with the sentence for a wrong one. Pure. */
import { LOSANT_ID } from "../losant/ids.js";
import { quoteValue } from "../words.js";
import { z } from "zod";

export const idInput = (what: string, whereToFind: string, missing?: string): z.ZodType<string> =>
  z
    .string({
      error: ({ input }) =>
        input === undefined && missing !== undefined
          ? missing
          : `${quoteValue(input)} is not a Losant id: give the ${what}'s id as a string; ${whereToFind}`,
    })
    .regex(LOSANT_ID, {
      error: ({ input }) => `${quoteValue(input)} is not a Losant id, which has 24 hexadecimal digits; ${whereToFind}`,
    })
    .transform((value) => value.toLowerCase());

/** A set: sorted, lower-case, without repeats. */
export const deviceIdsInput = () =>
  z
    .array(idInput("device", "open the device in Losant: the id is in its address"), {
      error: (issue) =>
        `${quoteValue(issue.input)} is not a list of device ids: give an array of ids; a Set as [...set]`,
    })
    .transform((ids) => [...new Set(ids)].toSorted());

/** A whole number from `least`, or a percentage; `"0%"` only where `least` is 0. */
export function isCountOrPercentage(value: unknown, least: number): boolean {
  if (typeof value === "number") return Number.isInteger(value) && value >= least;
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(String(value))?.[1];
  return percent !== undefined && Number(percent) <= 100 && (least === 0 || Number(percent) > 0);
}

export const countOrPercentageInput = (what: string, least: number): z.ZodType<number | string> =>
  z.custom<number | string>((value) => isCountOrPercentage(value, least), {
    error: ({ input }) =>
      `${quoteValue(input)} is neither a number of devices (${least} or more) nor a percentage like "25%": ${what}`,
  });

export const secondsInput = (least: number, most: number) =>
  z
    .number({ error: (issue) => `${quoteValue(issue.input)} is not a number of seconds` })
    .min(least, {
      error: (issue) => `${quoteValue(issue.input)} is too small: give ${least} seconds or more`,
    })
    .max(most, { error: (issue) => `${quoteValue(issue.input)} is too large: give ${most} seconds or less` });

export const wordInput = <const T extends readonly string[]>(...values: T) =>
  z.enum(values, {
    error: (issue) => `${quoteValue(issue.input)} is not one of ${values.map((v) => `"${v}"`).join(", ")}`,
  });

export const flagInput = z.boolean({
  error: (issue) => `${quoteValue(issue.input)} is neither true nor false: give one of them, or leave it out`,
});

/** For the error of an object. */
export function noObject(issue: { readonly input?: unknown }): string {
  return `${quoteValue(issue.input)} is not an object`;
}
