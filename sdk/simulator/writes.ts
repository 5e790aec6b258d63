/**
 * The three write calls. Each checks the request at once and returns its effect as a function: the API only accepts a
 * write and does it later.
 */
import { matchesQuery } from "./device-query.js";
import type { Actor, Row, SimulatedApplication, SimulatedDevice, SimulatedFlow } from "./entities.js";
import { BadRequest, NotFound } from "./errors.js";
import { parseRequest, releaseSchema, releaseSchemaSince1301, removeSchema, replaceSchema } from "./schemas.js";
import type { TagFilter } from "./schemas.js";
import type { ReplaceMatches } from "./simulator.js";
import type { Backend } from "./backend.js";

export interface WriteRequest {
  readonly backend: Backend;
  readonly application: SimulatedApplication;
  readonly by: Actor;
  readonly body: unknown;
}

export function release({ backend, application, by, body }: WriteRequest, since1301: boolean): () => void {
  const asked = since1301 ? parseRequest(releaseSchemaSince1301, body) : parseRequest(releaseSchema, body);
  const wanted = "deployments" in asked ? asked.deployments : [asked];
  for (const { flowId, version } of wanted) mustExist(application, flowId, version);
  const { deviceIds = [], deviceTags = [] } = asked;
  const query = "deviceQuery" in asked ? asked.deviceQuery : undefined;
  return () => {
    const { devices } = application;
    const isSelected = (device: SimulatedDevice): boolean =>
      deviceTags.some((tag) => hasTag(device, tag)) || (query !== undefined && matchesQuery(query, device));
    // Ids alone need no search, which counts where a large fleet is released in chunks of a thousand.
    const selected = deviceTags.length > 0 || query !== undefined ? [...devices.values()].filter(isSelected) : [];
    // The union of ids, tags and query: "Queries are inclusive" (Losant's page on device queries).
    const chosen = new Set([...deviceIds.flatMap((id) => devices.get(id) ?? []), ...selected].filter(isEdgeDevice));
    for (const { flowId, version } of wanted) {
      for (const { id } of chosen) scheduleOrSkip({ backend, application, by }, flowId, id, version);
    }
  };
}

export function replace({ backend, application, by, body }: WriteRequest, matchOn: ReplaceMatches): () => void {
  const { flowId, oldVersion, newVersion } = parseRequest(replaceSchema, body);
  mustExist(application, flowId, newVersion);
  const isOn = (row: Row): boolean =>
    (matchOn !== "current" && row.desiredVersion === oldVersion) ||
    (matchOn !== "desired" && row.currentVersion === oldVersion);
  return () => {
    for (const row of application.rows.values()) {
      if (row.flowId === flowId && isOn(row)) backend.schedule(application, flowId, row.deviceId, newVersion, by);
    }
  };
}

export function remove({ backend, application, by, body }: WriteRequest): () => void {
  const { flowId, deviceId } = parseRequest(removeSchema, body);
  // The schema allows it, but its effect is not documented. Refused, so that nothing relies on it.
  if (flowId === null && deviceId === null) throw new BadRequest("flowId or deviceId is needed");
  return () => {
    for (const row of application.rows.values()) {
      if ((flowId ?? row.flowId) !== row.flowId || (deviceId ?? row.deviceId) !== row.deviceId) continue;
      backend.schedule(application, row.flowId, row.deviceId, null, by);
    }
  };
}

/** A flow of any class. */
export function findFlow(application: SimulatedApplication, flowId: string): SimulatedFlow {
  const flow = application.flows.get(flowId.toLowerCase());
  if (!flow) throw new NotFound("Flow was not found");
  return flow;
}

/** Only edge workflows can be deployed; that others are "not found" is inferred. `develop` exists, but is not listed. */
function mustExist(application: SimulatedApplication, flowId: string, version: string | null): void {
  const flow = findFlow(application, flowId);
  if (flow.flowClass !== "edge") throw new NotFound("Flow was not found");
  const exists = version === null || version === "develop" || flow.versions.has(version);
  if (!exists) throw new NotFound("Flow version not found.");
}

/** "Non-edge devices matched by the query are silently ignored"; that unknown ids are too is inferred. */
function isEdgeDevice({ deviceClass }: SimulatedDevice): boolean {
  return deviceClass === "edgeCompute";
}

/** A removal of what was never deployed leaves no row (inferred). */
function scheduleOrSkip(
  { backend, application, by }: Omit<WriteRequest, "body">,
  flowId: string,
  deviceId: string,
  version: string | null,
): void {
  if (version === null && !application.rows.has(`${flowId}/${deviceId}`)) return;
  backend.schedule(application, flowId, deviceId, version, by);
}

/** Key AND value of one entry must match one tag (inferred); an empty entry matches every tag. */
export function hasTag({ tags }: SimulatedDevice, { key, value }: TagFilter): boolean {
  return Object.entries(tags).some(([k, v]) => (key ?? k) === k && (value ?? v) === v);
}
