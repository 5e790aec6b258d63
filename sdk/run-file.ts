/**
 * The private file of one run of a program, with its facts for the plugin process: see `provider/program-run.ts`. Lines
 * are added and never changed. The deletes of the run may come after the program has ended, so the file outlives it.
 */
import { appendFileSync } from "node:fs";
import { factLine } from "../provider/program-run.js";
import type { ProgramFact } from "../provider/program-run.js";
import { newRunFile } from "../provider/run-pointer.js";

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
