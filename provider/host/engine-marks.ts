/**
 * What the plugin processes of one command tell each other: Pulumi starts one for each provider, and two of one provider
 * whose configuration has changed since the last `pulumi up`. A resource may be read by one of them and checked by another.
 *
 * They share the address of their engine and their parent, the CLI. Marks of an engine that had both before would only hide
 * a line of a preview.
 */
import { appendFileSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ownFolder } from "./private-file.js";

export interface EngineMarks {
  readonly add: (mark: string) => void;
  /** Those of all processes. Undefined where they cannot be read: then nothing can be said of what is not marked. */
  readonly all: () => ReadonlySet<string> | undefined;
}

/** @param engine - its address; undefined in a process that has none: its marks stay its own */
export function engineMarks(engine: string | undefined, temporary = tmpdir(), parent = process.ppid): EngineMarks {
  const own = new Set<string>();
  const port = /:(\d+)$/.exec(engine ?? "")?.[1];
  if (port === undefined) return { add: (mark) => own.add(mark), all: () => own };
  const file = (): string => join(ownFolder(temporary), `marks-${port}-${parent}`);
  let failed = false;
  return {
    add: (mark) => {
      if (own.has(mark)) return;
      own.add(mark);
      try {
        appendFileSync(file(), `${mark}\n`, { mode: 0o600 });
      } catch {
        failed = true;
      }
    },
    all: () => {
      if (failed) return undefined;
      try {
        return new Set(readFileSync(file(), { encoding: "utf8", flag: "a+" }).split("\n"));
      } catch {
        return undefined;
      }
    },
  };
}
