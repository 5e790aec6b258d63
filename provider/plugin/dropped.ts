/**
 * What a preview says of a resource that the program does not declare any more: which devices its delete stops.
 *
 * Pulumi asks a plugin nothing when it previews a delete. But it reads each resource before the program runs
 * (`refreshBeforeUpdate`), checks those that the program declares, and calls Cancel when all is done. What was read and not
 * checked by then was dropped, or the program ended before it came to it; so each line holds in both cases. In an `up` the
 * delete itself says what it has done.
 *
 * Where the configuration of a provider has changed, Pulumi ends the process that has read the resources before the program
 * declares any. There is no line then.
 */
import { decide } from "../decision/decide.js";
import type { EngineMarks } from "../host/engine-marks.js";
import { recordLine } from "../messages/run-record.js";
import { removalText } from "../preview/plan-line.js";
import { plannedRecord } from "../preview/plan-preview.js";
import type { PlanPreview } from "../preview/plan-preview.js";
import { parseId } from "../resource/id.js";
import { savedOf } from "../resource/state.js";
import type { PluginContext } from "./context.js";
import { handoverOf } from "./run.js";
import type { Verb } from "./run.js";
import type { Plain } from "./wire.js";

/** A resource as its state shows it. */
export interface ReadState {
  readonly id: string;
  readonly props: Plain;
  readonly verb: Verb;
  /** The configuration by which it was read. */
  readonly context: PluginContext;
}

export interface DroppedResources {
  /** The resource is in the state, and was read. */
  readonly read: (state: ReadState) => void;
  /** The program declares a resource under this name, or looks one up. */
  readonly declared: (urn: string) => void;
  /** A resource with this id is compared with what is declared under this name: an alias may have renamed it. */
  readonly compared: (urn: string, id: string) => void;
  readonly deleted: (id: string) => void;
  /** A provider has another configuration than before: a process of its own takes its resources over from now on. */
  readonly succeeded: (provider: string) => void;
  /**
   * All that were read and that nothing is known of since then.
   *
   * @param provider - of this process. None where another process has taken over: it is asked, and not this one
   */
  readonly left: (provider: string) => readonly ReadState[];
}

export function createDroppedResources(marks: EngineMarks): DroppedResources {
  const states = new Map<string, ReadState>();
  const declared = new Set<string>();
  return {
    read: (state) => {
      // What is only looked up has an id of another form, and is not deleted.
      if (parseId(state.id).form === "resource") states.set(state.id, state);
    },
    declared: (urn) => {
      declared.add(urn);
      marks.add(urn);
    },
    compared: (urn, id) => {
      // Pulumi compares after each read too, with the state alone.
      if (declared.has(urn)) marks.add(id);
    },
    deleted: (id) => void states.delete(id),
    succeeded: (provider) => marks.add(provider),
    left: (provider) => {
      const known = states.size === 0 ? undefined : marks.all();
      if (known === undefined || known.has(provider)) return [];
      return [...states.values()].filter(({ id, verb }) => !known.has(id) && !known.has(verb.urn));
    },
  };
}

/** A listing that a preview has made is as old as the preview. */
const ANY_AGE_MS = Infinity;
/** Where there is none: the end of a command may not wait long. */
const LOOK_MS = 2_000;

/** Says on its row what the delete of the resource stops. Where that cannot be read, nothing is said. */
export async function showDropped(state: ReadState): Promise<void> {
  try {
    await showRemoval(state);
  } catch (error) {
    state.verb.log.debug(`no line for a resource that is not declared: ${String(error)}`);
  }
}

async function showRemoval({ id, props, verb, context }: ReadState): Promise<void> {
  const saved = savedOf(props);
  if (saved === undefined || !context.settings.preflight) return;
  const { inputs } = saved;
  const { flows, rules } = context.portsFor(inputs.applicationId);
  const fleet = await flows.shared(inputs, ANY_AGE_MS, LOOK_MS);
  const decision = decide({
    inputs: undefined,
    before: saved,
    fleet,
    program: handoverOf(context, verb).viewOfDeleted(id, inputs),
    allowFleetWideCalls: rules.allowFleetWideCalls,
  });
  const secret = new Set([...verb.secret, ...(saved.facts?.secret ?? [])]);
  const preview: PlanPreview = { inputs, before: saved, isStateKnown: true, decision, fleet, secret };
  verb.log.debug(recordLine(plannedRecord(verb.urn, preview, context.settings.apiUrl)));
  // Pulumi tells a plugin nothing of that option.
  const isStopping = decision.plan.moves.length > 0 && saved.facts?.retainOnDelete !== true;
  const unless = isStopping ? "; with retainOnDelete it keeps running" : "";
  verb.log.info(`once it is deleted: ${removalText(preview)}${unless}`);
}
