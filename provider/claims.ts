/**
 * Which devices the resources of this program claim, as far as this run has seen them.
 *
 * A device can move from one resource to another of the same program: a rename without an alias, a resource split in
 * two, a forced replacement. Pulumi then asks the new one to create and the old one to delete or shrink, in an order of
 * its own; the old one must not stop what the new one has just declared. So whoever gives a device up looks here first.
 *
 * The memory lives as long as the plugin process, which is one Pulumi command.
 */
import type { Clock } from "./execute.js";
import type { Inputs } from "./inputs.js";
import type { LosantId } from "./losant/types.js";
import type { FlowRef } from "./observe.js";
import { keyOf } from "./observe.js";
import { ownedBy } from "./state.js";
import type { Saved } from "./state.js";

export interface Claims {
  claim(inputs: Inputs): void;
  /** Is this device declared for this flow by a resource of the running program? */
  isClaimed(flow: FlowRef, deviceId: LosantId): boolean;
  /** The state has shown a resource that owned these devices until now. */
  owned(saved: Saved | undefined): void;
  /** So a device that another resource takes from it is not somebody else's. */
  wasOurs(flow: FlowRef, deviceId: LosantId): boolean;
  /**
   * Resolves when no resource has been checked for a moment. Pulumi updates the first resources while it still checks
   * others: one of those may be about to declare what the first gives up.
   */
  quiet(clock: Pick<Clock, "sleep">): Promise<void>;
  /** These lose the flow now; a resource that is checked later and declares one has to put it back. */
  stop(flow: FlowRef, deviceIds: readonly LosantId[]): void;
  wasStopped(flow: FlowRef, deviceId: LosantId): boolean;
  /** Whoever declares these could not take them: the one that gives them up keeps them, or nobody would own them. */
  strand(flow: FlowRef, deviceIds: readonly LosantId[]): void;
  isStranded(flow: FlowRef, deviceId: LosantId): boolean;
}

const QUIET_MS = 200;
const MAX_QUIETS = 50;

const key = (flow: FlowRef, deviceId: LosantId): string => `${keyOf(flow)}/${deviceId}`;

function add(set: Set<string>, flow: FlowRef, deviceIds: readonly LosantId[]): void {
  for (const deviceId of deviceIds) set.add(key(flow, deviceId));
}

export function createClaims(): Claims {
  const claimed = new Set<string>();
  const ours = new Set<string>();
  const stopped = new Set<string>();
  const stranded = new Set<string>();
  let checks = 0;
  return {
    claim: (inputs) => {
      checks += 1;
      add(claimed, inputs, inputs.deviceIds);
    },
    isClaimed: (flow, deviceId) => claimed.has(key(flow, deviceId)),
    owned: (saved) => {
      if (saved !== undefined) add(ours, saved.inputs, ownedBy(saved));
    },
    wasOurs: (flow, deviceId) => ours.has(key(flow, deviceId)),
    quiet: async (clock) => {
      for (let round = 0, seen = -1; seen !== checks && round < MAX_QUIETS; round++) {
        seen = checks;
        await clock.sleep(QUIET_MS);
      }
    },
    stop: (flow, deviceIds) => add(stopped, flow, deviceIds),
    wasStopped: (flow, deviceId) => stopped.has(key(flow, deviceId)),
    strand: (flow, deviceIds) => add(stranded, flow, deviceIds),
    isStranded: (flow, deviceId) => stranded.has(key(flow, deviceId)),
  };
}
