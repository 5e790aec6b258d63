/** The three write calls: what they reach, and what they refuse. */
import type { Application, By, Device, Flow } from "./entities.js";
import { BadRequest, NotFound } from "./errors.js";
import { matches } from "./device-query.js";
import * as schemas from "./schemas.js";
import type { World } from "./world.js";
import type { z } from "zod";

export type ReplaceMatches = "desired" | "current" | "either";

export interface WriteOptions {
  /** What `oldVersion` of a replace is matched on is not documented. */
  readonly replaceMatches: ReplaceMatches;
  /** The release body of API 1.30.1 and later. */
  readonly modern: boolean;
}

/** Says what is wrong at once, and answers what is to happen. */
export function release(
  world: World,
  application: Application,
  by: By,
  json: unknown,
  { modern }: WriteOptions,
): () => void {
  const body = modern ? parsed(schemas.releaseOfMany, json) : parsed(schemas.releaseOfOne, json);
  const wanted = "deployments" in body ? body.deployments : [{ flowId: body.flowId, version: body.version }];
  for (const { flowId, version } of wanted) knownVersion(application, flowId, version);
  const ids = new Set(body.deviceIds?.map((id) => id.toLowerCase()));
  const query = "deviceQuery" in body ? body.deviceQuery : undefined;
  const chosen = [...application.devices.values()].filter(
    (device) =>
      // "Non-edge devices matched by the query are silently ignored", and so are unknown ids.
      device.deviceClass === "edgeCompute" &&
      (ids.has(device.id) ||
        (body.deviceTags ?? []).some((tag) => tagged(device, tag)) ||
        (query !== undefined && matches(query, device))),
  );
  return () => {
    for (const { flowId, version } of wanted) {
      for (const device of chosen) world.schedule(application, flowId, device.id, version, by);
    }
  };
}

export function replace(
  world: World,
  application: Application,
  by: By,
  json: unknown,
  { replaceMatches }: WriteOptions,
): () => void {
  const { flowId, oldVersion, newVersion } = parsed(schemas.replace, json);
  knownVersion(application, flowId, newVersion);
  return () => {
    for (const row of application.rows.values()) {
      const desired = row.desiredVersion === oldVersion;
      const current = row.currentVersion === oldVersion;
      const hit = { desired, current, either: desired || current }[replaceMatches];
      if (row.flowId === flowId && hit) world.schedule(application, flowId, row.deviceId, newVersion, by);
    }
  };
}

export function remove(world: World, application: Application, by: By, json: unknown): () => void {
  const { flowId, deviceId } = parsed(schemas.remove, json);
  // Both null is not documented; here it is refused, so that nothing can come to rely on it.
  if (flowId === null && deviceId === null) throw new BadRequest("flowId or deviceId is needed");
  return () => {
    for (const row of application.rows.values()) {
      if (flowId !== null && row.flowId !== flowId) continue;
      if (deviceId !== null && row.deviceId !== deviceId.toLowerCase()) continue;
      world.schedule(application, row.flowId, row.deviceId, null, by);
    }
  };
}

export function parsed<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new BadRequest(`${issue?.path.join(".") || "request"}: ${issue?.message ?? "invalid"}`);
}

export function knownFlow(application: Application, flowId: string): Flow {
  const flow = application.flows.get(flowId.toLowerCase());
  if (!flow) throw new NotFound("Flow was not found.");
  return flow;
}

function knownVersion(application: Application, flowId: string, version: string | null): void {
  const flow = knownFlow(application, flowId);
  if (version !== null && version !== "develop" && !flow.versions.has(version)) {
    throw new NotFound("Flow version not found.");
  }
}

function tagged({ tags }: Device, { key, value }: { key?: string | undefined; value?: string | undefined }): boolean {
  return Object.entries(tags).some(([k, v]) => (key ?? k) === k && (value ?? v) === v);
}
