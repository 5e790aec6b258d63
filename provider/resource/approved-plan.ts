/**
 * The moves of an approved plan, on their way from `deploy --plan` to the plugin: a private file of the run, and its place
 * and hash in one variable of the environment. Pure.
 */
import { createHash } from "node:crypto";
import * as z from "zod";
import type { LosantId, Version } from "../losant/types.js";
import { flowKeyOf } from "./fleet.js";

/** The variable of the environment: `sha256:<hash of the file> <path of the file>`. */
export const APPROVED_PLAN = "PULUMI_LOSANT_APPROVED_PLAN";

/** From one version to another. */
export interface Way {
  readonly from: Version;
  readonly to: Version;
}

/** Devices of one workflow that go the same way. */
export interface ApprovedMoves extends Way {
  readonly applicationId: LosantId;
  readonly flowId: LosantId;
  readonly deviceIds: readonly LosantId[];
}

/** What a run may move; undefined for a run without an approved plan. */
export type Approval =
  | {
      /** The hash of the plan. */
      readonly plan: string;
      /** By `<applicationId>/<flowId>` and device. */
      readonly ways: ReadonlyMap<string, ReadonlyMap<LosantId, readonly Way[]>>;
    }
  /** The run has an approved plan that cannot be read: it may move nothing. */
  | { readonly unreadable: string };

const version = z.string().nullable();

const contents = z.object({
  plan: z.string(),
  moves: z.array(
    z.object({
      applicationId: z.string(),
      flowId: z.string(),
      from: version,
      to: version,
      deviceIds: z.array(z.string()),
    }),
  ),
});

export function approvalText(plan: string, moves: readonly ApprovedMoves[]): string {
  return JSON.stringify({ plan, moves });
}

/** The value of {@link APPROVED_PLAN} for a file with this text. */
export function approvalPointer(path: string, text: string): string {
  return `${hashOf(text)} ${path}`;
}

/** @returns undefined where the value is of another form */
export function pointedAt(pointer: string): { readonly hash: string; readonly path: string } | undefined {
  const [, hash, path] = /^(sha256:[0-9a-f]{64}) (.+)$/.exec(pointer) ?? [];
  return hash === undefined || path === undefined ? undefined : { hash, path };
}

/** @param hash - the one that the environment names */
export function approvalIn(text: string, hash: string): Approval {
  if (hashOf(text) !== hash) return { unreadable: "its file was changed since the run began" };
  const parsed = contents.safeParse(parsedJson(text));
  if (parsed.data === undefined) return { unreadable: "its file is of another release of pulumi-losant" };
  return { plan: parsed.data.plan, ways: waysOf(parsed.data.moves) };
}

function waysOf(moves: readonly ApprovedMoves[]): Map<string, Map<LosantId, Way[]>> {
  const flows = new Map<string, Map<LosantId, Way[]>>();
  for (const { from, to, deviceIds, ...flow } of moves) {
    const key = flowKeyOf(flow);
    const ways = flows.get(key) ?? new Map<LosantId, Way[]>();
    flows.set(key, ways);
    for (const deviceId of deviceIds) {
      const id = deviceId.toLowerCase();
      ways.set(id, [...(ways.get(id) ?? []), { from, to }]);
    }
  }
  return flows;
}

function hashOf(text: string): string {
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
