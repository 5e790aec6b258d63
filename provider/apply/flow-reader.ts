/** The only reader of what Losant lists for a flow. One listing serves all that ask at one time. */
import { isWorkflowAbsent } from "../lookup/absent-workflow.js";
import { LosantUnstableListError, isRetryable } from "../losant/index.js";
import type { LosantClient, LosantId } from "../losant/types.js";
import type { FlowReader } from "../ports.js";
import { fleetOf, flowKeyOf, toDeviceView, toFleet } from "../resource/fleet.js";
import type { Fleet, FlowRef } from "../resource/fleet.js";

export interface FlowReaderOptions {
  /** How long a listing may be shared after it was answered, in milliseconds. @default 10000 */
  readonly sharedForMs?: number;
  readonly now?: () => number;
  /** How finely runs are counted, in milliseconds: only stretches after a device's release count. @default 60000 */
  readonly runsResolutionMs?: number;
}

export interface Listing {
  readonly fleet: Promise<Fleet>;
  /** Undefined while it is under way. */
  answeredAt?: number;
}

/** Rows of one page: the least that a flow's own listing costs. */
export const ROWS_PER_FLOW = 1000;
export function createFlowReader(client: LosantClient, options: FlowReaderOptions = {}): FlowReader {
  const { sharedForMs = 10000, now = () => performance.now(), runsResolutionMs: resolutionMs = 60_000 } = options;
  const listings = new Map<string, Listing>();
  /** Applications that are too large to be listed as a whole -> for how many flows it was tried. */
  const tooLarge = new Map<LosantId, number>();

  /** By version, a flow's listings of one version. */
  const ofVersions = new Map<string, Map<string, Listing>>();

  const keep = (listings: Map<string, Listing>, key: string, fleet: Promise<Fleet>): Promise<Fleet> => {
    const listing: Listing = { fleet };
    listings.set(key, listing);
    fleet.then(
      () => {
        listing.answeredAt = now();
      },
      // A failed listing is not shared with later readers; those that wait for it get the error.
      () => listings.get(key) === listing && listings.delete(key),
    );
    return fleet;
  };

  const usable = (listing: Listing | undefined, maxAgeMs: number): Promise<Fleet> | undefined => {
    if (listing === undefined) return undefined;
    return listing.answeredAt === undefined || now() - listing.answeredAt <= maxAgeMs ? listing.fleet : undefined;
  };

  const fresh = (flow: FlowRef, withinMs?: number): Promise<Fleet> =>
    keep(
      listings,
      flowKeyOf(flow),
      client.mapDeployments(flow.applicationId, { flowId: flow.flowId }, toDeviceView, withinMs).then(fleetOf),
    );

  /** @returns undefined where each flow has to be listed by itself */
  const wholeApplication = async (
    flows: readonly FlowRef[],
    withinMs: number | undefined,
  ): Promise<ReadonlyMap<string, Fleet | Error> | undefined> => {
    const [first] = flows;
    if (first === undefined || flows.length < 2 || flows.length <= (tooLarge.get(first.applicationId) ?? 0)) return;
    let rows;
    try {
      rows = await client.listDeploymentsUpTo(first.applicationId, {}, flows.length * ROWS_PER_FLOW, withinMs);
    } catch (error) {
      // Losant cannot be read now. Other failures may be about one flow's rows, and must not hide the other flows.
      if (isRetryable(error) && !(error instanceof LosantUnstableListError))
        return new Map(flows.map((flow) => [flowKeyOf(flow), error]));
    }
    if (rows === undefined) {
      tooLarge.set(first.applicationId, flows.length);
      return;
    }
    const byFlow = Map.groupBy(rows, (row) => flowKeyOf({ applicationId: first.applicationId, flowId: row.flowId }));
    return new Map(flows.map((flow) => [flowKeyOf(flow), toFleet(byFlow.get(flowKeyOf(flow)) ?? [])]));
  };

  return {
    fresh: (flow) => fresh(flow),
    freshOf: async (flows, withinMs) => {
      const whole = await wholeApplication(flows, withinMs);
      if (whole !== undefined) {
        for (const flow of flows) {
          const fleet = whole.get(flowKeyOf(flow));
          if (fleet instanceof Map) void keep(listings, flowKeyOf(flow), Promise.resolve(fleet));
        }
        return whole;
      }
      return new Map(
        await Promise.all(
          flows.map(async (flow): Promise<[string, Fleet | Error]> => [
            flowKeyOf(flow),
            await fresh(flow, withinMs).catch((error: unknown) =>
              error instanceof Error ? error : new Error(String(error)),
            ),
          ]),
        ),
      );
    },
    shared: (flow, maxAgeMs = sharedForMs, withinMs) =>
      usable(listings.get(flowKeyOf(flow)), maxAgeMs) ?? fresh(flow, withinMs),
    sharedOfVersion: (flow, version, maxAgeMs, withinMs) => {
      const key = flowKeyOf(flow);
      const known = ofVersions.get(key) ?? new Map<string, Listing>();
      ofVersions.set(key, known);
      const { applicationId, flowId } = flow;
      return (
        usable(known.get(version), maxAgeMs) ??
        keep(
          known,
          version,
          client.mapDeployments(applicationId, { flowId, version }, toDeviceView, withinMs).then(fleetOf),
        )
      );
    },
    versionErrors: ({ applicationId, flowId }, version, since) =>
      client.listVersionErrors(applicationId, flowId, version, since),
    versionRuns: ({ applicationId, flowId }, version, asked) =>
      client.countVersionRuns(applicationId, flowId, version, { ...asked, resolutionMs }),
    isWorkflowAbsent: (flow) => isWorkflowAbsent(client, flow),
    invalidate: (flow) => {
      listings.delete(flowKeyOf(flow));
      ofVersions.delete(flowKeyOf(flow));
    },
  };
}
