/** Events of a run for its caller, made from the engine's events. Pure. */
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { visibleLines } from "../../../provider/text/visible-text.js";
import { rowKeyIn } from "../../../provider/host/progress-rows.js";
import { recordIn } from "../../../provider/messages/run-record.js";
import { isEdgeDeployment, resourceNameOf } from "./engine-events.js";
import type { Redact } from "../report/token-redactor.js";

export type Phase = "preview" | "up" | "hold";

/** Something happened in a run of `stack`. */
export type PipelineEvent = { readonly stack: string; readonly phase: Phase } & (
  | { readonly type: "phase"; readonly status: "started" | "ended" }
  /** `op` is Pulumi's word: refresh, create, update, delete, same, ... */
  | { readonly type: "resource"; readonly status: ResourceStatus; readonly op: string; readonly resource: ResourceRef }
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

function resourceRef(urn: string): ResourceRef {
  const type = urn.split("::").at(-2)?.split("$").at(-1) ?? "";
  return { urn, name: resourceNameOf(urn), edgeDeployment: isEdgeDeployment({ type }) };
}
