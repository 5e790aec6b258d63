/** What the engine keeps, what a program declares, and how a command is led. */
import type { Lifecycle } from "../../provider/verbs.js";
import type { ResourceProps } from "../../provider/verbs.js";
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
  readonly ignoreChanges?: readonly string[];
  /** An earlier name of the resource. */
  readonly alias?: string;
  readonly dependsOn?: readonly string[];
  readonly parent?: string;
  /** Its `deviceIds` are outputs of what it depends on: known when that is done. */
  readonly late?: boolean;
  readonly retainOnDelete?: boolean;
  readonly deleteBeforeReplace?: boolean;
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
  readonly order?: number;
  /** Steps at a time. @default 8, which is four times the cores of a small machine */
  readonly parallel?: number;
}

/** What a command leaves out. */
export interface Targets {
  readonly only?: readonly string[];
  readonly exclude?: readonly string[];
}

export interface UpOptions extends Order, Targets {
  /** Refresh before, as `options: { refresh: always }` does. @default true */
  readonly refresh?: boolean;
}

export interface DestroyOptions extends Order, Targets {
  /** @default false */
  readonly refresh?: boolean;
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
