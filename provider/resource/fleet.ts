/**
 * The only reader: what Losant lists for one flow, as values the rest of the provider decides on.
 *
 * Volatile fields (connection info, lastUpdated, log tails, etags) are turned into facts here and go no further.
 */
import type { DeploymentLog, EdgeDeploymentRow, LosantClient, LosantId, Version } from "../losant/types.js";
import type { Versions } from "../decision/plan.js";
import { flowKeyOf } from "./program-facts.js";

export interface FlowRef {
  readonly applicationId: LosantId;
  readonly flowId: LosantId;
}

export interface Failure {
  readonly attemptedVersion: Version;
  readonly error: string;
  /** When the device first said so, ISO 8601: a device tries again at each connect and logs each try. */
  readonly at?: string | undefined;
}

export interface DeviceView extends Versions {
  readonly deviceId: LosantId;
  readonly name?: string | undefined;
  readonly flowName?: string | undefined;
  /** Unknown on private installs that do not list connections. */
  readonly connected?: boolean | undefined;
  /** False where the device runs older content under the same version name. */
  readonly sameContent: boolean;
  readonly failure?: Failure | undefined;
  /** Who set the desired version, e.g. `user 5b0044f0a3a3b90006c0a5e1`, and when. */
  readonly changedBy?: string | undefined;
  readonly changedAt?: string | undefined;
  /** What the desired version was before that; undefined where Losant does not tell. */
  readonly changedFrom?: Version | undefined;
  /** Tells the newest entry in which the desired version changed from those before it. */
  readonly lastChange?: string | undefined;
}

export type Fleet = ReadonlyMap<LosantId, DeviceView>;

export function toFleet(rows: readonly EdgeDeploymentRow[]): Fleet {
  return new Map(rows.map((row) => [row.deviceId.toLowerCase(), toDeviceView(row)]));
}

export function toDeviceView(row: EdgeDeploymentRow): DeviceView {
  const logs = row.logs.toSorted((a, b) => (a.date ?? "").localeCompare(b.date ?? ""));
  const schedules = logs.filter((log) => log.changeType === "desired");
  const lastMove = schedules.findLast((log) => (log.newValue ?? null) !== (log.previousValue ?? null));
  const lastSchedule = schedules.findLast((log) => (log.newValue ?? null) === row.desiredVersion);
  return {
    deviceId: row.deviceId.toLowerCase(),
    name: row.deviceName,
    flowName: row.flowName,
    connected: row.connected,
    desired: row.desiredVersion,
    current: row.currentVersion,
    sameContent: !row.desiredEtag || !row.currentEtag || row.desiredEtag === row.currentEtag,
    failure: row.desiredVersion === row.currentVersion ? undefined : failureOf(logs, row.desiredVersion),
    changedBy: lastSchedule?.sourceType && [lastSchedule.sourceType, lastSchedule.sourceId].filter(Boolean).join(" "),
    changedAt: lastSchedule?.date,
    changedFrom: lastSchedule?.previousValue,
    lastChange: lastMove && JSON.stringify([lastMove.date, lastMove.previousValue, lastMove.newValue]),
  };
}

/**
 * Error is not final: the device tries again at its next connect. So the newest report of the device decides, and only
 * where it is about the version wanted now and not older than the last schedule.
 */
function failureOf(logs: readonly DeploymentLog[], desired: Version): Failure | undefined {
  const since = logs.findLast((log) => log.changeType === "desired")?.date ?? "";
  const reports = logs.filter((log) => log.changeType === "current" && (log.date ?? "") >= since);
  const newest = reports.at(-1);
  if (!newest?.error || (newest.attemptedValue ?? null) !== desired) return undefined;
  const first = reports.find((log) => log.error === newest.error && (log.attemptedValue ?? null) === desired);
  return { attemptedVersion: desired, error: newest.error, at: first?.date };
}

export interface Disturbed {
  readonly deviceId: LosantId;
  readonly line: string;
}

/**
 * Foreign devices that moved between two looks, also those that came back or lost the flow: nothing here meant them.
 *
 * @param isOurs - was the device owned by a resource that was at work between the looks?
 */
export function disturbedBetween(before: Fleet, after: Fleet, isOurs: (deviceId: LosantId) => boolean): Disturbed[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((deviceId) => !isOurs(deviceId))
    .flatMap((deviceId) => {
      const [was, is] = [before.get(deviceId), after.get(deviceId)];
      const [from, to] = [was?.desired ?? null, is?.desired ?? null];
      const cameBack = from === to && was !== undefined && is !== undefined && was.lastChange !== is.lastChange;
      if (from === to && !cameBack) return [];
      const name = is?.name ?? was?.name;
      const device = name === undefined ? deviceId : `${name} (${deviceId})`;
      const who = is?.changedBy === undefined ? "" : ` (by ${is.changedBy})`;
      const what = cameBack
        ? `moved away from ${from ?? "nothing"} and came back${who}`
        : `moved from ${from ?? "nothing"} to ${to ?? "nothing"}${who}`;
      return [{ deviceId, line: `device ${device} is not managed here and ${what} while this ran: look at it` }];
    });
}

