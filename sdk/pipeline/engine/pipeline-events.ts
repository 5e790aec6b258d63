/** Events of a run for its caller, made from the engine's events. Pure. */
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { visibleLines } from "../../../provider/text/visible-text.js";
import { rowKeyIn } from "../../../provider/host/progress-rows.js";
import { recordIn } from "../../../provider/messages/run-record.js";
import { isEdgeDeployment, resourceNameOf } from "./engine-events.js";
import type { Plan } from "../report/results.js";
import type { ReportedVersion } from "../report/resource-results.js";
import type { Redact } from "../report/token-redactor.js";

export type Phase = "preview" | "up" | "hold";

/**
 * Something happened in a run of `stack`. Events of one stack come in this order: `phase` preview started, what the preview
 * does, `phase` preview ended, `plan`; then the same for `up`, unless a gate refuses. In a rollout, a `batch` comes before
 * its devices, and a device is `moved` before it is `running` or `failed`, but in an EdgeDeploymentSet: see
 * {@link DeviceEvent}. Events of resources that run side by side, and of stacks that run side by side, are mixed.
 *
 * The events are for a display. What counts is the result: it has everything, also what came after a signal.
 */
export type PipelineEvent = { readonly stack: string; readonly phase: Phase } & (
  | { readonly type: "phase"; readonly status: "started" | "ended" }
  /** `op` is Pulumi's word: refresh, create, update, delete, same, ... */
  | { readonly type: "resource"; readonly status: ResourceStatus; readonly op: string; readonly resource: ResourceRef }
  | PlanEvent
  | BatchEvent
  | DeviceEvent
  /**
   * True at this moment only, such as how far a rollout has come. With `row`, it replaces what was said last with the same
   * one; an empty message takes it away.
   */
  | { readonly type: "progress"; readonly message: string; readonly row?: string; readonly resource?: ResourceRef }
  | {
      readonly type: "message";
      readonly severity: "info" | "warning" | "error";
      readonly message: string;
      readonly resource?: ResourceRef;
    }
);

/** What the run would do, once for each stack: after its preview, and before the gates are asked. */
export interface PlanEvent {
  readonly type: "plan";
  readonly plan: Plan;
}

/** A batch of a rollout begins: right before its calls, so a batch that fails is told, too. */
export interface BatchEvent {
  readonly type: "batch";
  /** From 1. */
  readonly batch: number;
  readonly batches: number;
  readonly version: ReportedVersion;
  readonly deviceIds: readonly string[];
  /** Missing where it cannot be told from others. */
  readonly resource?: ResourceRef;
}

/**
 * `moved`: Losant wants another version on the device, after a call of this run. `running`: the device reports the
 * version, and `failed`: it does not work out, with `error`; both in rollouts alone, since nothing else waits for devices.
 * A rollback brings `moved` and `running` again, with the version of before. For an EdgeDeploymentSet `moved` comes at its
 * end, by workflow.
 */
export interface DeviceEvent {
  readonly type: "device";
  readonly status: "moved" | "running" | "failed";
  /** `[secret]` where the program declares its ids as secret. */
  readonly deviceId: string;
  /** Its name in Losant, where the plan has it. */
  readonly name?: string;
  /** With `moved`: the version before. */
  readonly from?: ReportedVersion;
  /** The version that it is to have; null: none. */
  readonly to: ReportedVersion;
  /** With `failed`: why. */
  readonly error?: string;
  /** Missing where it cannot be told from others. */
  readonly resource?: ResourceRef;
}

export type ResourceStatus = "started" | "done" | "failed";

export interface ResourceRef {
  readonly urn: string;
  readonly name: string;
  readonly edgeDeployment: boolean;
}

/** @returns undefined for events without interest: the stack, providers, our own records */
export function pipelineEvent(
  stack: string,
  phase: Phase,
  event: EngineEvent,
  redact: Redact,
): PipelineEvent | undefined {
  const { resourcePreEvent, resOutputsEvent, resOpFailedEvent, diagnosticEvent } = event;
  const metadata = (resourcePreEvent ?? resOutputsEvent ?? resOpFailedEvent)?.metadata;
  if (metadata) {
    if (metadata.type === "pulumi:pulumi:Stack" || metadata.type.startsWith("pulumi:providers:")) return undefined;
    const status = resourcePreEvent ? "started" : resOutputsEvent ? "done" : "failed";
    return { stack, phase, type: "resource", status, op: metadata.op, resource: resourceRef(metadata.urn) };
  }
  if (!diagnosticEvent) return undefined;
  const { urn, severity, ephemeral } = diagnosticEvent;
  const text = redact(diagnosticEvent.message.trim());
  const row = rowKeyIn(urn);
  if (row !== undefined) return { stack, phase, type: "progress", message: visibleLines(text), row: redact(row) };
  if (text === "" || recordIn(text) !== undefined) return undefined;
  const message = visibleLines(text);
  const resource = urn ? resourceRef(urn) : undefined;
  if (ephemeral === true) return { stack, phase, type: "progress", message, resource };
  if (severity !== "info" && severity !== "warning" && severity !== "error") return undefined;
  return { stack, phase, type: "message", severity, message, resource };
}

export function resourceRef(urn: string): ResourceRef {
  const type = urn.split("::").at(-2)?.split("$").at(-1) ?? "";
  return { urn, name: resourceNameOf(urn), edgeDeployment: isEdgeDeployment({ type }) };
}
