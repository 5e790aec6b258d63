/**
 * Makes what is live into what is wanted, for all resources of an application that want something at one moment: one
 * look, one joint plan a flow, its calls, one look. Each resource gets its own outcome.
 *
 * A write that Losant took is not yet a change: it answers 202 and works later, and a connection can break after the
 * effect. So no call is trusted and none is blindly repeated: what is live is looked at, and the plan is made again. That
 * one loop is the retry, the resume after a killed run and the check afterwards.
 *
 * - A wide call (`replace`, remove of a whole flow) rests on a look that was asked for after every resource in it had
 *   come in. It is sent once after that look: where Losant did not take it (429, a connection that was never made), the
 *   next attempt looks and plans again, and a foreign device that has joined meanwhile makes it a release by name.
 * - It moves devices of resources that are in hand only. Others may wait for something, or fail.
 * - The look that ends one group may begin the next one's, for calls that name their devices.
 * - An error of a call is told to the resources whose devices were in it.
 */
import { capped, counted } from "./describe.js";
import { isOutcomeUnknown, isRetryable } from "./losant/index.js";
import type { LosantClient, LosantId, Version } from "./losant/types.js";
import type { Log } from "./log.js";
import type { Fleet, FlowReader, FlowRef } from "./observe.js";
import { disturbedBetween } from "./observe.js";
import { isWide, movedBy, movesOf, plan } from "./plan.js";
import type { Call, Move, Plan } from "./plan.js";
import { assertEngineAlive } from "./ports.js";
import type { Clock, Rules } from "./ports.js";
import { flowKeyOf } from "./program-run.js";
import { movedBetween, recordLine } from "./record.js";
import type { CallRecord } from "./record.js";
import type { Intent } from "./state.js";

export interface FlowRequest {
  readonly flow: FlowRef;
  /** What is wanted, given what is live. Asked again after each look that a call rests on. Throws to refuse. */
  readonly ask: (fleet: Fleet) => Intent;
  /** Look anew, however recent the last look is. */
  readonly looksFirst?: boolean | undefined;
  /** The id of the resource, for the records of it. */
  readonly resourceId?: string | undefined;
  /** Where messages about this resource go. @default the session's log */
  readonly log?: Log | undefined;
}

export interface FlowSession {
  /**
   * @throws Unfinished if something may have moved and the rest did not; the client's own error, or what `ask` threw,
   *   if nothing did
   */
  commit(request: FlowRequest): Promise<Outcome>;
}

export interface Outcome {
  readonly fleet: Fleet;
  /** The calls that moved devices of this resource. */
  readonly calls: readonly CallRecord[];
  /** What differed before the calls. */
  readonly moves: readonly Move[];
}

/** The wanted versions do not show, or a call failed after others had gone through. */
export class Unfinished extends Error {
  override readonly name = "Unfinished";
  /** What is live; undefined where Losant could not be looked at after the calls. */
  readonly fleet: Fleet | undefined;
  readonly reasons: readonly string[];
  /** The failed call; undefined where every call was taken. */
  readonly fault: unknown;

  constructor(message: string, fleet: Fleet | undefined, reasons: readonly string[], fault?: unknown) {
    super(message);
    this.fleet = fleet;
    this.reasons = reasons;
    this.fault = fault;
  }
}

export interface SessionOptions {
  readonly client: LosantClient;
  readonly flows: FlowReader;
  readonly log: Log;
  readonly clock: Clock;
  readonly rules: Rules;
  readonly isEngineAlive?: (() => Promise<boolean>) | undefined;
}

/** Attempts of a write that fails for the moment. */
const MAX_ATTEMPTS = 5;
/** Plans whose calls were all accepted and still did not show. */
const MAX_UNSHOWN = 2;
const RETRY_SECONDS = 120;
const FIRST_RETRY_MS = 500;
const FIRST_POLL_MS = 100;
const LAST_POLL_MS = 2_000;
/** Looks without news, after some devices have followed: the call did not mean the others. */
const STUCK_LOOKS = 4;
/** A look this old may still begin the next group, in milliseconds: the engine hands resources over in waves. */
const REUSE_MS = 5_000;
/**
 * A resource waits for others until none has come for so long, in milliseconds: for a moment where it is the first one,
 * longer where others have come by, since the engine hands the next ones over as these end. It saves calls, and nothing
 * depends on it.
 */
const GATHER_FIRST_MS = 20;
const GATHER_MS = 60;
const MAX_GATHERS = 8;

interface Look {
  readonly fleet: Fleet;
  readonly askedAt: number;
  /** Orders looks and arrivals. */
  readonly turn: number;
}

