/** Why a gate refused, as it is read from a file. */
import * as z from "zod";

const gateSchema = z.enum(["allowDrift", "approved", "failOn", "maxDevices", "maxRemoved", "requirePlan", "windows"]);

const differenceSchema = z.object({
  what: z.string(),
  resource: z.string().optional(),
  deviceId: z.string().optional(),
  name: z.string().optional(),
  was: z.string(),
  is: z.string(),
  who: z.string().optional(),
});

export const refusalSchema = z.object({
  gate: gateSchema,
  reason: z.string(),
  changes: z.array(differenceSchema).optional(),
});
