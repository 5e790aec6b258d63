/** The only reader of what Losant lists for a flow. One listing serves all that ask at one time. */
import { isWorkflowAbsent } from "../lookup/absent-workflow.js";
import { LosantUnstableListError, isRetryable } from "../losant/index.js";
import type { LosantClient, LosantId } from "../losant/types.js";
import type { FlowReader } from "../ports.js";
import { fleetOf, flowKeyOf, toDeviceView, toFleet } from "../resource/fleet.js";
import type { Fleet, FlowRef } from "../resource/fleet.js";
import { SharedWork, untilAborted } from "./waiting.js";

export interface FlowReaderOptions {
  /** How long a listing may be shared after it was answered, in milliseconds. @default 10000 */
  readonly sharedForMs?: number;
  readonly now?: () => number;
  /** How finely runs are counted, in milliseconds: only stretches after a device's release count. @default 60000 */
  readonly runsResolutionMs?: number;
}

export interface Listing {
  readonly fleet: SharedWork<Fleet>;
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

  const clientUntil = (signal: AbortSignal | undefined): LosantClient =>
    signal === undefined ? client : client.until(signal);

  const keep = (
    listings: Map<string, Listing>,
    key: string,
    read: (signal: AbortSignal) => Promise<Fleet>,
  ): SharedWork<Fleet> => {
    const fleet = new SharedWork(async (signal) => {
      try {
        const found = await read(signal);
        listing.answeredAt = now();
        return found;
      } catch (error) {
        // A failed listing is not shared with later readers; those that wait for it get the error.
        if (listings.get(key) === listing) listings.delete(key);
        throw error;
      }
    });
    const listing: Listing = { fleet };
    listings.set(key, listing);
    return fleet;
  };

  const usable = (listing: Listing | undefined, maxAgeMs: number): SharedWork<Fleet> | undefined => {
    if (listing === undefined || listing.fleet.isGivenUp) return undefined;
    return listing.answeredAt === undefined || now() - listing.answeredAt <= maxAgeMs ? listing.fleet : undefined;
  };

  /** Lists the flow, or the rows of one version of it. */
  const list = async (
    listings: Map<string, Listing>,
    key: string,
    { applicationId, flowId, version }: FlowRef & { readonly version?: string },
    { withinMs, signal }: { readonly withinMs?: number; readonly signal?: AbortSignal },
  ): Promise<Fleet> => {
    signal?.throwIfAborted();
    const filter = version === undefined ? { flowId } : { flowId, version };
    const read = async (givenUp: AbortSignal): Promise<Fleet> =>
      fleetOf(await clientUntil(signal && givenUp).mapDeployments(applicationId, filter, toDeviceView, withinMs));
    return keep(listings, key, read).join(signal);
  };

  const fresh = ({ applicationId, flowId }: FlowRef, withinMs?: number, signal?: AbortSignal): Promise<Fleet> =>
    list(listings, flowKeyOf({ applicationId, flowId }), { applicationId, flowId }, { withinMs, signal });

  /** @returns undefined where each flow has to be listed by itself */
  const wholeApplication = async (
    flows: readonly FlowRef[],
    withinMs: number | undefined,
    signal: AbortSignal | undefined,
  ): Promise<ReadonlyMap<string, Fleet | Error> | undefined> => {
    const [first] = flows;
    if (first === undefined || flows.length < 2 || flows.length <= (tooLarge.get(first.applicationId) ?? 0)) return;
    let rows;
    try {
      const { applicationId } = first;
      const listed = clientUntil(signal).listDeploymentsUpTo(applicationId, {}, flows.length * ROWS_PER_FLOW, withinMs);
      rows = await untilAborted(listed, signal);
    } catch (error) {
      // Losant cannot be read now. Other failures may be about one flow's rows, and must not hide the other flows.
      if (signal?.aborted === true || (isRetryable(error) && !(error instanceof LosantUnstableListError))) {
        const failure = error instanceof Error ? error : new Error(String(error));
        return new Map(flows.map((flow) => [flowKeyOf(flow), failure]));
      }
    }
    if (rows === undefined) {
      tooLarge.set(first.applicationId, flows.length);
      return;
    }
    const byFlow = Map.groupBy(rows, (row) => flowKeyOf({ applicationId: first.applicationId, flowId: row.flowId }));
    return new Map(flows.map((flow) => [flowKeyOf(flow), toFleet(byFlow.get(flowKeyOf(flow)) ?? [])]));
  };

  return {
    fresh: (flow, signal) => fresh(flow, undefined, signal),
    freshOf: async (flows, withinMs, signal) => {
      const whole = await wholeApplication(flows, withinMs, signal);
      if (whole !== undefined) {
        for (const flow of flows) {
          const fleet = whole.get(flowKeyOf(flow));
          if (fleet instanceof Map) keep(listings, flowKeyOf(flow), async () => fleet);
        }
        return whole;
      }
      return new Map(
        await Promise.all(
          flows.map(async (flow): Promise<[string, Fleet | Error]> => [
            flowKeyOf(flow),
            await fresh(flow, withinMs, signal).catch((error: unknown) =>
              error instanceof Error ? error : new Error(String(error)),
            ),
          ]),
        ),
      );
    },
    shared: async (flow, maxAgeMs = sharedForMs, withinMs, signal) =>
      usable(listings.get(flowKeyOf(flow)), maxAgeMs)?.join(signal) ?? fresh(flow, withinMs, signal),
    sharedOfVersion: async ({ applicationId, flowId }, version, maxAgeMs, withinMs, signal) => {
      const key = flowKeyOf({ applicationId, flowId });
      const known = ofVersions.get(key) ?? new Map<string, Listing>();
      ofVersions.set(key, known);
      return (
        usable(known.get(version), maxAgeMs)?.join(signal) ??
        list(known, version, { applicationId, flowId, version }, { withinMs, signal })
      );
    },
    versionErrors: ({ applicationId, flowId }, version, since, signal) =>
      untilAborted(clientUntil(signal).listVersionErrors(applicationId, flowId, version, since), signal),
    isWorkflowAbsent: (flow, signal) => untilAborted(isWorkflowAbsent(clientUntil(signal), flow), signal),
    versionRuns: ({ applicationId, flowId }, version, asked, signal) =>
      untilAborted(
        clientUntil(signal).countVersionRuns(applicationId, flowId, version, { ...asked, resolutionMs }),
        signal,
      ),
    invalidate: (flow) => {
      listings.delete(flowKeyOf(flow));
      ofVersions.delete(flowKeyOf(flow));
    },
  };
}
