/**
 * How a rollout looks while it waits. Most of a large fleet has nothing to report: a listing of the devices that have to
 * do with the version is enough for that, and shorter. It says all about these devices, and nothing about the others, so
 * that a rollout acts on whole listings only.
 */
import { layOver, touches } from "../resource/fleet.js";
import type { Fleet, FlowRef } from "../resource/fleet.js";
import type { LosantId, Version } from "../losant/types.js";
import type { Ports } from "../ports.js";

/** Losant is asked for so many rows a page. */
const ROWS_PER_PAGE = 1000;

export interface Looked {
  readonly fleet: Fleet;
  /** Does it say how every device is now? */
  readonly isWhole: boolean;
}

export interface LookRequest {
  readonly flow: FlowRef;
  /** The version each device is to have. */
  readonly wanted: ReadonlyMap<LosantId, Version>;
  /** As it was seen last. */
  readonly fleet: Fleet;
  readonly maxAgeMs: number;
  readonly withinMs: number;
}

/** Looks at what can have changed, by the fewest pages. */
export async function lookWhileWaiting(
  { flows, rules }: Pick<Ports, "flows" | "rules">,
  request: LookRequest,
): Promise<Looked> {
  const { flow, fleet, maxAgeMs, withinMs } = request;
  const version = versionToList(request, rules.rowsPerPage ?? ROWS_PER_PAGE);
  if (version !== undefined) {
    const found = await flows.sharedOfVersion(flow, version, maxAgeMs, withinMs);
    const now = layOver(fleet, found, version);
    if (now !== undefined) return { fleet: now, isWhole: false };
  }
  return { fleet: await flows.shared(flow, maxAgeMs, withinMs), isWhole: true };
}

/** Undefined where a listing of one version saves less than half of the pages, or where the devices are to have several versions. */
function versionToList({ wanted, fleet }: LookRequest, rowsPerPage: number): string | undefined {
  const versions = new Set(wanted.values());
  const [version] = versions;
  if (versions.size !== 1 || version === null || version === undefined) return undefined;
  const pages = (rows: number): number => Math.floor(rows / rowsPerPage) + 1;
  let rows = 0;
  for (const view of fleet.values()) if (touches(view, version)) rows += 1;
  return pages(rows) * 2 <= pages(fleet.size) ? version : undefined;
}
