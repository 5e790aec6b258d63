/**
 * The settings as the program sees them: the same keys, environment variables and order of precedence as the provider's,
 * by the provider's own code. The token stays in here: it goes to the client and nowhere else.
 */
import { isLosantId, notAnId } from "../../provider/losant/ids.js";
import { quoteValue } from "../../provider/words.js";
import * as pulumi from "@pulumi/pulumi";
import { settingsFrom, tokenFor } from "../../provider/settings.js";
import type { Settings } from "../../provider/settings.js";
import type { LosantId } from "../../provider/losant/types.js";
import { userError } from "./user-error.js";

export interface ProgramSettings extends Settings {
  /** Does the preview say what will move? Config `losant:preflight`. @default true */
  readonly preflight: boolean;
}

/**
 * The settings of the running program. What is wrong with them is told by the provider, or when a call needs them.
 * @throws RunError for a setting of the program alone
 */
export function programSettings(): ProgramSettings {
  const config = pulumi.runtime.getConfig;
  const settings = settingsFrom(config, (name) => process.env[name]);
  const preflight = config("losant:preflight") ?? "true";
  if (preflight !== "true" && preflight !== "false") {
    throw userError(`losant:preflight: "${preflight}" is neither true nor false`);
  }
  return { ...settings, preflight: preflight === "true" };
}

/**
 * The application that is meant.
 * @param what - who asks, for the message
 * @throws RunError that says how to name one
 */
export function applicationFor(settings: Settings, what: string, given: LosantId | undefined): LosantId {
  const applicationId = given ?? settings.applicationId;
  if (isLosantId(applicationId)) return applicationId.toLowerCase();
  throw userError(
    applicationId === undefined
      ? `${what}: no application: give applicationId, or \`pulumi config set losant:applicationId <id>\`, or the environment variable LOSANT_APPLICATION_ID`
      : `${what}: applicationId: ${notAnId(quoteValue(applicationId), "application")}`,
  );
}

/** @throws RunError that says what to set */
export function usableToken(settings: Settings, applicationId: LosantId): string {
  if (settings.problems.length > 0) throw userError(settings.problems.join("\n"));
  const token = tokenFor(settings, applicationId);
  if (typeof token === "string") return token;
  throw userError(token.missing);
}
