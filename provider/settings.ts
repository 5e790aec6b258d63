/** Where the provider's settings come from: the stack's configuration, then the environment. Pure. */
import { checkApiUrl } from "./losant/api-url.js";
import type { LosantId } from "./losant/types.js";
import { didYouMean } from "./text/suggestions.js";

export interface Settings {
  /** @default "https://api.losant.com" */
  readonly apiUrl: string;
  readonly apiToken: string | undefined;
  /** Losant's application tokens serve one application each: application id -> token. */
  readonly apiTokens: Readonly<Record<LosantId, string>>;
  readonly applicationId: LosantId | undefined;
  /** "never" turns off the calls that reach every device of an application. @default "exact" */
  readonly replace: "exact" | "never";
  /** How long to wait until Losant shows what it accepted, in seconds. @default 30 */
  readonly verifySeconds: number;
  /** How long a resource tries again while Losant cannot be reached or limits calls, in seconds. @default 120 */
  readonly retrySeconds: number;
  /** May a delete forget a resource whose application does not exist any more? For teardown pipelines. @default false */
  readonly forgetMissingApplication: boolean;
  /** What is wrong with the settings, one line each; empty when all is well. */
  readonly problems: readonly string[];
}

export type Lookup = (key: string) => string | undefined;

/**
 * The names of all settings in the stack's configuration. `losant:preflight` is of the program and the native plugin,
 * `losant:refreshBeforeUpdate` of the native plugin alone.
 */
export const SETTING_NAMES = [
  "apiToken",
  "apiTokens",
  "apiUrl",
  "applicationId",
  "forgetMissingApplication",
  "preflight",
  "refreshBeforeUpdate",
  "replace",
  "retrySeconds",
  "verifySeconds",
] as const;

/**
 * A misspelt setting would be ignored in silence, `losant:replce: never` too.
 *
 * @param names - without the namespace
 * @param project - settings of a project that is called `losant` are its own
 */
export function misspeltSettings(
  names: readonly string[],
  project: string | undefined,
): { name: string; reason: string }[] {
  if (project === "losant") return [];
  return names
    .filter((name) => !(SETTING_NAMES as readonly string[]).includes(name))
    .map((name) => ({ name, reason: `losant:${name} is no setting: ${didYouMean(name, SETTING_NAMES)}` }));
}

const DEFAULT_API_URL = "https://api.losant.com";

/**
 * @param config - looks a key such as `losant:apiToken` up in the stack's configuration
 * @param env - the environment
 */
export function settingsFrom(config: Lookup, env: Lookup): Settings {
  const problems: string[] = [];
  const apiUrl = config("losant:apiUrl") ?? env("LOSANT_API_URL") ?? DEFAULT_API_URL;
  const urlProblem = checkApiUrl(apiUrl);
  if (urlProblem !== undefined) problems.push(`losant:apiUrl: ${urlProblem}`);

  const replace = config("losant:replace") ?? "exact";
  if (replace !== "exact" && replace !== "never") {
    problems.push(`losant:replace: "${replace}" is neither "exact" nor "never"`);
  }
  const verifySeconds = Number(config("losant:verifySeconds") ?? 30);
  if (!(verifySeconds >= 0 && verifySeconds <= 3600)) {
    problems.push(`losant:verifySeconds: give a number of seconds from 0 to 3600`);
  }
  const retrySeconds = Number(config("losant:retrySeconds") ?? 120);
  if (!(retrySeconds >= 30 && retrySeconds <= 3600)) {
    problems.push(`losant:retrySeconds: give a number of seconds from 30 to 3600`);
  }
  const forget = config("losant:forgetMissingApplication") ?? env("LOSANT_FORGET_MISSING_APPLICATION") ?? "false";
  if (forget !== "true" && forget !== "false") {
    problems.push(`losant:forgetMissingApplication: "${forget}" is neither true nor false`);
  }
  const apiTokens = tokensFrom(config("losant:apiTokens"), problems);
  return {
    apiUrl,
    apiToken: config("losant:apiToken") ?? env("LOSANT_API_TOKEN"),
    apiTokens,
    applicationId: config("losant:applicationId") ?? env("LOSANT_APPLICATION_ID"),
    replace: replace === "never" ? "never" : "exact",
    verifySeconds,
    retrySeconds,
    forgetMissingApplication: forget === "true",
    problems,
  };
}

function tokensFrom(json: string | undefined, problems: string[]): Record<LosantId, string> {
  if (json === undefined) return {};
  try {
    const parsed: unknown = JSON.parse(json);
    if (parsed !== null && typeof parsed === "object" && !Array.isArray(parsed)) {
      const entries = Object.entries(parsed);
      if (entries.every((entry): entry is [string, string] => typeof entry[1] === "string")) {
        return Object.fromEntries(entries.map(([id, token]) => [id.toLowerCase(), token]));
      }
    }
  } catch {
    // The value is secret, so the message does not quote it.
  }
  problems.push(
    "losant:apiTokens: not a map from application id to token; set it with `pulumi config set --path --secret losant:apiTokens.<applicationId> <token>`",
  );
  return {};
}

/** The token for one application, or the sentence that says how to give one. */
export function tokenFor(settings: Settings, applicationId: LosantId): string | { readonly missing: string } {
  const id = applicationId.toLowerCase();
  const token = Object.hasOwn(settings.apiTokens, id) ? settings.apiTokens[id] : settings.apiToken;
  if (token !== undefined && token.trim() !== "") return token.trim();
  return {
    missing: `no API token for application ${applicationId}: \`pulumi config set --secret losant:apiToken <token>\`, or the environment variable LOSANT_API_TOKEN (one token an application: losant:apiTokens)`,
  };
}
