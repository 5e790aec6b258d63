/**
 * Files that a program or the pipeline leaves for the plugin of the same run. They lie in one folder that only its user can
 * read. What is a day old is removed by the next run.
 */
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";

const ONE_DAY_MS = 86_400_000;

export function folderIn(temporary: string): string {
  return join(temporary, `pulumi-losant-${encodeURIComponent(userInfo().username)}`);
}

/** @returns the path of the new file, in a folder of its own */
export function newPrivateFile(name: string, text: string, temporary = tmpdir()): string {
  const path = ownFolder(temporary);
  removeOld(path);
  const file = join(mkdtempSync(join(path, "run-")), name);
  writeFileSync(file, text, { mode: 0o600, flag: "wx" });
  return file;
}

export function isOwn(path: string): boolean {
  const { uid } = lstatSync(path);
  return process.getuid === undefined || uid === process.getuid();
}

/** @throws Error where the folder belongs to another user */
export function ownFolder(temporary: string): string {
  const path = folderIn(temporary);
  mkdirSync(path, { mode: 0o700, recursive: true });
  if (!isOwn(path)) throw new Error(`${path} belongs to another user: remove it, or set TMPDIR`);
  return path;
}

function removeOld(path: string): void {
  for (const name of readdirSync(path)) {
    const entry = join(path, name);
    try {
      if (Date.now() - statSync(entry).mtimeMs > ONE_DAY_MS) rmSync(entry, { recursive: true, force: true });
    } catch {
      // Another program has removed it.
    }
  }
}
