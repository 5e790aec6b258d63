/**
 * Operations that Pulumi began and whose end it did not see, because it was killed. The engine warns of them only in an
 * `up` without a refresh, which the pipeline never makes, so the state is asked. A refresh settles updates and deletes;
 * creates stay in the state until somebody clears them, and each killed create adds one.
 */
import { countOf, joinNames } from "../../../provider/words.js";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import * as z from "zod";
import { resourceNameOf } from "../engine/engine-events.js";
import { exportedState } from "./run-stack.js";

const operation = z.object({ type: z.string(), resource: z.object({ urn: z.string() }) });
const exported = z.object({ deployment: z.object({ pending_operations: z.array(operation).nullish() }) });

/** Never fails a report: a state that cannot be read is told by the run itself. */
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
    `the state of ${stack} holds ${creating} that a killed run did not finish (${shown}). Its devices may ` +
      `have the workflow already. Once a run has created the resource, or you have looked at its devices in Losant: ` +
      `\`pulumi refresh --clear-pending-creates --stack ${stack}\`.`,
  ];
}

const SHOWN = 10;