interface Member extends FlowRequest {
  readonly key: string;
  /** Only a look that was asked for after this turn says what has become of it. */
  lookAfter: number;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
  readonly calls: CallRecord[];
  phase: "new" | "settling" | "retrying" | "closing";
  dueAt: number;
  before?: Fleet;
  intent?: Intent;
  moves: readonly Move[];
  /** A wide call may be used: nothing was taken yet, as far as can be known. */
  mayGoWide: boolean;
  attempts: number;
  retryUntil?: number;
  fault?: unknown;
  unshown: number;
  settle: { until: number; pause: number; left: number; still: number; moved: boolean };
}

export function createFlowSession(options: SessionOptions): FlowSession {
  const applications = new Map<string, Application>();
  return {
    commit: (request) => {
      const id = request.flow.applicationId.toLowerCase();
      const application = applications.get(id) ?? createApplication(options);
      applications.set(id, application);
      return application.commit(request);
    },
  };
}

type Application = FlowSession;

function createApplication({ client, flows, log, clock, rules, isEngineAlive }: SessionOptions): Application {
  const arrivals: Member[] = [];
  const members = new Set<Member>();
  const looks = new Map<string, Look>();
  /** Devices of every resource that came by, a flow: none of them is foreign. */
  const ours = new Map<string, Set<LosantId>>();
  const warned = new Set<string>();
  let isRunning = false;
  let hasHadSeveral = false;
  let turn = 0;
  let callNumber = 0;
  let wake: (() => void) | undefined;

  const commit = (request: FlowRequest): Promise<Outcome> =>
    new Promise((resolve, reject) => {
      const settle = { until: 0, pause: FIRST_POLL_MS, left: 0, still: 0, moved: false };
      arrivals.push({
        ...request,
        key: flowKeyOf(request.flow),
        lookAfter: (turn += 1),
        resolve,
        reject,
        calls: [],
        phase: "new",
        dueAt: 0,
        moves: [],
        mayGoWide: true,
        attempts: 0,
        unshown: 0,
        settle,
      });
      wake?.();
      if (!isRunning) void run();
    });
  return { commit };

  /** One at a time: two plans for one flow never rest on the same look. */
  async function run(): Promise<void> {
    isRunning = true;
    try {
      while (arrivals.length + members.size > 0) {
        if (members.size === 0) await gather();
        takeIn();
        await tick();
        await restUntilDue();
      }
    } catch (error) {
      // Not expected: nobody may wait for ever.
      for (const member of [...members, ...arrivals.splice(0)]) end(member, () => member.reject(error));
    } finally {
      isRunning = false;
    }
  }

  async function gather(): Promise<void> {
    for (let round = 0, seen = -1; seen !== arrivals.length && round < MAX_GATHERS; round++) {
      seen = arrivals.length;
      await clock.sleep(hasHadSeveral || seen > 1 ? GATHER_MS : GATHER_FIRST_MS);
      hasHadSeveral ||= arrivals.length > 1;
    }
  }

  function takeIn(): void {
    for (const member of arrivals.splice(0)) members.add(member);
  }

  async function restUntilDue(): Promise<void> {
    if (members.size === 0 || arrivals.length > 0) return;
    const rest = Math.min(...[...members].map((member) => member.dueAt)) - clock.now();
    if (rest <= 0) return;
    const woken = new Promise<void>((resolve) => {
      wake = resolve;
    });
    await Promise.race([clock.sleep(rest), woken]);
    wake = undefined;
  }

  async function tick(): Promise<void> {
    const due = [...members].filter((member) => member.dueAt <= clock.now());
    const keys = [...new Set(due.map((member) => member.key))];
    await lookWhereNeeded(due, keys);
    // Who came in during the look may go on from it.
    takeIn();
    await Promise.all([...new Set([...members].map((member) => member.key))].map((key) => workOn(key)));
  }

  async function lookWhereNeeded(due: readonly Member[], keys: readonly string[]): Promise<void> {
    const stale = keys.filter((key) => due.some((member) => member.key === key && !isGoodFor(member, looks.get(key))));
    const refs = stale.flatMap((key) => due.find((member) => member.key === key)?.flow ?? []);
    if (refs.length === 0) return;
    const askedAt = clock.now();
    const lookTurn = (turn += 1);
    const answers = await flows.freshOf(refs);
    for (const [key, answer] of answers) {
      if (answer instanceof Error) {
        looks.delete(key);
        for (const member of due) if (member.key === key) lookFailed(member, answer);
      } else {
        looks.set(key, { fleet: answer, askedAt, turn: lookTurn });
        warnOfDisturbed(key, answer);
      }
    }
  }

  function isGoodFor(member: Member, look: Look | undefined): boolean {
    if (look === undefined) return false;
    if (look.turn > member.lookAfter) return true;
    return member.phase === "new" && member.looksFirst !== true && clock.now() - look.askedAt <= REUSE_MS;
  }

  function lookFailed(member: Member, error: Error): void {
    if (member.calls.length === 0) return end(member, () => member.reject(member.fault ?? error));
    end(member, () => member.reject(unseen(member.moves, error)));
  }

  /** Everything that is due for one flow, on one look. */
  async function workOn(key: string): Promise<void> {
    const look = looks.get(key);
    if (look === undefined) return;
    const here = [...members].filter(
      (member) => member.key === key && member.dueAt <= clock.now() && isGoodFor(member, look),
    );
    const toWrite = here.filter((member) => isToWrite(member, look));
    if (toWrite.length === 0) return;
    const next = jointPlan(key, toWrite, look);
    if (next === "look again") {
      looks.delete(key);
      return;
    }
    await write(key, toWrite, next);
  }

  /** @returns whether calls have to be made for it now; else it has ended, or waits */
  function isToWrite(member: Member, look: Look): boolean {
    if (member.phase === "settling" && !hasSettled(member, look)) return false;
    if (member.phase === "closing") {
      close(member, look);
      return false;
    }
    if (!members.has(member)) return false;
    try {
      member.intent = member.ask(look.fleet);
    } catch (error) {
      end(member, () => member.reject(member.calls.length === 0 ? error : unfinished(member, look.fleet, error)));
      return false;
    }
    const left = movesOf({ ...member.intent, observed: look.fleet });
    if (member.before === undefined) {
      member.before = look.fleet;
      member.moves = left;
    }
    const mine = ours.get(member.key) ?? new Set();
    ours.set(member.key, mine);
    for (const deviceId of member.intent.owned) mine.add(deviceId);
    if (left.length > 0) return true;
    succeed(member, look.fleet);
    return false;
  }

  /** @returns false while it is waited for; true where calls have to be made again */
  function hasSettled(member: Member, look: Look): boolean {
    const { settle, intent } = member;
    if (intent === undefined) return true;
    const left = movesOf({ ...intent, observed: look.fleet }).length;
    if (left === 0) {
      succeed(member, look.fleet);
      return false;
    }
    member.lookAfter = look.turn;
    settle.moved ||= left < settle.left;
    settle.still = left === settle.left ? settle.still + 1 : 0;
    settle.left = left;
    const isStuck = settle.moved && settle.still >= STUCK_LOOKS;
    if (!isStuck && clock.now() < settle.until) {
      member.dueAt = clock.now() + Math.min(settle.pause, Math.max(settle.until - clock.now(), 1));
      settle.pause = Math.min(settle.pause * 2, LAST_POLL_MS);
      return false;
    }
    member.unshown += 1;
    if (member.unshown < MAX_UNSHOWN) return true;
    end(member, () => member.reject(unfinished(member, look.fleet)));
    return false;
  }

  function close(member: Member, look: Look): void {
    const left = member.intent === undefined ? [] : movesOf({ ...member.intent, observed: look.fleet });
    // The last attempt may have been the one that did it.
    if (left.length === 0) succeed(member, look.fleet);
    else end(member, () => member.reject(unfinished(member, look.fleet, member.fault)));
  }

  function jointPlan(key: string, toWrite: readonly Member[], { fleet, turn: lookTurn }: Look): Plan | "look again" {
    const desired = new Map<LosantId, Version>();
    const owned = new Set<LosantId>();
    // Whose calls are under way: not to be moved here, and not to be reached by a wide call.
    for (const member of members) {
      if (member.key !== key || toWrite.includes(member) || member.intent === undefined) continue;
      for (const [deviceId, version] of member.intent.desired) desired.set(deviceId, version);
    }
    for (const { intent } of toWrite) {
      for (const [deviceId, version] of intent?.desired ?? []) {
        // Where one gives up what another one wants, it does not stop.
        if (version !== null || !owned.has(deviceId)) desired.set(deviceId, version);
      }
      for (const deviceId of intent?.owned ?? []) owned.add(deviceId);
    }
    const input = { desired, owned, observed: fleet };
    const mayGoWide = rules.allowFleetWideCalls && toWrite.every((member) => member.mayGoWide);
    const wide = plan({ ...input, wide: mayGoWide });
    if (!wide.calls.some(isWide) || toWrite.every((member) => member.lookAfter < lookTurn)) return wide;
    const narrow = plan({ ...input, wide: false });
    // A look of its own is a call too.
    return wide.calls.length + 1 < narrow.calls.length ? "look again" : narrow;
  }

  async function write(key: string, toWrite: readonly Member[], next: Plan): Promise<void> {
    for (const member of toWrite) delete member.fault;
    for (const call of next.calls) {
      const devices = new Set(movedBy(call, next.moves));
      const concerned = toWrite.filter((member) => [...(member.intent?.owned ?? [])].some((id) => devices.has(id)));
      try {
        await assertEngineAlive({ isEngineAlive });
      } catch (error) {
        for (const member of toWrite) member.fault = error;
        break;
      }
      await makeCall(key, call, concerned);
    }
    looks.delete(key);
    for (const member of toWrite) afterCalls(member);
  }

  async function makeCall(key: string, call: Call, concerned: readonly Member[]): Promise<void> {
    const [first] = concerned;
    if (first === undefined) return;
    log.debug(`${key}: ${call.why}`);
    const done = (): void => {
      const number = (callNumber += 1);
      const { verb, why } = call;
      const shared = concerned.length > 1 ? { shared: concerned.length } : {};
      for (const member of concerned) member.calls.push({ verb, why, call: number, ...shared });
    };
    flows.invalidate(first.flow);
    try {
      await send(client, first.flow, call);
      done();
    } catch (error) {
      if (isOutcomeUnknown(error)) done();
      for (const member of concerned) member.fault = error;
    } finally {
      flows.invalidate(first.flow);
    }
  }

  function afterCalls(member: Member): void {
    const { fault } = member;
    const now = clock.now();
    // Only where Losant took nothing of it, the next attempt is as free as the first one.
    member.mayGoWide &&= member.calls.length === 0;
    member.lookAfter = turn;
    if (fault === undefined) {
      member.phase = "settling";
      member.dueAt = now;
      member.settle = {
        until: now + rules.verifySeconds * 1000,
        pause: FIRST_POLL_MS,
        left: member.moves.length,
        still: 0,
        moved: false,
      };
      return;
    }
    member.attempts += 1;
    member.retryUntil ??= now + (rules.retrySeconds ?? RETRY_SECONDS) * 1000;
    const dueAt = now + retryDelayOf(fault, member.attempts);
    if (isRetryable(fault) && member.attempts < MAX_ATTEMPTS && dueAt < member.retryUntil) {
      member.phase = "retrying";
      member.dueAt = dueAt;
    } else if (member.calls.length === 0) {
      end(member, () => member.reject(fault));
    } else {
      member.phase = "closing";
      member.dueAt = now;
    }
  }

  function retryDelayOf(fault: unknown, attempts: number): number {
    const { retryAfterMs } = fault as { readonly retryAfterMs?: number };
    return retryAfterMs ?? (rules.retryDelayMs ?? FIRST_RETRY_MS) * 2 ** (attempts - 1);
  }

  function succeed(member: Member, fleet: Fleet): void {
    conclude(member, fleet);
    end(member, () => member.resolve({ fleet, calls: member.calls, moves: member.moves }));
  }

  function end(member: Member, tell: () => void): void {
    members.delete(member);
    tell();
  }

  function unfinished(member: Member, fleet: Fleet, fault?: unknown): Unfinished {
    conclude(member, fleet);
    const left = member.intent === undefined ? [] : movesOf({ ...member.intent, observed: fleet });
    return unshown(left, fleet, fault);
  }

  function conclude({ resourceId, calls, before, intent, log: own = log }: Member, fleet: Fleet): void {
    if (resourceId === undefined || calls.length === 0 || before === undefined || intent === undefined) return;
    const moved = movedBetween(before, fleet, intent.owned);
    own.debug(recordLine({ kind: "applied", id: resourceId, calls, moved, names: {} }));
  }

  /** A foreign device that moved while calls were under way: nothing here meant it, and a person should look. */
  function warnOfDisturbed(key: string, fleet: Fleet): void {
    for (const { before, calls } of members.size === 0 ? [] : [...members].filter((member) => member.key === key)) {
      if (before === undefined || calls.length === 0) continue;
      const mine = ours.get(key) ?? new Set();
      for (const { deviceId, line } of disturbedBetween(before, fleet, (id) => mine.has(id))) {
        const once = `${key}/${deviceId}`;
        if (!warned.has(once)) log.warn(line);
        warned.add(once);
      }
    }
  }
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

function unshown(left: readonly Move[], fleet: Fleet, fault: unknown): Unfinished {
  const because = fault instanceof Error ? fault.message : undefined;
  const reasons = left.map(
    ({ deviceId, from, to }) => `device ${deviceId}: wanted at ${to ?? "nothing"}, Losant shows ${from ?? "nothing"}`,
  );
  const message =
    because ??
    `Losant accepted the calls but does not show them on ${counted(left.length)}. ` +
      "Are these edge compute devices of this application?";
  return new Unfinished(message, fleet, capped([message, ...reasons]), fault);
}

function unseen(moves: readonly Move[], error: Error): Unfinished {
  const message =
    `calls were made for ${counted(moves.length)}, and what Losant shows since then is not known: ${error.message} ` +
    "The next `pulumi up` looks again.";
  return new Unfinished(message, undefined, [message], error);
}
