/**
 * The one path of create and update: it compares what the program declares with what Losant shows now, never with the
 * state.
 */
import { decide } from "../decision/decide.js";
import type { Decision } from "../decision/decide.js";
import { Unfinished } from "./unfinished.js";
import type { Handover } from "./handover.js";
import type { Inputs } from "../resource/inputs.js";
import { liveOf } from "../resource/live.js";
import type { Fleet } from "../resource/fleet.js";
import { actorsOf, withActorNames } from "./named-actors.js";
import type { Outcome, Ports } from "../ports.js";
import type { Registration } from "../resource/program-facts.js";
import { visibleLines } from "../text/visible-text.js";
import { NotApproved } from "../messages/approval-refusal.js";
import { blankedDrift, redactedLog, redactorOf } from "../messages/redact.js";
import type { Redactor } from "../messages/redact.js";
import { movedBySet } from "./moved-by-set.js";
import { rollOut } from "./rollout.js";
import { inTurn } from "./rollout-group.js";
import type { SavedFacts, Outputs, Saved } from "../resource/state.js";
import { outputProps } from "../resource/state-props.js";
import {
  aloneText,
  namedLog,
  takeoverRefusal,
  reportFailures,
  reportMovedBySet,
  reportReleased,
  reportTakeover,
} from "../messages/report.js";
import type { ResourcePorts } from "../ports.js";

/** The resource exists, and is not as declared: Pulumi keeps it with `properties` and prints `reasons`. */
export class InitError extends Error {
  override readonly name = "InitError";
  readonly id: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly reasons: readonly string[];

  constructor(id: string, properties: Readonly<Record<string, unknown>>, reasons: readonly string[]) {
    super(reasons[0]);
    this.id = id;
    this.properties = properties;
    this.reasons = reasons;
  }
}

export interface ApplyRequest {
  readonly id: string;
  readonly inputs: Inputs;
  /** What the state says of before; undefined for a create. */
  readonly before: Saved | undefined;
  /** The serialised stub, which an error has to hand back. */
  readonly provider: unknown;
}

/**
 * @param shared - the ports of the application, and what is known of other resources
 * @throws InitError if something may have moved and the rest did not; the error itself if nothing did
 */
export async function applyResource(
  { id, inputs, before, provider }: ApplyRequest,
  shared: Ports,
  handover: Handover,
): Promise<Outputs> {
  const registration = handover.registrationOf(inputs);
  handover.identified(id, registration);
  const facts = factsToSave(registration, before);
  const declared = [inputs, before?.inputs];
  const redact = redactorOf(facts, declared);
  const ports = { ...resourcePorts(shared, facts.name, redact), resourceId: id, resourceName: facts.name };
  const decideOn = (fleet: Fleet): Decision =>
    decide({
      inputs,
      before,
      fleet,
      program: handover.viewFrom(id, inputs),
      allowFleetWideCalls: ports.rules.allowFleetWideCalls,
      ignoresVersion: facts.ignoresVersion,
    });
  const refuse = ({ takeovers }: Pick<Decision, "takeovers">): void => {
    if (inputs.adopt !== true && takeovers.length > 0) {
      throw takeoverRefusal(takeovers, ports.clock.now(), (changedBy) => handover.isOwnWriter(changedBy));
    }
  };

  /** What the state has to hold. */
  const keep = ({ fleet, moves }: Seen, unfinished: boolean): Outputs => {
    const { leaving, handedOver, unclear, takeovers } = decideOn(fleet ?? NO_FLEET);
    // A device that a person moved before its release is not owned.
    const refused = new Set(inputs.adopt === true ? [] : takeovers.map(({ deviceId }) => deviceId));
    const owned = { ...inputs, deviceIds: inputs.deviceIds.filter((deviceId) => !refused.has(deviceId)) };
    const unclearToo = unclear.map((deviceId) => [deviceId, before?.handedOver?.get(deviceId) ?? ""] as const);
    const writer = writerIn({ fleet, moves }) ?? before?.facts?.writer;
    const saved: Saved = {
      inputs: owned,
      leaving,
      handedOver: new Map([...handedOver, ...unclearToo]),
      unfinished,
      facts: { ...facts, writer },
    };
    handover.stateReturned(id, saved);
    return liveOf(saved, fleet).outputs;
  };

  try {
    const { rollout } = inputs;
    const bySet = movedBySet(shared, inputs);
    const onMove = (): void => {
      if (registration?.set !== undefined) ports.log.warn(aloneText(registration.set));
    };
    const outcome = await (rollout === undefined
      ? releaseAtOnce(ports, inputs, decideOn, refuse)
      : inTurn(ports, { ...inputs, group: rollout.group }, () =>
          rollOut(ports, inputs, {
            ...inputs,
            rollout,
            before,
            decideOn,
            refuse,
            isProven: bySet !== undefined,
            onMove,
          }),
        ));
    if (bySet !== undefined) reportMovedBySet(ports, bySet, outcome.fleet);
    reportReleased(ports, outcome);
    const outputs = keep(outcome, false);
    reportFailures(ports, outputs, outcome.fleet);
    return outputProps(blankedDrift(facts)(outputs));
  } catch (error) {
    const told = async (text: string): Promise<string> =>
      withActorNames(shared, inputs.applicationId, redact.text(text));
    if (!(error instanceof Unfinished)) throw await errorWith(error, told);
    const outputs = keep({ fleet: error.fleet, moves: [] }, inputs.rollout !== undefined);
    if (error.fleet !== undefined) reportFailures(ports, outputs, error.fleet);
    // Pulumi adds `__provider` to what create returns, but not to what it throws. Without it the next read fails.
    const properties = { ...outputProps(blankedDrift(facts)(outputs)), __provider: provider };
    throw new InitError(
      id,
      properties,
      await Promise.all(error.reasons.map(async (reason) => visibleLines(await told(reason)))),
    );
  }
}

