/**
 * How Pulumi writes values that are more than they seem, in states, events and messages: secrets, outputs, and values that
 * are not known yet. The constants are those of `@pulumi/pulumi` (`specialSigKey` and its like).
 */
import { UNKNOWN_GUID } from "./inputs.js";

/** The key that says what an object with it stands for. */
export const MARK = "4dabf18193072939515e22adb298388d";
/** The value of {@link MARK} in a secret. */
export const SECRET_MARK = "1b47061264138c4ac30d75fd1eb44270";
/** The value of {@link MARK} in an output. */
export const OUTPUT_MARK = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/** Unknown values, by type: string, boolean, number, list, object, asset, archive. */
export const UNKNOWN_VALUES: ReadonlySet<unknown> = new Set([
  UNKNOWN_GUID,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
]);

export function isMarkedSecret(value: object): boolean {
  return (value as Record<string, unknown>)[MARK] === SECRET_MARK;
}
