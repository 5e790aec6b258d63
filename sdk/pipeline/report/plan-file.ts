/**
 * The plan of one stack as a file: what a person approves, and what `deploy` holds a run to. It has a hash over all of it, so
 * that an approval can name it, and no value that the program declares as secret. Pure.
 */
import { createHash } from "node:crypto";
import * as z from "zod";

/** Raised when a field changes its meaning or goes away. */
export const PLAN_FILE_VERSION = 1;

/** Devices that move in the same way. */
export interface PlannedMove {
  /** Missing where it is not known. */
  readonly from?: string | null;
  readonly to: string | null;
  readonly deviceIds: string[];
  /** The application and the workflow that they leave; missing where these are those of the resource. */
  readonly applicationId?: string;
  readonly flowId?: string;
}

/** An EdgeDeployment of the program or of the stack. */
export interface PlannedInFile {
  readonly urn: string;
  readonly name: string;
  readonly op: string;
  readonly applicationId: string;
  readonly flowId: string;
  readonly flowName?: string;
  readonly version: string | null;
  /** What the program declares, tags resolved. */
  readonly deviceIds: string[];
  /** A digest of every other input: a rollout, `exclusive`, `adopt`. */
  readonly settings: string;
  readonly moved: PlannedMove[];
  readonly calls?: string[];
  readonly names?: Record<string, string>;
  /** Why this plan cannot be approved: inputs that are secret or not known. */
  readonly unknown?: string[];
}

/** A change of another resource. */
export interface OtherChangeInFile {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly op: string;
  /** A digest of its inputs as the engine shows them, secrets hidden. */
  readonly inputs: string;
}

export interface PlanContents {
  readonly schema: "pulumi-losant/plan";
  readonly version: typeof PLAN_FILE_VERSION;
  readonly stack: string;
  readonly project: string;
  readonly createdAt: string;
  /** Every EdgeDeployment of the program and of the stack, also those that do not change. */
  readonly resources: PlannedInFile[];
  readonly otherChanges: OtherChangeInFile[];
}

/** A plan with its hash. */
export interface PlanFile extends PlanContents {
  readonly hash: string;
}

const version = z.string().nullable();
const ids = z.array(z.string());

const resource: z.ZodType<PlannedInFile> = z.object({
  urn: z.string(),
  name: z.string(),
  op: z.string(),
  applicationId: z.string(),
  flowId: z.string(),
  flowName: z.string().optional(),
  version,
  deviceIds: ids,
  settings: z.string(),
  moved: z.array(
    z.object({
      from: version.optional(),
      to: version,
      deviceIds: ids,
      applicationId: z.string().optional(),
      flowId: z.string().optional(),
    }),
  ),
  calls: ids.optional(),
  names: z.record(z.string(), z.string()).optional(),
  unknown: ids.optional(),
});

const planFileSchema: z.ZodType<PlanFile> = z.object({
  schema: z.literal("pulumi-losant/plan"),
  version: z.literal(PLAN_FILE_VERSION),
  stack: z.string(),
  project: z.string(),
  createdAt: z.string(),
  resources: z.array(resource),
  otherChanges: z.array(
    z.object({ urn: z.string(), type: z.string(), name: z.string(), op: z.string(), inputs: z.string() }),
  ),
  hash: z.string(),
});

/** The most bytes of a plan file. A plan of 100,000 devices with names has about 12 MB. */
export const MAX_PLAN_BYTES = 64_000_000;

export function withHash(plan: PlanContents): PlanFile {
  return { ...plan, hash: hashOf(plan) };
}

/**
 * The plan as the text of a file.
 *
 * @throws Error for a plan that is larger than a plan file may be, 64 MB
 *
 * @example
 * ```ts
 * const { file } = await plan(stack);
 * if (file !== undefined) await writeFile("plan.json", planText(file));
 * ```
 */
export function planText(plan: PlanFile): string {
  const text = `${JSON.stringify(planFileSchema.parse(plan), undefined, 2)}\n`;
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_PLAN_BYTES) throw new Error(`${tooLarge(bytes)} Plan the resources of this stack in several stacks.`);
  return text;
}

/**
 * The JSON Schema of a plan file (draft 2020-12), for programs in other languages. It does not check the hash:
 * {@link planFrom} does.
 *
 * @example
 * ```ts
 * await writeFile("plan.schema.json", JSON.stringify(planJsonSchema()));
 * ```
 */
export function planJsonSchema(): Readonly<Record<string, unknown>> {
  return z.toJSONSchema(planFileSchema, { target: "draft-2020-12" });
}

/** @returns a sentence about a file of this size; undefined for one that may be a plan */
export function tooLargeForPlan(bytes: number): string | undefined {
  return bytes > MAX_PLAN_BYTES ? `not a plan: ${tooLarge(bytes)}` : undefined;
}

function tooLarge(bytes: number): string {
  return `it has ${megabytes(bytes)} MB, and a plan file has at most ${megabytes(MAX_PLAN_BYTES)} MB.`;
}

function megabytes(bytes: number): number {
  return Math.ceil(bytes / 1_000_000);
}

/**
 * Reads a plan that {@link planText} wrote.
 *
 * @throws Error for a file that is no plan, or that was edited
 *
 * @example
 * ```ts
 * const approved = planFrom(await readFile("plan.json", "utf8"));
 * const result = await deploy(stack, { approved });
 * ```
 */
export function planFrom(text: string): PlanFile {
  const large = tooLargeForPlan(Buffer.byteLength(text));
  if (large !== undefined) throw new Error(large);
  const { data, error } = planFileSchema.safeParse(parsed(text));
  if (error !== undefined) throw new Error(`not a plan of this release:\n${z.prettifyError(error)}`);
  const { hash, ...plan } = data;
  if (hash !== hashOf(plan)) {
    throw new Error("the plan was edited: its hash is not the one of its contents. Make it anew: pulumi-losant plan");
  }
  return data;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error("not a plan: it is no JSON. Make it with: pulumi-losant plan --out plan.json");
  }
}

/** Of a value with its names sorted, so that the order of fields does not matter. */
export function digestOf(value: unknown): string {
  return createHash("sha256").update(canonical(value)).digest("hex").slice(0, 32);
}

function hashOf(plan: PlanContents): string {
  return `sha256:${createHash("sha256").update(canonical(plan)).digest("hex")}`;
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, inner: unknown) =>
    inner !== null && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
