/** Is the plan of this moment still the one that was approved? The one place that decides it. Pure. */
import { NOT_IN_PLAN, wayText } from "../../../provider/messages/approval-refusal.js";
import { whoMoved } from "../report/moved-devices.js";
import type { PlanFile, PlannedInFile } from "../report/plan-file.js";
import type { PlanDifference } from "../report/results.js";
import type { ResourceHealth } from "../report/resource-results.js";

/**
 * What changed since the approval; nothing where the run would do exactly what was approved. What is secret or not known
 * cannot be compared, and is a difference.
 *
 * @param health - of the stack now: it says who moved a device
 */
export function changedSince(approved: PlanFile, now: PlanFile, health: readonly ResourceHealth[]): PlanDifference[] {
  const of = (field: "stack" | "project"): PlanDifference[] =>
    approved[field] === now[field] ? [] : [{ what: field, was: approved[field], is: now[field] }];
  const elsewhere = [...of("project"), ...of("stack")];
  if (elsewhere.length > 0) return elsewhere;
  const before = new Map(approved.resources.map((resource) => [resource.urn, resource]));
  const after = new Map(now.resources.map((resource) => [resource.urn, resource]));
  const actors = actorsIn(health);
  return [
    ...[...new Set([...before.keys(), ...after.keys()])].flatMap((urn) =>
      ofResource(before.get(urn), after.get(urn), (deviceId) => actors.get(`${urn} ${deviceId}`)),
    ),
    ...ofOthers(approved, now),
  ];
}

type Who = (deviceId: string) => string | undefined;

function actorsIn(health: readonly ResourceHealth[]): Map<string, string> {
  return new Map(
    health.flatMap(({ urn, drift }) =>
      drift.flatMap((entry) => {
        const { deviceId, changedBy, changedAt } = entry;
        if (changedBy === undefined) return [];
        const who = whoMoved(entry);
        return [[`${urn} ${deviceId}`, changedAt === undefined ? who : `${who} at ${changedAt}`] as const];
      }),
    ),
  );
}

function ofResource(was: PlannedInFile | undefined, is: PlannedInFile | undefined, who: Who): PlanDifference[] {
  const resource = (is ?? was)?.name ?? "";
  if (was === undefined || is === undefined) {
    return [{ what: "resource", resource, was: was?.op ?? "not there", is: is?.op ?? "not there" }];
  }
  const field = (what: string, before: string | null, after: string | null): PlanDifference[] =>
    before === after ? [] : [{ what, resource, was: before ?? "not deployed", is: after ?? "not deployed" }];
  const unknown = [...new Set([...(was.unknown ?? []), ...(is.unknown ?? [])])];
  return [
    ...unknown.map((name): PlanDifference => ({
      what: name,
      resource,
      was: "cannot be compared",
      is: "secret or not known",
    })),
    ...field("operation", was.op, is.op),
    ...field("application", was.applicationId, is.applicationId),
    ...field("workflow", was.flowId, is.flowId),
    ...field("version", was.version, is.version),
    ...(was.settings === is.settings ? [] : [{ what: "settings", resource, was: "approved", is: "changed" }]),
    ...ofDevices(was, is, who),
  ];
}

function ofDevices(was: PlannedInFile, is: PlannedInFile, who: Who): PlanDifference[] {
  const [declaredBefore, declaredNow] = [new Set(was.deviceIds), new Set(is.deviceIds)];
  const [movesBefore, movesNow] = [movesIn(was), movesIn(is)];
  const all = new Set([...declaredBefore, ...declaredNow, ...movesBefore.keys(), ...movesNow.keys()]);
  return [...all].toSorted().flatMap((deviceId) => {
    const name = is.names?.[deviceId] ?? was.names?.[deviceId];
    const shown = (declared: ReadonlySet<string>, moves: ReadonlyMap<string, string>): string =>
      moves.get(deviceId) ?? (declared.has(deviceId) ? "stays as it is" : NOT_IN_PLAN);
    const [before, after] = [shown(declaredBefore, movesBefore), shown(declaredNow, movesNow)];
    if (before === after && declaredBefore.has(deviceId) === declaredNow.has(deviceId)) return [];
    const by = who(deviceId);
    return [
      {
        what: "device",
        resource: is.name,
        deviceId,
        ...(name === undefined ? {} : { name }),
        was: `${before}${declaredBefore.has(deviceId) ? "" : ", not declared"}`,
        is: `${after}${declaredNow.has(deviceId) ? "" : ", not declared"}`,
        ...(by === undefined ? {} : { who: by }),
      },
    ];
  });
}

/** `v1 -> v2`, by device. A device with several moves has all of them. */
function movesIn({ moved }: PlannedInFile): Map<string, string> {
  const moves = new Map<string, string>();
  for (const { from, to, flowId, deviceIds } of moved) {
    const way = `${wayText({ from, to })}${flowId === undefined ? "" : ` of workflow ${flowId}`}`;
    for (const deviceId of deviceIds) {
      const known = moves.get(deviceId);
      moves.set(deviceId, known === undefined ? way : `${known}, ${way}`);
    }
  }
  return moves;
}

function ofOthers(approved: PlanFile, now: PlanFile): PlanDifference[] {
  const before = new Map(approved.otherChanges.map((change) => [change.urn, change]));
  const after = new Map(now.otherChanges.map((change) => [change.urn, change]));
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((urn): PlanDifference[] => {
    const [was, is] = [before.get(urn), after.get(urn)];
    const resource = (is ?? was)?.name ?? "";
    if (was?.op !== is?.op) {
      return [{ what: "other resource", resource, was: was?.op ?? "no change", is: is?.op ?? "no change" }];
    }
    if (was?.inputs !== is?.inputs) return [{ what: "other resource", resource, was: "approved", is: "other inputs" }];
    return [];
  });
}
