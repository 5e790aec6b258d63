/** A terminal of its own for a command, by Python's `pty`: keys reach the command as they do from a person. */
import { spawn } from "node:child_process";

export interface InTerminal {
  /** Sends keys: `CTRL_C`, or a text. */
  press(keys: string): void;
  /** What the terminal has got so far, with its cursor movements; `screenOf` shows it. */
  text(): string;
  readonly done: Promise<{ readonly code: number | null; readonly output: string }>;
}

export const CTRL_C = "\u0003";

const TERMINAL = `
import fcntl, os, pty, select, struct, sys, termios
rows, columns = int(sys.argv[1]), int(sys.argv[2])
pid, terminal = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    os.execvp(sys.argv[3], sys.argv[3:])
sources = [terminal, 0]
while True:
    for source in select.select(sources, [], [])[0]:
        try:
            data = os.read(source, 65536)
        except OSError:
            data = b""
        if source == terminal and not data:
            sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) % 256)
        if not data:
            sources.remove(0)
        os.write(1 if source == terminal else terminal, data)
`;

export interface TerminalOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** @default 80 */
  readonly columns?: number;
  /** @default 40 */
  readonly rows?: number;
}

/** @param line - the command and its arguments */
export function startInTerminal(
  line: readonly string[],
  { cwd, env, columns = 80, rows = 40 }: TerminalOptions,
): InTerminal {
  const args = ["-c", TERMINAL, String(rows), String(columns), ...line];
  const child = spawn("python3", args, { cwd, env: { ...env, TERM: "xterm-256color" } });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (more: string) => (text += more));
  }
  return {
    press: (keys) => void child.stdin.write(keys),
    text: () => text,
    done: new Promise((resolve, reject) => {
      child.on("error", reject).on("close", (code) => resolve({ code, output: text }));
    }),
  };
}
