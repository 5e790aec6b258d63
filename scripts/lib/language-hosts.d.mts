/** Why there is no host for programs of this language; empty where there is one, which may have been built now. */
export function ensureLanguageHost(
  language: "yaml" | "python",
  env?: NodeJS.ProcessEnv,
): Promise<{ readonly missing?: string }>;
