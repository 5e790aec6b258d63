/**
 * Operations that a killed Pulumi run started and did not finish. The engine warns of them only in an `up` without a
 * refresh, which the pipeline never runs, so they are read from the state. A refresh settles updates and deletes. Creates
 * stay in the state until somebody clears them, and each killed create adds one.
 */
import { countOf, joinNames } from "../../../provider/words.js";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import * as z from "zod";
import { resourceNameOf } from "../engine/engine-events.js";
import { exportedState } from "./run-stack.js";

const operation = z.object({ type: z.string(), resource: z.object({ urn: z.string() }) });
const exported = z.object({ deployment: z.object({ pending_operations: z.array(operation).nullish() }) });

/** Never fails a report: the run itself reports a state that cannot be read. */
export async function pendingWarnings(stack: Stack): Promise<string[]> {
  try {
    return warningsIn(JSON.parse(await exportedState(stack)), stack.name);
  } catch {
    return [];
  }
}

/**
 * Pure.
 *
 * @param value - an exported stack
 */
export function warningsIn(value: unknown, stack: string): string[] {
  const operations = exported.safeParse(value).data?.deployment.pending_operations ?? [];
  const creates = operations.filter(({ type }) => type === "creating");
  if (creates.length === 0) return [];
  const names = [...new Set(creates.map(({ resource }) => resourceNameOf(resource.urn)))].toSorted();
  const shown = joinNames(names, SHOWN);
  const creating = countOf(creates.length, "create");
  return [
    `the state of ${stack} has ${creating} that a killed run did not finish (${shown}). The devices may ` +
      `have the workflow already. After a run has created the resource, or after you checked its devices in Losant, run ` +
      `\`pulumi refresh --clear-pending-creates --stack ${stack}\`.`,
  ];
}

const SHOWN = 10;
