/** What a program registers, and how the engine asks for it. */
import type { Lifecycle } from "../../provider/verbs.js";
import type { ResourceProps } from "../../provider/verbs.js";
import type { Declared, Kept, Program, Run, Targets } from "./engine-model.js";
import type { Workers } from "./engine-state.js";
import { settle, wire, withProvider } from "./host.js";
import { declaredIn } from "./program-side.js";
import type { ProgramRun } from "./program-side.js";

/** A program under way. */
export interface Registering {
  readonly run: Run;
  readonly plugin: Lifecycle;
  readonly program: Program;
  readonly targets: Targets;
  readonly side: ProgramRun;
  readonly workers: Workers;
  /** The engine looks at one registration after the other. */
  readonly inTurn: <T>(task: () => Promise<T>) => Promise<T>;
}

export async function checked(
  { run, plugin, program, side }: Registering,
  name: string,
  old: Kept | undefined,
  more: ResourceProps = {},
): Promise<ResourceProps> {
  const { args, ignoreChanges = [] } = declaredIn(program, name);
  const ignored = ignoreChanges.flatMap((key) => (old && key in old.inputs ? [[key, old.inputs[key]] as const] : []));
  const news = withProvider({ ...args, ...more, ...Object.fromEntries(ignored), __program: side.inputFor(name) });
  const answer = await settle(plugin.check(wire(old?.inputs ?? {}), news));
  if ("error" in answer) {
    run.errors.push(answer.error.message);
    return {};
  }
  run.errors.push(...answer.value.failures.map(({ property, reason }) => `${property}: ${reason}`));
  return withProvider(answer.value.inputs);
}

export function oldOf(state: readonly Kept[], name: string, { alias }: Declared): Kept | undefined {
  const existing = state.filter((kept) => !kept.condemned);
  return existing.find((kept) => kept.name === name) ?? existing.find((kept) => kept.name === alias);
}

export function dependenciesOf(program: Program, { dependsOn = [], parent }: Declared): string[] {
  return [...dependsOn, ...(parent === undefined ? [] : [parent])].filter((name) => name in program);
}

export function inTurn(): <T>(task: () => Promise<T>) => Promise<T> {
  let tail: Promise<unknown> = Promise.resolve();
  return <T>(task: () => Promise<T>): Promise<T> => {
    const next = tail.then(task, task);
    tail = next.catch(() => undefined);
    return next;
  };
}
