/**
 * What a program may declare, and how bad input is answered. Pure: no network, no clock, no environment.
 *
 * `check` runs for every resource in every preview, so everything that can be said without asking Losant is said here,
 * each time with the property, the value and the way out.
 */
import { LOSANT_ID } from "../losant/ids.js";
import { failuresOf } from "./input-failures.js";
import type { CheckFailure } from "./input-failures.js";
import { PRINTABLE, quoteValue } from "../words.js";
import { z } from "zod";
import type { LosantId, Version } from "../losant/types.js";

/** What Pulumi hands a dynamic provider for an output that is not known yet, whatever its type. */
export const UNKNOWN_GUID = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** How a new version is released. Without it, all devices are released at once and nothing is waited for. */
export interface RolloutInputs {
  /**
   * How many devices have the version after each batch, as counts or percentages: `[1, "25%", "100%"]` is one device, then
   * a quarter of them, then all. Percentages are rounded up. @default ["100%"]
   */
  readonly batches?: readonly (number | string)[];
  /** Time for one batch, in seconds, 1 or more. A device that does not report the version by then has failed. @default 600 */
  readonly timeoutSeconds?: number;
  /** Pause after each batch but the last, in seconds. A device that fails ends the pause. @default 0 */
  readonly pauseSeconds?: number;
  /** How many devices may fail, a count or a percentage (rounded down). 0: the first failure ends it. @default 0 */
  readonly maxFailures?: number | string;
  /**
   * Devices that are offline since before their release. `ignore`: the version is released to them, and the rollout does not
   * wait. `wait`: it waits for them. `fail`: they count as failed, and a rollout with more than `maxFailures` of them does
   * not start. @default "ignore"
   */
  readonly offline?: "ignore" | "wait" | "fail";
  /**
   * After more failures than `maxFailures`. `stop`: devices keep what they have, and the next `pulumi up` continues.
   * `rollback`: each moved device returns to its own earlier version. @default "stop"
   */
  readonly onFailure?: "stop" | "rollback";
}

/** The inputs after `check`: complete, lower-case ids, `deviceIds` sorted and without repeats. */
export interface Inputs {
  readonly applicationId: LosantId;
  readonly flowId: LosantId;
  readonly version: Version;
  readonly deviceIds: readonly LosantId[];
  readonly exclusive?: boolean;
  readonly adopt?: boolean;
  readonly maxDevices?: number;
  readonly rollout?: RolloutInputs;
}

export interface CheckResult {
  readonly inputs: Record<string, unknown>;
  readonly failures: readonly CheckFailure[];
}

/** Names that Pulumi or a refresh puts beside the declared inputs. */
const NOT_DECLARED = new Set(["__provider", "__defaults", "drift", "unfinishedRollout"]);

const id = (what: string, whereToFind: string, missing?: string): z.ZodType<string> =>
  z
    .string({
      error: ({ input }) =>
        input === undefined && missing !== undefined
          ? missing
          : `${quoteValue(input)} is not a Losant id: give the ${what}'s id as a string; ${whereToFind}`,
    })
    .regex(LOSANT_ID, {
      error: ({ input }) => `${quoteValue(input)} is not a Losant id, which has 24 hexadecimal digits; ${whereToFind}`,
    })
    .transform((value) => value.toLowerCase());

/** A whole number from `least`, or a percentage; `"0%"` only where `least` is 0. */
const countOrPercentage = (what: string, least: number): z.ZodType<number | string> =>
  z.custom<number | string>(
    (value) => {
      if (typeof value === "number") return Number.isInteger(value) && value >= least;
      const percent = /^(\d+(?:\.\d+)?)%$/.exec(String(value))?.[1];
      return percent !== undefined && Number(percent) <= 100 && (least === 0 || Number(percent) > 0);
    },
    {
      error: ({ input }) =>
        `${quoteValue(input)} is neither a number of devices (${least} or more) nor a percentage like "25%": ${what}`,
    },
  );

const seconds = (least: number, most: number) =>
  z
    .number({ error: (issue) => `${quoteValue(issue.input)} is not a number of seconds` })
    .min(least, {
      error: (issue) => `${quoteValue(issue.input)} is too small: give ${least} seconds or more`,
    })
    .max(most, { error: (issue) => `${quoteValue(issue.input)} is too large: give ${most} seconds or less` });

const oneOf = <const T extends readonly string[]>(...values: T) =>
  z.enum(values, {
    error: (issue) => `${quoteValue(issue.input)} is not one of ${values.map((v) => `"${v}"`).join(", ")}`,
  });

const flag = z.boolean({
  error: (issue) => `${quoteValue(issue.input)} is neither true nor false: give one of them, or leave it out`,
});

const rollout = z.strictObject(
  {
    batches: z
      .array(countOrPercentage('batches are cumulative, for example [1, "25%", "100%"]', 1), {
        error: (issue) => `${quoteValue(issue.input)} is not a list: give for example [1, "25%", "100%"]`,
      })
      .min(1, { error: "an empty list has no batch: leave it out to release everything in one batch" })
      .optional(),
    timeoutSeconds: seconds(1, 86_400).optional(),
    pauseSeconds: seconds(0, 86_400).optional(),
    maxFailures: countOrPercentage("say how many devices may fail", 0).optional(),
    offline: oneOf("ignore", "wait", "fail").optional(),
    onFailure: oneOf("stop", "rollback").optional(),
  },
  { error: noObject },
);

