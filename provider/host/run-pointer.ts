/**
 * Where the file of a program (`resource/program-facts.ts`) lies, and how a plugin finds it: by the address of the engine,
 * which both know.
 *
 * A command can come to a delete without having shown the plugin any resource of the program: where the program declares
 * none any more, or with `--target` and `--exclude`. The program has run nevertheless, and may declare a device that the
 * deleted resource has. It may have ended by then, so its files stay. A later program removes files that are a day old.
 *
 * All files lie in one folder that only its user can read (`private-file.ts`). Another engine may get the same port later. So
 * a plugin first asks its engine whether a program has run with it, and each program overwrites an older pointer.
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { folderIn, isOwn, newPrivateFile } from "./private-file.js";

/** @param engine - `127.0.0.1:41045`, also with a scheme before it */
function pointerIn(path: string, engine: string): string | undefined {
  const port = /:(\d+)$/.exec(engine)?.[1];
  return port === undefined ? undefined : join(path, `engine-${port}`);
}

/** Makes an empty file for one run of a program with this engine. */
export function newRunFile(engine: string, temporary = tmpdir()): string {
  const run = newPrivateFile("facts.ndjson", "", temporary);
  const pointer = pointerIn(folderIn(temporary), engine);
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
