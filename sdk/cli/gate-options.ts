/** The options of gates, for the commands that plan and deploy. */
import { InvalidArgumentError, Option } from "commander";
import type { Command } from "commander";
import { WARNING_CODES } from "../../provider/messages/preview-warnings.js";
import type { WarningCode } from "../../provider/messages/preview-warnings.js";
import type { WindowInputs } from "../../provider/resource/window-inputs.js";
import type { Gates } from "../pipeline/gates/gates.js";
import { checkWarningGates, FAIL_ON } from "../pipeline/gates/warning-gate.js";
import { windowFrom } from "../pipeline/gates/window-gate.js";
import { count } from "./durations.js";

export interface GateOptions {
  readonly maxDevices?: number;
  readonly maxRemoved?: number;
  readonly allowDrift?: boolean;
  readonly failOn?: Gates["failOn"];
  readonly allowWarning?: readonly WarningCode[];
  readonly window?: readonly WindowInputs[];
}

export function withGates(command: Command): Command {
  return command
    .addOption(new Option("--max-devices <number>", "refuse if a stack would move more devices").argParser(count(0)))
    .addOption(
      new Option("--max-removed <number>", "refuse if more devices would lose the workflow").argParser(count(0)),
    )
    .option("--allow-drift", "run although somebody moved devices by hand; they are put back")
    .addOption(
      new Option(
        "--fail-on <kinds>",
        `refuse on these warnings of the preview: warnings (all of them), none, or names: ${WARNING_CODES.join(",")} ` +
          `(default: ${FAIL_ON.join(",")})`,
      ).argParser((text) => checked(() => failOnFrom(text))),
    )
    .addOption(
      new Option("--allow-warning <kind>", "do not refuse on this warning; give it again for more").argParser(
        (text, before: readonly WarningCode[] | undefined) => checked(() => [...(before ?? []), ...codesFrom(text)]),
      ),
    )
    .addOption(
      new Option(
        "--window <when>",
        'change nothing outside of it: "mon-fri 22:00-04:00 Europe/Vienna"; give it again for more',
      ).argParser((text, before: readonly WindowInputs[] | undefined) =>
        checked(() => [...(before ?? []), windowFrom(text)]),
      ),
    );
}

export function gatesOf({
  maxDevices,
  maxRemoved,
  allowDrift = false,
  failOn,
  allowWarning,
  window,
}: GateOptions): Gates {
  return { maxDevices, maxRemoved, allowDrift, failOn, allowWarnings: allowWarning, windows: window };
}

function failOnFrom(text: string): Gates["failOn"] {
  return text === "warnings" || text === "none" ? text : codesFrom(text);
}

function codesFrom(text: string): WarningCode[] {
  const codes = text.split(",").map((name) => name.trim()) as WarningCode[];
  checkWarningGates({ failOn: codes });
  return codes;
}

/** The parser shows only errors of its own kind as a sentence. */
function checked<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}
