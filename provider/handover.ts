/**
 * What the plugin process knows of the other resources of the program and of the stack.
 *
 * Devices move between resources of one program: a rename without alias, a split, a merge, a ring promotion. Pulumi asks
 * the giver and the taker separately, in an order of its own. Neither may stop a device that the other one is to have,
 * and at every moment a saved state must own the device. So:
 *
 * - the program's facts (`program-run.ts`) say who declares what, also for resources that Pulumi has not shown yet;
 * - what Pulumi has shown (checked inputs) goes before that, since transforms and `ignoreChanges` may change it;
 * - states that were shown or returned say who has taken what.
 *
 * It only ever answers questions: no timer and no order of events decides here. The memory lives as long as the plugin
 * process, which is one Pulumi command.
 */
import type { ProgramView } from "./decide.js";
import type { Inputs } from "./inputs.js";
import type { LosantId } from "./losant/types.js";
import type { FlowRef } from "./observe.js";
import { createFactReader, flowKeyOf } from "./program-run.js";
import type { FactReader, OwnedFact, Registration } from "./program-run.js";
import { ownedBy } from "./ownership.js";
import type { Saved } from "./state.js";

export interface Handover {
  /**
   * A resource was checked.
   *
   * @param inputs - undefined where they are not all known yet
   * @returns devices that another resource of the program declares too
   * @throws Error where the facts of the program cannot be read
   */
  checked(registration: Registration | undefined, inputs: Inputs | undefined): readonly Overlap[];
  /** The registration that these checked inputs came with. */
  registrationOf(inputs: Inputs): Registration | undefined;
  /** Pulumi handed over, or was handed, what the state says of a resource. */
  stateSeen(id: string, saved: Saved): void;
  /** The resource with this id is the one that is registered so. */
  identified(id: string, registration: Registration | undefined): void;
  /** Who the writes of this stack are logged as, as far as its states say: `apiToken 5b0044f0a3a3b90006c0a5e1`. */
  isOwnWriter(changedBy: string | undefined): boolean;
  /** The resource is deleted: what it declared is nobody's any more. */
  deleted(id: string): void;
  /** Seen from the resource with this id. */
  viewFrom(id: string, flow: FlowRef): ProgramView;
  /** Seen from a resource that is deleted: what replaces it under its own name is another resource too. */
  viewOfDeleted(id: string, flow: FlowRef): ProgramView;
  /** Is the device declared by the registration of this very resource, for example the new one of a replacement? */
  isDeclaredBySelf(id: string, flow: FlowRef, deviceId: LosantId): boolean;
}

export interface Overlap {
  readonly deviceId: LosantId;
  /** The name of the other resource. */
  readonly declaredBy: string;
}

interface Flow {
  /** Device -> the registration that declares it. */
  readonly declared: Map<LosantId, string>;
  /** Device -> ids of the resources whose state shows it in `deviceIds`. */
  readonly holders: Map<LosantId, Set<string>>;
  /** Devices that some resource of the stack owned at any time in this command. */
  readonly owned: Set<LosantId>;
}

