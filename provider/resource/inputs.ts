/**
 * What a program may declare, and how bad input is answered. Pure: no network, no clock, no environment.
 *
 * `check` runs for every resource in every preview, so everything that can be said without asking Losant is said here,
 * each time with the property, the value and the way out.
 */
import { failuresOf, pathOf } from "./input-failures.js";
import type { CheckFailure } from "./input-failures.js";
import { PRINTABLE, quoteValue } from "../words.js";
import { z } from "zod";
import type { LosantId, Version } from "../losant/types.js";
import { deviceIdsInput, flagInput, idInput, noObject } from "./input-schemas.js";
import { rolloutInputs, rolloutNamesIn, rolloutProblems } from "./rollout-inputs.js";
import type { RolloutInputs } from "./rollout-inputs.js";

export type { RolloutInputs } from "./rollout-inputs.js";

/** What Pulumi hands a dynamic provider for an output that is not known yet, whatever its type. */
export const UNKNOWN_GUID = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

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

/**
 * What a program may declare.
 *
 * @internal
 */
export const declaredSchema = z.strictObject(
  {
    applicationId: idInput(
      "application",
      "open the application in Losant: the id is in its address",
      "no application: set applicationId, or `pulumi config set losant:applicationId <id>`, or the environment variable LOSANT_APPLICATION_ID",
    ),
    flowId: idInput(
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
    deviceIds: deviceIdsInput(),
    exclusive: flagInput.optional(),
    adopt: flagInput.optional(),
    maxDevices: z
      .int({ error: (issue) => `${quoteValue(issue.input)} is not a whole number of devices` })
      .min(1, { error: (issue) => `${quoteValue(issue.input)} would allow no device: give 1 or more, or leave it out` })
      .optional(),
    rollout: rolloutInputs.optional(),
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
  const namesDevices = declared["deviceIds"] !== undefined;
  if (!namesDevices) declared["deviceIds"] = [];
  const result = declaredSchema.safeParse(declared);
  if (result.success) return { inputs: result.data, failures: ruleFailures(result.data, namesDevices) };
  const issues = result.error.issues.filter((issue) => !isUnknown(at(declared, issue.path)));
  return { inputs: normaliseKnown(declared), failures: failuresOf(issues, namesIn) };
}

/** The names that may stand at a path. */
function namesIn(path: readonly PropertyKey[]): string[] {
  return path[0] === "rollout" ? rolloutNamesIn(path.slice(1)) : Object.keys(declaredSchema.shape);
}

/** Rules that need more than one property. */
function ruleFailures(checked: Inputs, namesDevices: boolean): CheckFailure[] {
  const failures: CheckFailure[] = [];
  const count = checked.deviceIds.length;
  const nowhere = checked.exclusive === true && checked.version === null;
  // An output that turns out to be undefined is no wish to clear a whole workflow.
  if (nowhere && !namesDevices) {
    failures.push({
      property: "deviceIds",
      reason:
        "no list: with exclusive: true and version: null the workflow is removed from every device. Give deviceIds: [] to say so, or name the devices",
    });
  } else if (count === 0 && !nowhere) {
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
  const { rollout } = checked;
  for (const { path, reason } of rollout === undefined ? [] : rolloutProblems(rollout, checked)) {
    failures.push({ property: pathOf(["rollout", ...path]), reason });
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
