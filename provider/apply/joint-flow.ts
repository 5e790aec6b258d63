/**
 * Several workflows on the same devices, taken for one: so that one rollout moves them together, batch by batch, judges
 * them together and takes them back together. It is the rollout of a single workflow, with the same rules.
 *
 * The version of a device is the list of its versions, one for each workflow. A device has the new one when all of its
 * workflows have theirs, and it has failed when one of them has.
 *
 * What is decided on one look at all workflows is carried out workflow by workflow, each on a fresh look of its own. A
 * device that somebody has moved in between, in that workflow, is left alone there. Where Losant fails between two of
 * them, the error names the devices that have the one and not the other.
 */
import type { FlowReader, FlowSession, Outcome, ResourcePorts } from "../ports.js";
import type { CallRecord } from "../messages/run-record.js";
import type { LosantId, Version, VersionErrors } from "../losant/types.js";
import { flowKeyOf } from "../resource/fleet.js";
import type { DeviceView, Fleet, FlowRef } from "../resource/fleet.js";
import type { Move } from "../decision/plan.js";
import { capLines, versionOrNothing } from "../words.js";
import { Unfinished } from "./unfinished.js";

export interface JointFlow {
  /** Stands for all of them. */
  readonly flow: FlowRef;
  /** Reads and writes all of them. */
  readonly ports: ResourcePorts;
  /** The version that stands for these, one for each workflow. */
  readonly versionOf: (versions: readonly Version[]) => Version;
  /** What that version stands for. */
  readonly versionsIn: (version: Version) => readonly Version[];
  /** What was last seen of each workflow. */
  readonly parts: () => readonly Fleet[];
  /** What was done for each workflow. */
  readonly done: readonly JointPart[];
  /** A line for each device that has the wanted versions of some workflows and not of all. */
  readonly halfWay: (desired: ReadonlyMap<LosantId, Version>) => ReadonlyMap<LosantId, string>;
}

export interface JointPart {
  readonly calls: CallRecord[];
  readonly moves: Move[];
  /** What was live before the first call. */
  before?: Fleet;
}

/** @param flows - of one application */
export function jointFlow(ports: ResourcePorts, applicationId: LosantId, flowIds: readonly LosantId[]): JointFlow {
  const flows = flowIds.map((flowId): FlowRef => ({ applicationId, flowId }));
  const { versionOf, versionsIn } = createVersionLists(flowIds.length);
  const done = flows.map((): JointPart => ({ calls: [], moves: [] }));
  let latest: readonly Fleet[] = flows.map(() => new Map());

  const joined = (parts: readonly Fleet[]): Fleet => {
    latest = parts;
    return new Map(
      [...new Set(parts.flatMap((part) => [...part.keys()]))].map((id) => [id, joinedView(id, parts, versionOf)]),
    );
  };

  const reader: FlowReader = {
    fresh: async () => {
      const found = await ports.flows.freshOf(flows);
      return joined(flows.map((flow) => partOf(found, flow)));
    },
    freshOf: async ([flow]) => new Map(flow === undefined ? [] : [[flowKeyOf(flow), await reader.fresh(flow)]]),
    shared: async (_flow, maxAgeMs, withinMs) =>
      joined(await Promise.all(flows.map((flow) => ports.flows.shared(flow, maxAgeMs, withinMs)))),
    // More rows than asked for are as true.
    sharedOfVersion: (flow, _version, maxAgeMs, withinMs) => reader.shared(flow, maxAgeMs, withinMs),
    isWorkflowAbsent: async () => {
      const absent = await Promise.all(flows.map((flow) => ports.flows.isWorkflowAbsent(flow)));
      return absent.includes(true);
    },
    versionErrors: async (_flow, version, since) => {
      const wanted = versionsIn(version);
      const found = await Promise.all(
        flows.map(async (flow, index) => {
          const one = wanted[index] ?? null;
          return one === null ? noErrors : ports.flows.versionErrors(flow, one, since);
        }),
      );
      return {
        errors: found.flatMap(({ errors }) => errors).toSorted((a, b) => b.at - a.at),
        isComplete: found.every(({ isComplete }) => isComplete),
        end: found.find(({ end }) => end !== undefined)?.end,
      };
    },
    // A workflow that fails would be thinned by one that does not: `check` refuses the rule for a set.
    versionRuns: () => Promise.reject(new Error("failed runs of several workflows are not judged together")),
    invalidate: () => {
      for (const flow of flows) ports.flows.invalidate(flow);
    },
  };

  const session: FlowSession = {
    commit: async (request) => {
      const { desired, owned } = request.ask(await reader.fresh(request.flow));
      const seen = latest;
      let unshown: Unfinished | undefined;
      const calls: CallRecord[] = [];
      const moves: Move[] = [];
      for (const [index, flow] of flows.entries()) {
        const goal = new Map([...desired].map(([id, version]) => [id, versionsIn(version)[index] ?? null]));
        try {
          const outcome = await ports.session.commit({
            ...request,
            flow,
            part: index,
            looksFirst: true,
            ask: (fleet) => {
              const part = done[index];
              if (part !== undefined) part.before ??= fleet;
              const isMeant = ([id, version]: readonly [LosantId, Version]): boolean =>
                at(fleet, id) === version || at(fleet, id) === at(seen[index], id);
              return { desired: new Map([...goal].filter(isMeant)), owned };
            },
          });
          note(index, outcome);
          calls.push(...outcome.calls);
          moves.push(...outcome.moves);
        } catch (error) {
          if (error instanceof Unfinished && error.fleet !== undefined) setPart(index, error.fleet);
          const isTaken = error instanceof Unfinished && error.fault === undefined && error.fleet !== undefined;
          if (!isTaken && index === 0) throw asJoint(error, desired);
          if (!isTaken) throw broken(error, desired);
          unshown ??= error;
        }
      }
      if (unshown !== undefined) throw asJoint(unshown, desired);
      return { fleet: joined(latest), calls, moves };
    },
  };

  function note(index: number, { fleet, calls, moves }: Outcome): void {
    done[index]?.calls.push(...calls);
    done[index]?.moves.push(...moves);
    setPart(index, fleet);
  }

  function setPart(index: number, fleet: Fleet): void {
    latest = latest.map((part, other) => (other === index ? fleet : part));
  }

  /** The error of one workflow, with what is live of all of them. */
  function asJoint(error: unknown, desired: ReadonlyMap<LosantId, Version>): unknown {
    if (!(error instanceof Unfinished)) return error;
    const fleet = error.fleet === undefined ? undefined : joined(latest);
    return new Unfinished(
      error.message,
      fleet,
      capLines([...error.reasons, ...halfWay(desired).values()]),
      error.fault,
    );
  }

  /** A workflow before this one has its calls already. */
  function broken(error: unknown, desired: ReadonlyMap<LosantId, Version>): Unfinished {
    const message = error instanceof Error ? error.message : String(error);
    const isUnseen = error instanceof Unfinished && error.fleet === undefined;
    const reasons = error instanceof Unfinished ? error.reasons : [message];
    return new Unfinished(
      message,
      isUnseen ? undefined : joined(latest),
      capLines([...reasons, ...halfWay(desired).values()]),
      error,
    );
  }

  /** `device line-1 (575e...) is half-way: v1.2.4 + v0.9.0, where v1.2.4 + v1.0.0 is wanted` */
  function halfWay(desired: ReadonlyMap<LosantId, Version>): Map<LosantId, string> {
    const lines = [...desired].flatMap(([id, version]): [LosantId, string][] => {
      const wanted = versionsIn(version);
      const there = latest.filter((part, index) => at(part, id) === (wanted[index] ?? null)).length;
      if (there === 0 || there === flows.length) return [];
      const live = versionOf(latest.map((part) => at(part, id)));
      const name = latest.map((part) => part.get(id)?.name).find((one) => one !== undefined);
      const title = name === undefined ? id : `${name} (${id})`;
      const [is, wants] = [versionOrNothing(live), versionOrNothing(version)];
      return [[id, `device ${title} is half-way: ${is}, where ${wants} is wanted`]];
    });
    return new Map(lines);
  }

  return {
    flow: { applicationId, flowId: flowIds.join("+") },
    // An approved plan is about workflows: the session holds each of them to it.
    ports: { ...ports, approval: undefined, flows: reader, session },
    versionOf,
    versionsIn,
    parts: () => latest,
    done,
    halfWay,
  };
}

