/** Child processes: quiet ones whose output is kept for the case of failure, and ones a person sees. */
import { spawn } from "node:child_process";
import { constants } from "node:os";

/**
 * Runs a command without showing its output. Never rejects: a command that cannot be started has code 127.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number, onLine?: (line: string) => void }} [options]
 * @returns {Promise<{ code: number, output: string, stdout: string, timedOut: boolean }>}
 */
export function runQuietly(command, args, { cwd, env, timeoutMs, onLine } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    let stdout = "";
    let timedOut = false;
    const timer =
      timeoutMs &&
      setTimeout(() => {
        timedOut = true;
        child.kill();
      }, timeoutMs);
    const take = (chunk) => {
      output += chunk;
      if (onLine) chunk.split("\n").filter(Boolean).forEach(onLine);
    };
    child.stdout.setEncoding("utf8").on("data", take);
    child.stdout.on("data", (chunk) => {
      stdout += chunk;
    });
    child.stderr.setEncoding("utf8").on("data", take);
    const finish = (code) => {
      clearTimeout(timer);
      resolve({ code, output, stdout, timedOut });
    };
    child.on("error", (error) => {
      output += error.message;
      finish(127);
    });
    child.on("close", (code, signal) => finish(exitCode(code, signal)));
  });
}

/**
 * Runs a command in the person's terminal; answers its exit code. Signals sent to this process reach the command, which
 * decides when to end: an interrupted `pulumi up` has to write its state first.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<number>}
 */
export function runVisibly(command, args, { cwd, env } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: "inherit" });
    const forwards = ["SIGINT", "SIGTERM", "SIGHUP"].map((signal) => {
      const forward = () => {
        // A terminal gives Ctrl-C to the whole group already, and a second one makes the CLI abort at once.
        if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
      };
      process.on(signal, forward);
      return () => process.off(signal, forward);
    });
    const settle = (answer) => {
      for (const stop of forwards) stop();
      answer();
    };
    child.on("error", (error) => settle(() => reject(error)));
    child.on("close", (code, signal) => settle(() => resolve(exitCode(code, signal))));
  });
}

/** As a shell counts: 128 + the signal's number. */
function exitCode(code, signal) {
  return code ?? 128 + (constants.signals[signal] ?? 0);
}

/** The end of a long output, where the reason usually is. @param {string} output */
export function lastLines(output, count = 25) {
  return output.trimEnd().split("\n").slice(-count).join("\n");
}
