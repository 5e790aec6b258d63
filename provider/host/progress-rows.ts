/**
 * A row of Pulumi's table that is no resource: an ephemeral message about a URN that nobody has registered. It shows the
 * type of the URN first. That is what is left on a terminal of 80 columns, where the table of a dynamic resource has no
 * room for messages. The state knows nothing of it.
 */
import type { ProgressRow } from "../messages/log.js";
import { visibleText } from "../text/visible-text.js";

const STACK = "losant-progress";

export function rowUrn({ key, label }: ProgressRow): string {
  return `urn:pulumi:${STACK}::${part(key)}::${part(label)}::`;
}

/** The key of the row that this URN stands for; undefined where it is a resource. */
export function rowKeyIn(urn: string | undefined): string | undefined {
  const lead = `urn:pulumi:${STACK}::`;
  return urn?.startsWith(lead) === true ? urn.slice(lead.length).split("::")[0] : undefined;
}

/** `::` and `$` divide a URN. */
function part(text: string): string {
  return visibleText(text).replaceAll("::", ": :").replaceAll("$", "＄");
}
