/**
 * The results of the pipeline, as data: zod schemas and the types that follow from them. Whoever stores or reads reports
 * (`toJSON`) checks them with {@link report}. Fields may be added within a version; what is here keeps its meaning.
 */
import * as z from "zod";

/** Raised when a field changes its meaning or goes away. */
export const REPORT_VERSION = 1;

const version = z
  .string()
  .nullable()
  .meta({ description: "A version name; null: not deployed. `[secret]` and `[unknown]` stand for one not shown." });
/** A secret device is `[secret]`, each for itself: the length is the number of devices. */
const ids = z.array(z.string());
const seconds = z.number().nonnegative();

/** A device that is not where the last `pulumi up` wanted it. */
export const driftedDevice = z.object({
  deviceId: z.string(),
  name: z.string().optional(),
  expected: version,
  actual: version,
  /** `user 5b0044f0a3a3b90006c0a5e1`, as Losant's logs have it. */
  changedBy: z.string().optional(),
  /** ISO 8601. */
  changedAt: z.string().optional(),
  /** True: nobody moved it; the last run stopped before this device had its turn. */
  unfinished: z.boolean(),
});

export const failedDevice = z.object({
  deviceId: z.string(),
  name: z.string().optional(),
  attemptedVersion: version,
  /** Losant's own words. */
  error: z.string(),
  at: z.string().optional(),
});

const resource = {
  urn: z.string(),
  /** Its name in the program. */
  name: z.string(),
  /** Missing where it does not exist yet. */
  id: z.string().optional(),
  applicationId: z.string(),
  flowId: z.string(),
  /** Inputs that the program declares as secret: their values stand nowhere in the report. Missing where there is none. */
  secret: z.array(z.string()).optional(),
};

/** One EdgeDeployment as a refresh found it. */
export const resourceHealth = z.object({
  ...resource,
  version,
  deviceCount: z.int().nonnegative(),
  /** No device carries the workflow any more. */
  gone: z.boolean(),
  /** How far the last rollout came, where it stopped before its end; the next `pulumi up` goes on from there. */
  unfinishedRollout: z.string().optional(),
  /** Calls were made, and neither the run that made them nor a refresh could look at Losant since. */
  unverified: z.literal(true).optional(),
  drift: z.array(driftedDevice),
  failed: z.array(failedDevice),
  /** Not there yet: lag, not drift. */
  pendingDeviceIds: ids,
});

/** What `pulumi up` would do, or did, to a resource. */
export const change = z.object({ urn: z.string(), type: z.string(), name: z.string(), op: z.string() });

/** Devices that a run leaves as they are although their resource gives them up. */
const kept = {
  /** The resource is deleted with `retainOnDelete`: its devices keep the workflow. */
  retainedDeviceIds: ids.optional(),
  /** Another resource of the program declares them. */
  handedOverDeviceIds: ids.optional(),
};

export const moved = z.object({ from: version.optional(), to: version, deviceIds: ids });

