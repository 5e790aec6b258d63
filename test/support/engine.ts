/**
 * An in-process stand-in for Pulumi's engine: the order in which it calls a dynamic provider's verbs, what it hands them
 * and what it keeps of their answers. It knows nothing of Losant. What is done here was read in the engine (pkg/v3
 * `resource/deploy/step.go`, `step_generator.go`) and in the host of dynamic providers (`cmd/dynamic-provider`):
 *
 * - check gets the old inputs, diff and update the old OUTPUTS, read and delete the outputs alone;
 * - `ignoreChanges` copies the old INPUTS over the new ones before check;
 * - a refresh replaces inputs and outputs, erases init errors, and drops the resource where the answer has no id;
 * - an error with an id keeps the resource with the properties it carries, any other error leaves the old state;
 * - a resource with init errors is updated though nothing differs;
 * - deletes come after all creates and updates, and not at all if one of those failed;
 * - each command runs in a plugin process of its own.
 */
import type { Lifecycle, Props } from "../../provider/lifecycle.js";
import { partly, PROVIDER, settle, wire, withProvider } from "./host.js";
import type { Answer } from "./host.js";

export interface Kept {
  readonly name: string;
  readonly id: string;
  readonly inputs: Props;
  readonly outputs: Props;
  readonly initErrors: readonly string[];
  /** Replaced, and not deleted yet. */
  readonly condemned: boolean;
}

export interface Declared {
  readonly args: Props;
  readonly ignoreChanges?: readonly string[] | undefined;
  /** An earlier name of the resource. */
  readonly alias?: string | undefined;
}

export type Program = Readonly<Record<string, Declared>>;
export type Step = "create" | "update" | "same" | "replace" | "delete" | "gone";

export interface Report {
  readonly errors: readonly string[];
  readonly steps: Readonly<Record<string, Step>>;
  readonly killed: boolean;
}

export interface UpOptions {
  /** Refresh before, as `options: { refresh: always }` does. @default true */
  readonly refresh?: boolean | undefined;
  /** Every resource waits for the one before it, as with `dependsOn`; else all are checked before the first step ends. */
  readonly inTurn?: boolean | undefined;
  /** `--target`: the others stay as they are. */
  readonly only?: string | undefined;
}

export interface Engine {
  /** The state file. */
  readonly state: readonly Kept[];
  up(program: Program, options?: UpOptions): Promise<Report>;
  preview(program: Program): Promise<Report>;
  refresh(): Promise<Report>;
  destroy(): Promise<Report>;
}

/** Thrown by a plugin process that was killed: the engine keeps what it had written down before. */
export class Killed extends Error {}

