/**
 * Group commit: makes what is live into what is wanted, for all resources of an application that want something at one
 * moment. One listing, one joint plan for each flow, its calls, one listing. Each resource gets its own outcome.
 *
 * A write that Losant took is not yet a change: it answers 202 and works later, and a connection can break after the
 * effect. So no call is trusted and none is repeated blindly: what is live is listed, and the plan is made again. This
 * one loop is the retry, the resume after a killed run, and the check afterwards.
 *
 * - A fleet-wide call (`replace`, remove of a whole flow) needs a listing that was requested after every resource in it
 *   had joined. It is sent once after that listing. Where Losant did not take it (429, a connection that was never made),
 *   the next attempt lists and plans again, and a foreign device that has joined meanwhile makes it a release by name.
 * - It moves only devices of resources that are in this session now. Others may wait for something, or fail.
 * - The listing that ends one group may begin the next one, for calls that name their devices.
 * - An error of a call goes to the resources whose devices were in it, and to no other.
 */
import { findAbsent } from "./absent-devices.js";
import { Arrivals } from "./arrivals.js";
import { refusalOfMoves } from "./approval-check.js";
import { FlowMember } from "./flow-member.js";
import type { Look } from "./look.js";
import { mayReachAll } from "../decision/approved-moves.js";
import { jointPlan } from "../decision/joint-plan.js";
import { explainNotFound } from "../lookup/absent-workflow.js";
import { isOutcomeUnknown } from "../losant/index.js";
import type { LosantClient, LosantId } from "../losant/types.js";
import type { Log } from "../messages/log.js";
import { foreignMoves } from "../decision/foreign-moves.js";
import type { Fleet } from "../resource/fleet.js";
import { movedBy } from "../decision/plan.js";
import type { Call, CallPlan } from "../decision/plan.js";
import { assertMayWrite, endOf, unlessInterrupted } from "../run-end.js";
import { withActorNames } from "./named-actors.js";
import type { Clock, FlowReader, FlowRequest, FlowSession, Outcome, Ports, Rules } from "../ports.js";
import { sendCall } from "./send-call.js";
import { allAborted } from "./waiting.js";

export interface SessionOptions extends Pick<Ports, "actors" | "isEngineAlive" | "interruption" | "approval"> {
  readonly client: LosantClient;
  readonly flows: FlowReader;
  readonly log: Log;
  readonly clock: Clock;
  readonly rules: Rules;
}

/** How long a listing may go on after an interrupt, in milliseconds: what the calls have done has to be known. */
const GRACE_MS = 5_000;

export function createFlowSession(options: SessionOptions): FlowSession {
  const applications = new Map<string, ApplicationSession>();
  return {
    commit: (request) => {
      const id = request.flow.applicationId.toLowerCase();
      const application = applications.get(id) ?? new ApplicationSession(options);
      applications.set(id, application);
      return application.commit(request);
    },
  };
}

/** Resources of one flow whose calls are made together. */
interface Group {
  readonly key: string;
  readonly toWrite: readonly FlowMember[];
  /** The look that the calls rest on. */
  readonly fleet: Fleet;
}