const noErrors: VersionErrors = { errors: [], isComplete: true };

function partOf(found: ReadonlyMap<string, Fleet | Error>, flow: FlowRef): Fleet {
  const part = found.get(flowKeyOf(flow));
  if (part === undefined) throw new Error(`workflow ${flow.flowId} was not listed`);
  if (part instanceof Error) throw part;
  return part;
}

function at(fleet: Fleet | undefined, id: LosantId): Version {
  return fleet?.get(id)?.desired ?? null;
}

/** Lists of versions and the texts that stand for them: one text for each list, and null where all of them are null. */
function createVersionLists(length: number): Pick<JointFlow, "versionOf" | "versionsIn"> {
  const texts = new Map<string, string>();
  const lists = new Map<string, readonly Version[]>();
  return {
    versionOf: (versions) => {
      if (versions.every((version) => version === null)) return null;
      const key = JSON.stringify(versions);
      let text = texts.get(key) ?? versions.map(versionOrNothing).join(" + ");
      // Versions may have "+" in their names.
      while (lists.has(text) && !texts.has(key)) text += "'";
      texts.set(key, text);
      lists.set(text, versions);
      return text;
    },
    versionsIn: (version) => (version === null ? undefined : lists.get(version)) ?? Array.from({ length }, () => null),
  };
}

function joinedView(deviceId: LosantId, parts: readonly Fleet[], versionOf: JointFlow["versionOf"]): DeviceView {
  const views = parts.map((part) => part.get(deviceId));
  const known = views.flatMap((view) => view ?? []);
  const failing = known.find(({ failure }) => failure !== undefined);
  const newest = known.toSorted((a, b) => ((a.changedAt ?? "") < (b.changedAt ?? "") ? 1 : -1))[0];
  return {
    deviceId,
    name: known.find(({ name }) => name !== undefined)?.name,
    connected: known.some(({ connected }) => connected === false)
      ? false
      : known.find(({ connected }) => connected !== undefined)?.connected,
    connectionTime: known.find(({ connectionTime }) => connectionTime !== undefined)?.connectionTime,
    desired: versionOf(views.map((view) => view?.desired ?? null)),
    current: versionOf(views.map((view) => view?.current ?? null)),
    sameContent: known.every(({ sameContent }) => sameContent),
    failure: failing?.failure && {
      ...failing.failure,
      error: `${failing.flowName === undefined ? "" : `${failing.flowName}: `}${failing.failure.error}`,
    },
    changedBy: newest?.changedBy,
    changedAt: newest?.changedAt,
  };
}
