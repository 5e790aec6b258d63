/** The demo fleet, as look-ups see it. */
import type { Simulator } from "pulumi-losant/simulator";
import type { LookupContext } from "../../../provider/lookup/context.js";
import { lookupContext } from "../../support/lookup-context.js";
import { createLosantClient } from "../../../provider/losant/client.js";

export const production = "aa0000000000000000000002";
export const telemetry = "f10000000000000000000001";
export const line = (number: number): string => `d1${String(number).padStart(22, "0")}`;

export function lookupAt(losant: Simulator, apiToken = "demo-user-token", applicationId = production): LookupContext {
  const client = createLosantClient({ apiUrl: losant.url, apiToken, retryDelayMs: 1, maxAttempts: 8 });
  return lookupContext(client, applicationId);
}

/** What is thrown; fails the test where nothing is. */
export async function thrownBy(work: () => Promise<unknown>): Promise<Error> {
  try {
    await work();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error("no error was thrown");
}
