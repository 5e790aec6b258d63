/**
 * What Losant answers, and how it becomes our own types. Unknown fields pass. Losant's published schemas
 * require none, and private installations of older versions lack many, so required is only what we act on: ids, the
 * versions of a deployment, the total of a listing. Types are checked.
 */
import * as z from "zod";
import { visibleText } from "../text/visible-text.js";
import type {
  ApplicationToken,
  DeploymentLog,
  Device,
  EdgeDeploymentRow,
  Flow,
  FlowVersion,
  Member,
  Page,
} from "./types.js";

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? undefined);
/**
 * The same, as Losant answers it. The schema of a listing's rows has one `transform` a row: one a field takes several
 * times as long, and a listing has up to a million fields.
 */
const rawText = z.string().nullish();
/** For people only: names and errors. Versions, ids and tags decide, and stay exact. */
const shownText = (value: string | null | undefined): string | undefined =>
  value === null || value === undefined ? undefined : visibleText(value);
const answeredId = z.string().min(1);
/** Null is "nothing deployed". A row without a version field does not say that, so it is an unreadable answer. */
const version = z.string().nullable();

const rawConnection = z
  .object({ connected: z.union([z.number(), z.boolean()]).nullish(), time: z.unknown().optional() })
  .nullish();

/** 1 or 0 in the published schema, null for a device that has never connected. */
function connectedIn(info: z.infer<typeof rawConnection>): boolean | undefined {
  return info?.connected === undefined || info.connected === null ? undefined : Boolean(info.connected);
}

/** For people only: an unreadable time is none. */
function connectionTimeIn(info: z.infer<typeof rawConnection>): string | undefined {
  return typeof info?.time === "string" && !Number.isNaN(Date.parse(info.time)) ? info.time : undefined;
}

const connection = rawConnection.transform(connectedIn);

const rawLog = z.object({
  sourceType: rawText,
  sourceId: rawText,
  date: rawText,
  changeType: z.unknown().optional(),
  newValue: rawText,
  previousValue: rawText,
  attemptedValue: rawText,
  error: rawText,
});

/** Every field is named: copying the rest of an object takes most of the time of a large listing. */
function toLog(log: z.infer<typeof rawLog>): DeploymentLog {
  const { changeType } = log;
  return {
    sourceType: shownText(log.sourceType),
    sourceId: shownText(log.sourceId),
    date: log.date ?? undefined,
    // Other kinds of changes are ignored.
    changeType: changeType === "current" || changeType === "desired" ? changeType : undefined,
    newValue: log.newValue,
    previousValue: log.previousValue,
    attemptedValue: log.attemptedValue,
    error: shownText(log.error),
  };
}

/** What the query of a listing has fixed for all of its rows. */
export interface FixedIds {
  readonly deviceId?: string;
  readonly flowId?: string;
}

/**
 * A field that the query has fixed may be missing, but it may not differ: an API that ignores a filter it does not know
 * would give us the rows of other flows.
 */
function fixedId(asked: string | undefined): z.ZodType<string> {
  if (asked === undefined) return answeredId;
  return answeredId
    .default(asked)
    .refine((answered) => answered.toLowerCase() === asked.toLowerCase(), `is not the ${asked} that was asked for`);
}

/** One (flow, device). */
export function deploymentRow(fixed: FixedIds = {}): z.ZodType<EdgeDeploymentRow> {
  return z
    .object({
      id: answeredId.optional(),
      edgeDeploymentId: answeredId.optional(),
      deviceId: fixedId(fixed.deviceId),
      flowId: fixedId(fixed.flowId),
      deviceName: rawText,
      flowName: rawText,
      flowClass: rawText,
      fileName: rawText,
      creationDate: rawText,
      lastUpdated: rawText,
      currentVersion: version,
      desiredVersion: version,
      currentEtag: rawText,
      desiredEtag: rawText,
      deviceConnectionInfo: rawConnection,
      logs: z.array(rawLog).nullish(),
    })
    .transform((row) => ({
      deviceId: row.deviceId,
      flowId: row.flowId,
      id: row.id ?? row.edgeDeploymentId ?? `${row.flowId}-${row.deviceId}`,
      deviceName: shownText(row.deviceName),
      flowName: shownText(row.flowName),
      flowClass: row.flowClass ?? undefined,
      fileName: row.fileName ?? undefined,
      creationDate: row.creationDate ?? undefined,
      lastUpdated: row.lastUpdated ?? undefined,
      currentVersion: row.currentVersion,
      desiredVersion: row.desiredVersion,
      currentEtag: row.currentEtag ?? undefined,
      desiredEtag: row.desiredEtag ?? undefined,
      connected: connectedIn(row.deviceConnectionInfo),
      connectionTime: connectionTimeIn(row.deviceConnectionInfo),
      logs: (row.logs ?? []).map(toLog),
    }));
}

