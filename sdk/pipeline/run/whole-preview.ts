/** The preview that gates decide on: what does not exist is a warning in it and does not end it, so that the report is whole. */
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { WHOLE_PREVIEW } from "../../../provider/messages/preview-warnings.js";
import type { RunOptions } from "./run-options.js";
import { runStack } from "./run-stack.js";
import type { Ran } from "./run-stack.js";

/** Previews of inline programs that run at this moment: such a program has the environment of this process. */
let inline = 0;

/** @param variables - for the environment of this run alone */
export async function wholePreview(
  stack: Stack,
  options: RunOptions,
  variables: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const isInline = stack.workspace.program !== undefined;
  if (isInline) begin();
  try {
    return await runStack(stack, "preview", options, { variables: { ...variables, [WHOLE_PREVIEW]: "1" } });
  } finally {
    if (isInline) end();
  }
}

function begin(): void {
  inline += 1;
  process.env[WHOLE_PREVIEW] = "1";
}

function end(): void {
  inline -= 1;
  if (inline === 0) delete process.env[WHOLE_PREVIEW];
}
