/**
 * Long lists in the state. Pure.
 *
 * Pulumi's engine handles each value of a list on its own, several times in a command: a list of 100,000 drifted devices
 * takes it a minute. So an output lists its first entries, and the others are one text under `__losant`.
 */
import * as z from "zod";

/** The most entries of `drift`, and of `failures`, that a person sees. */
export const MAX_LISTED = 1000;

/** The entries beyond {@link MAX_LISTED}, each list as JSON. */
export interface Unlisted {
  readonly drift?: string;
  readonly failures?: string;
}

/** The entries that the output itself has. */
export function listed<T>(entries: readonly T[]): readonly T[] {
  return entries.length <= MAX_LISTED ? entries : entries.slice(0, MAX_LISTED);
}

/** The others, as JSON; undefined where there are none. */
export function unlisted(entries: readonly object[]): string | undefined {
  return entries.length <= MAX_LISTED ? undefined : JSON.stringify(entries.slice(MAX_LISTED));
}

/** Reads what {@link unlisted} wrote. */
export function unlistedOf<T>(entry: z.ZodType<T>): z.ZodType<readonly T[]> {
  return z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue({ code: "custom", message: "is no JSON" });
        return z.NEVER;
      }
    })
    .pipe(z.array(entry).readonly());
}
