/**
 * What the engine's events say about EdgeDeployments and other resources. Pure.
 *
 * A run has up to two steps for each resource: the refresh (Losant against the state) and the step of the program (the
 * declaration against the refreshed state). What the outputs of a resource cannot hold comes in the provider's records
 * (`messages/run-record.ts`), which the engine passes on as debug messages. `engine-state.ts` reads the properties.
 */
import { isEdgeDeploymentType, SET_ROLLOUT_TYPE } from "../../../provider/type-token.js";
import type { EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation/index.js";
import { recordIn } from "../../../provider/messages/run-record.js";
import type { PlannedRecord, RunRecord, WarnedRecord } from "../../../provider/messages/run-record.js";
import { shownOf, stateOf } from "./engine-state.js";
import { digestOf } from "../report/plan-file.js";
import type { ResourceState } from "./engine-state.js";

export interface EngineStep {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly op: string;
  readonly old: ResourceState | undefined;
  readonly new: ResourceState | undefined;
  readonly failed: boolean;
  /** A digest of what is declared, secrets hidden; empty for an EdgeDeployment. */
  readonly inputsDigest: string;
}

export interface EngineFacts {
  /** By URN; what a refresh found. */
  readonly refreshed: ReadonlyMap<string, EngineStep>;
  /** By URN; what the program asks for. A replacement has several steps: the last one that is no part of another counts. */
  readonly steps: ReadonlyMap<string, EngineStep>;
  readonly records: readonly RunRecord[];
  readonly errors: readonly Message[];
  readonly warnings: readonly Message[];
  /** The engine reported the end of the run. False: the run was cut short. */
  readonly ended: boolean;
}

export interface Message {
  readonly urn: string | undefined;
  readonly text: string;
}

/** Steps that are part of another one. */
const PARTS = new Set(["create-replacement", "delete-replaced", "discard-replaced", "read-discard"]);
/** Steps that leave the resource as it is. */
const QUIET = new Set(["same", "read", "refresh"]);

export function engineFacts(events: readonly EngineEvent[]): EngineFacts {
  const refreshed = new Map<string, EngineStep>();
  const steps = new Map<string, EngineStep>();
  const records: RunRecord[] = [];
  const errors: Message[] = [];
  const warnings: Message[] = [];
  let ended = false;
  for (const event of events) {
    const metadata = event.resOutputsEvent?.metadata ?? event.resOpFailedEvent?.metadata;
    if (metadata) {
      const step = stepOf(metadata, event.resOpFailedEvent !== undefined);
      if (step.op === "refresh") refreshed.set(step.urn, step);
      else if (!PARTS.has(step.op) || step.failed || !steps.has(step.urn)) steps.set(step.urn, step);
    }
    const diagnostic = event.diagnosticEvent;
    if (diagnostic) {
      const text = diagnostic.message.trim();
      const message = { urn: diagnostic.urn || undefined, text };
      const record = recordIn(text);
      if (record) records.push(record);
      else if (diagnostic.severity === "error") errors.push(message);
      else if (diagnostic.severity === "warning") warnings.push(message);
    }
    if (event.summaryEvent) ended = true;
  }
  return { refreshed, steps, records, errors, warnings, ended };
}

function stepOf(metadata: StepEventMetadata, failed: boolean): EngineStep {
  return {
    urn: metadata.urn,
    type: metadata.type,
    name: resourceNameOf(metadata.urn),
    op: metadata.op,
    old: stateOf(metadata.old),
    new: stateOf(metadata.new),
    failed,
    inputsDigest: isEdgeDeployment(metadata) ? "" : digestOf(shownOf(metadata.new?.inputs ?? {})),
  };
}

export function resourceNameOf(urn: string): string {
  return urn.split("::").at(-1) ?? urn;
}

export function isEdgeDeployment(step: { readonly type: string }): boolean {
  return isEdgeDeploymentType(step.type);
}

/** The rollout of an EdgeDeploymentSet. */
export function isSetRollout(step: { readonly type: string }): boolean {
  return step.type === SET_ROLLOUT_TYPE;
}

/**
 * A resource that was not created has no id in the engine's events, and its records have the one that it would have got.
 * Where several sets of an application were not created, nothing tells their records apart.
 */
export function idsOfUncreatedSet(step: EngineStep, { steps, records }: EngineFacts): string[] {
  const applicationId = step.new?.inputs.applicationId ?? "";
  const others = [...steps.values()].filter((other) => isSetRollout(other) && other !== step);
  const isAlone = others.every(
    ({ old, new: now }) => old?.id || now?.id || now?.inputs.applicationId !== applicationId,
  );
  const known = new Set(others.flatMap(({ old, new: now }) => [old?.id, now?.id]));
  const ids = records.flatMap((record) => ("id" in record ? [record.id] : []));
  return isAlone ? ids.filter((id) => id.startsWith(`${applicationId}/set/`) && !known.has(id)) : [];
}

/** Steps that change something, without providers and the stack itself. */
export function changesIn({ steps }: EngineFacts): EngineStep[] {
  return [...steps.values()].filter(
    ({ op, type }) => !QUIET.has(op) && type !== "pulumi:pulumi:Stack" && !type.startsWith("pulumi:providers:"),
  );
}

/** What the provider's preview warned of, in its own kinds; undefined where it did not look. */
export function warnedIn({ records }: EngineFacts, urn: string): WarnedRecord["warnings"] | undefined {
  const own = records.filter((record): record is WarnedRecord => record.kind === "warned" && record.urn === urn);
  return own.length === 0 ? undefined : own.flatMap(({ warnings }) => warnings);
}

/** The plan that the program itself made of a resource. */
export function plannedIn({ records }: EngineFacts, urn: string): PlannedRecord | undefined {
  return records.findLast((record): record is PlannedRecord => record.kind === "planned" && record.urn === urn);
}
