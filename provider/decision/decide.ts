/**
 * The one decision: which devices join, leave and are handed over, who is taken over, and what to call. Pure.
 *
 * `pulumi up`, each batch of a rollout, a rollback, a delete and the plan in the preview all ask here, each time with
 * what Losant shows at that moment. There is no second copy of any part of it.
 *
 * | the device                                                           | what happens to it                       |
 * | -------------------------------------------------------------------- | ---------------------------------------- |
 * | is declared, and was not owned until now                             | joins                                    |
 * | joins, carries another version, and nobody in this stack owned it    | is taken over: refused without `adopt`   |
 * | was owned, is not declared, and no other resource declares it        | leaves: it loses the flow                |
 * | was owned, and another resource declares it                          | is handed over: no call; stays owned ... |
 * | ... until the state of that other resource shows it                  | is not owned any more                    |
 * | was handed over before, and another resource's state shows it        | is not owned any more                    |
 * | was handed over before, and nobody can say who declares it now       | unclear: no call; a delete is refused    |
 */
import type { Inputs } from "../resource/inputs.js";
import type { LosantId } from "../losant/types.js";
import type { DeviceView, Fleet } from "../resource/fleet.js";
import { planCalls } from "./plan.js";
import type { CallPlan } from "./plan.js";
import { intentOf, ownedBy } from "../resource/ownership.js";
import type { Intent } from "../resource/ownership.js";
import type { HandedOver, Saved } from "../resource/state.js";

/** What the rest of the program and of the stack says about the devices of one flow, seen from one resource. */
export interface ProgramView {
  /** Is it known what the program declares? Not in a `pulumi destroy`, which runs no program. */
  readonly isKnown: boolean;
  /** The name of ANOTHER resource that declares the device; undefined where none is known to. */
  readonly declaredBy: (deviceId: LosantId) => string | undefined;
  /** Does the state of ANOTHER resource show the device as declared by it? */
  readonly isTaken: (deviceId: LosantId) => boolean;
  /** Did a resource of this stack own the device before this run? Then moving it is no takeover. */
  readonly isOwnedByStack: (deviceId: LosantId) => boolean;
}

export interface DecideInput {
  /** What the program declares; undefined for a resource that is deleted. */
  readonly inputs: Inputs | undefined;
  /** What the state says of before; undefined for a resource that is created. */
  readonly before: Saved | undefined;
  /** What Losant shows now. */
  readonly fleet: Fleet;
  readonly program: ProgramView;
  /** May calls be used that reach every device of the application? */
  readonly allowFleetWideCalls: boolean;
  /** The program asks Pulumi to ignore `version`: devices that are owned already stay where they are. */
  readonly ignoresVersion?: boolean;
}

export interface Decision {
  /** Devices that join and carry another version, set by somebody outside of this stack. */
  readonly takeovers: readonly DeviceView[];
  readonly joining: readonly LosantId[];
  readonly leaving: readonly LosantId[];
  readonly handedOver: HandedOver;
  /** Devices that were handed over in an earlier run; it cannot be known whether the taker has them. */
  readonly unclear: readonly LosantId[];
  readonly intent: Intent;
  /** Made when it is first asked for: most who ask for a decision of 100,000 devices need the intent alone. */
  readonly plan: CallPlan;
}

export function decide(input: DecideInput): Decision {
  const { inputs, before, fleet, program, allowFleetWideCalls, ignoresVersion = false } = input;
  const { joining, leaving, handedOver, unclear } = membershipOf(inputs, before, program);
  const spared = new Set([...handedOver.keys(), ...unclear]);
  const isForeign = (deviceId: LosantId): boolean =>
    !spared.has(deviceId) && program.declaredBy(deviceId) === undefined && !program.isTaken(deviceId);
  const intent = intentOf({
    inputs,
    leaving,
    fleet,
    mayStop: isForeign,
    keepsVersionOf: ignoresVersion ? new Set(before?.inputs.deviceIds) : undefined,
  });
  let plan: CallPlan | undefined;
  return {
    takeovers: inputs === undefined ? [] : takeoversOf(inputs, joining, fleet, program),
    joining,
    leaving,
    handedOver,
    unclear,
    intent,
    get plan() {
      return (plan ??= planCalls({ ...intent, observed: fleet, allowFleetWideCalls }));
    },
  };
}

type Membership = Pick<Decision, "joining" | "leaving" | "handedOver" | "unclear">;

function membershipOf(inputs: Inputs | undefined, before: Saved | undefined, program: ProgramView): Membership {
  const named = new Set(inputs?.deviceIds);
  const owned = new Set(ownedBy(before));
  const declaredBefore = new Set([...(before?.inputs.deviceIds ?? []), ...(before?.leaving ?? [])]);
  const leaving: LosantId[] = [];
  const unclear: LosantId[] = [];
  const handedOver = new Map<LosantId, string>();
  for (const deviceId of owned) {
    if (named.has(deviceId)) continue;
    const taker = program.declaredBy(deviceId);
    const isTaken = program.isTaken(deviceId);
    if (taker !== undefined) {
      if (!isTaken) handedOver.set(deviceId, taker);
    } else if (declaredBefore.has(deviceId)) {
      leaving.push(deviceId);
    } else if (isTaken) {
      // The other resource owns it, and its own update or delete decides.
    } else if (program.isKnown) {
      leaving.push(deviceId);
    } else {
      unclear.push(deviceId);
    }
  }
  return { joining: [...named].filter((deviceId) => !owned.has(deviceId)), leaving, handedOver, unclear };
}

function takeoversOf(
  { version }: Inputs,
  joining: readonly LosantId[],
  fleet: Fleet,
  program: ProgramView,
): DeviceView[] {
  return joining
    .filter((deviceId) => !program.isOwnedByStack(deviceId))
    .flatMap((deviceId) => fleet.get(deviceId) ?? [])
    .filter((view) => view.desired !== null && view.desired !== version);
}