/** @param startPlugin - a new plugin process; `killed` is asked after each verb */
export function createEngine(startPlugin: () => Lifecycle, killed: () => boolean = () => false): Engine {
  let state: Kept[] = [];

  /** One command: it ends at the first error of a verb, and writes the state down after each step. */
  async function command(work: (run: Run) => Promise<void>): Promise<Report> {
    const plugin = startPlugin();
    const errors: string[] = [];
    const steps: Record<string, Step> = {};
    const run: Run = {
      plugin,
      steps,
      errors,
      call: async (verb) => {
        const done = await settle(verb);
        if (killed()) throw new Killed("killed");
        return done;
      },
    };
    try {
      await work(run);
      return { errors, steps, killed: false };
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      return { errors, steps, killed: true };
    }
  }

  async function refreshed({ plugin, call, errors, steps }: Run, from: readonly Kept[]): Promise<Kept[]> {
    const kept: Kept[] = [];
    for (const resource of from) {
      if (resource.outputs["__provider"] !== PROVIDER)
        throw new Error(`the host finds no provider in ${resource.name}`);
      const answer = await call(plugin.read(resource.id, wire(resource.outputs)));
      if ("error" in answer) {
        errors.push(answer.error.message);
        kept.push(resource);
      } else if (answer.value["id"] === undefined) {
        steps[resource.name] = "gone";
      } else {
        const { id, props, inputs } = answer.value as { id: string; props: Props; inputs: Props };
        const [outputs, newInputs] = [withProvider(props), withProvider(inputs)];
        kept.push({ ...resource, id, outputs, inputs: newInputs, initErrors: [] });
      }
    }
    return kept;
  }

  async function up(run: Run, program: Program, options: UpOptions): Promise<void> {
    const { errors } = run;
    const names = Object.keys(program).filter((name) => options.only === undefined || options.only === name);
    const planned: (() => Promise<void>)[] = [];
    const aliased = new Set<Kept>();
    for (const name of names) {
      const declared = program[name] as Declared;
      const old = oldOf(state, name, declared);
      if (old) aliased.add(old);
      const inputs = await checked(run, old, declared);
      if (errors.length > 0) return;
      const step = await stepFor(run, name, old, inputs);
      if (options.inTurn === true) await step();
      else planned.push(step);
      if (errors.length > 0) return;
    }
    // A failed step does not stop those that are under way.
    for (const step of planned) await step();
    if (errors.length > 0 || options.only !== undefined) return;
    const operated = new Set(Object.keys(program));
    for (const kept of state.filter((one) => one.condemned || (!operated.has(one.name) && !aliased.has(one)))) {
      await remove(run, kept);
    }
  }

  async function stepFor(run: Run, name: string, old: Kept | undefined, inputs: Props): Promise<() => Promise<void>> {
    const { plugin, call, errors, steps } = run;
    const create = async (): Promise<void> => {
      const answer = await call(plugin.create(wire(inputs)));
      const made = "error" in answer ? partly(answer.error) : { ...answer.value, reasons: [] };
      if ("error" in answer) errors.push(answer.error.message);
      if (made === undefined) return;
      if (old) state = state.map((kept) => (kept === old ? { ...kept, condemned: true } : kept));
      const outputs = "error" in answer ? wire(made.outs) : withProvider(made.outs);
      state = [...state, { name, id: made.id, inputs, outputs, initErrors: made.reasons, condemned: false }];
    };
    if (!old) {
      steps[name] = "create";
      return create;
    }
    const difference = await call(plugin.diff(old.id, wire(old.outputs), wire(inputs)));
    if ("error" in difference) throw difference.error;
    const { changes, replaces } = difference.value;
    if (changes && replaces.length > 0) {
      steps[name] = "replace";
      return create;
    }
    if (!changes && old.initErrors.length === 0) {
      steps[name] = "same";
      return async () => {
        state = state.map((kept) => (kept === old ? { ...kept, name, inputs } : kept));
      };
    }
    steps[name] = "update";
    return async () => {
      const answer = await call(plugin.update(old.id, wire(old.outputs), wire(inputs)));
      const made = "error" in answer ? partly(answer.error) : { outs: answer.value.outs, reasons: [] };
      if ("error" in answer) errors.push(answer.error.message);
      if (made === undefined) return;
      const outputs = "error" in answer ? wire(made.outs) : withProvider(made.outs);
      state = state.map((kept) => (kept === old ? { ...kept, name, inputs, outputs, initErrors: made.reasons } : kept));
    };
  }

  async function remove({ plugin, call, errors, steps }: Run, kept: Kept): Promise<void> {
    const answer = await call(plugin.delete(kept.id, wire(kept.outputs)));
    if ("error" in answer) {
      errors.push(answer.error.message);
      return;
    }
    steps[kept.name] ??= "delete";
    state = state.filter((one) => one !== kept);
  }

  return {
    get state() {
      return state;
    },
    up: (program, options = {}) =>
      command(async (run) => {
        if (options.refresh ?? true) {
          const only = options.only;
          const [rest, mine] = [
            state.filter((kept) => only !== undefined && kept.name !== only),
            state.filter((kept) => only === undefined || kept.name === only),
          ];
          state = [...rest, ...(await refreshed(run, mine))];
          if (run.errors.length > 0) return;
        }
        await up(run, program, options);
      }),
    preview: (program) =>
      command(async (run) => {
        const live = await refreshed(run, state);
        const { plugin, call, errors, steps } = run;
        if (errors.length > 0) return;
        const seen = new Set<Kept>();
        for (const [name, declared] of Object.entries(program)) {
          const old = oldOf(live, name, declared);
          if (old) seen.add(old);
          const inputs = await checked(run, old, declared);
          if (!old) {
            steps[name] = "create";
            continue;
          }
          const difference = await call(plugin.diff(old.id, wire(old.outputs), inputs));
          if ("error" in difference) throw difference.error;
          const { changes, replaces } = difference.value;
          steps[name] = replaces.length > 0 ? "replace" : changes || old.initErrors.length > 0 ? "update" : "same";
        }
        for (const kept of live) if (!seen.has(kept)) steps[kept.name] ??= "delete";
      }),
    refresh: () =>
      command(async (run) => {
        state = await refreshed(run, state);
      }),
    destroy: () =>
      command(async (run) => {
        for (const kept of state) await remove(run, kept);
      }),
  };
}

function oldOf(state: readonly Kept[], name: string, { alias }: Declared): Kept | undefined {
  return state.find((kept) => !kept.condemned && (kept.name === name || kept.name === alias));
}

async function checked({ plugin, call, errors }: Run, old: Kept | undefined, declared: Declared): Promise<Props> {
  const { args, ignoreChanges = [] } = declared;
  const ignored = ignoreChanges.flatMap((key) => (old && key in old.inputs ? [[key, old.inputs[key]] as const] : []));
  const news = withProvider({ ...args, ...Object.fromEntries(ignored) });
  const answer = await call(plugin.check(wire(old?.inputs ?? {}), news));
  if ("error" in answer) throw answer.error;
  errors.push(...answer.value.failures.map(({ property, reason }) => `${property}: ${reason}`));
  return withProvider(answer.value.inputs);
}

interface Run {
  readonly plugin: Lifecycle;
  readonly errors: string[];
  readonly steps: Record<string, Step>;
  readonly call: <T>(verb: Promise<T>) => Promise<Answer<T>>;
}
