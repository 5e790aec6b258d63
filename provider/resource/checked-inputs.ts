/** Inputs that `check` has accepted, as Pulumi hands them back. Pure. */
import * as z from "zod";
import type { Inputs } from "./inputs.js";
import { DAYS } from "./window-inputs.js";

const checkedRollout = z.object({
  batches: z.array(z.union([z.number(), z.string()])).optional(),
  canary: z.object({ deviceIds: z.array(z.string()) }).optional(),
  timeoutSeconds: z.number().optional(),
  pauseSeconds: z.number().optional(),
  maxFailures: z.union([z.number(), z.string()]).optional(),
  offline: z.enum(["ignore", "wait", "fail"]).optional(),
  health: z
    .object({
      errors: z.object({ max: z.number(), windowSeconds: z.number().optional() }).optional(),
      failedRuns: z.string().optional(),
      settleSeconds: z.number().optional(),
      baseline: z.boolean().optional(),
    })
    .optional(),
  onFailure: z.enum(["stop", "rollback"]).optional(),
  windows: z
    .array(z.object({ days: z.array(z.enum(DAYS)).optional(), from: z.string(), to: z.string(), timeZone: z.string() }))
    .optional(),
  outside: z.enum(["stop", "wait"]).optional(),
  group: z.string().optional(),
});

const checkedInputs: z.ZodType<Inputs> = z.object({
  applicationId: z.string(),
  flowId: z.string(),
  version: z.string().nullable(),
  deviceIds: z.array(z.string()),
  exclusive: z.boolean().optional(),
  adopt: z.boolean().optional(),
  maxDevices: z.number().optional(),
  rollout: checkedRollout.optional(),
});

/**
 * Reads inputs that `check` has accepted, also from a state of an older release with looser rules. Leaves out the names
 * that Pulumi adds.
 *
 * @throws Error if they are not the inputs of an EdgeDeployment
 */
export function parseInputs(props: Readonly<Record<string, unknown>>): Inputs {
  const parsed = checkedInputs.safeParse(props);
  if (parsed.success) return parsed.data;
  throw new Error(`these are no inputs of an EdgeDeployment: ${z.prettifyError(parsed.error)}`);
}
