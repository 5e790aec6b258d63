/**
 * Makes what is live into what is wanted: observe, plan, call, observe, until nothing is left to call.
 *
 * A write that Losant took is not yet a change: it answers 202 and works later, and a connection can break after the
 * effect. So no call is trusted and none is blindly repeated: what is live is looked at, and the plan made again. That
 * one loop is the retry, the resume after a killed run and the check afterwards.
 */
import { isOutcomeUnknown, isRetryable } from "./losant/index.js";
import type { LosantClient, Version } from "./losant/types.js";
import type { Log } from "./log.js";
import type { Fleet, FlowReader, FlowRef } from "./observe.js";
import { keyOf } from "./observe.js";
import { plan } from "./plan.js";
import type { Call, Move, Plan } from "./plan.js";
import { movedBetween, recordLine } from "./record.js";
import type { Intent } from "./state.js";

export interface Ports {
  readonly client: LosantClient;
  readonly flows: FlowReader;
  readonly log: Log;
  readonly clock: Clock;
  /** Serves one task after the other for a key. */
  readonly exclusively: <T>(key: string, task: () => Promise<T>) => Promise<T>;
  readonly rules: Rules;
  /** Is whoever asked for this still there? Without it, always. */
  readonly isHeard?: (() => Promise<boolean>) | undefined;
  /** The resource that is worked on, for the records of it. */
  readonly resourceId?: string | undefined;
}

export interface Clock {
  now(): number;
  sleep(ms: number): Promise<void>;
}

export interface Rules {
  /** May calls be used that reach every device of the application? Off with `losant:replace: never`. */
  readonly wide: boolean;
  /** How long to wait until Losant shows what it accepted, in seconds. */
  readonly verifySeconds: number;
  /** How often a rollout looks: the first time, and at least. @default 500 and 10000 milliseconds */
  readonly poll?: { readonly firstMs: number; readonly lastMs: number } | undefined;
  /** How often a rollout says how far it is, at most, in milliseconds. @default 1000 */
  readonly progressEveryMs?: number | undefined;
}

export interface Outcome {
  readonly fleet: Fleet;
  readonly calls: readonly Call[];
  /** What differed before the calls. */
  readonly moves: readonly Move[];
}

/** The wanted versions do not show, or a call failed after others had gone through: what is live is in `fleet`. */
export class Unfinished extends Error {
  override readonly name = "Unfinished";
  readonly fleet: Fleet;
  readonly reasons: readonly string[];
  /** The failed call; undefined where every call was taken. */
  readonly fault: unknown;

  constructor(message: string, fleet: Fleet, reasons: readonly string[], fault?: unknown) {
    super(message);
    this.fleet = fleet;
    this.reasons = reasons;
    this.fault = fault;
  }
}

/** Plans that are made again after a fault or a write that did not show. */
const MAX_ROUNDS = 4;
/** Plans whose calls were all accepted and still did not show. */
const MAX_UNSHOWN = 2;
const FIRST_POLL_MS = 100;
const LAST_POLL_MS = 2_000;

/**
 * @param intentOn - what is wanted, given what is live; throws to refuse, before anything moved
 * @throws Unfinished if something may have moved and the rest did not; the client's own error if nothing did
 */
export async function converge(ports: Ports, flow: FlowRef, intentOn: (fleet: Fleet) => Intent): Promise<Outcome> {
  return ports.exclusively(keyOf(flow), async () => {
    const before = await ports.flows.fresh(flow);
    const intent = intentOn(before);
    const calls: Call[] = [];
    let fleet = before;
    const { moves } = plan({ ...intent, observed: before });
    let fault: unknown;
    let unshown = 0;
    for (let round = 0; round < MAX_ROUNDS && unshown < MAX_UNSHOWN; round++) {
      // After a first round that did not show, only calls that name their devices: a wide call rests on assumptions.
      const next = plan({ ...intent, observed: fleet, wide: ports.rules.wide && round === 0 });
      if (next.calls.length === 0) {
        conclude(ports, before, fleet, intent, calls);
        return { fleet, calls, moves };
      }
      try {
        fault = undefined;
        await run(ports, flow, next, calls);
        fleet = await settled(ports, flow, intent, fleet);
        unshown += 1;
      } catch (error) {
        fault = error;
        if (calls.length === 0) throw error;
        fleet = (await look(ports, flow)) ?? fleet;
        if (!isRetryable(error)) break;
        await ports.clock.sleep(FIRST_POLL_MS * 2 ** round);
      }
    }
    conclude(ports, before, fleet, intent, calls);
    const rest = plan({ ...intent, observed: fleet });
    // The last round allowed may have been the one that did it.
    if (rest.calls.length === 0) return { fleet, calls, moves };
    throw unfinished(rest, fleet, fault);
  });
}

