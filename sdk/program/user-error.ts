/** Errors that Pulumi shows as a sentence, without a stack trace. */
import { RunError } from "@pulumi/pulumi";
import { visibleLines } from "../../provider/text/visible-text.js";
import { UserError } from "../../provider/lookup/user-error.js";

/** Pulumi prints the message of a RunError; where an input is rejected with it, the stack. So both are the message. */
export function userError(text: string): RunError {
  const message = visibleLines(text);
  const error = new RunError(message);
  error.stack = message;
  return error;
}

/** The mistakes that a look-up finds become errors that Pulumi shows as a sentence. */
export async function withRunErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof UserError ? userError(error.message) : error;
  }
}
