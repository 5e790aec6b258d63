import { plannedIn } from "./engine-events.js";
import type { EngineFacts } from "./engine-events.js";
import type { ResourceResult } from "../report/resource-results.js";
import type { SecretInputsRedaction } from "./secret-inputs.js";

/** How a page shows the workflow and the devices: with names and links. */
export function shownAs(
  facts: EngineFacts,
  urn: string,
  { secret }: SecretInputsRedaction,
): Pick<ResourceResult, "flowName" | "ui"> {
  const { flowName, ui } = plannedIn(facts, urn) ?? {};
  return {
    ...(flowName === undefined || secret.includes("flowId") ? {} : { flowName }),
    ...(ui === undefined ? {} : { ui }),
  };
}
