/**
 * Who declares and who holds each device, by flow, as far as this plugin process knows: the memory that `handover.ts`
 * answers from. It records, and decides nothing.
 */
import type { LosantId } from "../losant/types.js";

/** What is known of one flow. */
export interface FlowRecord {
  /** Device -> the registration that declares it. */
  readonly declared: Map<LosantId, string>;
  /** Device -> ids of the resources whose state shows it in `deviceIds`. */
  readonly holders: Map<LosantId, Set<string>>;
  /** Devices that some resource of the stack owned at any time in this command. */
  readonly owned: Set<LosantId>;
}

/** What a state shows of one resource. */
export interface ShownState {
  readonly flow: string;
  readonly deviceIds: readonly LosantId[];
  /** The name in the program, as far as it is known. */
  readonly name: string | undefined;
}

export interface StackRecord {
  /** @param key - `<applicationId>/<flowId>` in lower case */
  readonly flowAt: (key: string) => FlowRecord;
  /** A registration declares these devices, and no others any more. */
  readonly declare: (self: string, flow: string, deviceIds: readonly LosantId[]) => void;
  /** The state of a resource shows this. @param others - devices that it owns without declaring them */
  readonly hold: (id: string, shown: ShownState, others: readonly LosantId[]) => void;
  /** The state of a resource shows nothing any more. */
  readonly forget: (id: string) => void;
  readonly shown: (id: string) => ShownState | undefined;
}

export function createStackRecord(): StackRecord {
  const flows = new Map<string, FlowRecord>();
  /** What each registration declares now -> its flow. */
  const declarations = new Map<string, { readonly flow: string; readonly deviceIds: readonly LosantId[] }>();
  /** What the state of each resource shows, by id. */
  const states = new Map<string, ShownState>();

  const flowAt = (key: string): FlowRecord => {
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

  const hold = (id: string, shown: ShownState, others: readonly LosantId[]): void => {
    forget(id);
    states.set(id, shown);
    const { flow, deviceIds } = shown;
    const { holders, owned } = flowAt(flow);
    for (const deviceId of deviceIds) {
      const ids = holders.get(deviceId) ?? new Set();
      holders.set(deviceId, ids.add(id));
    }
    for (const deviceId of [...deviceIds, ...others]) owned.add(deviceId);
  };

  return { flowAt, declare, hold, forget, shown: (id) => states.get(id) };
}
