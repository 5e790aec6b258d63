/** A mistake on the command line. Its message is shown without a stack. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
