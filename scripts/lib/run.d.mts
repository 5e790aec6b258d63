/** Runs a command without showing its output. Never rejects: a command that cannot be started has code 127. */
export function runQuietly(
  command: string,
  args: readonly string[],
  options?: {
    readonly cwd?: string;
    readonly env?: NodeJS.ProcessEnv;
    readonly timeoutMs?: number;
    readonly onLine?: (line: string) => void;
  },
): Promise<{ readonly code: number; readonly output: string; readonly stdout: string; readonly timedOut: boolean }>;
