/** What the API lets through, after Losant's published JSON schemas. Unknown fields and parameters are refused. */
import { z } from "zod";

const id = z.string().regex(/^[A-Fa-f\d]{24}$/);
const version = z.string().min(1).max(255).nullable();
const tag = z.strictObject({
  key: z
    .string()
    .regex(/^[0-9a-zA-Z_-]{1,255}$/)
    .optional(),
  value: z.string().min(1).max(255).optional(),
});
export const deviceQuery = z.record(z.string(), z.unknown());
const targets = {
  deviceIds: z.array(id).max(1000).optional(),
  deviceTags: z.array(tag).max(100).optional(),
};

/** edgeDeploymentRelease.json, every API version. */
export const releaseOfOne = z.strictObject({ flowId: id, version, ...targets });

/** edgeDeploymentRelease.json since API 1.30.1: the older shape with a query, or up to 25 flows at once. */
export const releaseOfMany = z.union([
  z.strictObject({ flowId: id, version, ...targets, deviceQuery: deviceQuery.optional() }),
  z.strictObject({
    deployments: z
      .array(z.strictObject({ flowId: id, version }))
      .min(1)
      .max(25),
    ...targets,
    deviceQuery: deviceQuery.optional(),
  }),
]);
export const replace = z.strictObject({ flowId: id, oldVersion: z.string().min(1).max(255), newVersion: version });
export const remove = z.strictObject({ flowId: id.nullable(), deviceId: id.nullable() });

const flag = z.enum(["true", "false"]);
const page = { page: z.coerce.number().int().min(0).optional(), perPage: z.coerce.number().int().min(1).optional() };
const direction = z.enum(["asc", "desc"]).optional();
/** The official clients send these with every call. */
const representation = { _actions: flag.optional(), _links: flag.optional(), _embedded: z.string().optional() };

export const deploymentsQuery = z.strictObject({
  ...representation,
  ...page,
  sortField: z
    .enum(["id", "deviceId", "flowId", "desiredVersion", "currentVersion", "creationDate", "lastUpdated"])
    .optional(),
  sortDirection: direction,
  deviceId: id.optional(),
  flowId: id.optional(),
  version: z.string().optional(),
  filterEmpty: flag.optional(),
});
export const devicesQuery = z.looseObject({
  ...representation,
  ...page,
  sortField: z.enum(["name", "id", "creationDate", "lastUpdated", "connectionStatus", "deletedAt"]).optional(),
  sortDirection: direction,
  filterField: z.enum(["name"]).optional(),
  filter: z.string().optional(),
  query: z.string().optional(),
  tagsAsObject: flag.optional(),
  excludeConnectionInfo: flag.optional(),
});
export const flowsQuery = z.strictObject({
  ...representation,
  ...page,
  sortField: z.enum(["name", "id", "creationDate", "lastUpdated"]).optional(),
  sortDirection: direction,
  filterField: z.enum(["name"]).optional(),
  filter: z.string().optional(),
  flowClass: z.enum(["cloud", "customNode", "edge", "embedded", "experience"]).optional(),
});
export const versionsQuery = z.strictObject({
  ...representation,
  ...page,
  sortField: z.enum(["version", "id", "creationDate", "lastUpdated"]).optional(),
  sortDirection: direction,
  filterField: z.enum(["version"]).optional(),
  filter: z.string().optional(),
});
export const noQuery = z.strictObject({
  ...representation,
  tagsAsObject: flag.optional(),
  excludeConnectionInfo: flag.optional(),
});
