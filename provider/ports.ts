/** What the lifecycle needs from outside: Losant, time, the log. Tests pass their own. */
import type { ActorNames } from "./lookup/actor-names.js";
import type { LosantId, RunsAsked, Version, VersionErrors, VersionRuns } from "./losant/types.js";
import type { Log } from "./messages/log.js";
import type { Fleet, FlowRef } from "./resource/fleet.js";
import type { Intent } from "./resource/ownership.js";
import type { Instruction } from "./decision/instruction.js";
import type { Move } from "./decision/plan.js";
import type { CallRecord } from "./messages/run-record.js";
import type { Approval } from "./resource/approved-plan.js";
import type { Interruption } from "./run-end.js";

export interface Ports {
  /** The only way to write. It commits what several resources want at one moment together. */
  readonly session: FlowSession;
  readonly flows: FlowReader;
  readonly log: Log;
  readonly clock: Clock;
  readonly rules: Rules;
  /** Who moved a device, by name, for a message. @default by id */
  readonly actors?: ActorNames;
  /** Is the Pulumi engine still connected? @default always */
  readonly isEngineAlive?: () => Promise<boolean>;
  /** @default never interrupted */
  readonly interruption?: Interruption;
  /** @default nobody tells the rollouts anything */
  readonly instructions?: Instructions;
  /** What may move. @default whatever the program declares */
  readonly approval?: Approval;
  /** Where rollouts of one group wait for each other. @default they do not */
  readonly groups?: RolloutGroups;
  /** What sets have moved in this run, by `<applicationId>/<flowId>`. @default nothing */
  readonly moved?: Map<string, MovedBySet>;
}

/** The devices of one workflow, as the rollout of a set has moved them. */
export interface MovedBySet {
  readonly version: Version;
  readonly deviceIds: ReadonlySet<LosantId>;
  readonly calls: readonly CallRecord[];
  readonly moves: readonly Move[];
  /** What was live before. */
  readonly before?: Fleet;
}

/** The rollouts of one run that have a group. */
export interface RolloutGroups {
  /** Joins the end of the queue. */
  join(key: string, name: string): GroupTurn;
}

export interface GroupTurn {
  /** The name of who has the turn; undefined where it is this one's. */
  readonly before: () => string | undefined;
  /** The name of the first one that did not get to its end. */
  readonly stoppedBy: () => string | undefined;
  /** Ends when the next one leaves the queue. */
  readonly moved: () => Promise<void>;
  /** @param isDone - false stops those that have not begun */
  readonly leave: (isDone: boolean) => void;
}

/** What a person tells the rollouts of this run, from another terminal or a pipeline. Nothing of it fails. */
export interface Instructions {
  /** What was told, as far as it is known. A stop interrupts the run: see {@link Interruption}. */
  readonly current: Instruction;
  /** A rollout has a batch to come: it can be told from now on, until it calls `end`. */
  begin(): void;
  /** Asks now. */
  ask(): Promise<void>;
  end(): Promise<void>;
}

/** The tags of the stack. */
export interface StackTags {
  list(): Promise<ReadonlyMap<string, string>>;
  set(name: string, value: string): Promise<void>;
  remove(name: string): Promise<void>;
}

export interface FlowRequest {
  readonly flow: FlowRef;
  /** What is wanted, given what is live. Called again after each listing that calls are based on. Throws to refuse. */
  readonly ask: (fleet: Fleet) => Intent;
  /** List again, however recent the last listing is. */
  readonly looksFirst?: boolean;
  /** Returns devices to where a failed rollout took them from: under an approved plan, its moves are made backwards. */
  readonly isWayBack?: boolean;
  /** The id of the resource, for the records of it. */
  readonly resourceId?: string;
  /** The number of the workflow within a set, for the records of it. */
  readonly part?: number;
  /** Where records of this resource go. @default the session's log */
  readonly log?: Log;
  /** The resource waits until this is aborted, and not longer: also for a call that is under way. */
  readonly signal?: AbortSignal;
  /** Blanks the secrets of this resource in messages about calls that it shares with others. */
  readonly redact?: (text: string) => string;
}