/** No caller looks at the class of the error, only at its text. */
async function errorWith(error: unknown, told: (text: string) => Promise<string>): Promise<unknown> {
  if (!(error instanceof Error)) return error;
  const message = await told(error.message);
  return message === error.message ? error : new Error(message);
}

interface Seen extends Pick<Outcome, "moves"> {
  /** Undefined where Losant could not be looked at. */
  readonly fleet: Fleet | undefined;
}

/** The ports of one resource: its log names it, and its messages contain no secrets. */
export function resourcePorts(ports: Ports, name: string | undefined, redact: Redactor): Ports {
  const { flows, session } = ports;
  const shown = (error: unknown): unknown => {
    if (error instanceof NotApproved) return new NotApproved(redact.text(error.message), error.changes);
    return error instanceof Unfinished && error.fleet !== undefined
      ? new Unfinished(error.message, redact.fleet(error.fleet), error.reasons, error.fault)
      : error;
  };
  return {
    ...ports,
    log: redactedLog(namedLog(ports.log, name), redact),
    flows: {
      ...flows,
      fresh: async (flow) => redact.fleet(await flows.fresh(flow)),
      freshOf: async (all, withinMs, signal) =>
        new Map(
          [...(await flows.freshOf(all, withinMs, signal))].map(([key, fleet]) => [
            key,
            fleet instanceof Error ? fleet : redact.fleet(fleet),
          ]),
        ),
      shared: async (flow, maxAgeMs, withinMs) => redact.fleet(await flows.shared(flow, maxAgeMs, withinMs)),
      sharedOfVersion: async (flow, version, maxAgeMs, withinMs) =>
        redact.fleet(await flows.sharedOfVersion(flow, version, maxAgeMs, withinMs)),
    },
    session: {
      commit: async (request) => {
        try {
          const outcome = await session.commit({
            ...request,
            redact: redact.text,
            ask: (fleet) => request.ask(redact.fleet(fleet)),
          });
          return { ...outcome, fleet: redact.fleet(outcome.fleet) };
        } catch (error) {
          throw shown(error);
        }
      },
    },
  };
}

async function releaseAtOnce(
  ports: ResourcePorts,
  flow: Inputs,
  decideOn: (fleet: Fleet) => Decision,
  refuse: (decision: Decision) => void,
): Promise<Outcome> {
  const { session, log, resourceId } = ports;
  let first: Decision | undefined;
  const outcome = await session.commit({
    flow,
    log,
    resourceId,
    ask: (fleet) => {
      const decision = decideOn(fleet);
      refuse(decision);
      first ??= decision;
      return decision.intent;
    },
  });
  const takeovers = first?.takeovers ?? [];
  reportTakeover(ports, takeovers, await actorsOf(ports, flow.applicationId, takeovers));
  return outcome;
}

/** Who Losant logs our own writes as: the newest change of a device that was just moved as planned. */
function writerIn({ fleet, moves }: Seen): string | undefined {
  return moves
    .map(({ deviceId, from, to }) => {
      const view = fleet?.get(deviceId);
      return view?.desired === to && view.changedFrom === from ? view.changedBy : undefined;
    })
    .find((writer) => writer?.startsWith("apiToken ") === true);
}

/** What the program says about a resource besides its inputs; without a program, what it said last. */
export function factsToSave(registration: Registration | undefined, before: Saved | undefined): SavedFacts {
  const { name, ignoresVersion, retainOnDelete, secret, writer } = before?.facts ?? {};
  if (registration === undefined) return { name, ignoresVersion, retainOnDelete, secret, writer };
  return {
    name: registration.name,
    ignoresVersion: registration.ignoreChanges?.includes("version") === true ? true : undefined,
    retainOnDelete: registration.retainOnDelete === true ? true : undefined,
    secret: registration.secret === undefined || registration.secret.length === 0 ? undefined : registration.secret,
    writer,
  };
}

const NO_FLEET: Fleet = new Map();
