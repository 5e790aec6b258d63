/** One page that needs no network: the template that the build makes, with a status in it. Pure. */
import type { FleetStatus } from "./fleet-status.js";

/** Stands in the template where the status goes: JSON, which a browser does not run. */
export const DATA_MARK = "<!--status-->";

/**
 * @param template - `pageTemplate`
 * @returns the whole page
 */
export function toStatusHtml(template: string, status: FleetStatus): string {
  const [before, after] = template.split(DATA_MARK);
  if (before === undefined || after === undefined) throw new Error("the template has no place for the status");
  return `${before}<script type="application/json" id="status">${jsonInHtml(status)}</script>${after}`;
}

/** No `<`, so that no name can end the element, or begin a comment or another one. */
function jsonInHtml(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", String.raw`\u003C`);
}
