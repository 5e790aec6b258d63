/** What a person reads of a mistake: a sentence, and never where in our code it was found. */
import { RunError } from "@pulumi/pulumi";
import { UserError } from "../../provider/lookup/user-error.js";

/** Pulumi prints the message of such an error alone; of one that comes by an input, its stack, which is the message too. */
export function userError(message: string): RunError {
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
