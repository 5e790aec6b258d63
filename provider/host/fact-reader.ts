/** Reads the facts that a program writes while it runs. */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { factsIn } from "../resource/program-facts.js";
import type { ProgramFact } from "../resource/program-facts.js";

export interface FactReader {
  /** The facts that were added since the last call for this file. */
  readonly added: (run: string) => readonly ProgramFact[];
}

/** Continues where it stopped. A line that is not complete yet is read the next time. */
export function createFactReader(): FactReader {
  const offsets = new Map<string, number>();
  return {
    added: (run) => {
      const offset = offsets.get(run) ?? 0;
      const bytes = readFrom(run, offset);
      const end = bytes.lastIndexOf(0x0a) + 1;
      offsets.set(run, offset + end);
      return factsIn(bytes.subarray(0, end).toString("utf8"));
    },
  };
}

export function readFrom(path: string, offset: number): Buffer {
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(Math.max(fstatSync(file).size - offset, 0));
    let read = 0;
    while (read < bytes.length) {
      const count = readSync(file, bytes, read, bytes.length - read, offset + read);
      if (count === 0) break;
      read += count;
    }
    return bytes.subarray(0, read);
  } finally {
    closeSync(file);
  }
}
