/** What a person reads of a mistake: a sentence, and never where in our code it was found. */
import { RunError } from "@pulumi/pulumi";

/** Pulumi prints the message of such an error alone; of one that comes by an input, its stack, which is the message too. */
export function userError(message: string): RunError {
  const problem = new RunError(message);
  problem.stack = message;
  return problem;
}
