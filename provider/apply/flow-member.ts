/** One resource in a flow session: how far its calls are, and how it ends. */
import { contradicts, withoutMovedAway } from "../resource/ownership.js";
import type { LosantId } from "../losant/types.js";
import type { Log } from "../messages/log.js";
import type { Fleet } from "../resource/fleet.js";
import { movesOf } from "../decision/plan.js";
import type { Move } from "../decision/plan.js";
import type { Clock, FlowRequest, Outcome, Rules } from "../ports.js";
import { flowKeyOf } from "../resource/fleet.js";
import { movedBetween, recordLine } from "../messages/run-record.js";
import type { CallRecord } from "../messages/run-record.js";
import type { Intent } from "../resource/ownership.js";
import { recordRefusal, refusalOfMoves } from "./approval-check.js";
import type { Approval } from "../resource/approved-plan.js";
import { RetryWindow } from "./retry-window.js";
import { Unfinished, unseen, unshown } from "./unfinished.js";
import { Settling } from "./settling.js";
import type { Look } from "./look.js";

/** Plans whose calls were all accepted and that Losant does not show. */
const MAX_UNSHOWN = 2;
const FIRST_POLL_MS = 100;
/** How old a listing may be to begin the next group, in milliseconds: the engine hands resources over in waves. */
const REUSE_MS = 5_000;

export interface MemberOptions {
  readonly clock: Clock;
  readonly rules: Rules;
  readonly log: Log;
  readonly approval?: Approval;
  /** When it joined. */
  readonly turn: number;
  readonly done: (outcome: Outcome) => void;
  readonly failed: (error: unknown) => void;
}

type Phase = "new" | "settling" | "retrying" | "closing" | "ended";

export class FlowMember {
  readonly key: string;
  readonly request: FlowRequest;
  readonly calls: CallRecord[] = [];
  /** Set by the first listing. */
  intent: Intent | undefined;
  before: Fleet | undefined;
  dueAt = 0;
  /** What failed in the current calls. */
  fault: unknown;
  /** Calls of it are under way now: how they end is not known. */
  isCalling = false;
  /** Devices that the application does not have; asked for once. */
  absent: ReadonlySet<LosantId> | undefined;

  readonly #options: MemberOptions;
  #phase: Phase = "new";
  #looksAnew: boolean;
  /** Only a listing that was requested after this turn shows the effect of its calls. */
  #lookAfter: number;
  #moves: readonly Move[] = [];
  /** No call begins after it, and no listing but the last one. */
  readonly #window: RetryWindow;
  #unshown = 0;
  #settling: Settling | undefined;
  readonly #listening = new AbortController();

