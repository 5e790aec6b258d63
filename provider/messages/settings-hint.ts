/**
 * Pulumi hands a refresh and a destroy the settings that the STATE keeps of the last `pulumi up`, not those of the
 * configuration: after a new token or address the first of them fails, with `options: { refresh: always }` every preview
 * and `pulumi up` too. Only a refresh that runs the program uses the new ones (CLI 3.259.0).
 */
import { isUnauthorized, LosantNetworkError } from "../losant/errors.js";

const WAY_OUT =
  "If losant:apiToken or losant:apiUrl was changed: the state still has the old one; run `pulumi refresh --run-program` once.";

/** The same error, with a hint where settings from the state may be the cause. */
export function withSettingsHint(error: unknown): unknown {
  return isUnauthorized(error) || error instanceof LosantNetworkError
    ? new Error(`${error.message} ${WAY_OUT}`)
    : error;
}