export function createHandover(reader: FactReader = createFactReader()): Handover {
  const flows = new Map<string, Flow>();
  const names = new Map<string, string>();
  /** What each registration declares now -> its flow. */
  const declarations = new Map<string, { readonly flow: string; readonly deviceIds: readonly LosantId[] }>();
  /** Registrations that Pulumi has shown: what it showed goes before what the program said. */
  const shown = new Set<string>();
  /** What the state of each resource shows, by id. */
  const states = new Map<string, { readonly flow: string; readonly deviceIds: readonly LosantId[] }>();
  /** The engine tells a program the state without physical ids: facts wait here until their resource shows itself. */
  const unidentified = new Map<string, string[]>();
  const registrations = new Map<string, Registration>();
  const writers = new Set<string>();
  const selves = new Map<string, string>();
  let isKnown = false;

  const flowAt = (key: string): Flow => {
    const flow = flows.get(key) ?? { declared: new Map(), holders: new Map(), owned: new Set() };
    flows.set(key, flow);
    return flow;
  };

  const declare = (self: string, flow: string, deviceIds: readonly LosantId[]): void => {
    const last = declarations.get(self);
    if (last !== undefined) {
      const { declared } = flowAt(last.flow);
      for (const id of last.deviceIds) if (declared.get(id) === self) declared.delete(id);
    }
    declarations.set(self, { flow, deviceIds });
    const { declared } = flowAt(flow);
    for (const id of deviceIds) declared.set(id, self);
  };

  const forget = (id: string): void => {
    const last = states.get(id);
    if (last === undefined) return;
    const { holders } = flowAt(last.flow);
    for (const deviceId of last.deviceIds) holders.get(deviceId)?.delete(id);
    states.delete(id);
  };

  const hold = (id: string, flow: string, deviceIds: readonly LosantId[], others: readonly LosantId[]): void => {
    forget(id);
    states.set(id, { flow, deviceIds });
    const { holders, owned } = flowAt(flow);
    for (const deviceId of deviceIds) {
      const ids = holders.get(deviceId) ?? new Set();
      holders.set(deviceId, ids.add(id));
    }
    for (const deviceId of [...deviceIds, ...others]) owned.add(deviceId);
  };

  const learn = (run: string): void => {
    for (const fact of reader.added(run)) {
      if (fact.fact === "owned") learnOwned(fact);
      else names.set(fact.self, fact.name);
      if (fact.fact === "declared" && !shown.has(fact.self)) declare(fact.self, flowKeyOf(fact), fact.deviceIds);
    }
    isKnown = true;
  };

  const learnOwned = (fact: OwnedFact): void => {
    if (fact.writer !== undefined) writers.add(fact.writer);
    const key = `fact ${fact.id}`;
    const content = contentOf(fact);
    unidentified.set(content, [...(unidentified.get(content) ?? []), key]);
    hold(key, flowKeyOf(fact), fact.deviceIds, fact.others);
  };

  const nameOf = (self: string): string => names.get(self) ?? "another resource";

  const viewOf = (id: string, ref: FlowRef, self: string | undefined): ProgramView => {
    const { declared, holders, owned } = flowAt(flowKeyOf(ref));
    return {
      isKnown,
      declaredBy: (deviceId) => {
        const other = declared.get(deviceId);
        return other === undefined || other === self ? undefined : nameOf(other);
      },
      isTaken: (deviceId) => [...(holders.get(deviceId) ?? [])].some((holder) => holder !== id),
      isOwnedByStack: (deviceId) => owned.has(deviceId),
    };
  };

  return {
    checked: (registration, inputs) => {
      if (registration !== undefined) {
        names.set(registration.self, registration.name);
        learn(registration.run);
      }
      if (inputs === undefined) return [];
      if (registration !== undefined) registrations.set(contentOf(inputs), registration);
      // Without a program's facts (another front, a test) the checked inputs alone speak.
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
      if (!states.has(id)) {
        const fact = unidentified.get(contentOf(saved.inputs))?.pop();
        if (fact !== undefined) forget(fact);
      }
      const declared = new Set(saved.inputs.deviceIds);
      const others = ownedBy(saved).filter((deviceId) => !declared.has(deviceId));
      hold(id, flowKeyOf(saved.inputs), saved.inputs.deviceIds, others);
    },
    identified: (id, registration) => {
      if (registration !== undefined) selves.set(id, registration.self);
    },
    deleted: forget,
    viewFrom: (id, ref) => viewOf(id, ref, selves.get(id)),
    viewOfDeleted: (id, ref) => viewOf(id, ref, undefined),
    isDeclaredBySelf: (id, ref, deviceId) => {
      const self = selves.get(id);
      return self !== undefined && flowAt(flowKeyOf(ref)).declared.get(deviceId) === self;
    },
  };
}

type Content = Pick<Inputs, "applicationId" | "flowId" | "deviceIds">;

/** Two resources of one program never have this in common: they would declare one device for one flow. */
function contentOf({ applicationId, flowId, deviceIds }: Content): string {
  return `${flowKeyOf({ applicationId, flowId })}/${deviceIds[0] ?? ""}/${deviceIds.length}`;
}