/** Runs the calls in turn. `done` gets each one that was or may have been taken. */
async function run(ports: Ports, flow: FlowRef, { calls }: Plan, done: Call[]): Promise<void> {
  for (const call of calls) {
    await mustBeHeard(ports);
    ports.log.debug(`${keyOf(flow)}: ${call.why}`);
    ports.flows.invalidate(flow);
    try {
      await send(ports.client, flow, call);
      done.push(call);
    } catch (error) {
      if (isOutcomeUnknown(error)) done.push(call);
      throw error;
    } finally {
      ports.flows.invalidate(flow);
    }
  }
}

/**
 * A CLI that is killed leaves its plugins running, and nobody would learn what they do: the next `pulumi up` may be at
 * work already. So nothing is written any more.
 *
 * @throws Error if Pulumi has gone
 */
export async function mustBeHeard({ isHeard }: Ports): Promise<void> {
  if (isHeard !== undefined && !(await isHeard())) throw new Error("Pulumi has gone: nothing more is done");
}

function send(client: LosantClient, { applicationId, flowId }: FlowRef, call: Call): Promise<void> {
  switch (call.verb) {
    case "release":
      return client.release(applicationId, { flowId, version: call.version, deviceIds: call.deviceIds });
    case "replace":
      return client.replace(applicationId, { flowId, oldVersion: call.oldVersion, newVersion: call.newVersion });
    case "remove":
      return "deviceId" in call
        ? client.remove(applicationId, { flowId, deviceId: call.deviceId })
        : client.remove(applicationId, { flowId, every: call.every });
  }
}

/** Observes until every wanted version shows, or until nothing has moved for a while, or the time is up. */
async function settled(ports: Ports, flow: FlowRef, intent: Intent, before: Fleet): Promise<Fleet> {
  const until = ports.clock.now() + ports.rules.verifySeconds * 1000;
  let left = plan({ ...intent, observed: before }).moves.length;
  let still = 0;
  let moved = false;
  for (let pause = FIRST_POLL_MS; ; pause = Math.min(pause * 2, LAST_POLL_MS)) {
    const fleet = await ports.flows.fresh(flow);
    const nowLeft = plan({ ...intent, observed: fleet }).moves.length;
    moved ||= nowLeft < left;
    still = nowLeft === left ? still + 1 : 0;
    left = nowLeft;
    // Some moved and the others have not followed in several looks: the call did not mean those.
    const stuck = moved && still >= 4;
    if (left === 0 || stuck || ports.clock.now() >= until) return fleet;
    await ports.clock.sleep(Math.min(pause, Math.max(until - ports.clock.now(), 1)));
  }
}

async function look(ports: Ports, flow: FlowRef): Promise<Fleet | undefined> {
  try {
    return await ports.flows.fresh(flow);
  } catch {
    return undefined;
  }
}

function unfinished(rest: Plan, fleet: Fleet, fault: unknown): Unfinished {
  const because = fault instanceof Error ? fault.message : undefined;
  const reasons = rest.moves.map(
    ({ deviceId, from, to }) => `device ${deviceId}: wanted at ${to ?? "nothing"}, Losant shows ${from ?? "nothing"}`,
  );
  const message =
    because ??
    `Losant accepted the calls but does not show them on ${countOf(rest.moves.length)}. ` +
      "Are these edge compute devices of this application?";
  return new Unfinished(message, fleet, capped([message, ...reasons]), fault);
}

function conclude(ports: Ports, before: Fleet, after: Fleet, intent: Intent, calls: readonly Call[]): void {
  warnOfDisturbed(ports.log, before, after, intent, calls);
  if (ports.resourceId === undefined || calls.length === 0) return;
  const done = calls.map(({ verb, why }) => ({ verb, why }));
  const moved = movedBetween(before, after, intent.owned);
  ports.log.debug(recordLine({ kind: "applied", id: ports.resourceId, calls: done, moved, names: {} }));
}

/** A foreign device that moved while a wide call ran: nothing here meant it, and somebody should know. */
function warnOfDisturbed(log: Log, before: Fleet, after: Fleet, intent: Intent, calls: readonly Call[]): void {
  if (calls.length === 0) return;
  for (const [deviceId, view] of after) {
    const was: Version = before.get(deviceId)?.desired ?? null;
    if (!intent.owned.has(deviceId) && view.desired !== was) {
      const who = view.changedBy === undefined ? "" : ` (by ${view.changedBy})`;
      log.warn(
        `device ${deviceId} is not managed here and moved from ${was ?? "nothing"} to ${view.desired ?? "nothing"}${who} while this ran: look at it`,
      );
    }
  }
}

const MAX_LINES = 20;

export function capped(lines: readonly string[]): string[] {
  return lines.length <= MAX_LINES
    ? [...lines]
    : [...lines.slice(0, MAX_LINES - 1), `and ${lines.length - MAX_LINES + 1} more`];
}

function countOf(count: number): string {
  return count === 1 ? "1 device" : `${count} devices`;
}
