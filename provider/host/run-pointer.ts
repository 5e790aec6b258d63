/**
 * Where the file of a program (`resource/program-facts.ts`) lies, and how a plugin finds it: by the address of the engine,
 * which both know.
 *
 * A command can come to a delete without having shown the plugin any resource of the program: where the program declares
 * none any more, or with `--target` and `--exclude`. The program has run nevertheless, and may declare a device that the
 * deleted resource has. It may have ended by then, so its files stay. A later program removes files that are a day old.
 *
 * All files lie in one folder that only its user can read. Another engine may get the same port later. So a plugin first
 * asks its engine whether a program has run with it, and each program overwrites an older pointer.
 */
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";

const ONE_DAY_MS = 86_400_000;

function folderIn(temporary: string): string {
  return join(temporary, `pulumi-losant-${encodeURIComponent(userInfo().username)}`);
}

/** @throws Error where the folder belongs to another user */
export function ownFolder(temporary: string): string {
  const path = folderIn(temporary);
  mkdirSync(path, { mode: 0o700, recursive: true });
  if (!isOwn(path)) throw new Error(`${path} belongs to another user: remove it, or set TMPDIR`);
  return path;
}

function isOwn(path: string): boolean {
  const { uid } = lstatSync(path);
  return process.getuid === undefined || uid === process.getuid();
}

/** @param engine - `127.0.0.1:41045`, also with a scheme before it */
function pointerIn(path: string, engine: string): string | undefined {
  const port = /:(\d+)$/.exec(engine)?.[1];
  return port === undefined ? undefined : join(path, `engine-${port}`);
}

/** Makes an empty file for one run of a program with this engine. */
export function newRunFile(engine: string, temporary = tmpdir()): string {
  const path = ownFolder(temporary);
  removeOld(path);
  const run = join(mkdtempSync(join(path, "run-")), "facts.ndjson");
  writeFileSync(run, "", { mode: 0o600, flag: "wx" });
  const pointer = pointerIn(path, engine);
  if (pointer !== undefined) {
    rmSync(pointer, { force: true });
    writeFileSync(pointer, run, { mode: 0o600, flag: "wx" });
  }
  return run;
}

/** @returns the file of the program that has run with this engine; undefined where there is none */
export function runOf(engine: string, temporary = tmpdir()): string | undefined {
  try {
    const path = folderIn(temporary);
    const pointer = isOwn(path) ? pointerIn(path, engine) : undefined;
    return pointer === undefined ? undefined : readFileSync(pointer, "utf8");
  } catch {
    return undefined;
  }
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
