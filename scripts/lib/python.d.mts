/** The folder with `python` and Pulumi's SDK, to stand first on PATH; or why there is none. */
export function ensurePython(): Promise<{ readonly bin?: string; readonly missing?: string }>;