export interface FlowReader {
  /** Reads now, whatever was read before: for decisions that calls rest on. */
  fresh(flow: FlowRef): Promise<Fleet>;
  /**
   * The same for several flows of ONE application, by the fewest calls: one listing of the whole application where that
   * is no longer than theirs.
   *
   * @returns by `<applicationId>/<flowId>`; an Error for a flow that could not be read
   */
  freshOf(flows: readonly FlowRef[]): Promise<ReadonlyMap<string, Fleet | Error>>;
  /**
   * Joins a listing that is under way or was made moments ago: for refreshes of many resources of one flow, and for
   * rollouts that wait side by side, which say how old it may be.
   */
  shared(flow: FlowRef, maxAgeMs?: number): Promise<Fleet>;
  /** To be called before and after each write to the flow. */
  invalidate(flow: FlowRef): void;
}

export interface FlowReaderOptions {
  /** How long a listing may be shared after it was answered, in milliseconds. @default 10000 */
  readonly sharedForMs?: number | undefined;
  readonly now?: (() => number) | undefined;
}

interface Listing {
  readonly fleet: Promise<Fleet>;
  /** Undefined while it is under way. */
  answeredAt?: number;
}

/** Rows of one page: what a flow's own listing costs at least. */
const ROWS_PER_FLOW = 1_000;

export function createFlowReader(client: LosantClient, options: FlowReaderOptions = {}): FlowReader {
  const { sharedForMs = 10_000, now = Date.now } = options;
  const listings = new Map<string, Listing>();
  /** Applications with more rows than a listing of the whole of them is worth -> for how many flows it was tried. */
  const tooLarge = new Map<LosantId, number>();

  const keep = (flow: FlowRef, fleet: Promise<Fleet>): Promise<Fleet> => {
    const key = keyOf(flow);
    const listing: Listing = { fleet };
    listings.set(key, listing);
    fleet.then(
      () => {
        listing.answeredAt = now();
      },
      // A failed listing is not shared with later readers; those that wait for it now get the error.
      () => listings.get(key) === listing && listings.delete(key),
    );
    return fleet;
  };

  const fresh = (flow: FlowRef): Promise<Fleet> =>
    keep(flow, client.listAllDeployments(flow.applicationId, { flowId: flow.flowId }).then(toFleet));

  /** @returns undefined where the flows have to be listed each by itself */
  const wholeApplication = async (flows: readonly FlowRef[]): Promise<ReadonlyMap<string, Fleet> | undefined> => {
    const [first] = flows;
    if (first === undefined || flows.length < 2 || flows.length <= (tooLarge.get(first.applicationId) ?? 0)) return;
    const rows = await client
      .listDeploymentsUpTo(first.applicationId, {}, flows.length * ROWS_PER_FLOW)
      // What is wrong with one flow must not hide the others.
      .catch(() => undefined);
    if (rows === undefined) {
      tooLarge.set(first.applicationId, flows.length);
      return;
    }
    const byFlow = Map.groupBy(rows, (row) => keyOf({ applicationId: first.applicationId, flowId: row.flowId }));
    return new Map(flows.map((flow) => [keyOf(flow), toFleet(byFlow.get(keyOf(flow)) ?? [])]));
  };

  return {
    fresh,
    freshOf: async (flows) => {
      const whole = await wholeApplication(flows);
      if (whole !== undefined) {
        for (const flow of flows) void keep(flow, Promise.resolve(whole.get(keyOf(flow)) ?? new Map()));
        return whole;
      }
      return new Map(
        await Promise.all(
          flows.map(async (flow): Promise<[string, Fleet | Error]> => [
            keyOf(flow),
            await fresh(flow).catch((error: unknown) => (error instanceof Error ? error : new Error(String(error)))),
          ]),
        ),
      );
    },
    shared: (flow, maxAgeMs = sharedForMs) => {
      const listing = listings.get(keyOf(flow));
      const isUsable =
        listing !== undefined && (listing.answeredAt === undefined || now() - listing.answeredAt <= maxAgeMs);
      return isUsable ? listing.fleet : fresh(flow);
    },
    invalidate: (flow) => {
      listings.delete(keyOf(flow));
    },
  };
}

export const keyOf = flowKeyOf;
