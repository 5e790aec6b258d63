/**
 * Checks results that are read from a file. The types, with a sentence for each field, are in `results.ts`; the compiler
 * checks that both are the same.
 */
import * as z from "zod";
import { WARNING_CODES } from "../../../provider/messages/preview-warnings.js";
import { refusalSchema } from "./refusal-schema.js";
import { REPORT_VERSION } from "./results.js";
import type { Report } from "./results.js";

const version = z
  .string()
  .nullable()
  .meta({ description: "A version name; null: not deployed. `[secret]` and `[unknown]` stand for one not shown." });
const ids = z.array(z.string());
const seconds = z.number().nonnegative();

const driftedDeviceSchema = z.object({
  deviceId: z.string(),
  name: z.string().optional(),
  expected: version,
  actual: version,
  changedBy: z.string().optional(),
  changedByName: z.string().optional(),
  changedAt: z.string().optional(),
  unfinished: z.boolean(),
});

const failedDeviceSchema = z.object({
  deviceId: z.string(),
  name: z.string().optional(),
  attemptedVersion: version,
  error: z.string(),
  at: z.string().optional(),
});

const resource = {
  urn: z.string(),
  name: z.string(),
  id: z.string().optional(),
  applicationId: z.string(),
  flowId: z.string(),
  flowName: z.string().optional(),
  ui: z.string().optional(),
  secret: z.array(z.string()).optional(),
};

const resourceHealthSchema = z.object({
  ...resource,
  version,
  deviceCount: z.int().nonnegative(),
  gone: z.boolean(),
  unfinishedRollout: z.string().optional(),
  unverified: z.literal(true).optional(),
  drift: z.array(driftedDeviceSchema),
  failed: z.array(failedDeviceSchema),
  pendingDeviceIds: ids,
});

const changeSchema = z.object({ urn: z.string(), type: z.string(), name: z.string(), op: z.string() });

const kept = {
  retainedDeviceIds: ids.optional(),
  handedOverDeviceIds: ids.optional(),
};

const movedSchema = z.object({ from: version.optional(), to: version, deviceIds: ids });

const problemSchema = z.object({
  code: z.enum([
    "cancelled",
    "locked",
    "passphrase",
    "cliMissing",
    "cliTooOld",
    "stackNotFound",
    "projectNotFound",
    "notLoggedIn",
    "failed",
  ]),
  message: z.string(),
});

const warnings = z.array(z.string()).optional();

const envelope = {
  schema: z.literal("pulumi-losant/pipeline"),
  version: z.literal(REPORT_VERSION),
  startedAt: z.string(),
  durationSeconds: seconds,
};

const driftReportSchema = z.object({
  ...envelope,
  kind: z.literal("drift"),
  stack: z.string(),
  clean: z.boolean().optional(),
  resources: z.array(resourceHealthSchema),
  changes: z.array(changeSchema),
  problem: problemSchema.optional(),
  warnings,
});

const plannedResourceSchema = z.object({
  ...resource,
  op: z.string(),
  moved: z.array(movedSchema),
  calls: ids.optional(),
  unknown: z.array(z.string()).optional(),
  names: z.record(z.string(), z.string()).optional(),
  batches: z.array(z.string()).optional(),
  ...kept,
});

const planSchema = z.object({
  resources: z.array(plannedResourceSchema),
  devicesMoved: z.int().nonnegative(),
  devicesUnknown: z.literal(true).optional(),
  devicesRemoved: z.int().nonnegative().optional(),
  warnings: z
    .array(z.object({ code: z.enum(WARNING_CODES), resource: z.string().optional(), message: z.string() }))
    .optional(),
  otherChanges: z.array(changeSchema),
});

const counted = z.int().nonnegative();
const reportedHealthSchema = z.object({
  settleSeconds: z.number(),
  devices: counted,
  errors: z.object({ count: counted, devices: counted, max: counted }).optional(),
  failedRuns: z.object({ runs: z.number(), failed: z.number(), max: z.number() }).optional(),
  baseline: z.literal(true).optional(),
});

const deployedResourceSchema = z.object({
  ...resource,
  version: version.optional(),
  op: z.string(),
  calls: z.array(
    z.object({
      verb: z.string(),
      why: z.string(),
      shared: z.int().positive().optional(),
      call: z.int().nonnegative().optional(),
    }),
  ),
  moved: z.array(movedSchema),
  failed: z.array(failedDeviceSchema),
  failuresAccepted: z.boolean(),
  pendingDeviceIds: ids,
  judged: reportedHealthSchema.optional(),
  rolledBackDeviceIds: ids,
  reasons: z.array(z.string()),
  ...kept,
});

const planReportSchema = z.object({
  ...envelope,
  kind: z.literal("plan"),
  stack: z.string(),
  plan: planSchema.optional(),
  refusal: refusalSchema.optional(),
  drift: z.array(resourceHealthSchema),
  hash: z.string().optional(),
  problem: problemSchema.optional(),
  warnings,
});

const deployResultSchema = z.object({
  ...envelope,
  kind: z.literal("deploy"),
  stack: z.string(),
  outcome: z.enum(["deployed", "unchanged", "refused", "paused", "failed", "cancelled"]),
  refusal: refusalSchema.optional(),
  problem: problemSchema.optional(),
  drift: z.array(resourceHealthSchema),
  plan: planSchema.optional(),
  resources: z.array(deployedResourceSchema),
  otherChanges: z.array(changeSchema),
  writeCalls: z.int().nonnegative().optional(),
  warnings,
});

const holdSchema = z.object({
  after: z.string(),
  outcome: z.enum(["passed", "stopped", "cancelled"]),
  reason: z.string().optional(),
  seconds,
});

const promoteResultSchema = z.object({
  ...envelope,
  kind: z.literal("promote"),
  outcome: z.enum(["done", "stopped"]),
  stages: z.array(deployResultSchema),
  holds: z.array(holdSchema),
  notReached: ids,
});

const driftSummarySchema = z.object({
  ...envelope,
  kind: z.literal("driftSummary"),
  clean: z.boolean(),
  stacks: z.array(driftReportSchema),
});

const deploySummarySchema = z.object({
  ...envelope,
  kind: z.literal("deploySummary"),
  stacks: z.array(deployResultSchema),
});

const reportSchema = z.discriminatedUnion("kind", [
  planReportSchema,
  driftReportSchema,
  deployResultSchema,
  promoteResultSchema,
  driftSummarySchema,
  deploySummarySchema,
]);

type InArray<T> = T extends readonly (infer Item)[] ? Fields<Item>[] : Fields<T>;
/** The fields of a type, whatever is `readonly`; an optional field differs from one that is always there. */
type Fields<T> = T extends object
  ? {
      -readonly [Name in keyof T]-?: undefined extends T[Name]
        ? [InArray<Exclude<T[Name], undefined>>]
        : InArray<T[Name]>;
    }
  : T;
type Same<A, B> = [A, B] extends [B, A] ? true : false;

/** Does not compile if a field is only here or only in `results.ts`, or if its types differ. */
void (true satisfies Same<Fields<z.infer<typeof reportSchema>>, Fields<Report>>);

/** Checks what `toJSON` wrote, of this release or an older one. */
export const report: {
  /** @throws Error that names each wrong field */
  parse(value: unknown): Report;
} = {
  parse: (value) => {
    const { data, error } = reportSchema.safeParse(value);
    if (error !== undefined) throw new Error(`not a report of this release:\n${z.prettifyError(error)}`);
    return data;
  },
};
