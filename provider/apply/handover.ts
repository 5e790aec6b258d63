/**
 * What the plugin process knows of the other resources of the program and of the stack.
 *
 * Devices move between resources of one program: a rename without alias, a split, a merge, a ring promotion. Pulumi asks
 * the giver and the taker separately, in an order of its own. Neither may stop a device that the other one is to have,
 * and at every moment a saved state must own the device. So:
 *
 * - the program's facts (`program-facts.ts`) say who declares what, also for resources that Pulumi has not shown yet. A
 *   resource whose devices are not known yet counts as declaring what its last state shows;
 * - what Pulumi has shown (checked inputs) goes before that, since transforms and `ignoreChanges` may change it;
 * - states that Pulumi has shown say who has taken what. A state that was only returned may not be written yet, and a run
 *   that is killed then would leave the device without an owner. Deletes come after everything is written.
 *
 * It only answers questions: no timer and no order of events decides here. The memory lives as long as the plugin process,
 * which is one Pulumi command.
 */
import { createHash } from "node:crypto";
import type { ProgramView } from "../decision/decide.js";
import type { Inputs } from "../resource/inputs.js";
import type { LosantId } from "../losant/types.js";
import type { FlowRef } from "../resource/fleet.js";
import { createFactReader } from "../host/fact-reader.js";
import { flowKeyOf } from "../resource/fleet.js";
import type { OwnedFact, Registration } from "../resource/program-facts.js";
import type { FactReader } from "../host/fact-reader.js";
import { createStackRecord } from "./stack-record.js";
import { ownedBy } from "../resource/ownership.js";
import type { Saved } from "../resource/state.js";

export interface Handover {
  /**
   * A resource was checked.
   *
   * @param inputs - undefined where they are not all known yet
   * @returns devices that another resource of the program declares too
   * @throws Error where the facts of the program cannot be read
   */
  checked(registration: Registration | undefined, inputs: Inputs | undefined): readonly Overlap[];
  /** The registration that brought these checked inputs. */
  registrationOf(inputs: Inputs): Registration | undefined;
  /** Pulumi has shown the state of a resource. */
  stateSeen(id: string, saved: Saved): void;
  /** What is returned for a resource; Pulumi writes it some time later. */
  stateReturned(id: string, saved: Saved): void;
  /** Connects the id of a resource with its registration. */
  identified(id: string, registration: Registration | undefined): void;
  /** Does Losant log the writes of this stack so? As far as its states say: `apiToken 5b0044f0a3a3b90006c0a5e1`. */
  isOwnWriter(changedBy: string | undefined): boolean;
  /** The resource is deleted: it declares nothing any more. */
  deleted(id: string): void;
  /**
   * To be called before a delete. Reads what the program has written in the meantime, also where Pulumi has shown none of
   * its resources.
   */
  meetProgram(): Promise<void>;
  /** Seen from the resource with this id. */
  viewFrom(id: string, flow: FlowRef): ProgramView;
  /**
   * Seen from a resource that is deleted. What has replaced it under its own name is another resource; where nothing has
   * (`pulumi destroy --run-program`, `deleteBeforeReplace`), the program's own declaration does not keep its devices.
   */
  viewOfDeleted(id: string, flow: FlowRef): ProgramView;
}

export interface Overlap {
  readonly deviceId: LosantId;
  /** The name of the other resource. */
  readonly declaredBy: string;
}

export interface HandoverOptions {
  readonly reader?: FactReader;
  /** The file of the program that runs with this engine, where a command has shown no resource of it. */
  readonly findRun?: () => Promise<string | undefined>;
}

const RETURNED = "returned ";

