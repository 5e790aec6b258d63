/** Results to report on. */
import type { DeployResult, DriftReport } from "../../../sdk/pipeline/report/results.js";
import type { ResourceHealth } from "../../../sdk/pipeline/report/resource-results.js";
import type { FailedDevice } from "../../../sdk/pipeline/report/resource-results.js";
import { APPLICATION, device, FLOW, ID, TYPE, urn } from "./support.js";

const envelope = {
  schema: "pulumi-losant/pipeline",
  version: 1,
  startedAt: "2026-11-23T08:00:00.000Z",
  durationSeconds: 4.2,
} as const;

const resource = { urn: urn("telemetry"), name: "telemetry", id: ID, applicationId: APPLICATION, flowId: FLOW };

export const failure: FailedDevice = {
  deviceId: device(9),
  name: "line-9",
  attemptedVersion: "v2",
  error: "agent too old",
};

export function health(overrides: Partial<ResourceHealth> = {}): ResourceHealth {
  const rest = { gone: false, drift: [], failed: [], pendingDeviceIds: [] };
  return { ...resource, version: "v1", deviceCount: 40, ...rest, ...overrides };
}

export function drifted(count: number): ResourceHealth {
  const entry = { name: "line|3 <b>", expected: "v1", actual: "v3", changedBy: "user olga_b", unfinished: false };
  return health({ drift: Array.from({ length: count }, (_, number) => ({ ...entry, deviceId: device(number) })) });
}

export function driftReport(overrides: Partial<DriftReport> = {}): DriftReport {
  return {
    ...envelope,
    kind: "drift",
    stack: "production",
    clean: true,
    resources: [health()],
    changes: [],
    ...overrides,
  };
}

export function deployResult(overrides: Partial<DeployResult> = {}): DeployResult {
  return {
    ...envelope,
    kind: "deploy",
    stack: "production",
    outcome: "deployed",
    drift: [],
    plan: { resources: [], devicesMoved: 2, otherChanges: [] },
    resources: [deployed()],
    otherChanges: [{ urn: urn("bucket", "aws:s3:Bucket"), type: "aws:s3:Bucket", name: "bucket", op: "create" }],
    ...overrides,
  };
}

export function deployed(
  overrides: Partial<DeployResult["resources"][number]> = {},
): DeployResult["resources"][number] {
  return {
    ...resource,
    version: "v2",
    op: "update",
    calls: [{ verb: "replace", why: "replace v1 -> v2: moves 2 devices, all owned" }],
    moved: [{ from: "v1", to: "v2", deviceIds: [device(0), device(1)] }],
    failed: [],
    failuresAccepted: false,
    pendingDeviceIds: [],
    rolledBackDeviceIds: [],
    reasons: [],
    ...overrides,
  };
}

export const change = { urn: urn("telemetry"), type: TYPE, name: "telemetry", op: "update" };
export const ENVELOPE = envelope;
