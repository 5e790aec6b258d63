/** What the engine does in a preview: check and diff, and nothing else. */
import { UNKNOWN_GUID } from "../../provider/resource/inputs.js";
import type { Kept, Program, Run } from "./engine-model.js";
import { checked, dependenciesOf, inTurn, oldOf } from "./engine-registration.js";
import type { Registering } from "./engine-registration.js";
import { createWorkers } from "./engine-state.js";
import { settle, wire } from "./host.js";
import { declaredIn } from "./program-side.js";
import type { ProgramRun } from "./program-side.js";

/** check and diff alone, on a state that is not written down. */
export async function previewed(run: Run, program: Program, live: readonly Kept[], side: ProgramRun): Promise<void> {
  const plugin = run.startPlugin("preview");
  const { steps, errors } = run;
  const registering: Registering = {
    run,
    plugin,
    program,
    targets: {},
    side,
    workers: createWorkers(1),
    inTurn: inTurn(),
  };
  const olds = new Set<Kept>();
  const left = new Set(Object.keys(program));
  while (left.size > 0) {
    const name = [...left].find((one) =>
      dependenciesOf(program, declaredIn(program, one)).every((other) => !left.has(other)),
    );
    if (name === undefined) throw new Error("the program's resources depend on each other");
    left.delete(name);
    const declared = declaredIn(program, name);
    const old = oldOf(live, name, declared);
    if (old) olds.add(old);
    const isUnknown =
      declared.late === true && dependenciesOf(program, declared).some((other) => steps[other] !== "same");
    if (declared.late === true && !isUnknown) side.known(name);
    const inputs = await checked(registering, name, old, isUnknown ? { deviceIds: UNKNOWN_GUID } : {});
    if (errors.length > 0) return;
    if (old === undefined) {
      steps[name] = "create";
      continue;
    }
    const difference = await settle(plugin.diff(old.id, wire(old.outputs), inputs));
    if ("error" in difference) throw difference.error;
    const { changes, replaces } = difference.value;
    steps[name] = replaces.length > 0 ? "replace" : changes || old.initErrors.length > 0 ? "update" : "same";
  }
  for (const kept of live) if (!olds.has(kept)) steps[kept.name] ??= "delete";
}
