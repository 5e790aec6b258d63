/** The plugin processes that speak to a simulator, found through /proc. Elsewhere than on Linux none is found. */
import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

export const canFindPlugins = existsSync("/proc/self/status");

/** Longer than a plugin needs to notice that its engine is gone. */
const FAREWELL_MS = 8_000;

/**
 * Pulumi may have started another plugin process, which has loaded nothing of ours yet: it writes nothing, and does not end
 * with its engine. So it is the connection that counts.
 */
export function pluginsOf(url: string): number[] {
  const port = Number(new URL(url).port).toString(16).toUpperCase().padStart(4, "0");
  const rows = readFileSync("/proc/net/tcp", "utf8").split("\n");
  const sockets = rows.map((row) => row.trim().split(/\s+/)).filter(([, , remote]) => remote?.endsWith(`:${port}`));
  const open = new Set(sockets.map((columns) => `socket:[${columns[9]}]`));
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => isPlugin(pid) && filesOf(pid).some((file) => open.has(file)));
}

export async function untilNoPluginIsLeft(url: string): Promise<void> {
  if (!canFindPlugins) return sleep(FAREWELL_MS);
  for (const pid of pluginsOf(url)) while (existsSync(`/proc/${pid}`)) await sleep(50);
}

export function isBelow(pid: number, ancestor: number): boolean {
  if (pid === ancestor) return true;
  const parent = /^PPid:\s+(\d+)$/m.exec(readProcess(pid, "status"))?.[1];
  return parent !== undefined && parent !== "0" && isBelow(Number(parent), ancestor);
}

function isPlugin(pid: number): boolean {
  return readProcess(pid, "cmdline").includes("dynamic-provider");
}

function filesOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((file) => readlinkSync(`/proc/${pid}/fd/${file}`));
  } catch {
    // The process ended while it was looked at.
    return [];
  }
}

function readProcess(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}