export function createHandover({ reader = createFactReader(), findRun }: HandoverOptions = {}): Handover {
  const record = createStackRecord();
  const { flowAt, declare, forget, hold } = record;
  const names = new Map<string, string>();
  /** Registrations that Pulumi has shown: what it showed goes before what the program said. */
  const shown = new Set<string>();
  /** Registrations whose devices are not known yet. */
  const unknown = new Set<string>();
  const runs = new Set<string>();
  /** The engine tells a program the state without physical ids: facts wait here until their resource shows itself. */
  const unidentified = new Map<string, string[]>();
  const identifiedContents = new Set<string>();
  const registrations = new Map<string, Registration>();
  const writers = new Set<string>();
  const selves = new Map<string, string>();
  let isKnown = false;

  const learn = (run: string): void => {
    for (const fact of reader.added(run)) {
      if (fact.fact === "owned") {
        learnOwned(fact);
        continue;
      }
      if (fact.fact === "stack") continue;
      names.set(fact.self, fact.name);
      if (fact.fact === "unknown") unknown.add(fact.self);
      else unknown.delete(fact.self);
      if (fact.fact === "declared" && !shown.has(fact.self)) declare(fact.self, flowKeyOf(fact), fact.deviceIds);
    }
    runs.add(run);
    isKnown = true;
  };

  const learnOwned = (fact: OwnedFact): void => {
    if (fact.writer !== undefined) writers.add(fact.writer);
    const key = `fact ${fact.id}`;
    const content = contentOf(fact);
    // A delete shows its resource before the program's facts are read.
    if (identifiedContents.has(content)) return;
    unidentified.set(content, [...(unidentified.get(content) ?? []), key]);
    hold(key, { flow: flowKeyOf(fact), deviceIds: fact.deviceIds, name: fact.name }, fact.others);
  };

  const nameOf = (self: string): string => names.get(self) ?? "another resource";

  /** A destroy that runs the program checks no resource: only the name connects a resource with its registration. */
  const unshownSelfOf = (id: string): string | undefined => {
    const name = record.shown(id)?.name;
    return [...names].find(([self, other]) => other === name && !shown.has(self))?.[0];
  };

  /** Is this the state of the resource with this registration? A state that Pulumi has not shown is known by its name alone. */
  const isOf = (holder: string, self: string): boolean => {
    const known = selves.get(holder.startsWith(RETURNED) ? holder.slice(RETURNED.length) : holder);
    return known === undefined ? record.shown(holder)?.name === nameOf(self) : known === self;
  };

  /** @param isLast - all states are written, as when deletes come */
  const viewOf = (id: string, ref: FlowRef, self: string | undefined, isLast: boolean): ProgramView => {
    const { declared, holders, owned } = flowAt(flowKeyOf(ref));
    const holdersOf = (deviceId: LosantId): string[] =>
      [...(holders.get(deviceId) ?? [])].filter(
        (holder) => holder !== id && holder !== RETURNED + id && (isLast || !holder.startsWith(RETURNED)),
      );
    const declaredBy = (deviceId: LosantId): string | undefined => {
      const other = declared.get(deviceId);
      if (other !== undefined) {
        const isReplaced = isLast && holdersOf(deviceId).some((holder) => isOf(holder, other));
        return other !== self || isReplaced ? nameOf(other) : undefined;
      }
      const open = [...unknown].find((one) => one !== self && holdersOf(deviceId).some((holder) => isOf(holder, one)));
      return open === undefined ? undefined : nameOf(open);
    };
    return {
      isKnown,
      declaredBy,
      isTaken: (deviceId) => {
        const others = holdersOf(deviceId);
        const taker = declared.get(deviceId);
        // Where another resource declares it, only the state of that resource counts.
        return taker === undefined || declaredBy(deviceId) === undefined
          ? others.length > 0
          : others.some((holder) => isOf(holder, taker));
      },
      isOwnedByStack: (deviceId) => owned.has(deviceId),
    };
  };

  return {
    checked: (registration, inputs) => {
      if (registration !== undefined) {
        names.set(registration.self, registration.name);
        learn(registration.run);
        if (inputs !== undefined) unknown.delete(registration.self);
      }
      if (inputs === undefined) return [];
      if (registration !== undefined) registrations.set(contentOf(inputs), registration);
      // Without the program's facts (another front, a test) only the checked inputs are known.
      const self = registration?.self ?? contentOf(inputs);
      const { declared } = flowAt(flowKeyOf(inputs));
      const overlap = inputs.deviceIds.flatMap((deviceId) => {
        const other = declared.get(deviceId);
        return other === undefined || other === self ? [] : [{ deviceId, declaredBy: nameOf(other) }];
      });
      shown.add(self);
      declare(self, flowKeyOf(inputs), inputs.deviceIds);
      return overlap;
    },
    registrationOf: (inputs) => registrations.get(contentOf(inputs)),
    isOwnWriter: (changedBy) => changedBy !== undefined && writers.has(changedBy),
    stateSeen: (id, saved) => {
      if (saved.facts?.writer !== undefined) writers.add(saved.facts.writer);
      const content = contentOf(saved.inputs);
      identifiedContents.add(content);
      const fact = record.shown(id) !== undefined ? undefined : unidentified.get(content)?.pop();
      const name = saved.facts?.name ?? record.shown(fact ?? id)?.name;
      if (fact !== undefined) forget(fact);
      const declared = new Set(saved.inputs.deviceIds);
      const others = ownedBy(saved).filter((deviceId) => !declared.has(deviceId));
      hold(id, { flow: flowKeyOf(saved.inputs), deviceIds: saved.inputs.deviceIds, name }, others);
    },
    stateReturned: (id, saved) => {
      if (saved.facts?.writer !== undefined) writers.add(saved.facts.writer);
      const { inputs, facts } = saved;
      hold(RETURNED + id, { flow: flowKeyOf(inputs), deviceIds: inputs.deviceIds, name: facts?.name }, []);
    },
    identified: (id, registration) => {
      if (registration !== undefined) selves.set(id, registration.self);
    },
    deleted: (id) => {
      forget(id);
      forget(RETURNED + id);
    },
    viewFrom: (id, ref) => viewOf(id, ref, selves.get(id), false),
    meetProgram: async () => {
      const run = runs.size === 0 ? await findRun?.() : undefined;
      for (const one of run === undefined ? runs : [run]) learn(one);
    },
    viewOfDeleted: (id, ref) => viewOf(id, ref, selves.get(id) ?? unshownSelfOf(id), true),
  };
}

type Content = Pick<Inputs, "applicationId" | "flowId" | "deviceIds">;

/** Differs for any two resources of one program, which never declare one device for one flow. */
function contentOf({ applicationId, flowId, deviceIds }: Content): string {
  const hash = createHash("sha256").update(deviceIds.join()).digest("base64");
  return `${flowKeyOf({ applicationId, flowId })}/${hash}`;
}
