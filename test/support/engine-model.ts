/** What the engine keeps, what a program declares, and how a command is led. */
import type { Lifecycle, ResourceProps } from "../../provider/lifecycle.js";
import type { Process, Scheduler } from "./scheduler.js";

export interface Kept {
  readonly name: string;
  readonly id: string;
  readonly inputs: ResourceProps;
  readonly outputs: ResourceProps;
  readonly initErrors: readonly string[];
  /** Names of the resources it depends on. */
  readonly dependencies: readonly string[];
  readonly retainOnDelete: boolean;
  /** Replaced, and not deleted yet. */
  readonly condemned: boolean;
  /** Deleted before its replacement, which does not exist yet. */
  readonly awaitsReplacement: boolean;
}

export interface Declared {
  readonly args: ResourceProps;
  readonly ignoreChanges?: readonly string[] | undefined;
  /** An earlier name of the resource. */
  readonly alias?: string | undefined;
  readonly dependsOn?: readonly string[] | undefined;
  readonly parent?: string | undefined;
  /** Its `deviceIds` are outputs of what it depends on: known when that is done. */
  readonly late?: boolean | undefined;
  readonly retainOnDelete?: boolean | undefined;
  readonly deleteBeforeReplace?: boolean | undefined;
}

export type Program = Readonly<Record<string, Declared>>;
export type Step = "create" | "update" | "same" | "replace" | "delete" | "retain" | "gone";

export interface Report {
  readonly errors: readonly string[];
  readonly steps: Readonly<Record<string, Step>>;
  readonly killed: boolean;
}

/** Which order the engine takes, of those that it may take. */
export interface Order {
  /** 0: as a program and a fast engine would have it. @default 0 */
  readonly order?: number | undefined;
  /** Steps at a time. @default 8, which is four times the cores of a small machine */
  readonly parallel?: number | undefined;
}

/** What a command leaves out. */
export interface Targets {
  readonly only?: readonly string[] | undefined;
  readonly exclude?: readonly string[] | undefined;
}

export interface UpOptions extends Order, Targets {
  /** Refresh before, as `options: { refresh: always }` does. @default true */
  readonly refresh?: boolean | undefined;
}

export interface DestroyOptions extends Order, Targets {
  /** @default false */
  readonly refresh?: boolean | undefined;
}

/** One command under way. */
export interface Run {
  readonly scheduler: Scheduler;
  readonly engine: Process;
  readonly steps: Record<string, Step>;
  readonly errors: string[];
  readonly parallel: number;
  readonly startPlugin: (name: string) => Lifecycle;
  readonly state: () => readonly Kept[];
  readonly write: (change: (state: readonly Kept[]) => readonly Kept[]) => void;
}

export function isTargeted({ only, exclude }: Targets, name: string): boolean {
  return (only === undefined || only.includes(name)) && exclude?.includes(name) !== true;
}
