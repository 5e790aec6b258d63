/**
 * The settings as the program sees them: the same keys, environment variables and order of precedence as the provider's,
 * by the provider's own code. The token goes to the client and nowhere else.
 */
import * as pulumi from "@pulumi/pulumi";
import { settingsFrom } from "../../provider/settings.js";
import type { Settings } from "../../provider/settings.js";
import { userError } from "./user-error.js";

export interface ProgramSettings extends Settings {
  /** Does the preview say what will move? Config `losant:preflight`. @default true */
  readonly preflight: boolean;
}

/**
 * The settings of the running program. Wrong ones are reported by the provider, or when a call needs them.
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
