import { z } from "zod";

/** A text of `min` to `max` characters, counted in code points as JSON Schema does, not in UTF-16 units. */
export function characters(min: number, max: number) {
  return z.string().refine((text) => {
    const { length } = Array.from(text);
    return length >= min && length <= max;
  }, `must have ${min} to ${max} characters`);
}
