/** Engine events as the CLI sends them (recorded shapes, shortened), and results to report on. */
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { recordLine } from "../../../provider/messages/run-record.js";
import type { RunRecord } from "../../../provider/messages/run-record.js";
import type { Drift } from "../../../provider/resource/state.js";

export const TYPE = "pulumi-nodejs:dynamic/losant:EdgeDeployment";
export const APPLICATION = "a00000000000000000000001";
export const FLOW = "f00000000000000000000000";
export const device = (number: number): string => `d${String(number).padStart(23, "0")}`;
export const ID = `${APPLICATION}/${FLOW}/aa8ade83`;
export const urn = (name: string, type = TYPE): string => `urn:pulumi:dev::plant::${type}::${name}`;

export interface State {
  readonly version?: string | null;
  readonly devices?: readonly number[];
  readonly drift?: readonly Drift[];
  readonly failed?: readonly number[];
  readonly pending?: readonly number[];
  readonly initErrors?: readonly string[];
  readonly declared?: string | null;
}

/** A state as the engine shows it; `inputsOnly` as it does before the provider has answered. */
export function state(
  { version = "v1", devices = [0, 1], drift = [], failed = [], pending = [], initErrors = [], declared }: State,
  inputsOnly = false,
) {
  const inputs: Record<string, unknown> = {
    applicationId: APPLICATION,
    flowId: FLOW,
    version,
    deviceIds: devices.map(device),
  };
  const outputs = {
    ...inputs,
    status: "deployed",
    deviceCount: devices.length,
    pendingDeviceIds: pending.map(device),
    failures: failed.map((number) => ({ deviceId: device(number), attemptedVersion: version, error: "agent too old" })),
    drift,
    __losant: { schema: 1, ...(declared === undefined ? {} : { version: declared }) },
  };
  return { id: inputsOnly ? "" : ID, inputs, outputs: inputsOnly ? {} : outputs, initErrors };
}

/** As CLI 3.259.0 shows a secret, and what a preview cannot know. */
export const SECRET_VALUE = {
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  ciphertext: "[secret]",
};
export const UNKNOWN_VALUE = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

type Shown = Omit<ReturnType<typeof state>, "outputs"> & { outputs: object; retainOnDelete?: boolean };
type Side = Shown | null;

/** The same with other properties, in inputs and, where there are any, in outputs. */
export function showing(shown: Shown, properties: Record<string, unknown>): Shown {
  const { inputs, outputs } = shown;
  const isApplied = Object.keys(outputs).length > 0;
  return {
    ...shown,
    inputs: { ...inputs, ...properties },
    outputs: isApplied ? { ...outputs, ...properties } : outputs,
  };
}

/** With what the provider keeps for itself. */
export function applied(shown: Shown, own: Record<string, unknown>): Shown {
  return { ...shown, outputs: { ...shown.outputs, __losant: { schema: 2, ...own } } };
}

export function step(op: string, old: Side, next: Side, name = "telemetry", type = TYPE): EngineEvent {
  const metadata = { op, urn: urn(name, type), type, old, new: next };
  return { sequence: 0, timestamp: 0, resOutputsEvent: { metadata } } as unknown as EngineEvent;
}

/** A step that begins. */
export function started(op: string, old: Side, next: Side, name = "telemetry", type = TYPE): EngineEvent {
  const metadata = { op, urn: urn(name, type), type, old, new: next };
  return { sequence: 0, timestamp: 0, resourcePreEvent: { metadata } } as unknown as EngineEvent;
}

export function failedStep(op: string, old: Side, next: Side, name = "telemetry"): EngineEvent {
  const metadata = { op, urn: urn(name), type: TYPE, old, new: next };
  return { sequence: 0, timestamp: 0, resOpFailedEvent: { metadata, status: 1, steps: 1 } } as unknown as EngineEvent;
}

export function said(severity: string, message: string, about?: string, ephemeral = false): EngineEvent {
  const diagnosticEvent = {
    severity,
    message: `${message}\n`,
    color: "never",
    ...(about ? { urn: about } : {}),
    ephemeral,
  };
  return { sequence: 0, timestamp: 0, diagnosticEvent } as unknown as EngineEvent;
}

export function recorded(record: RunRecord): EngineEvent {
  return said("debug", recordLine(record));
}

export function moved(number: number, expected: string | null, actual: string | null): Drift {
  return {
    deviceId: device(number),
    expectedVersion: expected,
    desiredVersion: actual,
    changedBy: "user 5b0044f0a3a3b90006c0a5e1",
    changedAt: "2026-11-23T07:45:10.401Z",
  };
}
