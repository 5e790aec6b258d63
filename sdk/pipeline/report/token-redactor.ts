/**
 * No token in any result. The engine hides the secrets of a stack in its output. A token from the environment is no secret
 * of the stack, so it is replaced here in every text from outside.
 */
type Env = Readonly<Record<string, string | undefined>>;

const NAMES = ["LOSANT_API_TOKEN", "PULUMI_ACCESS_TOKEN", "PULUMI_CONFIG_PASSPHRASE", "PULUMI_LOSANT_NOTIFY_URL"];
/** Replacing shorter values would change ordinary words. */
const SHORTEST = 6;

export type Redact = (text: string) => string;

/** @param envs - of the process, and of the workspace that runs the CLI */
export function redactor(...envs: readonly Env[]): Redact {
  const secrets = [...new Set(envs.flatMap((env) => NAMES.map((name) => env[name]?.trim() ?? "")))]
    .filter((secret) => secret.length >= SHORTEST)
    .toSorted((a, b) => b.length - a.length);
  return (text) => secrets.reduce((rest, secret) => rest.replaceAll(secret, "[secret]"), text);
}

/** The same for every text in a value. */
export function redacted<T>(value: T, redact: Redact): T {
  if (typeof value === "string") return redact(value) as T;
  if (Array.isArray(value)) return value.map((inner: unknown) => redacted(inner, redact)) as T;
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [redact(key), redacted(inner, redact)])) as T;
}