  constructor(request: FlowRequest, options: MemberOptions) {
    this.request = request;
    this.key = flowKeyOf(request.flow);
    this.#options = options;
    this.#lookAfter = options.turn;
    this.#looksAnew = request.looksFirst === true;
    this.#window = new RetryWindow(options.clock, options.rules);
    const { signal } = request;
    const leave = (): void => this.#leave(signal?.reason as Error);
    if (signal?.aborted === true) leave();
    else signal?.addEventListener("abort", leave, { once: true, signal: this.#listening.signal });
  }

  get hasEnded(): boolean {
    return this.#phase === "ended";
  }

  get lookWithinMs(): number {
    return this.#window.lookWithinMs;
  }

  get isDue(): boolean {
    return this.dueAt <= this.#options.clock.now();
  }

  ownsOneOf(devices: ReadonlySet<LosantId>): boolean {
    return [...(this.intent?.owned ?? [])].some((id) => devices.has(id));
  }

  /** May a fleet-wide call be used? Only while Losant has taken none of its calls, as far as can be known. */
  get mayGoWide(): boolean {
    return this.calls.length === 0;
  }

  /** Was the listing requested after the resource joined, or after its last calls? */
  isBefore(look: Look): boolean {
    return this.#lookAfter < look.turn;
  }

  canUse(look: Look | undefined): look is Look {
    if (look === undefined) return false;
    if (this.isBefore(look)) return true;
    const isRecent = this.#options.clock.now() - look.askedAt <= REUSE_MS;
    return this.#phase === "new" && !this.#looksAnew && isRecent;
  }

  /** Calls were made for it, and may take effect later. */
  get isUnderWay(): boolean {
    return this.calls.length > 0 && !this.hasEnded;
  }

  /**
   * @param underWay - members of the same flow whose calls may take effect after this listing: a device of both is waited for
   * @returns whether it needs calls now; otherwise it has ended, or waits
   */
  needsCalls(look: Look, underWay: readonly FlowMember[]): boolean {
    if (this.#phase === "settling" && !this.#isToRepeat(look)) return false;
    if (this.#phase === "closing") return this.#close(look.fleet);
    try {
      this.intent = this.#withoutMovedAway(this.request.ask(look.fleet), look.fleet);
    } catch (error) {
      return this.#refuse(error, look);
    }
    if (this.#isDisputed(underWay)) {
      this.#lookAfter = look.turn;
      this.dueAt = this.#options.clock.now() + FIRST_POLL_MS;
      this.#window.restart();
      return false;
    }
    const left = movesOf({ ...this.intent, observed: look.fleet });
    const { approval } = this.#options;
    const isWayBack = (deviceId: LosantId): boolean => this.takesBack(deviceId);
    const refusal = refusalOfMoves({ approval, flow: this.key, moves: left, isWayBack, fleet: look.fleet });
    if (refusal !== undefined) return this.#refuse(refusal, look);
    if (this.before === undefined) {
      this.before = look.fleet;
      this.#moves = left;
    }
    if (left.length > 0) return true;
    this.#succeed(look.fleet);
    return false;
  }

  /** Does it return this device to where a failed rollout took it from? */
  takesBack(deviceId: LosantId): boolean {
    return this.request.isWayBack === true && this.intent?.desired.has(deviceId) === true;
  }

  #refuse(error: unknown, look: Look): false {
    // An older listing is no reason to refuse anything.
    if (this.#phase === "new" && !this.isBefore(look)) this.#looksAnew = true;
    else this.#fail(this.calls.length === 0 ? error : this.#unfinished(look.fleet, error));
    return false;
  }

  /** The calls of a plan were made; `fault` is the failure of its own calls. */
  callsMade(turn: number): void {
    if (this.hasEnded) return;
    const { clock, rules } = this.#options;
    const now = clock.now();
    this.#lookAfter = turn;
    if (this.fault === undefined) {
      this.#phase = "settling";
      this.dueAt = now;
      this.#settling = new Settling(now + rules.verifySeconds * 1000, this.#moves.length);
      return;
    }
    const dueAt = this.#window.nextAttemptAt(this.fault);
    if (dueAt !== undefined) {
      this.#phase = "retrying";
      this.dueAt = dueAt;
    } else if (this.calls.length === 0) {
      this.#fail(this.#window.lastFault(this.fault));
    } else {
      this.#phase = "closing";
      this.dueAt = now;
    }
  }

  /** A resource that shared its plan has left before all calls were made: look and plan again. */
  planAgain(turn: number): void {
    if (this.hasEnded) return;
    this.#lookAfter = turn;
    this.#phase = "retrying";
    this.dueAt = this.#options.clock.now();
  }

  /** The listing failed. */
  lookFailed(error: Error): void {
    this.#fail(this.calls.length === 0 ? (this.fault ?? error) : unseen(this.#moves, error));
  }

  /** Ends it with an error that has nothing to do with Losant. */
  abandon(error: unknown): void {
    this.#fail(error);
  }

  /** @returns whether its calls have to be made again; otherwise it has settled, failed, or waits */
  #isToRepeat(look: Look): boolean {
    const left = this.#leftOn(look.fleet);
    if (left.length === 0) {
      this.#succeed(look.fleet);
      return false;
    }
    this.#lookAfter = look.turn;
    if (!left.every(({ deviceId }) => this.absent?.has(deviceId))) {
      const dueAt = this.#settling?.lookAgainAt(left.length, this.#options.clock.now());
      if (dueAt !== undefined) {
        this.dueAt = dueAt;
        return false;
      }
      this.#unshown += 1;
      if (this.#unshown < MAX_UNSHOWN) return true;
    }
    this.#fail(this.#unfinished(look.fleet));
    return false;
  }

  /** Devices that still do not follow, and of which nothing is known yet. */
  doubtedOn(look: Look | undefined): readonly LosantId[] {
    const isLate = this.#phase === "settling" && this.#settling?.isLate === true && this.absent === undefined;
    if (!isLate || look === undefined || !this.isBefore(look)) return [];
    return this.#leftOn(look.fleet).flatMap(({ deviceId, to }) => (to === null ? [] : [deviceId]));
  }

  #close(fleet: Fleet): false {
    // The last attempt may have had its effect.
    if (this.#leftOn(fleet).length === 0) this.#succeed(fleet);
    else this.#fail(this.#unfinished(fleet, this.#window.lastFault(this.fault)));
    return false;
  }

  #leftOn(fleet: Fleet): readonly Move[] {
    if (this.intent === undefined) return [];
    return movesOf({ ...this.#withoutMovedAway(this.intent, fleet), observed: fleet });
  }

  #isDisputed(underWay: readonly FlowMember[]): boolean {
    const { intent } = this;
    return (
      intent !== undefined && underWay.some((other) => other.intent !== undefined && contradicts(intent, other.intent))
    );
  }

  #withoutMovedAway(intent: Intent, fleet: Fleet): Intent {
    const { before } = this;
    return before === undefined || this.calls.length === 0 ? intent : withoutMovedAway(intent, before, fleet);
  }

  /** Its time is over. What its calls have done is not known where Losant has not been looked at since. */
  #leave(reason: Error): void {
    const hasCalled = this.calls.length > 0 || this.isCalling;
    this.#fail(hasCalled ? unseen(this.#moves, reason) : reason);
  }

  #end(): boolean {
    if (this.hasEnded) return false;
    this.#phase = "ended";
    this.#listening.abort();
    return true;
  }

  #succeed(fleet: Fleet): void {
    if (!this.#end()) return;
    this.#record(fleet);
    this.#options.done({ fleet, calls: this.calls, moves: this.#moves });
  }

  #fail(error: unknown): void {
    if (!this.#end()) return;
    const { resourceId, log = this.#options.log } = this.request;
    recordRefusal(log, resourceId, error instanceof Unfinished ? error.fault : error);
    this.#options.failed(error);
  }

  #unfinished(fleet: Fleet, fault?: unknown): Unfinished {
    this.#record(fleet);
    return unshown(this.#leftOn(fleet), fleet, fault, this.absent);
  }

  #record(fleet: Fleet): void {
    const { resourceId, part, log = this.#options.log } = this.request;
    if (resourceId === undefined || this.calls.length === 0 || this.before === undefined) return;
    const moved = movedBetween(this.before, fleet, this.intent?.owned ?? new Set());
    const ofSet = part === undefined ? {} : { part };
    log.debug(recordLine({ kind: "applied", id: resourceId, calls: this.calls, moved, names: {}, ...ofSet }));
  }
}
