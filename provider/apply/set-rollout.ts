/** Moves the devices of an EdgeDeploymentSet: all of its workflows together, in one rollout. */
import { decide } from "../decision/decide.js";
import type { Decision } from "../decision/decide.js";
import type { LosantId, Version } from "../losant/types.js";
import type { Fleet } from "../resource/fleet.js";
import { flowKeyOf } from "../resource/fleet.js";
import type { Inputs } from "../resource/inputs.js";
import type { SetInputs } from "../resource/set-inputs.js";
import { redactorOf } from "../messages/redact.js";
import { takeoverRefusal } from "../messages/report.js";
import type { Ports } from "../ports.js";
import { resourcePorts } from "./apply-resource.js";
import { rolloutApproval } from "./approval-check.js";
import type { RolloutApproval } from "./approval-check.js";
import { jointFlow } from "./joint-flow.js";
import type { JointFlow } from "./joint-flow.js";
import type { Handover } from "./handover.js";
import { rollOut } from "./rollout.js";
import { inTurn } from "./rollout-group.js";
import { Unfinished } from "./unfinished.js";
import { capLines } from "../words.js";

export interface SetRequest {
  readonly id: string;
  /** The name of the set in the program. */
  readonly name: string | undefined;
  readonly secret: readonly string[];
  readonly inputs: SetInputs;
  /** What the state says of before; undefined for a create. */
  readonly before: SetInputs | undefined;
}

/**
 * @param shared - the ports of the application, and what is known of the resources of the stack
 * @throws Error where the rollout did not get to its end: devices are back, or the message names those that are not
 */
export async function moveSet(
  { id, name, secret, inputs, before }: SetRequest,
  shared: Ports,
  handover: Handover,
): Promise<void> {
  const { applicationId, deviceIds, rollout, adopt } = inputs;
  const members = Object.values(inputs.workflows).map((one): Inputs => ({ applicationId, deviceIds, adopt, ...one }));
  const redact = redactorOf({ secret }, [...members, ...membersBefore(before)]);
  const ports = { ...resourcePorts(shared, name, redact), resourceId: id, resourceName: name };
  const joint = jointFlow(
    ports,
    applicationId,
    members.map(({ flowId }) => flowId),
  );
  const version = joint.versionOf(members.map((one) => one.version));

  /** The one decision, workflow by workflow. Devices that leave are for the members of the set. */
  const decisions = (): { readonly fleet: Fleet; readonly decision: Decision }[] =>
    joint.parts().map((fleet, index) => {
      const member = members[index];
      if (member === undefined) throw new Error("a workflow without a member");
      const program = handover.viewFrom(id, member);
      const decision = decide({ inputs: member, before: undefined, fleet, program, allowFleetWideCalls: false });
      return { fleet, decision };
    });
  const decideOn = (_fleet: Fleet): Decision => {
    const parts = decisions().map(({ decision }) => decision);
    const [first] = parts;
    if (first === undefined) throw new Error("a set without a workflow");
    return {
      ...first,
      takeovers: parts.flatMap(({ takeovers }) => takeovers),
      intent: { desired: new Map(deviceIds.map((one) => [one, version])), owned: new Set(deviceIds) },
    };
  };
  const refuse = ({ takeovers }: Pick<Decision, "takeovers">): void => {
    if (adopt !== true && takeovers.length > 0) {
      throw takeoverRefusal(takeovers, ports.clock.now(), (changedBy) => handover.isOwnWriter(changedBy));
    }
  };
  const approvals = members.map((member) => rolloutApproval(ports, member));
  /** Workflow by workflow: a move of the set is approved where the moves of all its workflows are. */
  const approval: RolloutApproval = {
    assertMoves: () => {
      for (const [index, { fleet, decision }] of decisions().entries()) {
        approvals[index]?.assertMoves(decision.plan.moves, fleet);
      }
    },
    allowsWayBack: ({ deviceId, from, to }) => {
      const [was, is] = [joint.versionsIn(to), joint.versionsIn(from)];
      return approvals.every(({ allowsWayBack }, index) => {
        const move = { deviceId, from: is[index] ?? null, to: was[index] ?? null };
        return move.from === move.to || allowsWayBack(move);
      });
    },
  };
  const known = before === undefined ? undefined : versionsBefore(inputs, before);
  const request = {
    version,
    deviceIds,
    rollout,
    before:
      before === undefined || known === undefined
        ? undefined
        : { inputs: { ...joint.flow, version: joint.versionOf(known), deviceIds: before.deviceIds }, leaving: [] },
    decideOn,
    refuse,
    approval,
    isHalfWay: (live: Version, was: Version): boolean => {
      const [from, to] = [joint.versionsIn(was), joint.versionsIn(version)];
      return (
        live !== was &&
        live !== version &&
        joint.versionsIn(live).every((one, index) => one === from[index] || one === to[index])
      );
    },
    earlierOf: (deviceId: LosantId): Version => earlierOf(deviceId, joint, members, known, before),
  };
  const rollingOut = inTurn(joint.ports, { applicationId, group: rollout.group, version }, () =>
    rollOut(joint.ports, joint.flow, request),
  );
  await rollingOut.catch((error: unknown) => {
    // Also those that a run before this one has left half-way: no member may have a state that shows them.
    const halfWay = joint.halfWay(new Map(deviceIds.map((one) => [one, version])));
    throw shown(error, halfWay, redact.text);
  });
  for (const [index, member] of members.entries()) {
    const done = joint.done[index];
    if (done !== undefined)
      shared.moved?.set(flowKeyOf(member), { ...done, version: member.version, deviceIds: new Set(deviceIds) });
  }
}

/** A set has no state of its own to keep: what is live is for its members to say. */
function shown(error: unknown, halfWay: ReadonlyMap<LosantId, string>, redacted: (text: string) => string): unknown {
  if (!(error instanceof Error)) return error;
  const lines = error instanceof Unfinished ? error.reasons : [error.message];
  const more = capLines([...halfWay].flatMap(([id, line]) => (lines.some((one) => one.includes(id)) ? [] : [line])));
  return new Error(redacted([...lines, ...more].join("\n")));
}

/** The versions of before of the workflows of now. */
function versionsBefore({ workflows }: SetInputs, before: SetInputs): Version[] {
  const was = new Map(Object.values(before.workflows).map(({ flowId, version }) => [flowId, version]));
  return Object.values(workflows).map(({ flowId }) => was.get(flowId) ?? null);
}

function membersBefore(before: SetInputs | undefined): Inputs[] {
  if (before === undefined) return [];
  const { applicationId, deviceIds } = before;
  return Object.values(before.workflows).map((one) => ({ applicationId, deviceIds, ...one }));
}

/**
 * Where a device was before this update, workflow by workflow: where it is, unless a run of the same update that was cut
 * short may have moved it. Losant's log knows where it came from then, and else the state.
 */
function earlierOf(
  deviceId: LosantId,
  joint: JointFlow,
  members: readonly Inputs[],
  known: readonly Version[] | undefined,
  before: SetInputs | undefined,
): Version {
  const mayHaveMoved = before?.deviceIds.includes(deviceId) === true;
  return joint.versionOf(
    joint.parts().map((part, index) => {
      const view = part.get(deviceId);
      const live = view?.desired ?? null;
      const wanted = members[index]?.version ?? null;
      const was = known?.[index] ?? null;
      if (live !== wanted || !mayHaveMoved || was === wanted) return live;
      return view?.changedFrom === undefined || view.changedFrom === wanted ? was : view.changedFrom;
    }),
  );
}
