/** The configuration of the provider: the namespace `losant:` of a stack, or the arguments of a provider resource. Pure. */
import { isDeepStrictEqual } from "node:util";
import type { CheckFailure } from "../resource/input-failures.js";
import { isUnknown } from "../resource/inputs.js";
import { misspeltSettings, settingsFrom } from "../settings.js";
import type { Lookup, Settings } from "../settings.js";
import type { Plain } from "./wire.js";

export interface PluginSettings extends Settings {
  /** Does a preview say what will move? @default true */
  readonly preflight: boolean;
  /** Does Pulumi read each resource before it compares it, also in a plain preview? @default true */
  readonly refreshBeforeUpdate: boolean;
}

/** Configuration that is secret even where a program has not marked it. */
export const SECRET_CONFIG: ReadonlySet<string> = new Set(["apiToken", "apiTokens"]);

/** Set by Pulumi beside what is configured. */
const NOT_CONFIGURED = new Set(["version", "pluginDownloadURL", "pluginChecksums", "__internal"]);

/** @param values - without the namespace: `apiToken` */
export function pluginSettings(values: Plain, env: Lookup): PluginSettings {
  const config: Lookup = (key) => textOf(values[key.replace(/^losant:/, "")]);
  const settings = settingsFrom(config, env);
  const problems = [...settings.problems];
  const flag = (name: string): boolean => {
    const text = config(name) ?? "true";
    if (text !== "true" && text !== "false") problems.push(`losant:${name}: "${text}" is neither true nor false`);
    return text !== "false";
  };
  return { ...settings, preflight: flag("preflight"), refreshBeforeUpdate: flag("refreshBeforeUpdate"), problems };
}

/**
 * The values that count now. A refresh and a destroy run no program, so Pulumi configures the default provider from the
 * last state. The stack's configuration of now is in the environment: it goes first, so a new token just works.
 *
 * @param name - of the provider resource
 * @param pulumiConfig - the environment variable PULUMI_CONFIG: the namespace `losant:` as JSON, by names without it
 */
export function configOfNow(args: Plain, name: string, pulumiConfig: string | undefined): Plain {
  const now = isDefaultProvider(name) ? configIn(pulumiConfig) : undefined;
  return now ?? args;
}

/** Is it Pulumi's own for resources that name no provider? */
export function isDefaultProvider(name: string): boolean {
  return name === "default" || name.startsWith("default_");
}

function configIn(json: string | undefined): Plain | undefined {
  if (json === undefined) return undefined;
  try {
    const all: unknown = JSON.parse(json);
    return all === null || typeof all !== "object" ? undefined : { ...all };
  } catch {
    return undefined;
  }
}

/** What is wrong with the configuration, with its property. */
export function configFailures(values: Plain, env: Lookup): CheckFailure[] {
  const names = Object.keys(values).filter((name) => !NOT_CONFIGURED.has(name));
  const misspelt = misspeltSettings(names, env("PULUMI_PROJECT"));
  const known = Object.fromEntries(Object.entries(values).filter(([, value]) => !isUnknown(value)));
  const wrong = pluginSettings(known, env).problems.map((problem) => {
    const [, property = "", reason = problem] = /^losant:(\w+): ([^]*)$/.exec(problem) ?? [];
    return { property, reason };
  });
  return [...misspelt.map(({ name, reason }) => ({ property: name, reason })), ...wrong];
}

/** The properties that differ. None of them ever replaces the provider: that would replace its resources. */
export function configDifference(olds: Plain, news: Plain): string[] {
  return [...new Set([...Object.keys(olds), ...Object.keys(news)])]
    .filter((name) => !NOT_CONFIGURED.has(name) && !isDeepStrictEqual(olds[name], news[name]))
    .toSorted();
}

/** Values that are no texts arrive as JSON. */
function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}
