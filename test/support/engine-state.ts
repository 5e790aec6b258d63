/** What the engine does with the state alone: steps with a worker each, refresh, and deletes. */
import type { Lifecycle } from "../../provider/verbs.js";
import type { ResourceProps } from "../../provider/verbs.js";
import { isTargeted } from "./engine-model.js";
import type { Kept, Run, Targets } from "./engine-model.js";
import { PROVIDER, settle, wire, withProvider } from "./host.js";
import type { Answer } from "./host.js";

/** A verb begins when it is its turn, and what it answered is used when it is its turn again. */
export async function call<T>({ scheduler, engine }: Run, verb: () => Promise<T>): Promise<Answer<T>> {
  await scheduler.turn("start", engine);
  const answer = await settle(verb());
  await scheduler.turn("end", engine);
  return answer;
}

/** So many tasks at a time. */
export interface Workers {
  /** Resolves when one is free and the task has begun: with what the task answers at its end. */
  readonly begin: <T>(task: () => Promise<T>) => Promise<{ readonly done: Promise<T> }>;
  /** Resolves when every task has ended. */
  readonly idle: () => Promise<void>;
}

export function createWorkers(count: number): Workers {
  const waiting: (() => void)[] = [];
  const tasks: Promise<unknown>[] = [];
  let free = count;
  return {
    begin: async (task) => {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      const done = task().finally(() => {
        const next = waiting.shift();
        if (next === undefined) free += 1;
        else next();
      });
      tasks.push(done);
      // Whoever waits for it, or for all, is told.
      done.catch(() => undefined);
      return { done };
    },
    idle: async () => {
      await Promise.all(tasks);
    },
  };
}

export async function refreshed(run: Run, from: readonly Kept[], targets: Targets): Promise<Kept[]> {
  const plugin = run.startPlugin("refresh");
  const workers = createWorkers(run.parallel);
  const live = new Map<Kept, Kept | undefined>();
  for (const resource of from) {
    if (!isTargeted(targets, resource.name) || resource.awaitsReplacement) continue;
    await workers.begin(async () => void live.set(resource, await looked(run, plugin, resource)));
  }
  await workers.idle();
  return from.flatMap((resource) => {
    const now = live.has(resource) ? live.get(resource) : resource;
    return now === undefined ? [] : [now];
  });
}

async function looked(run: Run, plugin: Lifecycle, resource: Kept): Promise<Kept | undefined> {
  if (resource.outputs["__provider"] !== PROVIDER) throw new Error(`the host finds no provider in ${resource.name}`);
  const answer = await call(run, () => plugin.read(resource.id, wire(resource.outputs)));
  if ("error" in answer) {
    run.errors.push(answer.error.message);
    return resource;
  }
  if (answer.value["id"] === undefined) {
    run.steps[resource.name] = "gone";
    return undefined;
  }
  const { id, props, inputs } = answer.value as { id: string; props: ResourceProps; inputs: ResourceProps };
  return { ...resource, id, outputs: withProvider(props), inputs: withProvider(inputs), initErrors: [] };
}

/** Deletes these: dependents before what they depend on, those that do not depend on each other side by side. */
export async function deleted(
  run: Run,
  plugin: Lifecycle,
  resources: readonly Kept[],
  targets: Targets,
): Promise<void> {
  let left = resources.filter(({ name }) => isTargeted(targets, name));
  while (left.length > 0) {
    const needed = new Set(left.flatMap(({ dependencies }) => dependencies));
    const ready = left.filter(({ name }) => !needed.has(name));
    // A resource and its replaced predecessor have one name, so one may seem to need the other.
    const now = ready.length > 0 ? ready : left;
    const workers = createWorkers(run.parallel);
    for (const kept of now) await workers.begin(() => removed(run, plugin, kept));
    await workers.idle();
    if (run.errors.length > 0) return;
    left = left.filter((kept) => !now.includes(kept));
  }
}

/** One delete, where the state still wants it. */
export async function removed(run: Run, plugin: Lifecycle, kept: Kept): Promise<void> {
  if (run.errors.length > 0) return;
  const isKept = kept.retainOnDelete || kept.awaitsReplacement;
  if (!isKept) {
    const answer = await call(run, () => plugin.delete(kept.id, wire(kept.outputs)));
    if ("error" in answer) {
      run.errors.push(answer.error.message);
      return;
    }
  }
  run.steps[kept.name] ??= kept.retainOnDelete ? "retain" : "delete";
  run.write((state) => state.filter((one) => one !== kept));
}
