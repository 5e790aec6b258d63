/** Why there is no host for programs of this language; empty where there is one, which may have been built now. */
export function ensureLanguageHost(
  language: "yaml" | "python" | "go",
  env?: NodeJS.ProcessEnv,
): Promise<{ readonly missing?: string }>;

/** Is Pulumi's host for Java beside the CLI or on PATH? It cannot be built from Go modules. */
export function hasJavaHost(env?: NodeJS.ProcessEnv): boolean;
