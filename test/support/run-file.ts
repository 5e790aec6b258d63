/** The file that a program writes for the plugin, with the facts a test says. */
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { factLine } from "../../provider/resource/program-facts.js";
import type { ProgramFact } from "../../provider/resource/program-facts.js";

export interface RunFile {
  readonly path: string;
  say(...facts: ProgramFact[]): void;
  remove(): void;
}

export function createRunFile(): RunFile {
  const folder = mkdtempSync(join(tmpdir(), "run-file-"));
  const path = join(folder, "run");
  appendFileSync(path, "");
  return {
    path,
    say: (...facts) => appendFileSync(path, facts.map(factLine).join("")),
    remove: () => rmSync(folder, { recursive: true }),
  };
}
