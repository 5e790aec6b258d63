/** Reports as text for machines. Pure. */
import { report as schema } from "./schemas.js";
import type { Report } from "./results.js";

/**
 * A result as JSON, with the fields of its schema only. `schema` and `version` come first.
 *
 * @example
 * ```ts
 * import { readFile } from "node:fs/promises";
 * import { report } from "pulumi-losant/pipeline";
 *
 * const stored = report.parse(JSON.parse(await readFile("deploy.json", "utf8")));
 * ```
 */
export function toJSON(report: Report): string {
  return `${JSON.stringify(schema.parse(report), undefined, 2)}\n`;
}