/** A page of anything. `totalCount` is what paging stops by. */
export function pageSchemaOf<T>(item: z.ZodType<T>): z.ZodType<Page<T>> {
  return z.object({
    items: z.array(item),
    totalCount: z.number().int().nonnegative(),
    perPage: z
      .number()
      .nullish()
      .transform((rows) => rows ?? undefined),
  });
}

export const device: z.ZodType<Device> = z
  .object({
    id: answeredId.optional(),
    deviceId: answeredId.optional(),
    name: text,
    deviceClass: text,
    tags: z.array(z.object({ key: z.string(), value: z.string() })).nullish(),
    connectionInfo: connection,
    edgeAgentVersion: text,
  })
  .transform(({ id, deviceId, connectionInfo, tags, ...rest }, context) => ({
    ...rest,
    id: firstId(context, id, deviceId),
    tags: tags ?? [],
    connected: connectionInfo,
  }));

export const flow: z.ZodType<Flow> = z
  .object({
    id: answeredId.optional(),
    flowId: answeredId.optional(),
    name: z.string(),
    flowClass: text,
    minimumAgentVersion: text,
  })
  .transform(({ id, flowId, ...rest }, context) => ({ ...rest, id: firstId(context, id, flowId) }));

export const flowVersion: z.ZodType<FlowVersion> = z
  .object({
    id: answeredId.optional(),
    flowVersionId: answeredId.optional(),
    flowId: text,
    version: z.string(),
    creationDate: text,
    minimumAgentVersion: text,
  })
  .transform(({ id, flowVersionId, ...rest }, context) => ({ ...rest, id: firstId(context, id, flowVersionId) }));

/** The token itself, which Losant may answer too, is not read. */
export const applicationToken: z.ZodType<ApplicationToken> = z
  .object({
    id: answeredId.optional(),
    apiTokenId: answeredId.optional(),
    name: rawText,
    creatorType: text,
    creatorId: text,
    creatorName: rawText,
  })
  .transform(({ id, apiTokenId, name, creatorName, ...rest }, context) => ({
    ...rest,
    id: firstId(context, id, apiTokenId),
    name: shownText(name),
    creatorName: shownText(creatorName),
  }));

const member: z.ZodType<Member> = z
  .object({ userId: answeredId, firstName: rawText, lastName: rawText, email: rawText })
  .transform(({ userId, firstName, lastName, email }) => {
    const name = [firstName, lastName].filter((part) => part !== null && part !== undefined && part.trim() !== "");
    return { userId, name: shownText(name.length === 0 ? email : name.join(" ")) };
  });

export const organization = z.object({
  members: z
    .array(member)
    .nullish()
    .transform((members) => members ?? []),
});

/** The answer to a write. Any 2xx means taken; a body that says otherwise, or is no JSON object, is not Losant's. */
export const taken = z.preprocess(
  (body) => (body === "" ? {} : body),
  z.object({ success: z.literal(true).optional() }),
);

/** Losant's `{type, message}`; whatever else a proxy answers says nothing that should be repeated. */
export const errorBody = z
  .object({ type: z.string().optional().catch(undefined), message: z.string().optional().catch(undefined) })
  .catch({});

/** `items[3].deviceId: Invalid input: expected string, received undefined`, for the first problem. */
export function describeProblem(error: z.ZodError): string {
  const issue = error.issues[0];
  if (issue === undefined) return "unreadable";
  const where = issue.path.map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join("");
  return `${where === "" ? "the answer" : where.replace(/^\./, "")}: ${issue.message}`;
}

function firstId(context: z.RefinementCtx, ...candidates: (string | undefined)[]): string {
  const found = candidates.find((candidate) => candidate !== undefined);
  if (found !== undefined) return found;
  context.addIssue({ code: "custom", path: ["id"], message: "missing" });
  return z.NEVER;
}
