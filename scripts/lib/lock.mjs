/** One process at a time does a piece of set-up; the others wait and find it done. */
import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const BEAT_MS = 2_000;
/** A lock nobody has touched for this long belongs to a process that was killed, on whatever machine. */
const STALE_MS = 20_000;
const holder = (pid) => `${hostname()} ${pid}`;

/**
 * Runs `work` while holding the lock file. The lock saves work, it does not guard against damage (what is done under it
 * replaces files whole), so that two processes that both find a stale lock do no harm.
 *
 * @template T
 * @param {string} path
 * @param {() => Promise<T>} work
 * @param {() => void} [onWait] - called once if another process holds the lock
 * @returns {Promise<T>}
 */
export async function withLock(path, work, onWait = () => {}) {
  mkdirSync(dirname(path), { recursive: true });
  for (let told = false; !take(path); told = true) {
    if (!told) onWait();
    if (isStale(path)) rmSync(path, { force: true });
    else await sleep(250);
  }
  const beat = setInterval(() => touch(path), BEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    rmSync(path, { force: true });
  }
}

function take(path) {
  try {
    writeFileSync(path, holder(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}

function isStale(path) {
  const found = statSync(path, { throwIfNoEntry: false });
  return found !== undefined && (Date.now() - found.mtimeMs > STALE_MS || isOfDeadProcess(path));
}

/** On this machine there is no need to wait for the lock to grow old. */
function isOfDeadProcess(path) {
  try {
    const text = readFileSync(path, "utf8");
    const pid = Number(text.split(" ").at(-1));
    if (text !== holder(pid)) return false;
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error.code === "ESRCH";
  }
}

function touch(path) {
  const now = new Date();
  try {
    utimesSync(path, now, now);
  } catch {
    // Somebody took the lock for stale (a machine that slept): see above, no harm done.
  }
}
