/** What a preview warned of, with its kind. Pure. */
import { changesIn, isEdgeDeployment, plannedIn, resourceNameOf, warnedIn } from "./engine-events.js";
import type { EngineFacts, Message } from "./engine-events.js";
import type { PlanWarning } from "../report/resource-results.js";
import { redactionOfText } from "./secret-inputs.js";

/** Those of the provider first, by resource; then what the provider could not check, then any other warning of the run. */
export function planWarnings(facts: EngineFacts): PlanWarning[] {
  const redaction = redactionOfText(facts);
  const steps = [...facts.steps.values()].filter(isEdgeDeployment);
  const own = steps.flatMap(({ urn, name }) =>
    (warnedIn(facts, urn) ?? []).map(({ code, text }) => ({ code, resource: name, message: redaction(text) })),
  );
  const shown = new Set(steps.flatMap(({ urn }) => (warnedIn(facts, urn) ?? []).map(({ text }) => headOf(text))));
  const others = facts.warnings.filter(({ text }) => !shown.has(headOf(text)));
  return [...own, ...unplanned(facts), ...others.map((message) => otherWarning(message, redaction))];
}

/** A change that the preview made no plan of: nothing was looked up in Losant. */
function unplanned(facts: EngineFacts): PlanWarning[] {
  return changesIn(facts)
    .filter((step) => isEdgeDeployment(step) && step.op !== "delete" && plannedIn(facts, step.urn) === undefined)
    .map(({ name }) => ({
      code: "unchecked",
      resource: name,
      message:
        "not checked: the preview made no plan of it. Values may be unknown before the run, `losant:preflight` off, " +
        "or the API token may not list deployments.",
    }));
}

function otherWarning({ urn, text }: Message, redaction: (text: string) => string): PlanWarning {
  return {
    code: "other",
    ...(urn === undefined ? {} : { resource: resourceNameOf(urn) }),
    message: redaction(text),
  };
}

function headOf(text: string): string {
  return text.split("\n", 1)[0]?.trim() ?? "";
}
