/**
 * The other resources of the program and of the stack, as the decision needs them: the preview makes the same decision as
 * `pulumi up`. Pure.
 *
 * The provider decides by what is declared when the registration is sent. So the preview leaves out what comes later.
 */
import type { ProgramView } from "../../provider/decision/decide.js";
import type { LosantId } from "../../provider/losant/types.js";
import { flowKeyOf } from "../../provider/resource/fleet.js";
import { nameIn } from "../program/previous-state.js";
import type { Holders } from "../program/previous-state.js";
import type { Declaration, Registered } from "../program/registrations.js";

export interface ViewOf {
  /** The flow of the resource. */
  readonly flow: Pick<Declaration, "applicationId" | "flowId">;
  readonly registrations: readonly Registered[];
  /** The resource whose view it is; undefined for one that the program does not declare. */
  readonly self: Registered | undefined;
  /** Its URN and earlier ones. */
  readonly urns: readonly string[];
  /** What the last state shows; undefined where it cannot be read. */
  readonly holders: Holders | undefined;
}

export function programView({ flow, registrations, self, urns, holders }: ViewOf): ProgramView {
  const others = declaringFlow(registrations, flow).filter((other) => other !== self);
  const until = self?.sentAt ?? Infinity;
  const inTime = others.filter(({ declaredAt = Infinity }) => declaredAt < until);
  const openNames = new Set(
    registrations.filter((other) => other !== self && (other.declaredAt ?? Infinity) >= until).map(({ name }) => name),
  );
  const holdersOf = (deviceId: LosantId): string[] =>
    (holders?.declaring(deviceId) ?? []).filter((urn) => !urns.includes(urn)).map(nameIn);
  // A resource whose devices are not known yet counts as declaring what its last state shows.
  const declaredBy = (deviceId: LosantId): string | undefined =>
    declaring(inTime, deviceId)?.name ?? holdersOf(deviceId).find((name) => openNames.has(name));
  return {
    isKnown: true,
    declaredBy,
    isTaken: (deviceId) => {
      // Where a resource declares it, only the state of that resource counts.
      const taker = declaredBy(deviceId);
      return holdersOf(deviceId).some((name) => taker === undefined || name === taker);
    },
    isOwnedByStack: (deviceId) => holders?.isOwned(deviceId) === true,
  };
}

export function declaringFlow(registrations: readonly Registered[], flow: ViewOf["flow"]): readonly Registered[] {
  const key = flowKeyOf(flow);
  return registrations.filter(({ declaration, flowKey }) => declaration !== undefined && flowKey === key);
}

/** The resource that declares the device. */
export function declaring(registrations: readonly Registered[], deviceId: LosantId): Registered | undefined {
  return registrations.find(({ declaration }) => declaration?.deviceIds.has(deviceId) === true);
}
