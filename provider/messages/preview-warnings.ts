/** The kinds of warnings of a preview, by the names that gates and reports use. Pure. */
import { capLines } from "../words.js";
import { visibleLines } from "../text/visible-text.js";

/**
 * | name             | what it says                                                              |
 * | ---------------- | ------------------------------------------------------------------------- |
 * | `unknown-application` | there is no such application for the API token                       |
 * | `unknown-flow`   | the application has no such workflow                                      |
 * | `unknown-version`| the workflow has no such version                                          |
 * | `unknown-device` | the application has no such device                                        |
 * | `wrong-class`    | the device is no edge compute device: Losant deploys no workflow there     |
 * | `old-agent`      | the agent of the device is older than the version needs                   |
 * | `working-copy`   | the version is `develop`, which can change at any time                    |
 * | `takeover`       | the device is deployed at another version, and no resource of the stack owns it |
 * | `unfinished`     | the last rollout is unfinished, or devices were moved by hand since       |
 * | `stops`          | the workflow stops on a device that another resource may take             |
 * | `unchecked`      | something that the warnings above need could not be read                  |
 * | `other`          | any other warning of the run                                              |
 */
export const WARNING_CODES = [
  "unknown-application",
  "unknown-flow",
  "unknown-version",
  "unknown-device",
  "wrong-class",
  "old-agent",
  "working-copy",
  "takeover",
  "unfinished",
  "stops",
  "unchecked",
  "other",
] as const;

export type WarningCode = (typeof WARNING_CODES)[number];

/**
 * The variable of the environment with which a pipeline asks for a whole preview: what does not exist is a warning then, for a
 * gate to judge. Without it, it fails the preview.
 */
export const WHOLE_PREVIEW = "PULUMI_LOSANT_WHOLE_PREVIEW";

/** One warning: its first line says what and how many, the others name devices. */
export interface PreviewWarning {
  readonly code: WarningCode;
  readonly lines: readonly string[];
}

/** As the preview prints it. */
export function warningText({ lines }: PreviewWarning): string {
  return visibleLines(capLines(lines).join("\n"));
}