class ApplicationSession implements FlowSession {
  readonly #options: SessionOptions;
  readonly #arrivals: Arrivals<FlowMember>;
  #members: FlowMember[] = [];
  readonly #looks = new Map<string, Look>();
  /** By flow, the devices of every resource that has joined: none of them is foreign. */
  readonly #ours = new Map<string, Set<LosantId>>();
  readonly #warned = new Set<string>();
  #isRunning = false;
  #turn = 0;
  #calls = 0;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#arrivals = new Arrivals(options.clock);
  }

  commit(request: FlowRequest): Promise<Outcome> {
    return new Promise((done, failed) => {
      const turn = (this.#turn += 1);
      this.#arrivals.add(new FlowMember(request, { ...this.#options, turn, done, failed }));
      if (!this.#isRunning) void this.#run();
    });
  }

  /** One at a time: two plans for one flow never use the same listing. */
  async #run(): Promise<void> {
    this.#isRunning = true;
    try {
      while (this.#arrivals.waiting.length + this.#members.length > 0) {
        if (this.#members.length === 0) await this.#arrivals.gather();
        await this.#tick();
        this.#members = this.#members.filter((member) => !member.hasEnded);
        await this.#restUntilDue();
      }
    } catch (error) {
      // Not expected; it makes sure that no resource waits for ever.
      for (const member of [...this.#members, ...this.#arrivals.take()]) if (!member.hasEnded) member.abandon(error);
      this.#members = [];
    } finally {
      this.#isRunning = false;
    }
  }

  async #restUntilDue(): Promise<void> {
    if (this.#members.length === 0 || this.#arrivals.waiting.length > 0) return;
    const { clock } = this.#options;
    const dueAt = this.#members.reduce((soonest, member) => Math.min(soonest, member.dueAt), Infinity);
    if (dueAt <= clock.now()) return;
    await this.#arrivals.within(dueAt - clock.now());
  }

  async #tick(): Promise<void> {
    this.#takeIn();
    await this.#lookWhereNeeded();
    await Promise.all(
      this.#members.map((member) =>
        findAbsent(clientFor(this.#options.client, [member]), member, this.#looks.get(member.key)),
      ),
    );
    // Resources that joined during the listing may use it.
    this.#takeIn();
    await Promise.all([...new Set(this.#members.map((member) => member.key))].map((key) => this.#workOn(key)));
  }

  #takeIn(): void {
    this.#members = [...this.#members, ...this.#arrivals.take()].filter((member) => !member.hasEnded);
    this.#arrivals.note(this.#members.length);
  }

  async #lookWhereNeeded(): Promise<void> {
    const { clock, flows } = this.#options;
    const blind = this.#members.filter((member) => member.isDue && !member.canUse(this.#looks.get(member.key)));
    if (blind.length === 0) return;
    const askedAt = clock.now();
    const turn = (this.#turn += 1);
    const refs = new Map(blind.map((member) => [member.key, member.request.flow]));
    const withinMs = blind.reduce((most, member) => Math.max(most, member.lookWithinMs), 0);
    const listed = flows.freshOf([...refs.values()], withinMs, signalOf(blind));
    const answers = await unlessInterrupted(this.#options, listed, GRACE_MS);
    if (answers === undefined) for (const member of blind) member.lookFailed(endOf(this.#options));
    for (const [key, answer] of answers ?? []) {
      if (answer instanceof Error) {
        this.#looks.delete(key);
        for (const member of blind) if (member.key === key) member.lookFailed(answer);
      } else {
        this.#looks.set(key, { fleet: answer, askedAt, turn });
        await this.#warnOfDisturbed(key, answer);
      }
    }
  }

  /** Everything that is due for one flow, on one listing. */
  async #workOn(key: string): Promise<void> {
    const look = this.#looks.get(key);
    if (look === undefined) return;
    const here = this.#members.filter((member) => member.key === key && !member.hasEnded);
    const underWay = here.filter((member) => member.isUnderWay);
    const toWrite = here.filter(
      (member) =>
        member.isDue &&
        member.canUse(look) &&
        member.needsCalls(
          look,
          underWay.filter((other) => other !== member && other.isUnderWay),
        ),
    );
    for (const { intent } of toWrite) this.#noteOurs(key, intent?.owned ?? []);
    if (toWrite.length === 0) return;
    const next = jointPlan({
      wanted: toWrite.flatMap((member) => member.intent ?? []),
      underWay: here.flatMap((member) => (toWrite.includes(member) || member.hasEnded ? [] : (member.intent ?? []))),
      fleet: look.fleet,
      allowFleetWideCalls: this.#mayGoWide && toWrite.every((member) => member.mayGoWide),
      isFreshLook: toWrite.every((member) => member.isBefore(look)),
    });
    this.#looks.delete(key);
    if (next !== "look again") await this.#write({ key, toWrite, fleet: look.fleet }, next);
  }

  get #mayGoWide(): boolean {
    const { rules, approval } = this.#options;
    return rules.allowFleetWideCalls && mayReachAll(approval);
  }

  #noteOurs(key: string, owned: Iterable<LosantId>): void {
    const ours = this.#ours.get(key) ?? new Set();
    this.#ours.set(key, ours);
    for (const deviceId of owned) ours.add(deviceId);
  }

  async #write({ key, toWrite, fleet }: Group, { calls, moves }: CallPlan): Promise<void> {
    for (const member of toWrite) member.fault = undefined;
    const left = calls.map((call) => {
      const devices = new Set(movedBy(call, moves));
      return { call, devices, concerned: toWrite.filter((member) => member.ownsOneOf(devices)) };
    });
    for (let [next] = left; next !== undefined; [next] = left) {
      const { devices, concerned } = next;
      const { approval } = this.#options;
      const refusal =
        approval &&
        refusalOfMoves({
          approval,
          flow: key,
          moves: moves.filter(({ deviceId }) => devices.has(deviceId)),
          isWayBack: (deviceId) => concerned.some((member) => member.takesBack(deviceId)),
          fleet,
        });
      if (refusal !== undefined) {
        for (const member of concerned) member.fault = refusal;
        left.shift();
        continue;
      }
      try {
        await assertMayWrite(this.#options);
      } catch (error) {
        for (const member of toWrite) member.fault = error;
        break;
      }
      // The plan is for all of them together: what is left of it may move devices of those who have left.
      if (toWrite.some((member) => member.hasEnded)) break;
      await this.#makeCall(key, next.call, next.concerned);
      left.shift();
    }
    const waiting = new Set(left.flatMap(({ concerned }) => concerned));
    for (const member of toWrite) {
      if (waiting.has(member) && member.fault === undefined) member.planAgain(this.#turn);
      else member.callsMade(this.#turn);
    }
  }

  async #makeCall(key: string, call: Call, concerned: readonly FlowMember[]): Promise<void> {
    const [first] = concerned;
    if (first === undefined) return;
    const { client, flows, log } = this.#options;
    const { flow } = first.request;
    log.debug(concerned.reduce((line, { request }) => request.redact?.(line) ?? line, `${key}: ${call.why}`));
    const noteCall = (): void => {
      const number = (this.#calls += 1);
      const shared = concerned.length > 1 ? { shared: concerned.length } : {};
      for (const member of concerned) member.calls.push({ verb: call.verb, why: call.why, call: number, ...shared });
    };
    flows.invalidate(flow);
    for (const member of concerned) member.isCalling = true;
    try {
      await sendCall(clientFor(client, concerned), flow, call);
      noteCall();
    } catch (error) {
      if (isOutcomeUnknown(error)) noteCall();
      const fault = await explainNotFound(clientFor(client, concerned), flow, error);
      for (const member of concerned) member.fault = fault;
    } finally {
      for (const member of concerned) member.isCalling = false;
      flows.invalidate(flow);
    }
  }

  /** Warns of foreign devices that moved while calls were under way, in the name of a resource whose calls they were. */
  async #warnOfDisturbed(key: string, fleet: Fleet): Promise<void> {
    const ours = this.#ours.get(key) ?? new Set();
    for (const { before, calls, request } of this.#members.filter((one) => one.key === key && !one.hasEnded)) {
      if (before === undefined || calls.length === 0) continue;
      const { log = this.#options.log, flow } = request;
      for (const { deviceId, line } of foreignMoves(before, fleet, (id) => ours.has(id))) {
        const once = `${key}/${deviceId}`;
        if (this.#warned.has(once)) continue;
        this.#warned.add(once);
        log.warn(await withActorNames(this.#options, flow.applicationId, line));
      }
    }
  }
}

/** Aborted when all of them have left. */
function signalOf(members: readonly FlowMember[]): AbortSignal | undefined {
  return allAborted(members.map(({ request }) => request.signal));
}

/** Its calls end when all members have left. */
function clientFor(client: LosantClient, members: readonly FlowMember[]): LosantClient {
  const signal = signalOf(members);
  return signal === undefined ? client : client.until(signal);
}
