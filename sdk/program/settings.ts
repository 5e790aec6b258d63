/**
 * The settings as the program sees them: the same keys, environment variables and order of precedence as the provider's,
 * by the provider's own code. The token goes to the client and nowhere else.
 */
import * as pulumi from "@pulumi/pulumi";
import { misspeltSettings, settingsFrom } from "../../provider/settings.js";
import type { Settings } from "../../provider/settings.js";
import { userError } from "./user-error.js";

export interface ProgramSettings extends Settings {
  /** Does the preview say what will move? Config `losant:preflight`. @default true */
  readonly preflight: boolean;
}

/**
 * The settings of the running program. Wrong values are reported by the provider, or when a call needs them.
 * @throws RunError for a name that is no setting, and for a wrong value of a setting of the program alone
 */
export function programSettings(): ProgramSettings {
  const config = pulumi.runtime.getConfig;
  const misspelt = misspeltIn(Object.keys(pulumi.runtime.allConfig()), pulumi.getProject());
  if (misspelt.length > 0) throw userError(misspelt.join("\n"));
  for (const name of TOKENS) {
    if (config(name) !== undefined && isPlain(name)) {
      void pulumi.log.warn(
        `${name} is not a secret: the token is readable in the stack's settings file and in the state. ` +
          `Set it by \`pulumi config set --secret ${name}\`, and make a new token in Losant.`,
      );
    }
  }
  const settings = settingsFrom(config, (name) => process.env[name]);
  const preflight = config("losant:preflight") ?? "true";
  if (preflight !== "true" && preflight !== "false") {
    throw userError(`losant:preflight: "${preflight}" is neither true nor false`);
  }
  return { ...settings, preflight: preflight === "true" };
}

const NAMESPACE = "losant:";
const TOKENS = ["losant:apiToken", "losant:apiTokens"];

/** Pure. @param keys - of the whole configuration, each with its namespace */
export function misspeltIn(keys: readonly string[], project: string): string[] {
  const names = keys.filter((key) => key.startsWith(NAMESPACE)).map((key) => key.slice(NAMESPACE.length));
  return misspeltSettings(names, project).map(({ reason }) => reason);
}

/** Pulumi's SDK knows it and does not declare it. A release that does not know it draws no warning. */
function isPlain(key: string): boolean {
  const { isConfigSecret } = pulumi.runtime as { readonly isConfigSecret?: (key: string) => boolean };
  return isConfigSecret?.(key) === false;
}
