/**
 * The private file of one run of a program, with its facts for the plugin process: see `provider/resource/program-facts.ts`. Lines
 * are added and never changed. The deletes of the run may come after the program has ended, so the file outlives it.
 */
import { appendFileSync } from "node:fs";
import { factLine } from "../../provider/resource/program-facts.js";
import type { ProgramFact } from "../../provider/resource/program-facts.js";
import { newRunFile } from "../../provider/host/run-pointer.js";

export interface RunFile {
  readonly path: string;
  readonly append: (facts: readonly ProgramFact[]) => void;
}

/** @param engine - the address of the engine, by which the plugin finds the file */
export function createRunFile(engine: string): RunFile {
  const path = newRunFile(engine);
  return {
    path,
    append: (facts) => {
      if (facts.length > 0) appendFileSync(path, facts.map(factLine).join(""));
    },
  };
}
