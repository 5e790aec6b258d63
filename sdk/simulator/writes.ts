/**
 * The three write calls: what they refuse at once, and what they reach. Each answers what is to happen, since the API
 * only accepts a write, and does it later.
 */
import { matchesQuery } from "./device-query.js";
import type { SimulatedApplication, By, SimulatedDevice, SimulatedFlow, Row } from "./entities.js";
import { BadRequest, NotFound } from "./errors.js";
import { parseRequest, releaseSchema, releaseSchemaSince1301, removeSchema, replaceSchema } from "./schemas.js";
import type { TagFilter } from "./schemas.js";
import type { ReplaceMatches } from "./simulator.js";
import type { World } from "./world.js";

export interface Write {
  readonly world: World;
  readonly application: SimulatedApplication;
  readonly by: By;
  readonly body: unknown;
}

export function release({ world, application, by, body }: Write, since1301: boolean): () => void {
  const asked = since1301 ? parseRequest(releaseSchemaSince1301, body) : parseRequest(releaseSchema, body);
  const wanted = "deployments" in asked ? asked.deployments : [asked];
  for (const { flowId, version } of wanted) mustExist(application, flowId, version);
  const { deviceIds = [], deviceTags = [] } = asked;
  const query = "deviceQuery" in asked ? asked.deviceQuery : undefined;
  return () => {
    const ids = new Set(deviceIds);
    // The union of ids, tags and query: "Queries are inclusive" (Losant's page on device queries).
    const chosen = edgeDevicesOf(application).filter(
      (device) =>
        ids.has(device.id) ||
        deviceTags.some((tag) => hasTag(device, tag)) ||
        (query !== undefined && matchesQuery(query, device)),
    );
    for (const { flowId, version } of wanted) {
      for (const { id } of chosen) scheduleUnlessNothing({ world, application, by }, flowId, id, version);
    }
  };
}

export function replace({ world, application, by, body }: Write, matchOn: ReplaceMatches): () => void {
  const { flowId, oldVersion, newVersion } = parseRequest(replaceSchema, body);
  mustExist(application, flowId, newVersion);
  const isOn = (row: Row): boolean =>
    (matchOn !== "current" && row.desiredVersion === oldVersion) ||
    (matchOn !== "desired" && row.currentVersion === oldVersion);
  return () => {
    for (const row of application.rows.values()) {
      if (row.flowId === flowId && isOn(row)) world.schedule(application, flowId, row.deviceId, newVersion, by);
    }
  };
}

export function remove({ world, application, by, body }: Write): () => void {
  const { flowId, deviceId } = parseRequest(removeSchema, body);
  // The schema lets it through, and nobody says what it does. Refused, so that nothing comes to rely on it.
  if (flowId === null && deviceId === null) throw new BadRequest("flowId or deviceId is needed");
  return () => {
    for (const row of application.rows.values()) {
      if ((flowId ?? row.flowId) !== row.flowId || (deviceId ?? row.deviceId) !== row.deviceId) continue;
      world.schedule(application, row.flowId, row.deviceId, null, by);
    }
  };
}

/** Any flow of the application. */
export function findFlow(application: SimulatedApplication, flowId: string): SimulatedFlow {
  const flow = application.flows.get(flowId.toLowerCase());
  if (!flow) throw new NotFound("Flow was not found");
  return flow;
}

/** Only edge workflows are deployed; that others are "not found" here is inferred. `develop` exists without a listing. */
function mustExist(application: SimulatedApplication, flowId: string, version: string | null): void {
  const flow = findFlow(application, flowId);
  if (flow.flowClass !== "edge") throw new NotFound("Flow was not found");
  const exists = version === null || version === "develop" || flow.versions.has(version);
  if (!exists) throw new NotFound("Flow version not found.");
}

/** "Non-edge devices matched by the query are silently ignored"; that unknown ids are too is inferred. */
function edgeDevicesOf({ devices }: SimulatedApplication): SimulatedDevice[] {
  return [...devices.values()].filter(({ deviceClass }) => deviceClass === "edgeCompute");
}

/** Removing what was never deployed leaves no trace (inferred). */
function scheduleUnlessNothing(
  { world, application, by }: Omit<Write, "body">,
  flowId: string,
  deviceId: string,
  version: string | null,
): void {
  if (version === null && !application.rows.has(`${flowId}/${deviceId}`)) return;
  world.schedule(application, flowId, deviceId, version, by);
}

/** Key AND value of one entry (inferred); an empty entry fits every tag. */
export function hasTag({ tags }: SimulatedDevice, { key, value }: TagFilter): boolean {
  return Object.entries(tags).some(([k, v]) => (key ?? k) === k && (value ?? v) === v);
}
