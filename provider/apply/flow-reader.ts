/** The only reader of what Losant lists for a flow. One listing serves all that ask at one time. */
import { isWorkflowAbsent } from "../lookup/absent-workflow.js";
import { LosantUnstableListError, isRetryable } from "../losant/index.js";
import type { LosantClient, LosantId } from "../losant/types.js";
import type { FlowReader } from "../ports.js";
import { flowKeyOf, toFleet } from "../resource/fleet.js";
import type { Fleet, FlowRef } from "../resource/fleet.js";
import { SharedWork, untilAborted } from "./waiting.js";

export interface FlowReaderOptions {
  /** How long a listing may be shared after it was answered, in milliseconds. @default 10000 */
  readonly sharedForMs?: number;
  readonly now?: () => number;
}

export interface Listing {
  readonly fleet: SharedWork<Fleet>;
  /** Undefined while it is under way. */
  answeredAt?: number;
}

/** Rows of one page: the least that a flow's own listing costs. */
export const ROWS_PER_FLOW = 1000;
export function createFlowReader(client: LosantClient, options: FlowReaderOptions = {}): FlowReader {
  const { sharedForMs = 10000, now = () => performance.now() } = options;
  const listings = new Map<string, Listing>();
  /** Applications that are too large to be listed as a whole -> for how many flows it was tried. */
  const tooLarge = new Map<LosantId, number>();

  const clientUntil = (signal: AbortSignal | undefined): LosantClient =>
    signal === undefined ? client : client.until(signal);

  const keep = (flow: FlowRef, read: (signal: AbortSignal) => Promise<Fleet>): SharedWork<Fleet> => {
    const key = flowKeyOf(flow);
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

  const fresh = async (flow: FlowRef, withinMs?: number, signal?: AbortSignal): Promise<Fleet> => {
    signal?.throwIfAborted();
    const { applicationId, flowId } = flow;
    const read = async (givenUp: AbortSignal): Promise<Fleet> =>
      toFleet(await clientUntil(signal && givenUp).listAllDeployments(applicationId, { flowId }, withinMs));
    return keep(flow, read).join(signal);
  };

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
          if (fleet instanceof Map) keep(flow, async () => fleet);
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
    shared: (flow, maxAgeMs = sharedForMs, withinMs, signal) => {
      const listing = listings.get(flowKeyOf(flow));
      const isUsable =
        listing !== undefined &&
        !listing.fleet.isGivenUp &&
        (listing.answeredAt === undefined || now() - listing.answeredAt <= maxAgeMs);
      return isUsable ? listing.fleet.join(signal) : fresh(flow, withinMs, signal);
    },
    versionErrors: ({ applicationId, flowId }, version, since, signal) =>
      untilAborted(clientUntil(signal).listVersionErrors(applicationId, flowId, version, since), signal),
    isWorkflowAbsent: (flow, signal) => untilAborted(isWorkflowAbsent(clientUntil(signal), flow), signal),
    invalidate: (flow) => {
      listings.delete(flowKeyOf(flow));
    },
  };
}
