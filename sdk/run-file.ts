/**
 * The private file of one run of a program, with its facts for the plugin process: see `provider/program-run.ts`. Lines
 * are added and never changed. It goes away when the process ends; a killed process leaves it behind.
 */
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { factLine } from "../provider/program-run.js";
import type { ProgramFact } from "../provider/program-run.js";

export interface RunFile {
  readonly path: string;
  readonly append: (facts: readonly ProgramFact[]) => void;
}

/** Those of this process. The Automation API runs several programs in one. */
const paths = new Set<string>();

export function createRunFile(): RunFile {
  // The folder is its owner's alone (0700), whatever the umask.
  const path = join(mkdtempSync(join(tmpdir(), "pulumi-losant-run-")), "facts.ndjson");
  writeFileSync(path, "", { mode: 0o600, flag: "wx" });
  if (paths.size === 0) process.once("exit", removeAll);
  paths.add(path);
  return {
    path,
    append: (facts) => {
      if (facts.length > 0) appendFileSync(path, facts.map(factLine).join(""));
    },
  };
}

function removeAll(): void {
  for (const path of paths) rmSync(dirname(path), { recursive: true, force: true });
}
