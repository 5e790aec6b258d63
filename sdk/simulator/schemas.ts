/**
 * What the API accepts: bodies as in Losant's published JSON schemas, queries as in its API reference. Unknown fields and
 * parameters are a 400. For parameters that is stricter than Losant's documentation, so that a typing error shows.
 */
import { z } from "zod";
import { characters } from "./characters.js";
import { deviceQuery } from "./device-query.js";
import { BadRequest } from "./errors.js";

/** Ids are accepted in upper and lower case. */
const id = z
  .string()
  .regex(/^[A-Fa-f\d]{24}$/)
  .transform((digits) => digits.toLowerCase());
const version = characters(1, 255).nullable();
/** Key or value may be missing (deviceTagFilter.json). */
const tag = z.strictObject({
  key: z
    .string()
    .regex(/^[0-9a-zA-Z_-]{1,255}$/)
    .optional(),
  value: characters(1, 255).optional(),
});
const tags = z.array(tag).max(100);
export type TagFilter = z.infer<typeof tag>;

const targets = { deviceIds: z.array(id).max(1000).optional(), deviceTags: tags.optional() };
const deployment = z.strictObject({ flowId: id, version });

/** edgeDeploymentRelease.json up to API 1.30.0. */
export const releaseSchema = z.strictObject({ flowId: id, version, ...targets });
/** ... and since 1.30.1: the same with a query, or up to 25 flows at once. */
export const releaseSchemaSince1301 = z.union([
  z.strictObject({ ...releaseSchema.shape, deviceQuery: deviceQuery.optional() }),
  z.strictObject({
    deployments: z.array(deployment).min(1).max(25),
    ...targets,
    deviceQuery: deviceQuery.optional(),
  }),
]);
/** edgeDeploymentReplace.json. */
export const replaceSchema = z.strictObject({ flowId: id, oldVersion: characters(1, 255), newVersion: version });
/** edgeDeploymentRemove.json: both keys are required; null means "every". */
export const removeSchema = z.strictObject({ flowId: id.nullable(), deviceId: id.nullable() });

const flag = z.enum(["true", "false"]);
/** The official clients send these with every call. */
const representation = { _actions: flag.optional(), _links: flag.optional(), _embedded: flag.optional() };
const count = z
  .string()
  .regex(/^\d{1,9}$/)
  .transform(Number);

function collection<F extends readonly [string, ...string[]]>(sortFields: F) {
  return {
    ...representation,
    page: count.optional(),
    perPage: count.pipe(z.number().min(1)).optional(),
    sortField: z.enum(sortFields).optional(),
    sortDirection: z.enum(["asc", "desc"]).optional(),
  };
}

const ROW_FIELDS = ["id", "deviceId", "flowId", "desiredVersion", "currentVersion", "creationDate"] as const;
export const deploymentsQuery = z.strictObject({
  ...collection([...ROW_FIELDS, "lastUpdated"]),
  deviceId: id.optional(),
  flowId: id.optional(),
  version: characters(1, 255).optional(),
  filterEmpty: flag.optional(),
});

const NAMED_FIELDS = ["name", "id", "creationDate", "lastUpdated"] as const;
const CLASSES = ["standalone", "gateway", "peripheral", "floating", "edgeCompute", "system", "embedded"] as const;
const deviceClass = z.enum(CLASSES);
const json = z.string().transform((text, context): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    context.addIssue("is not JSON");
    return z.NEVER;
  }
});
export const devicesQuery = z.strictObject({
  ...collection([...NAMED_FIELDS, "connectionStatus", "deletedAt"]),
  filterField: z.enum(["name", ""]).optional(),
  filter: z.string().optional(),
  deviceClass: z.union([deviceClass.transform((one) => [one]), z.array(deviceClass)]).optional(),
  tagFilter: tags.optional(),
  parentId: id.optional(),
  query: json.pipe(deviceQuery).optional(),
  tagsAsObject: flag.optional(),
  excludeConnectionInfo: flag.optional(),
  queryDeleted: flag.optional(),
});
export type DevicesQuery = z.infer<typeof devicesQuery>;
export const deviceOptions = z.strictObject({
  ...representation,
  tagsAsObject: flag.optional(),
  excludeConnectionInfo: flag.optional(),
});

export const flowsQuery = z.strictObject({
  ...collection(NAMED_FIELDS),
  filterField: z.enum(["name", ""]).optional(),
  filter: z.string().optional(),
  /** "Defaults to cloud": a listing of edge workflows needs `flowClass=edge`. */
  flowClass: z.enum(["edge", "cloud", "customNode", "experience", "embedded"]).default("cloud"),
});
export const versionsQuery = z.strictObject({
  ...collection(["version", "id", "creationDate", "lastUpdated"]),
  filterField: z.enum(["version", ""]).optional(),
  filter: z.string().optional(),
});
export const tokensQuery = z.strictObject({
  ...collection([...NAMED_FIELDS, "status", "expirationDate"]),
  filterField: z.enum(["name", "status", ""]).optional(),
  filter: z.string().optional(),
});
export const organizationsQuery = z.strictObject({
  ...collection(NAMED_FIELDS),
  filterField: z.enum(["name", ""]).optional(),
  filter: z.string().optional(),
  summaryExclude: z.string().optional(),
  summaryInclude: z.string().optional(),
});
const milliseconds = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number);
export const versionErrorsQuery = z.strictObject({
  ...representation,
  duration: milliseconds.default(86_400_000),
  /** 0: now. */
  end: milliseconds.default(0),
  limit: count.pipe(z.number().min(1)).default(25),
  sortDirection: z.enum(["asc", "desc"]).default("desc"),
  deviceId: id.optional(),
});
export const versionRunsQuery = z.strictObject({
  ...representation,
  duration: milliseconds.default(86_400_000),
  /** 0: now. */
  end: milliseconds.default(0),
  resolution: milliseconds.pipe(z.number().min(1)).default(3_600_000),
  deviceId: id.optional(),
});
export const noQuery = z.strictObject(representation);

/** The parsed value, or a 400 that names the wrong field. */
export function parseRequest<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new BadRequest(`${issue?.path.join(".") || "request"}: ${issue?.message ?? "invalid"}`);
}
