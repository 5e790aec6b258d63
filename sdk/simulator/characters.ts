import { z } from "zod";

/** A text of so many characters, counted as JSON Schema does: code points, where JavaScript counts UTF-16 units. */
export function characters(min: number, max: number) {
  return z.string().refine((text) => {
    const { length } = Array.from(text);
    return length >= min && length <= max;
  }, `must have ${min} to ${max} characters`);
}
