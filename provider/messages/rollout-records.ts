/** Records of a rollout under way, for programs that show it live: a batch begins, a device gets there or fails. Pure. */
import * as z from "zod";
import type { LosantId, Version } from "../losant/types.js";

/** Right before the calls of a batch. */
export interface BatchRecord {
  readonly kind: "batch";
  /** The id of the resource. */
  readonly id: string;
  /** Its name in the program: a create has no id in the engine's events yet. */
  readonly name?: string;
  readonly version: Version;
  /** From 1. */
  readonly batch: number;
  readonly batches: number;
  readonly deviceIds: readonly LosantId[];
}

/** Devices of which a look showed something new. */
export interface ReachedRecord {
  readonly kind: "reached";
  readonly id: string;
  readonly name?: string;
  readonly devices: readonly {
    readonly deviceId: LosantId;
    /** The version that it is to have. */
    readonly version: Version;
    /** Why it counts as failed; missing where it runs the version. */
    readonly error?: string;
  }[];
}

const version = z.string().nullable();
const count = z.int().positive();

export const batchRecord = z.object({
  kind: z.literal("batch"),
  id: z.string(),
  name: z.string().optional(),
  version,
  batch: count,
  batches: count,
  deviceIds: z.array(z.string()),
});

export const reachedRecord = z.object({
  kind: z.literal("reached"),
  id: z.string(),
  name: z.string().optional(),
  devices: z.array(z.object({ deviceId: z.string(), version, error: z.string().optional() })),
});
