/** Warnings of the preview that refuse a run. Pure. */
import { WARNING_CODES } from "../../../provider/messages/preview-warnings.js";
import type { WarningCode } from "../../../provider/messages/preview-warnings.js";
import { andMore, countOf } from "../../../provider/words.js";
import { didYouMean } from "../../../provider/text/suggestions.js";
import type { GateRefusal, Plan } from "../report/results.js";
import type { PlanWarning } from "../report/resource-results.js";

export interface WarningGates {
  /**
   * Which warnings of the preview refuse the run. `warnings`: all of them; `none`: none.
   * @default ["unknown-application", "unknown-flow", "unknown-version", "unknown-device", "wrong-class", "old-agent"]
   */
  readonly failOn?: "warnings" | "none" | readonly WarningCode[];
  /** Warnings of {@link failOn} that do not refuse, by name. @default none */
  readonly allowWarnings?: readonly WarningCode[];
}

/** What Losant or the device cannot do. */
export const FAIL_ON: readonly WarningCode[] = [
  "unknown-application",
  "unknown-flow",
  "unknown-version",
  "unknown-device",
  "wrong-class",
  "old-agent",
];

export function warningRefusal(gates: WarningGates, { warnings = [] }: Plan): GateRefusal | undefined {
  const refusing = refusingCodes(gates);
  const found = warnings.filter(({ code }) => refusing.has(code));
  const [first] = found;
  if (first === undefined) return undefined;
  const codes = [...new Set(found.map(({ code }) => code))];
  const ways = codes.map((code) => `--allow-warning ${code}`).join(" ");
  return {
    gate: "failOn",
    reason:
      `${countOf(found.length, "warning")} of the preview (${codes.join(", ")}): ${lineOf(first)}${andMore(found.length)}. ` +
      `Correct the program or the devices. To run all the same, allow it by name: allowWarnings, or ${ways}.`,
  };
}

function refusingCodes({ failOn = FAIL_ON, allowWarnings = [] }: WarningGates): ReadonlySet<WarningCode> {
  const named = failOn === "warnings" ? WARNING_CODES : failOn === "none" ? [] : failOn;
  return new Set(named.filter((code) => !allowWarnings.includes(code)));
}

function lineOf({ resource, message }: PlanWarning): string {
  const [head = "", ...devices] = message.split("\n");
  const shown = devices.length === 0 ? "" : ` (${devices[0] ?? ""}${andMore(devices.length)})`;
  return `${resource === undefined ? "" : `${resource}: `}${head}${shown}`;
}

/** @throws Error that names the setting, its value and what it may be */
export function checkWarningGates({ failOn, allowWarnings }: WarningGates): void {
  if (failOn !== "warnings" && failOn !== "none") for (const name of failOn ?? []) checkCode("failOn", name);
  for (const name of allowWarnings ?? []) checkCode("allowWarnings", name);
}

function checkCode(setting: string, name: string): void {
  if (WARNING_CODES.some((code) => code === name)) return;
  throw new Error(`${setting}: "${name}" is no kind of warning: ${didYouMean(name, WARNING_CODES)}`);
}
