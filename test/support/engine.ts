/**
 * An in-process stand-in for Pulumi's engine: the order in which it calls a dynamic provider's verbs, what it hands them
 * and what it keeps of their answers. It knows nothing of Losant. What is done here was read in the engine (pkg/v3
 * `resource/deploy/step.go`, `step_generator.go`, `step_executor.go`, `deployment_executor.go`) and in the host of dynamic
 * providers (`cmd/dynamic-provider`):
 *
 * - check gets the old inputs, diff and update the old OUTPUTS, read and delete the outputs alone;
 * - `ignoreChanges` copies the old INPUTS over the new ones before check;
 * - a refresh replaces inputs and outputs, erases init errors, and drops the resource where the answer has no id;
 * - an error with an id keeps the resource with the properties it carries, any other error leaves the old state;
 * - a resource with init errors is updated though nothing differs;
 * - a registration waits for the steps of its dependencies and of its parent;
 * - check and diff run one after the other. The next check waits while all workers are busy, so that with `--parallel 1`
 *   a resource may be done before the next but one is checked;
 * - a resource that is to be replaced is checked once more, without its old inputs;
 * - once a step has failed, no other begins; what is under way goes on to its end;
 * - deletes come after all creates and updates, dependents first, side by side, and not at all if a step failed;
 * - what a command leaves out (`--target`, `--exclude`) is registered, and neither checked nor changed;
 * - with `retainOnDelete` in the state, a resource leaves the state and delete is not called;
 * - a refresh has a plugin process of its own, before the one of the update; so has each command.
 */
import type { Lifecycle } from "../../provider/verbs.js";
import type { DestroyOptions, Kept, Order, Program, Report, Run, Step, Targets, UpOptions } from "./engine-model.js";
import { previewed } from "./engine-preview.js";
import { updated } from "./engine-program.js";
import { deleted, refreshed } from "./engine-state.js";
import { openRun, programDies } from "./program-side.js";
import { Killed } from "./scheduler.js";
import type { Kill, Process, Scheduler } from "./scheduler.js";

export interface Engine {
  /** The state file. */
  readonly state: readonly Kept[];
  up(program: Program, options?: UpOptions): Promise<Report>;
  preview(program: Program, options?: Order): Promise<Report>;
  refresh(options?: Order): Promise<Report>;
  destroy(options?: DestroyOptions): Promise<Report>;
  /** `pulumi state delete` and `pulumi state rename`. */
  edit(change: (state: readonly Kept[]) => readonly Kept[]): void;
}

export interface EngineOptions {
  readonly scheduler: Scheduler;
  readonly startPlugin: (process: Process) => Lifecycle;
  /** Told after each time that the state file was written. */
  readonly onWritten?: (state: readonly Kept[]) => void;
  /** How the next command is killed; asked once a command. */
  readonly nextKill?: () => NextKill | undefined;
}

export interface NextKill {
  readonly afterTurns: number;
  /** `cli`: the plugin processes go on, as they do when the CLI alone is killed. */
  readonly what: "everything" | "cli";
}

const PARALLEL = 8;

export function createEngine({ scheduler, startPlugin, onWritten, nextKill }: EngineOptions): Engine {
  let state: readonly Kept[] = [];

  async function command(
    { order = 0, parallel = PARALLEL }: Order,
    work: (run: Run) => Promise<void>,
  ): Promise<Report> {
    const engine: Process = { name: "engine", isDead: false, isOrphan: false };
    const plugins: Process[] = [];
    const errors: string[] = [];
    const steps: Record<string, Step> = {};
    const run: Run = {
      scheduler,
      engine,
      steps,
      errors,
      parallel,
      startPlugin: (name) => {
        const process: Process = { name, isDead: false, isOrphan: false };
        plugins.push(process);
        return startPlugin(process);
      },
      state: () => state,
      write: (change) => {
        state = change(state);
        onWritten?.(state);
      },
    };
    try {
      await scheduler.run(() => work(run), order, killOf(engine, plugins));
      for (const process of plugins) process.isDead = true;
      return { errors, steps, killed: false };
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      return { errors, steps, killed: true };
    } finally {
      engine.isDead = true;
    }
  }

  function killOf(engine: Process, plugins: readonly Process[]): Kill | undefined {
    const next = nextKill?.();
    if (next === undefined) return undefined;
    const kill = async (): Promise<void> => {
      engine.isDead = true;
      programDies();
      if (next.what === "cli") await scheduler.land(plugins);
      for (const process of plugins) {
        if (next.what === "cli") process.isOrphan = true;
        else process.isDead = true;
      }
    };
    return { afterTurns: next.afterTurns, kill };
  }

  async function refresh(run: Run, targets: Targets = {}): Promise<void> {
    const live = await refreshed(run, run.state(), targets);
    run.write(() => live);
  }

  return {
    get state() {
      return state;
    },
    up: (program, options = {}) =>
      command(options, async (run) => {
        if (options.refresh ?? true) await refresh(run, options);
        if (run.errors.length > 0) return;
        const side = openRun(program, state);
        try {
          await updated(run, program, options, side);
        } finally {
          side.close();
        }
      }),
    preview: (program, options = {}) =>
      command(options, async (run) => {
        const live = await refreshed(run, state, {});
        if (run.errors.length > 0) return;
        const side = openRun(program, live);
        try {
          await previewed(run, program, live, side);
        } finally {
          side.close();
        }
      }),
    refresh: (options = {}) => command(options, (run) => refresh(run)),
    destroy: (options = {}) =>
      command(options, async (run) => {
        if (options.refresh ?? false) await refresh(run, options);
        if (run.errors.length > 0) return;
        await deleted(run, run.startPlugin("destroy"), state, options);
      }),
    edit: (change) => {
      state = change(state);
    },
  };
}
