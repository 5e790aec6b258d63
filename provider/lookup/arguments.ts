/** What the data functions accept, and how bad arguments are answered: the property, the value, the way out. */
import * as z from "zod";
import { LOSANT_ID, notAnId } from "../losant/ids.js";
import { quoteValue } from "../words.js";
import { UserError } from "./user-error.js";

export const losantId = (what: string): z.ZodType<string> =>
  z
    .string({ error: ({ input }) => `${quoteValue(input)} is not a Losant id: give the ${what}'s id as a string` })
    .regex(LOSANT_ID, {
      error: ({ input }) => notAnId(quoteValue(input), what),
    })
    .transform((value) => value.toLowerCase());

export const name = (what: string): z.ZodType<string> =>
  z
    .string({ error: ({ input }) => `${quoteValue(input)} is not a ${what}: give one as a string` })
    .min(1, { error: `"" is not a ${what}: leave it out or give one` })
    .max(255, { error: ({ input }) => `${quoteValue(input)} is longer than the 255 characters a ${what} may have` });

export const wholeNumber = (least: number): z.ZodType<number> =>
  z
    .int({ error: ({ input }) => `${quoteValue(input)} is not a whole number` })
    .min(least, { error: ({ input }) => `${quoteValue(input)} is too small: give ${least} or more` });

export const oneOf = <const T extends readonly string[]>(...values: T) =>
  z.enum(values, {
    error: ({ input }) => `${quoteValue(input)} is not one of ${values.map((v) => `"${v}"`).join(", ")}`,
  });

export const flag = z.boolean({ error: ({ input }) => `${quoteValue(input)} is neither true nor false` });

/** An object with these properties and no others. */
export const object = <T extends z.ZodRawShape>(shape: T) =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? `unknown: ${issue.keys.join(", ")}. It takes ${Object.keys(shape).join(", ")}`
        : `${quoteValue(issue.input)} is not an object`,
  });

/** @throws UserError, such as `getDevices: tags[0].key: "a b" is not a tag key...` */
export function parseArguments<T>(what: string, schema: z.ZodType<T>, args: unknown): T {
  const result = schema.safeParse(withoutUndefined(args));
  if (result.success) return result.data;
  throw new UserError(result.error.issues.map(({ path, message }) => `${what}: ${at(path)}${message}`).join("\n"));
}

function withoutUndefined(args: unknown): unknown {
  if (args === undefined) return {};
  if (args === null || typeof args !== "object" || Array.isArray(args)) return args;
  return Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined));
}

function at(path: readonly PropertyKey[]): string {
  const text = path.map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join("");
  return text === "" ? "" : `${text.replace(/^\./, "")}: `;
}
