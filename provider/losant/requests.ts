/**
 * What we send. Strict copies of Losant's published request schemas (edgeDeploymentRelease, -Replace, -Remove), narrowed
 * to what we use. Losant's schemas accept everything that these accept; a contract test checks it.
 */
import { LOSANT_ID } from "./ids.js";
import * as z from "zod";
import { LosantUsageError } from "./errors.js";
import type { ReleaseRequest, RemoveRequest, ReplaceRequest } from "./types.js";

/** Most device ids in one release, by the published schema. */
export const maxReleaseDevices = 1000;

const id = z.string().regex(LOSANT_ID, "must be 24 hexadecimal digits");
const versionName = z.string().min(1).max(255);

/** Body of `POST .../release`. Never without devices: what Losant does then is not documented. */
export const releaseBody = z.strictObject({
  flowId: id,
  version: versionName.nullable(),
  deviceIds: z.array(id).min(1).max(maxReleaseDevices),
});

/** Body of `POST .../replace`. */
export const replaceBody = z.strictObject({
  flowId: id,
  oldVersion: versionName,
  newVersion: versionName.nullable(),
});

/** Body of `POST .../remove`. Losant's own schema lets both be null; ours does not. */
export const removeBody = z.union(
  [z.strictObject({ flowId: id, deviceId: id.nullable() }), z.strictObject({ flowId: z.null(), deviceId: id })],
  "must name a flow, a device or both",
);

export type ReleaseBody = z.infer<typeof releaseBody>;
export type ReplaceBody = z.infer<typeof replaceBody>;
export type RemoveBody = z.infer<typeof removeBody>;

/** @throws LosantUsageError if the request names no device, more than 1000, or something that is no id. */
export function toReleaseBody(request: ReleaseRequest): ReleaseBody {
  const { flowId, version, deviceIds } = request;
  return checked(releaseBody, { flowId, version, deviceIds }, "a release");
}

/** @throws LosantUsageError */
export function toReplaceBody(request: ReplaceRequest): ReplaceBody {
  const { flowId, oldVersion, newVersion } = request;
  return checked(replaceBody, { flowId, oldVersion, newVersion }, "a replacement");
}

/** On the wire null means "every", and it is sent only where the request says "every". @throws LosantUsageError */
export function toRemoveBody(request: RemoveRequest): RemoveBody {
  const flowId = request.every === "flow" ? null : request.flowId;
  const deviceId = request.every === "device" ? null : request.deviceId;
  return checked(removeBody, { flowId, deviceId }, "a removal");
}

/** An id that goes into a path. @throws LosantUsageError */
export function checkedId(value: string, name: string): string {
  return checked(id, value, name);
}

/** The name of a version that goes into a path. @throws LosantUsageError */
export function checkedVersionName(value: string): string {
  // A URL with such a segment means another one: the parser of every client removes it, even percent-encoded.
  const segment = versionName.refine((name) => name !== "." && name !== "..", "cannot be part of a URL");
  return checked(segment, value, "version");
}

function checked<T>(schema: z.ZodType<T>, value: unknown, name: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path, message }) => `${[name, ...path].join(".")}: ${message}`);
  const more = problems.length > 3 ? ` (and ${problems.length - 3} more)` : "";
  throw new LosantUsageError(`nothing was sent to Losant: ${problems.slice(0, 3).join("; ")}${more}`);
}
