/** The program's side of the hand-over: the file with the facts of a run, as the SDK writes it. */
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ResourceProps } from "../../provider/verbs.js";
import { factLine } from "../../provider/resource/program-facts.js";
import type { Registration } from "../../provider/resource/program-facts.js";
import type { Declared, Kept, Program } from "./engine-model.js";

export interface ProgramRun {
  /** What was not known at once is known now. */
  readonly known: (name: string) => void;
  readonly inputFor: (name: string) => Registration;
  readonly close: () => void;
}

let running: string | undefined;
let leftBehind: string | undefined;

/** The process of the program is dead: its file stays, and is not found any more. */
export function programDies(): void {
  running = undefined;
}

/** The file of the program that runs now, as the plugin finds it by the address of its engine. */
export function runningProgram(): string | undefined {
  return running;
}

/** Starts a program on this state: it says who owned what, and what it declares as far as that is known at once. */
export function openRun(program: Program, state: readonly Kept[]): ProgramRun {
  if (leftBehind !== undefined) rmSync(leftBehind, { recursive: true, force: true });
  const folder = mkdtempSync(join(tmpdir(), "pulumi-losant-run-"));
  const run = join(folder, "facts.ndjson");
  appendFileSync(run, state.map(ownedLine).join("") + Object.entries(program).map(declaredLine).join(""));
  running = run;
  leftBehind = folder;
  return {
    known: (name) => appendFileSync(run, declaredLine([name, { ...declaredIn(program, name), late: false }])),
    inputFor: (name) => {
      const { ignoreChanges, retainOnDelete } = declaredIn(program, name);
      return {
        run,
        self: name,
        name,
        ...(ignoreChanges === undefined ? {} : { ignoreChanges }),
        ...(retainOnDelete === true ? { retainOnDelete } : {}),
      };
    },
    close: () => {
      running = undefined;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function declaredIn(program: Program, name: string): Declared {
  const declared = program[name];
  if (declared === undefined) throw new Error(`the program declares no ${name}`);
  return declared;
}

interface Visible {
  readonly applicationId: string;
  readonly flowId: string;
  readonly deviceIds: readonly string[];
}

function ownedLine({ id, name, outputs }: Kept): string {
  const { applicationId, flowId, deviceIds } = visible(outputs);
  return factLine({
    fact: "owned",
    id,
    name,
    applicationId,
    flowId,
    deviceIds: [...deviceIds],
    others: othersOf(outputs),
  });
}

function declaredLine([name, { args, late }]: readonly [string, Declared]): string {
  if (late === true) return factLine({ fact: "unknown", self: name, name });
  const { applicationId, flowId, deviceIds } = visible(args);
  return factLine({ fact: "declared", self: name, name, applicationId, flowId, deviceIds: [...deviceIds] });
}

function visible(props: ResourceProps): Visible {
  return props as unknown as Visible;
}

/** Devices that a resource owns and does not declare: leaving, or handed over. */
export function othersOf(outputs: ResourceProps): string[] {
  const { leaving = [], handedOver = {} } = (outputs["__losant"] ?? {}) as {
    readonly leaving?: readonly string[];
    readonly handedOver?: Readonly<Record<string, readonly string[]>>;
  };
  return [...leaving, ...Object.values(handedOver).flat()];
}