/**
 * What a program may declare.
 *
 * @internal
 */
export const declaredSchema = z.strictObject(
  {
    applicationId: id(
      "application",
      "open the application in Losant: the id is in its address",
      "no application: set applicationId, or `pulumi config set losant:applicationId <id>`, or the environment variable LOSANT_APPLICATION_ID",
    ),
    flowId: id(
      "edge workflow",
      "open the workflow in Losant: the id is in its address",
      "no workflow: name the edge workflow to deploy by its id; open it in Losant: the id is in its address",
    ),
    version: z
      .string({
        error: (issue) =>
          issue.input === undefined
            ? "no version: name the version of the workflow to run, or null to have it removed"
            : `${quoteValue(issue.input)} is not a version: name one as a string, or null to have the workflow removed`,
      })
      .min(1, { error: '"" is not a version: name the version to run, or null to have the workflow removed' })
      .max(255, {
        error: (issue) => `${quoteValue(issue.input)} is longer than the 255 characters a version name may have`,
      })
      .regex(PRINTABLE, {
        error: (issue) =>
          `${quoteValue(issue.input)} has a line break or another control character: name the version as Losant shows it`,
      })
      .nullable(),
    deviceIds: z
      .array(id("device", "open the device in Losant: the id is in its address"), {
        error: (issue) =>
          `${quoteValue(issue.input)} is not a list of device ids: give an array of ids; a Set as [...set]`,
      })
      .transform((ids) => [...new Set(ids)].toSorted()),
    exclusive: flag.optional(),
    adopt: flag.optional(),
    maxDevices: z
      .int({ error: (issue) => `${quoteValue(issue.input)} is not a whole number of devices` })
      .min(1, { error: (issue) => `${quoteValue(issue.input)} would allow no device: give 1 or more, or leave it out` })
      .optional(),
    rollout: rollout.optional(),
  },
  { error: noObject },
);

/**
 * Validates and normalises what the program declared. A value that is not known yet is passed on as it is.
 *
 * @param news - the inputs as Pulumi hands them over
 * @param defaultApplicationId - from the configuration, used where the program names no application
 */
export function checkInputs(news: Readonly<Record<string, unknown>>, defaultApplicationId?: string): CheckResult {
  const declared = Object.fromEntries(
    Object.entries(news).filter(([name, value]) => !NOT_DECLARED.has(name) && value !== undefined),
  );
  if (declared["applicationId"] === undefined && defaultApplicationId !== undefined) {
    declared["applicationId"] = defaultApplicationId;
  }
  declared["deviceIds"] ??= [];
  const result = declaredSchema.safeParse(declared);
  if (result.success) return { inputs: result.data, failures: ruleFailures(result.data) };
  const issues = result.error.issues.filter((issue) => !isUnknown(at(declared, issue.path)));
  return { inputs: normaliseKnown(declared), failures: failuresOf(issues, namesIn) };
}

/** The names that may stand at a path. */
function namesIn(path: readonly PropertyKey[]): string[] {
  return Object.keys(path[0] === "rollout" ? rollout.shape : declaredSchema.shape);
}

/** Rules that need more than one property. */
function ruleFailures(checked: Inputs): CheckFailure[] {
  const failures: CheckFailure[] = [];
  const count = checked.deviceIds.length;
  const nowhere = checked.exclusive === true && checked.version === null;
  if (count === 0 && !nowhere) {
    failures.push({
      property: "deviceIds",
      reason: "no device at all: name at least one edge device (deviceIds, or deviceTags that match one)",
    });
  }
  if (checked.maxDevices !== undefined && count > checked.maxDevices) {
    failures.push({
      property: "maxDevices",
      reason: `${count} devices are declared, but maxDevices allows ${checked.maxDevices}: look at what chose them, then raise maxDevices`,
    });
  }
  return failures;
}

/** Inputs with unknown values cannot be parsed as a whole; the known ones are normalised one by one. */
function normaliseKnown(declared: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(declared).map(([name, value]) => {
      // Not by the name alone: every object has a `constructor`.
      const field = Object.hasOwn(declaredSchema.shape, name)
        ? declaredSchema.shape[name as keyof typeof declaredSchema.shape]
        : undefined;
      const parsed = field?.safeParse(value);
      return [name, parsed?.success ? parsed.data : value];
    }),
  );
}

export function isUnknown(value: unknown): boolean {
  return value === UNKNOWN_GUID;
}

/** Is anything in this value not known yet? */
export function hasUnknown(value: unknown): boolean {
  if (isUnknown(value)) return true;
  if (value === null || typeof value !== "object") return false;
  return Object.entries(value).some(([name, inner]) => name !== "__provider" && hasUnknown(inner));
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      inner === null || typeof inner !== "object" ? undefined : (inner as Record<PropertyKey, unknown>)[key],
    value,
  );
}

function noObject(issue: { readonly input?: unknown }): string {
  return `${quoteValue(issue.input)} is not an object`;
}