export interface Outcome {
  readonly fleet: Fleet;
  /** The calls that moved devices of this resource. */
  readonly calls: readonly CallRecord[];
  /** What differed before the calls. */
  readonly moves: readonly Move[];
}

export interface FlowSession {
  /**
   * @throws Unfinished if something may have moved and the rest did not; the client's own error, or what `ask` threw,
   *   if nothing did
   */
  commit(request: FlowRequest): Promise<Outcome>;
}

/** Each read rejects with the reason of its signal where that is aborted. */
export interface FlowReader {
  /** Reads now, whatever was read before: for decisions that calls rest on. */
  fresh(flow: FlowRef, signal?: AbortSignal): Promise<Fleet>;
  /**
   * The same for several flows of ONE application, by the fewest calls: one listing of the whole application where that
   * is no longer than theirs.
   *
   * @param withinMs - time for all of it, in milliseconds. @default the client's own for a listing
   * @returns by `<applicationId>/<flowId>`; an Error for a flow that could not be read
   */
  freshOf(
    flows: readonly FlowRef[],
    withinMs?: number,
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<string, Fleet | Error>>;
  /**
   * Joins a listing that is under way or was made a moment ago. For refreshes of many resources of one flow, and for
   * rollouts that wait side by side.
   *
   * @param withinMs - time for a listing that this one begins, in milliseconds. @default the client's own
   */
  shared(flow: FlowRef, maxAgeMs?: number, withinMs?: number, signal?: AbortSignal): Promise<Fleet>;
  /**
   * The same for the devices alone whose desired or current version is this one. A row of another version may be in it too:
   * it is as true.
   */
  sharedOfVersion(
    flow: FlowRef,
    version: string,
    maxAgeMs: number,
    withinMs: number,
    signal?: AbortSignal,
  ): Promise<Fleet>;
  /** The runtime errors of a version on all devices, since then in milliseconds. Reads now. */
  versionErrors(flow: FlowRef, version: string, since: number, signal?: AbortSignal): Promise<VersionErrors>;
  /** How often a version has run since then: on one device, or on all of them together. Reads now. */
  versionRuns(
    flow: FlowRef,
    version: string,
    asked: Pick<RunsAsked, "since" | "deviceId">,
    signal?: AbortSignal,
  ): Promise<VersionRuns>;
  /** Was the workflow deleted, or is it of another application? False also where it cannot be read. */
  isWorkflowAbsent(flow: FlowRef, signal?: AbortSignal): Promise<boolean>;
  /** To be called before and after each write to the flow. */
  invalidate(flow: FlowRef): void;
}

export interface Clock {
  now(): number;
  sleep(ms: number): Promise<void>;
}

export interface Rules {
  /** May calls be used that reach every device of the application? Off with `losant:replace: never`. */
  readonly allowFleetWideCalls: boolean;
  /** How long to wait until Losant shows what it accepted, in seconds. */
  readonly verifySeconds: number;
  /** How long a resource tries again while Losant cannot be reached or limits calls, in seconds. @default 120 */
  readonly retrySeconds?: number;
  /** First pause before a write is retried, in milliseconds; it doubles each time. @default 500 */
  readonly retryDelayMs?: number;
  /** How often a rollout looks: the first time, and at least. @default 500 and 10000 milliseconds */
  readonly poll?: { readonly firstMs: number; readonly lastMs: number };
  /** How often a rollout that waits asks what it was told, at most, in milliseconds. @default 2000 */
  readonly askEveryMs?: number;
  /** Rows of a page: a rollout that waits lists the devices of its version alone where that saves half of the pages. @default 1000 */
  readonly rowsPerPage?: number;
  /** Does a person watch? Then a rollout shows its progress live, and else one line a batch. @default false */
  readonly isWatched?: boolean;
}

/** The ports of one resource: its id names it in records, its name of the program in what people read. */
export type ResourcePorts = Ports & { readonly resourceId: string; readonly resourceName?: string };
