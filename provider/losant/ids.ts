/** Losant's ids: 24 hexadecimal digits. */
import type { LosantId } from "./types.js";

export const LOSANT_ID = /^[A-Fa-f\d]{24}$/;

/** Ids within a text, for blanking them. */
export const IDS_IN_TEXT = /[A-Fa-f\d]{24}/g;

export function isLosantId(value: unknown): value is LosantId {
  return typeof value === "string" && LOSANT_ID.test(value);
}

/** What to do with something that is no id. @param what - whose id it should be, such as `application` */
export function notAnId(shown: string, what: string): string {
  return `${shown} is not a Losant id, which has 24 hexadecimal digits; open the ${what} in Losant: the id is in its address`;
}
