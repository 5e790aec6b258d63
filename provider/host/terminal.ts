/**
 * Does a person watch? Pulumi does not tell a plugin, and its pipes look the same in both cases. But a plugin can look for
 * the controlling terminal of its session: a pipeline, a cron job or a service has none.
 */
import { closeSync, openSync } from "node:fs";

/**
 * @param terminal - the path of the session's own terminal
 * @returns false with the environment variable `CI` set to anything but "false" or "0", or without a terminal; on Windows
 *   only `CI` is asked
 */
export function isInteractive(
  env: Readonly<NodeJS.ProcessEnv> = process.env,
  platform: NodeJS.Platform = process.platform,
  terminal = "/dev/tty",
): boolean {
  if (!["", "0", "false"].includes(env["CI"] ?? "")) return false;
  if (platform === "win32") return true;
  try {
    closeSync(openSync(terminal, "w"));
    return true;
  } catch {
    return false;
  }
}
