/**
 * One verb of one resource: the lifecycle as this request needs it. All verbs of the process share what they know of each
 * other (the handover) and their clients. A verb has its own log row and its own end.
 *
 * Pulumi shows a plugin one resource at a time and no program. So, unlike the dynamic front:
 * - what the program declares is what was checked so far, and never all of it: `isKnown` is false. A device whose owner is
 *   not known keeps its workflow, and a delete is refused where a device may belong to a resource that was not shown;
 * - `ignoreChanges` comes with a diff and an update, and with nothing else.
 */
import type { Handover } from "../apply/handover.js";
import { createLifecycle } from "../lifecycle.js";
import type { Log } from "../messages/log.js";
import type { LosantId } from "../losant/types.js";
import type { Ports } from "../ports.js";
import type { Registration } from "../resource/program-facts.js";
import { newId } from "../resource/state.js";
import type { Settings } from "../settings.js";
import type { Lifecycle } from "../verbs.js";
import type { CheckedResources } from "./checked-resources.js";

/** What a request says besides its values. */
export interface Verb {
  readonly urn: string;
  /** The name of the resource in the program. */
  readonly name: string;
  /** Inputs that hold secrets. */
  readonly secret: ReadonlySet<string>;
  readonly ignoreChanges?: readonly string[];
  /** As the state says: Pulumi does not show it to a plugin. */
  readonly retainOnDelete?: boolean;
  readonly log: Log;
  /** Aborted with a `TimeOver` when the time of the verb is over; undefined without a limit. */
  readonly deadline?: AbortSignal;
  /** Gets the message about a device that another resource declares too. */
  readonly onOverlap?: (message: string) => void;
}

export interface Shared {
  readonly settings: Settings;
  readonly portsFor: (applicationId: LosantId) => Ports;
  readonly handover: Handover;
  readonly checked: CheckedResources;
  /** Adds to an error of a read or a delete what to do about it. */
  readonly explained: (error: unknown) => unknown;
}

/** Inputs whose values no message shows if they are secret. */
const SECRET_INPUTS = ["applicationId", "flowId", "version", "deviceIds"];

/** Stands for the file of a program's facts: `checked-resources.ts` answers in its place. */
const CHECKED_RUN = "checked resources";

export function lifecycleFor(shared: Shared, verb: Verb): Lifecycle {
  return createLifecycle({
    settings: () => shared.settings,
    portsFor: (applicationId) => portsOf(shared.portsFor(applicationId), verb),
    handover: handoverOf(shared, verb),
    explained: shared.explained,
    newId,
  });
}

function portsOf(ports: Ports, { log, name, deadline }: Verb): Ports {
  return deadline === undefined
    ? { ...ports, log: unnamed(log, name) }
    : { ...portsUntil(ports, deadline), log: unnamed(log, name) };
}

/** The ports of a verb that ends with its time: reads, waits and calls under way end with it. */
function portsUntil(ports: Ports, deadline: AbortSignal): Ports {
  const { session, flows, interruption } = ports;
  return {
    ...ports,
    interruption: { signal: AbortSignal.any([deadline, ...(interruption === undefined ? [] : [interruption.signal])]) },
    session: { commit: (request) => session.commit({ ...request, signal: deadline }) },
    flows: {
      ...flows,
      fresh: (flow) => flows.fresh(flow, deadline),
      shared: (flow, maxAgeMs, withinMs) => flows.shared(flow, maxAgeMs, withinMs, deadline),
      sharedOfVersion: (flow, version, maxAgeMs, withinMs) =>
        flows.sharedOfVersion(flow, version, maxAgeMs, withinMs, deadline),
      isWorkflowAbsent: (flow) => flows.isWorkflowAbsent(flow, deadline),
      versionRuns: (flow, version, asked) => flows.versionRuns(flow, version, asked, deadline),
      versionErrors: (flow, version, since) => flows.versionErrors(flow, version, since, deadline),
    },
  };
}

/** The lifecycle puts the resource's name before each message. Here the row says it. */
function unnamed(log: Log, name: string): Log {
  const lead = `${name}: `;
  const short = (message: string): string => (message.startsWith(lead) ? message.slice(lead.length) : message);
  return {
    debug: (message) => log.debug(message),
    info: (message) => log.info(short(message)),
    warn: (message) => log.warn(short(message)),
    progress: (message, row) => log.progress(message, row),
  };
}

/** What is known of other resources, seen by one verb. */
export function handoverOf({ handover, checked }: Shared, verb: Verb): Handover {
  const { urn, name, secret, ignoreChanges = [], retainOnDelete } = verb;
  const secretInputs = SECRET_INPUTS.filter((input) => secret.has(input));
  const registration: Registration = {
    run: CHECKED_RUN,
    self: urn,
    name,
    ignoreChanges,
    ...(secretInputs.length === 0 ? {} : { secret: secretInputs }),
    ...(retainOnDelete === true ? { retainOnDelete } : {}),
  };
  return {
    ...handover,
    checked: (_none, inputs) => {
      const overlap = checked.add(urn, name, inputs);
      if (overlap !== undefined) verb.onOverlap?.(overlap);
      handover.checked(registration, inputs);
      return [];
    },
    registrationOf: () => (checked.has(urn) ? registration : undefined),
    viewFrom: (id, flow) => ({ ...handover.viewFrom(id, flow), isKnown: false }),
    viewOfDeleted: (id, flow) => ({ ...handover.viewOfDeleted(id, flow), isKnown: false }),
  };
}