export const problem = z.object({
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

/** What people should look at that is no device: each a sentence with its way out. Missing where there is nothing. */
const warnings = z.array(z.string()).optional();

const envelope = {
  schema: z.literal("pulumi-losant/pipeline"),
  version: z.literal(REPORT_VERSION),
  /** ISO 8601. */
  startedAt: z.string(),
  durationSeconds: seconds,
};

export const driftReport = z.object({
  ...envelope,
  kind: z.literal("drift"),
  stack: z.string(),
  /** No EdgeDeployment drifted and none was left unfinished. Missing where it could not be found out: see `problem`. */
  clean: z.boolean().optional(),
  resources: z.array(resourceHealth),
  /** What `pulumi up` would change, drift or not, also of other kinds of resources. */
  changes: z.array(change),
  problem: problem.optional(),
  warnings,
});

/** What a run would do to one EdgeDeployment. */
export const plannedResource = z.object({
  ...resource,
  op: z.string(),
  /** `from` is missing where the preview cannot know it. */
  /** As far as it is known: see `unknown`. */
  moved: z.array(moved),
  /** Missing where the program was not asked (`losant:preflight` is off). */
  calls: ids.optional(),
  /**
   * Properties for want of which the preview cannot say which devices move: outputs of resources that do not exist yet,
   * secret `deviceIds` or a new `exclusive` without a plan. Missing where there is none.
   */
  unknown: z.array(z.string()).optional(),
  ...kept,
});

export const plan = z.object({
  resources: z.array(plannedResource),
  /** Each device once, also where it goes from one resource to another. */
  devicesMoved: z.int().nonnegative(),
  /** True: it may be more than `devicesMoved`, since a resource has `unknown` properties. */
  devicesUnknown: z.literal(true).optional(),
  /** Of resources that are no EdgeDeployment. */
  otherChanges: z.array(change),
});

/** What a run did to one EdgeDeployment. */
export const deployedResource = z.object({
  ...resource,
  version: version.optional(),
  op: z.string(),
  /** Each with its reason: `replace v1 -> v2: moves 40 devices, all owned`. */
  calls: z.array(
    z.object({
      verb: z.string(),
      why: z.string(),
      /** How many resources this one call served; missing where it was this resource alone. */
      shared: z.int().positive().optional(),
      /** The number of the call within the run: an equal one in another resource is the same call. */
      call: z.int().nonnegative().optional(),
    }),
  ),
  moved: z.array(moved),
  failed: z.array(failedDevice),
  /** The failures are within the `maxFailures` of the resource's rollout. */
  failuresAccepted: z.boolean(),
  pendingDeviceIds: ids,
  /** Moved, and put back to where they were because of failures elsewhere. */
  rolledBackDeviceIds: ids,
  /** Why Pulumi counts the resource as failed; empty when it does not. */
  reasons: z.array(z.string()),
  ...kept,
});

export const gate = z.enum(["allowDrift", "maxDevices", "requirePlan"]);

export const deployResult = z.object({
  ...envelope,
  kind: z.literal("deploy"),
  stack: z.string(),
  /**
   * `refused`: by a gate, before anything moved. `failed`: see `problem` and the resources; something may have moved.
   */
  outcome: z.enum(["deployed", "unchanged", "refused", "failed", "cancelled"]),
  refusal: z.object({ gate, reason: z.string() }).optional(),
  problem: problem.optional(),
  /** Before the run. */
  drift: z.array(resourceHealth),
  plan: plan.optional(),
  resources: z.array(deployedResource),
  otherChanges: z.array(change),
  /** Write calls of the run. One that serves several resources counts once. Missing where nothing was run. */
  writeCalls: z.int().nonnegative().optional(),
  warnings,
});

export const hold = z.object({
  after: z.string(),
  outcome: z.enum(["passed", "stopped", "cancelled"]),
  reason: z.string().optional(),
  seconds,
});

export const promoteResult = z.object({
  ...envelope,
  kind: z.literal("promote"),
  outcome: z.enum(["done", "stopped"]),
  stages: z.array(deployResult),
  holds: z.array(hold),
  /** Stacks whose turn did not come. */
  notReached: ids,
});

export const driftSummary = z.object({
  ...envelope,
  kind: z.literal("driftSummary"),
  clean: z.boolean(),
  stacks: z.array(driftReport),
});

export const deploySummary = z.object({ ...envelope, kind: z.literal("deploySummary"), stacks: z.array(deployResult) });

/** Any result of this module. */
export const report = z.discriminatedUnion("kind", [
  driftReport,
  deployResult,
  promoteResult,
  driftSummary,
  deploySummary,
]);

export type DriftedDevice = z.infer<typeof driftedDevice>;
export type FailedDevice = z.infer<typeof failedDevice>;
export type ResourceHealth = z.infer<typeof resourceHealth>;
export type Change = z.infer<typeof change>;
export type Moved = z.infer<typeof moved>;
export type Problem = z.infer<typeof problem>;
export type DriftReport = z.infer<typeof driftReport>;
export type PlannedResource = z.infer<typeof plannedResource>;
export type Plan = z.infer<typeof plan>;
export type DeployedResource = z.infer<typeof deployedResource>;
export type Gate = z.infer<typeof gate>;
export type DeployResult = z.infer<typeof deployResult>;
export type Hold = z.infer<typeof hold>;
export type PromoteResult = z.infer<typeof promoteResult>;
export type DriftSummary = z.infer<typeof driftSummary>;
export type DeploySummary = z.infer<typeof deploySummary>;
export type Report = z.infer<typeof report>;
