/** What the engine does with a program: registrations, their steps, and the deletes at the end. */
import type { ResourceProps } from "../../provider/verbs.js";
import { isTargeted } from "./engine-model.js";
import type { Declared, Kept, Program, Run, Targets } from "./engine-model.js";
import { checked, dependenciesOf, inTurn, oldOf } from "./engine-registration.js";
import type { Registering } from "./engine-registration.js";
import { call, createWorkers, deleted } from "./engine-state.js";
import { partly, settle, wire, withProvider } from "./host.js";
import { declaredIn } from "./program-side.js";
import type { ProgramRun } from "./program-side.js";

export async function updated(run: Run, program: Program, targets: Targets, side: ProgramRun): Promise<void> {
  const plugin = run.startPlugin("update");
  const workers = createWorkers(run.parallel);
  const registering: Registering = { run, plugin, program, targets, side, workers, inTurn: inTurn() };
  const before = run.state();
  const olds = new Set<Kept>();
  const done = new Map<string, Promise<boolean>>();
  const whenDone = (name: string): Promise<boolean> => {
    const known = done.get(name);
    if (known !== undefined) return known;
    const declared = declaredIn(program, name);
    const waitsFor = dependenciesOf(program, declared).map(whenDone);
    const registered = Promise.all(waitsFor).then(async (all) => {
      if (all.includes(false)) return false;
      if (declared.late === true) side.known(name);
      const old = oldOf(before, name, declared);
      if (old) olds.add(old);
      return register(registering, name, old);
    });
    done.set(name, registered);
    return registered;
  };
  await Promise.all(Object.keys(program).map(whenDone));
  await workers.idle();
  if (run.errors.length > 0) return;
  const names = new Set(Object.keys(program));
  const untold = run
    .state()
    .filter((kept) => kept.condemned || (!names.has(kept.name) && !olds.has(kept) && before.includes(kept)));
  await deleted(run, plugin, untold, targets);
}

/** @returns whether its step was done; where it was not, nothing that depends on it is registered */
async function register(registering: Registering, name: string, old: Kept | undefined): Promise<boolean> {
  const { run, targets, inTurn, workers } = registering;
  await run.scheduler.turn("register", run.engine);
  const ended = await inTurn(async () => {
    if (run.errors.length > 0) return undefined;
    const step = isTargeted(targets, name) ? await stepOf(registering, name, old) : leftOut(run, name, old);
    if (step === undefined) return undefined;
    return workers.begin(async () => {
      if (run.errors.length > 0) return false;
      await step();
      return run.errors.length === 0;
    });
  });
  return ended?.done ?? false;
}

/** `--target` and `--exclude`: what exists keeps its state under the name that the program has now. */
function leftOut(run: Run, name: string, old: Kept | undefined): () => Promise<void> {
  return async () => {
    if (old !== undefined && old.name !== name) replace(run, old, { ...old, name });
  };
}

/** check and diff; undefined where the command ends here. */
async function stepOf(
  registering: Registering,
  name: string,
  old: Kept | undefined,
): Promise<(() => Promise<void>) | undefined> {
  const { run, plugin, program, targets } = registering;
  const { steps, errors } = run;
  const declared = declaredIn(program, name);
  const missing = dependenciesOf(program, declared).find(
    (other) => !isTargeted(targets, other) && !run.state().some((kept) => kept.name === other),
  );
  if (missing !== undefined) {
    errors.push(`${name} depends on ${missing}, which is not among the targets`);
    return undefined;
  }
  const inputs = await checked(registering, name, old);
  if (errors.length > 0) return undefined;
  if (old === undefined) {
    steps[name] = "create";
    return () => create(registering, name, inputs, undefined);
  }
  const difference = await settle(plugin.diff(old.id, wire(old.outputs), wire(inputs)));
  if ("error" in difference) {
    errors.push(difference.error.message);
    return undefined;
  }
  const { changes, replaces } = difference.value;
  if ((changes && replaces.length > 0) || old.awaitsReplacement) {
    steps[name] = "replace";
    const again = await checked(registering, name, undefined);
    if (errors.length > 0) return undefined;
    return () => replaced(registering, name, again, old);
  }
  const kept = { name, inputs, dependencies: dependenciesOf(program, declared), retainOnDelete: retains(declared) };
  if (!changes && old.initErrors.length === 0) {
    steps[name] = "same";
    return async () => {
      await run.scheduler.turn("end", run.engine);
      replace(run, old, { ...old, ...kept });
    };
  }
  steps[name] = "update";
  return async () => {
    const answer = await call(run, () => plugin.update(old.id, wire(old.outputs), wire(inputs)));
    const made = "error" in answer ? partly(answer.error) : { outs: answer.value.outs, reasons: [] };
    if ("error" in answer) errors.push(answer.error.message);
    if (made === undefined) return;
    const outputs = "error" in answer ? wire(made.outs) : withProvider(made.outs);
    replace(run, old, { ...old, ...kept, outputs, initErrors: made.reasons });
  };
}

async function replaced(registering: Registering, name: string, inputs: ResourceProps, old: Kept): Promise<void> {
  const { run, plugin, program } = registering;
  if (declaredIn(program, name).deleteBeforeReplace !== true) return create(registering, name, inputs, old);
  if (old.awaitsReplacement) return create(registering, name, inputs, old);
  if (!old.retainOnDelete) {
    const answer = await call(run, () => plugin.delete(old.id, wire(old.outputs)));
    if ("error" in answer) {
      run.errors.push(answer.error.message);
      return undefined;
    }
  }
  const waits = { ...old, awaitsReplacement: true };
  replace(run, old, waits);
  return create(registering, name, inputs, waits);
}

async function create(
  { run, plugin, program }: Registering,
  name: string,
  inputs: ResourceProps,
  old: Kept | undefined,
): Promise<void> {
  const answer = await call(run, () => plugin.create(wire(inputs)));
  const made = "error" in answer ? partly(answer.error) : { ...answer.value, reasons: [] };
  if ("error" in answer) run.errors.push(answer.error.message);
  if (made === undefined) return;
  const declared = declaredIn(program, name);
  const kept: Kept = {
    name,
    id: made.id,
    inputs,
    outputs: "error" in answer ? wire(made.outs) : withProvider(made.outs),
    initErrors: made.reasons,
    dependencies: dependenciesOf(program, declared),
    retainOnDelete: retains(declared),
    condemned: false,
    awaitsReplacement: false,
  };
  run.write((state) => [
    ...state.flatMap((one) => {
      if (one !== old) return [one];
      return one.awaitsReplacement ? [] : [{ ...one, condemned: true }];
    }),
    kept,
  ]);
}

function replace({ write }: Run, old: Kept, now: Kept): void {
  write((state) => state.map((kept) => (kept === old ? now : kept)));
}

const retains = ({ retainOnDelete }: Declared): boolean => retainOnDelete === true;
