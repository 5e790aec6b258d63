/**
 * The delete of a resource: its devices lose the flow, except those that another resource has taken.
 *
 * It fails closed. It has succeeded only if Losant shows the devices without the flow, in two looks where a device has no
 * row at all: one short page is no evidence. A 404 of whatever kind keeps the state: a token of another application, a
 * proxy or a wrong path in `losant:apiUrl` answers it too, and devices would run on without an owner.
 */
import { capLines, countOf } from "../words.js";
import type { Decision } from "../decision/decide.js";
import { removedLine } from "../messages/format.js";
import { Unfinished } from "./unfinished.js";
import { isLosantNotFound, isNotFound } from "../losant/index.js";
import type { LosantId } from "../losant/types.js";
import type { Fleet } from "../resource/fleet.js";
import type { Outcome, Ports } from "../ports.js";
import type { Settings } from "../settings.js";
import type { Saved } from "../resource/state.js";

export interface Removal {
  readonly id: string;
  readonly saved: Saved;
  readonly decideOn: (fleet: Fleet) => Decision;
  readonly settings: Pick<Settings, "forgetMissingApplication">;
  /** Adds to an error what to do about it. */
  readonly explained: (error: unknown) => unknown;
}

const MAX_ATTEMPTS = 3;

/** @throws Error unless Losant shows that no device of the resource is left behind */
export async function removeAll(ports: Ports, removal: Removal): Promise<void> {
  const { saved, settings, explained } = removal;
  try {
    reportRemoved(ports, await removed(ports, removal), removal.saved);
  } catch (error) {
    if (!settings.forgetMissingApplication || !(await isMissingTwice(ports, saved, error)))
      throw userFacing(error, explained);
    ports.log.warn(
      `application ${saved.inputs.applicationId} does not exist for this token (seen twice): the resource is forgotten, as losant:forgetMissingApplication asks`,
    );
  }
}

/** The error that a person reads. It has no cause: Pulumi would print the cause with its stack. */
function userFacing(error: unknown, explained: Removal["explained"]): unknown {
  if (error instanceof Unfinished) return new Error(error.reasons.join("\n"));
  if (!isNotFound(error)) return explained(error);
  return new Error(
    `${error.message} Nothing is forgotten: devices may still run the workflow. If the application or the workflow is really gone: ` +
      "`pulumi state delete <urn>` (`pulumi stack --show-urns` lists it), or, for teardown pipelines, losant:forgetMissingApplication.",
  );
}

interface Removed {
  /** Of the attempt that made calls. */
  readonly outcome: Outcome;
  readonly handedOver: Decision["handedOver"];
}

async function removed(ports: Ports, { id, saved, decideOn }: Removal): Promise<Removed> {
  const flow = saved.inputs;
  let done: Removed | undefined;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const outcome = await ports.session.commit({
      flow,
      log: ports.log,
      resourceId: id,
      looksFirst: attempt > 1,
      ask: (fleet) => {
        const decision = decideOn(fleet);
        refuseUnclear(decision, fleet, saved);
        return decision.intent;
      },
    });
    const { intent, handedOver } = decideOn(outcome.fleet);
    done = done === undefined || outcome.calls.length > 0 ? { outcome, handedOver } : done;
    if ([...intent.owned].every((deviceId) => outcome.fleet.has(deviceId))) return done;
    // A device without a row never had the flow, does not exist any more, or the listing was short: list again.
    if (decideOn(await ports.flows.fresh(flow)).plan.moves.length === 0) return done;
  }
  throw new Error(
    `Losant's listing of workflow ${flow.flowId} contradicts itself: devices come and go between looks. Try again`,
  );
}

/** Another resource may own these devices, and it cannot be known here: stopping them could stop its workflow. */
function refuseUnclear({ handedOver, unclear }: Decision, fleet: Fleet, saved: Saved): void {
  const carries = (deviceId: LosantId): boolean => (fleet.get(deviceId)?.desired ?? null) !== null;
  const notTaken = [...handedOver].filter(([deviceId]) => carries(deviceId));
  const [first] = notTaken;
  if (first !== undefined) {
    throw new Error(
      `${countOf(notTaken.length, "device")} of this resource (${capLines(notTaken.map(([deviceId]) => deviceId)).join(", ")}) now belong to "${first[1]}", ` +
        "which has not taken them over in this run. Nothing was changed: bring both resources up together, without --target.",
    );
  }
  const open = unclear.filter(carries);
  if (open.length > 0) {
    const takers = [...new Set(open.map((deviceId) => saved.handedOver?.get(deviceId) ?? "another resource"))];
    throw new Error(
      `${countOf(open.length, "device")} (${capLines(open).join(", ")}) went from this resource to ${takers.map((taker) => `"${taker}"`).join(", ")}, ` +
        "and a destroy does not see whether it arrived there. Nothing was changed. " +
        `Destroy ${takers.join(", ")} first (\`pulumi destroy ${takers.map((taker) => `--target '**${taker}'`).join(" ")}\`), ` +
        "or run `pulumi up` and `pulumi refresh`; then this again.",
    );
  }
}

function reportRemoved({ log }: Ports, { outcome, handedOver }: Removed, saved: Saved): void {
  if (outcome.calls.length > 0) log.info(removedLine(outcome, saved.inputs.flowId));
  if (handedOver.size > 0) {
    log.info(
      `${countOf(handedOver.size, "device")} left as they are: another resource of this program declares them now`,
    );
  }
}

async function isMissingTwice(ports: Ports, { inputs }: Saved, error: unknown): Promise<boolean> {
  if (!isLosantNotFound(error) || error.method !== "GET") return false;
  try {
    ports.flows.invalidate(inputs);
    await ports.flows.fresh(inputs);
    return false;
  } catch (again) {
    return isLosantNotFound(again);
  }
}
