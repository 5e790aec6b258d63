// For the tests, which are TypeScript. The script itself must run before any package, so any compiler, is there.
export declare function toolEnvironment(env?: NodeJS.ProcessEnv): NodeJS.ProcessEnv;
export declare function pulumiEnvironment(options?: {
  /** PULUMI_HOME, for example a folder a test throws away; the CLI itself is still looked for where `env` says. */
  readonly home?: string;
  /** A folder (made if it is missing), or a URL. Default: PULUMI_BACKEND_URL, then this clone's own folder. */
  readonly backend?: string;
  readonly env?: NodeJS.ProcessEnv;
}): NodeJS.ProcessEnv;
